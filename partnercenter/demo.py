"""The demo: partners, users, applications and customers, made through the verbs that people use."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings

from accounts import actors
from accounts import services as accounts
from accounts.actors import Actor
from accounts.models import Partner
from accounts.rules import Role
from catalog.services import load_demo_catalog
from customers import services as customers
from customers.rules import Profile
from partnercenter import demo_past
from partnercenter.lib import clock, tenancy
from software.demo_keys import load_demo_keys

ROLES: dict[str, list[Role]] = {
    "aa": [Role.ADMIN_AGENT],
    "ga": [Role.GLOBAL_ADMIN],
    "gaaa": [Role.GLOBAL_ADMIN, Role.ADMIN_AGENT],
    "acct": [Role.ACCOUNT_ADMIN],
    "ref": [Role.REFERRAL_ADMIN],
    "mkt": [Role.MARKETING_CONTENT_ADMIN],
    "sa": [Role.SALES_AGENT],
    "ha": [Role.HELPDESK_AGENT],
    "ba": [Role.BILLING_ADMIN],
    "uma": [Role.USER_MANAGEMENT_ADMIN],
    "du": [],
}
# A first start is waited for: hashing a password takes a tenth of a second.
FEW = ("aa", "ga", "gaaa", "du")
MANY = ("fabrikam", "fabrikam_sandbox")
PARTNERS: dict[str, dict[str, Any]] = {
    "fabrikam": {
        "name": "Fabrikam",
        "country": "US",
        "currency": "USD",
        "mpn_id": "5219387",
    },
    "fabrikam_sandbox": {
        "name": "Fabrikam Sandbox",
        "country": "US",
        "currency": "USD",
        "mpn_id": "5219388",
        "is_sandbox": True,
    },
    "tailspin": {"name": "Tailspin", "country": "AU", "currency": "AUD"},
    "litware": {"name": "Litware", "country": "BR", "currency": "BRL"},
    "proseware": {"name": "Proseware", "country": "US", "currency": "USD", "is_csp": False},
}
FABRIKAM_CUSTOMERS = (
    ("Contoso", "US", "en-US", "1 Microsoft Way", "Redmond", "WA", "98052"),
    ("Northwind", "GL", "da-GL", "Imaneq 4", "Nuuk", "", "3900"),
    ("Alpine", "AU", "en-AU", "1 Epping Road", "North Ryde", "NSW", "2113"),
    ("Adatum", "BR", "pt-BR", "Avenida Paulista 1000", "São Paulo", "SP", "01310-100"),
    ("Wingtip", "US", "en-US", "500 Pine Street", "Seattle", "WA", "98101"),
)
CUSTOMERS = {
    "fabrikam": FABRIKAM_CUSTOMERS,
    "fabrikam_sandbox": FABRIKAM_CUSTOMERS,
    "tailspin": (("Alpine Ski House", "AU", "en-AU", "2 Kent Street", "Sydney", "NSW", "2000"),),
    "litware": (
        ("Adatum Brasil", "BR", "pt-BR", "Rua Augusta 200", "São Paulo", "SP", "01304-000"),
    ),
}


# Who sells through whom: name, MPN ID, country.
RESELLERS = dict.fromkeys(MANY, (("Adventure Works", "6104711", "US"),))


def seed() -> bool:
    """Make the demo unless it is there; False when it was. Safe to run again after a failure."""
    path = file()
    with clock.days_ago(demo_past.BEGINNING):
        load_demo_catalog()
        load_demo_keys()
        if path.exists() and Partner.objects.filter(domain=_domain("fabrikam")).exists():
            return False
        made = {key: _partner(key) for key in PARTNERS}
        made["fabrikam"]["users"]["op"] = _operator()
    demo_past.live(Partner.objects.get(domain=_domain("fabrikam")))
    _write(path, {"base_url": settings.PUBLIC_URL, "partners": made})
    return True


def file() -> Path:
    """Where the demo's sign-ins stand, readable by the operator alone."""
    return Path(settings.STATE_DIR) / "demo.json"


def _domain(key: str) -> str:
    return f"{key.replace('_', '-')}.example"


def _partner(key: str) -> dict[str, Any]:
    partner = accounts.add_partner(domain=_domain(key), **PARTNERS[key])
    by = actors.system(partner)
    with tenancy.acting_for(partner.pk):
        names = ROLES if key in MANY else FEW
        users = {name: _user(name, key, by) for name in names}
        apps = {name: _app(name, by) for name in names}
        ids = {row[0].lower(): _customer(row, by) for row in CUSTOMERS.get(key, ())}
        resellers = {row[0].lower(): _reseller(row, by) for row in RESELLERS.get(key, ())}
    return {
        "tenant_id": str(partner.pk),
        "domain": partner.domain,
        "users": users,
        "apps": apps,
        "customers": ids,
        "resellers": resellers,
    }


def _user(name: str, partner_key: str, by: Actor) -> dict[str, str]:
    made = accounts.add_user(
        email=f"{name}@{_domain(partner_key)}",
        first_name=name.upper(),
        last_name=str(PARTNERS[partner_key]["name"]),
        roles=ROLES.get(name, []),
        phone="+1 425 555 0100",
        must_change_password=False,
        by=by,
    )
    return {"email": made.user.email, "password": made.temporary_password}


def _operator() -> dict[str, str]:
    """Somebody at the support desk, whom no role of a partner makes one."""
    partner = Partner.objects.get(domain=_domain("fabrikam"))
    with tenancy.acting_for(partner.pk):
        signs_in = _user("op", "fabrikam", actors.system(partner))
    accounts.set_operator(email=signs_in["email"], is_operator=True)
    return signs_in


def _app(name: str, by: Actor) -> dict[str, str]:
    made = accounts.register_app(name=name, roles=ROLES[name], by=by)
    return {"client_id": made.app.client_id, "client_secret": made.client_secret}


def _customer(row: tuple[str, ...], by: Actor) -> str:
    company, country, culture, street, city, state, postal_code = row
    made = customers.add_customer(
        Profile(
            company_name=company,
            domain=f"{company.lower().replace(' ', '')}.example",
            country=country,
            culture=culture,
            language=culture[:2],
            first_name="Kim",
            last_name="Abercrombie",
            email=f"kim@{company.lower().replace(' ', '')}.example",
            address_line1=street,
            city=city,
            state=state,
            postal_code=postal_code,
        ),
        by=by,
    )
    return str(made.pk)


def _reseller(row: tuple[str, str, str], by: Actor) -> str:
    name, mpn_id, country = row
    made = customers.add_reseller(
        name=name, tenant_id=uuid4(), mpn_id=mpn_id, country=country, by=by
    )
    return str(made.tenant_id)


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(content, out, indent=2)
