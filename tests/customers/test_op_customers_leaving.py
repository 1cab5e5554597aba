"""Orders hold a customer until they are cancelled, or at their end."""

from datetime import timedelta

import pytest

from tests.orders import build
from tests.orders.conftest import START, travel  # noqa: F401 - fixture


@pytest.fixture
def shop(fabrikam_sandbox, travel):  # noqa: F811
    with fabrikam_sandbox.visible():
        yield build.shop(fabrikam_sandbox)


def delete(shop):
    return shop.org.api("aa").delete(shop.api())


def held_by(response):
    body = response.json()
    return response.status_code, body["code"], body["data"]


def test_an_order_holds_the_customer_until_it_is_cancelled(shop):
    placed = shop.buy(build.offer("WSD"))
    assert held_by(delete(shop)) == (400, 800002, [placed.pk])
    cancelled = shop.org.api("aa").patch(
        shop.api(f"/orders/{placed.pk}"), {"status": "cancelled"}, format="json"
    )
    assert cancelled.status_code == 200
    assert delete(shop).status_code == 204
    assert shop.org.api("aa").get(shop.api(f"/orders/{placed.pk}")).status_code == 404


@pytest.mark.parametrize(("offer", "days"), [("WSD", 366), ("PERP", 60)])
def test_an_order_at_its_end_holds_nobody(shop, travel, offer, days):  # noqa: F811
    shop.buy(build.offer(offer))
    travel.move_to(START + timedelta(days=days, seconds=-1))
    assert delete(shop).status_code == 400
    travel.move_to(START + timedelta(days=days, seconds=1))
    assert delete(shop).status_code == 204
