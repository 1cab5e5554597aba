"""A sandbox partner behind https, and an application that its people may sign in to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import requests

from accounts import services as accounts
from billing import months, settlement
from partnercenter.lib import clock
from tests.billing.book import book
from tests.clients.sign_in import BACK
from tests.conftest import Secure
from tests.customers import samples
from tests.orders import build
from tests.people import Organization
from tests.software import build as software

PASSWORD = "correct horse battery"
API = "https://api.partnercenter.microsoft.com"
GRAPH = "https://graph.windows.net"


@dataclass(frozen=True)
class Ground:
    """What a client is told: where, which tenant, which application, whose password."""

    server: Secure
    org: Organization
    client_id: str
    secret: str
    email: str

    @property
    def authority(self) -> str:
        return f"{self.server.url}/{self.org.partner.pk}"

    def me(self, token: str) -> dict[str, Any]:
        """Whom the API sees behind the token."""
        address, headers = f"{self.server.url}/v1/me", {"Authorization": f"Bearer {token}"}
        found: dict[str, Any] = requests.get(address, headers=headers, timeout=60).json()["user"]
        return found


@pytest.fixture
def ground(committed_db, tls_server, fabrikam_sandbox, monkeypatch) -> Ground:
    """Three customers, three offers, an invoice of the month before; the authority is trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tls_server.files.authority))
    monkeypatch.setenv("NO_PROXY", "localhost")
    org = fabrikam_sandbox
    user = org["gaaa"]
    user.set_password(PASSWORD)
    user.save()
    with org.visible():
        for name in ("Contoso", "Northwind", "Wingtip"):
            samples.customer(org, name)
        for key in ("WSD", "SQL", "PERP"):
            build.offer(key)
        software.file(product_id=build.PRODUCTS["WSD"][0][0])
        before = clock.now() - timedelta(days=35)
        book(org, "10.00", before)
        settlement.settle(month=months.first_day(before))
        new = accounts.register_app(
            name="Client", roles=["admin_agent"], redirect_uris=[BACK], by=org.system
        )
    return Ground(tls_server, org, new.app.client_id, new.client_secret, user.email)
