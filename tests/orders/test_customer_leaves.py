"""An order and its customer's leaving at one instant: one comes first, the other sees it."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from customers.services import leaving
from orders.models import Order
from partnercenter.lib.errors import DomainError
from tests.orders import build

SECONDS = 10


@pytest.fixture
def shop(committed_db, fabrikam):
    with fabrikam.visible():
        yield build.shop(fabrikam)


@pytest.fixture
def wsd(shop):
    return build.offer("WSD")


@pytest.fixture
def aside(shop):
    """Starts a call on a connection of its own; its refusal is its result."""

    def run(act):
        try:
            with shop.org.visible():
                return act()
        except DomainError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        yield lambda act: pool.submit(run, act)


def wait_until_somebody_waits():
    end = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits")


def test_no_order_is_written_behind_who_leaves(shop, wsd, aside):
    with transaction.atomic():
        leaving.remove_relationship(shop.customer, by=shop.actor("ga"))
        ordering = aside(lambda: shop.buy(wsd))
        wait_until_somebody_waits()
    refusal = ordering.result(SECONDS)
    assert (refusal.status, refusal.code) == (404, 60003)
    assert Order.objects.count() == 0


def test_who_has_just_bought_does_not_leave(shop, wsd, aside):
    with transaction.atomic():
        placed = shop.buy(wsd)
        going = aside(lambda: leaving.remove_relationship(shop.customer, by=shop.actor("ga")))
        wait_until_somebody_waits()
    refusal = going.result(SECONDS)
    assert (refusal.status, refusal.data) == (400, [placed.pk])
