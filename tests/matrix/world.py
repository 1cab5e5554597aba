"""A partner that has one of everything an address can name."""

import itertools
import random
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.http import HttpResponse

from accounts.models import AppRegistration, Partner, User
from activitylog.models import ActivityRecord
from activitylog.wire import audit_record
from billing import months, settlement
from billing.models import Invoice
from catalog.models import Availability, MediaFile, TaxTreatment
from customers import directory
from customers import services as customer_services
from customers.models import Customer
from orders import services
from orders.services import Item
from partnercenter.lib import clock, tenancy
from partnercenter.lib.walls import tenant_models
from partnercenter.webhooks import services as webhooks
from partnercenter.webhooks import signing
from software import downloads
from software.models import Entitlement
from software.services import get_keys_and_downloads
from support import services as support_services
from tests.billing.book import book
from tests.customers import samples
from tests.factories import AppFactory, UserFactory
from tests.orders import build as orders
from tests.people import EVERYBODY, Organization
from tests.software import build as software
from tests.support import build as support

WSD = ("DG7GMGF0DVT9", "000B")
CORRELATION = "11111111-2222-3333-4444-555555555555"
PASSWORD = "correct horse battery"
numbers = itertools.count(1)


@dataclass
class Tenant:
    """The partner, and ids by the names that routes give them."""

    org: Organization
    customer: Customer
    ids: dict[str, Any]
    # Made with the tenant: what a test makes is undone with it.
    portal: dict[str, Any]
    api: dict[str, Any]
    app_only: dict[str, Any]


def world() -> dict[str, Tenant]:
    """Fabrikam, Tailspin and Proseware, which is not enrolled in CSP."""
    file = software.file(product_id=WSD[0])
    offers = {market: orders.offer("WSD", market=market) for market in ("US", "AU")}
    people = {
        "fabrikam": Organization("Fabrikam", country="US", currency="USD", is_sandbox=True),
        "tailspin": Organization("Tailspin", country="AU", currency="AUD"),
        "proseware": Organization("Proseware", country="US", currency="USD", is_sandbox=True),
    }
    found = {name: _tenant(org, offers[org.partner.country], file) for name, org in people.items()}
    # What it has, it had before it left the program.
    partner = people["proseware"].partner
    partner.is_csp = False
    partner.save()
    return found


def _tenant(org: Organization, offer: Availability, file: MediaFile) -> Tenant:
    """Two customers of the partner who bought, and whatever else an address can name."""
    with org.visible():
        other = _customer(org, "Fourth", offer, file)
        customer, ids = _customer(org, "Third", offer, file)
        user = UserFactory(partner=org.partner, email=f"target@{org.partner.domain}")
        _may_sign_in(org)
        app = AppFactory(partner=org.partner, name=f"Target {org.partner.name}")
    ids |= {
        "tenant": org.partner.pk,
        "user_id": user.pk,
        "app_id": app.pk,
        "product_id": WSD[0],
        "sku_id": WSD[1],
        "availability_id": offer.catalog_item_id.rpartition(":")[2],
        "item": offer.catalog_item_id,
        "other": other[1] | {"request_id": _requests(org, other[0])["request_id"]},
        "article": "sell-software",
        "policy": "tax",
        "row_id": TaxTreatment.objects.earliest("pk").pk,
        "line_number": 0,
        "billing_period": "mostrecent",
        "receipt_id": 1,
        "audit_id": _audit_id(org),
        "domain": customer.domain,
        "program": "csp",
        "what": "analytics/licenses/usage",
        "template_id": "998b88de-aa99-4388-a42c-1b3517d49490",
        "country": "US",
        "invoice_id": (number := _invoice(org)),
        "number": number,
        "provider": "OneTime",
        "line_type": "BillingLineItems",
        **_requests(org, customer),
        **_webhook(org),
    }
    return Tenant(
        org,
        customer,
        ids,
        portal={key: _calm(org.browser(key)) for key in ("", *EVERYBODY)},
        api={key: _calm(org.api(key)) for key in ("", *EVERYBODY)},
        app_only={key: _calm(org.api(key, as_user=False)) for key in EVERYBODY},
    )


def _audit_id(org: Organization) -> str:
    """Id of the newest order in the log."""
    with org.visible():
        return audit_record(ActivityRecord.objects.filter(action="create_order").latest("at"))["id"]


def _invoice(org: Organization) -> str:
    """Number of an invoice of the month before."""
    with org.visible():
        book(org, "10.00", clock.now() - timedelta(days=20))
        settlement.settle(month=months.first_day(clock.now() - timedelta(days=20)))
        return Invoice.objects.get().number


def _webhook(org: Organization) -> dict[str, Any]:
    """A webhook, and a test event that waits for it."""
    with org.visible():
        by = org.actor("ga")
        webhooks.register(url="https://hooks.example/", event_names=["test-created"], by=by)
        key = webhooks.send_test(by=by).key
    return {"event_key": key, "kid": signing.certificate_url().rpartition("/")[2][:-4]}


def _requests(org: Organization, customer: Customer) -> dict[str, Any]:
    """A support request of the Sales agent about the customer, and a draft, each with a file."""
    with org.visible():
        by = org.actor("sa")
        png = support_services.taken(support.upload())
        about = support.content(customer=str(customer.pk))
        sent = support_services.submit(about, by=by, uploads=[png])
        draft = support_services.save_draft(support.content(), by=by, uploads=[png])
        return {
            "request_id": sent.pk,
            "attachment_id": sent.files.get().pk,
            "agent_locale": "en-US",
            "draft_id": draft.pk,
            "draft_file_id": draft.files.get().pk,
        }


def _may_sign_in(org: Organization) -> None:
    """Everybody has a password, of which one hash is enough."""
    password = make_password(PASSWORD)
    for key in EVERYBODY:
        org[key].password = password
        org[key].save(update_fields=["password"])


def _calm(client: Any) -> Any:
    """A client that shows a defect as the 500 that it is."""
    client.raise_request_exception = False
    return client


def _customer(
    org: Organization, name: str, offer: Availability, file: MediaFile
) -> tuple[Customer, dict[str, Any]]:
    customer = samples.customer(org, f"{name} of {org.partner.name}")
    item = Item(offer.catalog_item_id, 1)
    software.keys(1, ids=WSD)
    placed = services.place_order(customer, [item], by=org.system)
    cart = services.create_cart(customer, [item], by=org.system)
    for key in ("aa", "ga", "gaaa"):
        services.add_to_cart(customer, item, by=org.actor(key))
    line = Entitlement.objects.select_related("customer").get(order_id=placed.pk)
    got = get_keys_and_downloads(line, file, by=org.actor("aa"))
    assert got.keys
    assert got.download
    granted = downloads.use_link(
        downloads.find_link(got.download.token), ip="127.0.0.1", user_agent="test"
    )
    person = samples.user(org, customer)
    role_id = next(iter(directory.ROLES))
    with org.visible():
        customer_services.add_member(person, role_id, by=org.system)
    return customer, {
        "customer_id": customer.pk,
        "customer_user_id": person.pk,
        "role_id": role_id,
        "order_id": placed.pk,
        "subscription_id": placed.lines[0].pk,
        "cart_id": cart.pk,
        "entitlement_id": line.pk,
        "file_id": file.pk,
        "token": got.download.token,
        "grant": granted.token,
        "name": file.file_name,
    }


def random_ids() -> dict[str, Any]:
    """Ids of the same forms that lead to nothing."""
    dice = random.Random(next(numbers))  # noqa: S311 - ids of nothing

    def guid() -> uuid.UUID:
        return uuid.UUID(int=dice.getrandbits(128), version=4)

    return {
        "customer_id": guid(),
        "cart_id": guid(),
        "entitlement_id": guid(),
        "subscription_id": guid(),
        "user_id": guid(),
        "customer_user_id": guid(),
        "app_id": guid(),
        "audit_id": f"{guid()}_{guid()}_order_create_order_637135783200000000_{dice.randrange(99)}",
        "invoice_id": (number := f"G{dice.randrange(10**8, 10**9)}"),
        "number": number,
        "order_id": "O" + "".join(dice.choices("abcdefgh12345678", k=31)) + "1",
        "request_id": f"6200110{dice.randrange(10**7, 10**8)}",
        "draft_id": f"6200110{dice.randrange(10**7, 10**8)}",
        "attachment_id": guid(),
        "event_key": guid(),
    }


FOREIGN = tuple(random_ids())


def fingerprint(partner: Partner | None = None) -> dict[str, str]:
    """Table -> how many rows it has and what is in them; of one partner, or whole."""
    models = [*tenant_models(), AppRegistration, User]
    parts = [_of_table(model._meta.db_table, "partner_id", partner) for model in models]
    parts.append(_of_table(Partner._meta.db_table, "id", partner))
    with tenancy.everyone(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def _of_table(table: str, column: str, partner: Partner | None) -> str:
    # FOR EACH ROW its text, without the time of the last sign-in, which reading changes.
    where = f"WHERE {column} = '{partner.pk}'" if partner else ""
    return (
        f"SELECT '{table}', count(*) || ' ' || "  # noqa: S608 - names of our own tables
        f"md5(coalesce(string_agg(md5((to_jsonb(t) - 'last_login')::text), ''"
        f" ORDER BY md5((to_jsonb(t) - 'last_login')::text)), '')) FROM {table} t {where}"
    )


class Undone:
    """``with Undone(): …`` leaves the database as it was."""

    def __enter__(self) -> None:
        self._block = transaction.atomic()
        self._block.__enter__()

    def __exit__(self, *failure: object) -> None:
        transaction.set_rollback(True)
        self._block.__exit__(*failure)


def content(response: HttpResponse) -> str:
    """The whole answer as text."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return raw.decode("utf-8", "replace")
