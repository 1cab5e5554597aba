from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest

from catalog.models import Availability, MediaFile
from customers.models import Customer
from orders import services
from orders.services import Item
from partnercenter.lib import tenancy
from software.models import DownloadLink, Entitlement
from tests.customers import samples
from tests.orders import build as orders
from tests.people import Organization, token_for
from tests.software import build as software
from tests.storm.clients import CONNECTIONS, Connection

WSD = ("DG7GMGF0DVT9", "000B")


@dataclass
class Shop:
    """Fabrikam with a customer, an offer and a file, as running servers see them."""

    org: Organization
    customer: Customer
    offer: Availability
    file: MediaFile
    sites: list[str]

    def clients(self, count: int = CONNECTIONS, key: str = "aa") -> list[Connection]:
        """Keep-alive connections of the Admin agent's application, by turns to each server."""
        tokens = [token_for(self.org.app(key), iss=site) for site in self.sites]
        turns = [number % len(self.sites) for number in range(count)]
        return [Connection(self.sites[turn], tokens[turn]) for turn in turns]

    def path(self, rest: str) -> str:
        return f"/v1/customers/{self.customer.pk}{rest}"

    def item(self) -> Item:
        return Item(self.offer.catalog_item_id, 1)

    def buy(self) -> Entitlement:
        with self.org.visible():
            software.keys(1, ids=WSD)
            placed = services.place_order(self.customer, [self.item()], by=self.org.system)
            return Entitlement.objects.get(order_id=placed.pk)

    def ask_for_link(self, line: Entitlement, client: Connection) -> Any:
        body = {"fileId": str(self.file.pk)}
        return client.send("POST", self.path(f"/software/{line.pk}/keysanddownloads"), body)

    def link(self, line: Entitlement | None = None) -> str:
        """Path of the live link of a line, of a new one if none is given."""
        (client,) = self.clients(1)
        answer = self.ask_for_link(line or self.buy(), client)
        assert answer.status == 200, answer.body
        return urlsplit(answer.json["downloads"][0]["link"]).path


def leave(count: int) -> None:
    """Set every link to so many downloads left."""
    with tenancy.everyone():
        DownloadLink.objects.update(used=50 - count, end_recorded_at=None)


def open_shop(org: Organization, sites: list[str]) -> Shop:
    with org.visible():
        offer = orders.offer("WSD", market=org.partner.country)
        file = MediaFile.objects.first() or software.file(product_id=WSD[0])
        return Shop(org, samples.customer(org), offer, file, sites)


@pytest.fixture
def one(committed_db, live_server_url, fabrikam):
    """The shop before one web server."""
    return open_shop(fabrikam, [live_server_url])


@pytest.fixture(params=["one web process", "two web processes and two workers"])
def shop(request, committed_db, fabrikam):
    if request.param == "one web process":
        return open_shop(fabrikam, [request.getfixturevalue("live_server_url")])
    running = request.getfixturevalue("cluster")(web=2, workers=2)
    return open_shop(fabrikam, running.urls)
