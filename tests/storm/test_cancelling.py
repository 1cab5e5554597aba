"""Cancel against download and key over HTTP: what is asked for after the answer is refused."""

import threading
from collections import Counter
from urllib.parse import urlsplit

import pytest

from billing.ledger import faults
from billing.models import BillingLine
from partnercenter.lib import tenancy
from tests.storm.clients import at_once

CALLS = 48
# Before the cancellation a link answers 303 and keys 200; after it 410 and 409.
OUT, REFUSED = {303, 200}, {410, 409}


class Race:
    """One purchase that a client cancels while others use its link and ask for its keys."""

    def __init__(self, shop, clients):
        self.shop, self.line = shop, shop.buy()
        asked = shop.ask_for_link(self.line, clients[0]).json
        self.link = urlsplit(asked["downloads"][0]["link"]).path
        self.confirmed, self.found = threading.Event(), Counter()

    def act(self, client, number):
        if number == 3:
            path = self.shop.path(f"/orders/{self.line.order_id}")
            assert client.send("PATCH", path, {"status": "cancelled"}).status == 200
            self.confirmed.set()
            return
        late = self.confirmed.is_set()
        self.found[late, self.ask(client, number)] += 1

    def ask(self, client, number):
        if number % 2:
            return client.send("GET", f"{self.link}/file").status
        return self.shop.ask_for_link(self.line, client).status


@pytest.mark.timeout(900)
@pytest.mark.parametrize("races", [15, pytest.param(200, marks=pytest.mark.soak)])
def test_B10_S67_nothing_is_handed_out_after_the_answer(one, races):
    clients, found = one.clients(), Counter()
    for _ in range(races):
        race = Race(one, clients)
        at_once(clients, race.act, CALLS)
        found += race.found
    assert {status for _, status in found} <= OUT | REFUSED
    assert {status for late, status in found if late} == REFUSED
    assert found.total() == races * (CALLS - 1)
    with tenancy.everyone():
        assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == races
    assert faults() == []
