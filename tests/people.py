"""The people of portal.md A.0, by their sign-in names: ``fabrikam["aa"]`` is the Admin agent."""

import time
import uuid
from datetime import timedelta
from functools import cached_property

import jwt
import pytest
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.test import Client

from accounts import actors
from accounts.actors import Actor
from accounts.models import AppRegistration, User
from accounts.rules import AUDIENCES, Role
from partnercenter.lib import clock, tenancy
from tests.contract.conformance import Answering
from tests.factories import AppFactory, PartnerFactory, UserFactory

ROLES = {
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
EVERYBODY = tuple(ROLES)


class Organization:
    """A partner and its people, each made when a test first asks for it."""

    def __init__(self, name: str, **partner) -> None:
        domain = f"{name.lower().replace(' ', '-')}.example"
        self.partner = PartnerFactory(name=name, domain=domain, **partner)
        self._users: dict[str, User] = {}
        self._apps: dict[str, AppRegistration] = {}

    def __getitem__(self, key: str) -> User:
        """The user with this sign-in name."""
        if key not in self._users:
            email = f"{key}@{self.partner.domain}"
            values = {"email": email, "roles": ROLES[key], "last_name": key.upper()}
            self._users[key] = UserFactory(partner=self.partner, **values)
        return self._users[key]

    def actor(self, key: str) -> Actor:
        """The user as the ``by=`` of a verb."""
        return actors.from_user(self[key])

    @cached_property
    def system(self) -> Actor:
        return actors.system(self.partner)

    def app(self, key: str) -> AppRegistration:
        """The application that acts with this role."""
        if key not in self._apps:
            self._apps[key] = AppFactory(partner=self.partner, name=key, roles=ROLES[key])
        return self._apps[key]

    def browser(self, key: str = "") -> Client:
        """A test client that is signed in as this user, or as nobody."""
        client = Client()
        if key:
            client.force_login(self[key])
        return client

    def api(self, key: str = "", *, as_user: bool = True) -> Answering:
        """An API client with an App+User token of this role, or App-only, or with none.

        Tokens last an hour: ask for the client after moving the time.
        """
        client = Answering()
        if key:
            user = self[key] if as_user else None
            client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(self.app(key), user=user)}")
        return client

    def visible(self):
        """Show the partner's rows to the test's own queries: ``with fabrikam.visible(): …``."""
        return tenancy.acting_for(self.partner.pk)


def token_for(app: AppRegistration, *, user: User | None = None, **claims) -> str:
    """An access token as the token service issues it, without the cost of checking a secret."""
    adapter, issued = get_adapter(), int(time.time())
    token = {
        "client_id": app.client_id,
        "iss": adapter.get_issuer(),
        "iat": issued,
        "exp": issued + 3600,
        "jti": uuid.uuid4().hex,
        "token_use": "access",
        "aud": AUDIENCES[0],
        "tid": str(app.partner_id),
        **claims,
    }
    jwk, key = _signing_key(adapter.get_signing_key().pem)
    value = jwt.encode(token, key, algorithm="RS256", headers={"kid": jwk["kid"]})
    Token.objects.create(
        type=Token.Type.ACCESS_TOKEN,
        hash=adapter.hash_token(value),
        client_id=app.client_id,
        user=user,
        expires_at=clock.now() + timedelta(hours=1),
    )
    return value


_keys: dict[str, tuple] = {}


def _signing_key(pem: str) -> tuple:
    if pem not in _keys:
        _keys[pem] = jwkkit.load_jwk_from_pem(pem)
    return _keys[pem]


@pytest.fixture
def _database(request) -> None:
    """The database as the test has it: real commits with ``committed_db``, else rolled back."""
    kind = "committed_db" if "committed_db" in request.fixturenames else "db"
    request.getfixturevalue(kind)


@pytest.fixture
def fabrikam(_database) -> Organization:
    """Direct-bill partner, US, USD."""
    return Organization("Fabrikam", country="US", currency="USD")


@pytest.fixture
def fabrikam_sandbox(_database) -> Organization:
    return Organization("Fabrikam Sandbox", country="US", currency="USD", is_sandbox=True)


@pytest.fixture
def tailspin(_database) -> Organization:
    """Partner in Australia, AUD; in tests also the other partner, who must see nothing."""
    return Organization("Tailspin", country="AU", currency="AUD")


@pytest.fixture
def litware(_database) -> Organization:
    """Partner in Brazil, BRL."""
    return Organization("Litware", country="BR", currency="BRL")


@pytest.fixture
def proseware(_database) -> Organization:
    """Signed up, not enrolled in CSP."""
    return Organization("Proseware", country="US", currency="USD", is_csp=False)
