"""Partners buy, cancel and are billed at the same time: not a cent is made or lost."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connections

from accounts import actors
from accounts.models import User
from billing import settlement
from billing.ledger import faults
from billing.models import BillingLine, Invoice
from orders import services
from orders.models import Order, OrderLine
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Invalid
from partnercenter.sandbox import move_clock
from tests.orders import build
from tests.people import Organization
from tests.software import build as software

MARKETS = {"US": "USD", "AU": "AUD", "BR": "BRL"}
THREADS = 8


class Market:
    """A sandbox partner with a customer, two offers, and what its people do at random."""

    def __init__(self, country, currency):
        self.org = Organization(country, country=country, currency=currency, is_sandbox=True)
        with self.org.visible():
            self.shop = build.shop(self.org)
            prices = {"WSD": "365.37", "PERP": "1000.01"}
            self.items = [
                services.Item(build.offer(key, price, market=country).catalog_item_id, quantity)
                for (key, price), quantity in zip(prices.items(), (3, 1), strict=True)
            ]
        self.user = self.org["aa"]

    @property
    def actor(self):
        """Read anew, as each request does: the partner's time moves on."""
        return actors.from_user(User.objects.select_related("partner").get(pk=self.user.pk))

    def buy(self, chance):
        items = chance.sample(self.items, chance.randint(1, 2))
        services.place_order(self.shop.customer, items, by=self.actor)

    def cancel(self, chance):
        actor, orders = self.actor, Order.objects.select_related("customer__partner")
        mine = list(orders.filter(partner=actor.partner))
        for order in mine and [chance.choice(mine)]:
            services.cancel_orders({order: chance.choice([None, [0]])}, by=actor)

    def wait(self, chance):
        self.move_on(chance.randint(1, 9))

    def move_on(self, days):
        actor = self.actor
        with suppress(Invalid):  # somebody else has moved it further
            move_clock(to=clock.now(actor.partner) + timedelta(days=days), by=actor)

    def settle(self, _chance):
        settlement.settle_due()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool
        list(pool.map(lambda _: connections.close_all(), range(THREADS * 4)))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("deeds", [200, pytest.param(4000, marks=pytest.mark.soak)])
def test_money_is_conserved_whatever_happens_at_once(committed_db, pool, deeds):
    with tenancy.everyone():
        software.keys(deeds, ids=build.PRODUCTS["WSD"][0])
        markets = [Market(*each) for each in MARKETS.items()]
    done = Counter()

    def deed(number):
        chance = random.Random(number)  # noqa: S311 - deeds, no secrets
        market = chance.choice(markets)
        name = chance.choices(["buy", "cancel", "wait", "settle"], [10, 8, 2, 2])[0]
        with tenancy.acting_for(market.org.partner.pk):
            getattr(market, name)(chance)
        done[name] += 1

    list(pool.map(deed, range(deeds)))
    assert done.total() == deeds
    assert faults() == []
    for market in markets:
        with market.org.visible():
            market.move_on(31 + 31)
    assert faults() == []
    with tenancy.everyone():
        assert not BillingLine.objects.filter(invoice=None).exists()
        assert Invoice.objects.count() > len(MARKETS)
        credits_ = BillingLine.objects.filter(charge_type="cancelImmediate")
        cancelled = OrderLine.objects.exclude(cancelled_at=None)
        told = {tuple(row) for row in credits_.values_list("order_id", "line_number")}
        assert told == {tuple(row) for row in cancelled.values_list("order_id", "number")}
        assert credits_.count() == cancelled.count() > 0


def test_an_order_is_placed_while_its_partner_s_clock_moves(committed_db, pool, monkeypatch):
    market = Market("US", "USD")

    def buy():
        with market.org.visible():
            market.buy(random.Random(1))  # noqa: S311

    def while_it_moves(_partner, _to):
        pool.submit(buy).result(timeout=20)

    monkeypatch.setattr("partnercenter.sandbox._do_due_work", while_it_moves)
    with market.org.visible():
        market.move_on(1)
        assert Order.objects.count() == 1
