"""One order, however often and by however many it is asked for at once."""

from collections import Counter
from uuid import uuid4

import pytest

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from orders import services
from orders.models import Order
from partnercenter.lib import tenancy
from software.models import Entitlement
from tests.storm.clients import at_once
from tests.storm.conftest import open_shop

AT_ONCE = 32


def counts():
    with tenancy.everyone():
        placed = ActivityRecord.objects.filter(action="create_order", status="succeeded")
        tables = (Order, Entitlement, BillingLine)
        return [*(table.objects.count() for table in tables), placed.count()]


def new_cart(shop):
    with shop.org.visible():
        return services.create_cart(shop.customer, [shop.item()], by=shop.org.system)


def test_B11_S16_equal_checkouts_at_once_are_one_order(shop):
    path = shop.path(f"/carts/{new_cart(shop).pk}/checkout")
    answers = at_once(shop.clients(), lambda client, _: client.send("POST", path), AT_ONCE)
    assert Counter((a.status, a.json.get("code")) for a in answers) == {
        (201, None): 1,
        (400, 800065): AT_ONCE - 1,
    }
    assert counts() == [1, 1, 1, 1]


def test_B11_checkouts_with_one_request_id_get_one_answer(shop):
    path = shop.path(f"/carts/{new_cart(shop).pk}/checkout")
    headers = {"MS-RequestId": str(uuid4())}

    def send(client, _):
        return client.send("POST", path, **headers)

    answers = at_once(shop.clients(), send, AT_ONCE)
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert counts() == [1, 1, 1, 1]


@pytest.fixture
def rival(one, tailspin):
    """The other partner, before the same server."""
    return open_shop(tailspin, one.sites)


def test_B11_orders_with_one_request_id_are_one_order(one, rival):
    headers = {"MS-RequestId": str(uuid4())}

    def body(shop, quantity=1):
        item = shop.offer.catalog_item_id
        return {"lineItems": [{"lineItemNumber": 0, "offerId": item, "quantity": quantity}]}

    def send(client, _):
        return client.send("POST", one.path("/orders"), body(one), **headers)

    clients = one.clients()
    answers = at_once(clients, send, AT_ONCE)
    assert {a.status for a in answers} == {201}
    assert len({a.body for a in answers}) == 1
    assert counts() == [1, 1, 1, 1]
    other = clients[0].send("POST", one.path("/orders"), body(one, quantity=2), **headers)
    assert other.status == 409
    (stranger,) = rival.clients(1)
    theirs = stranger.send("POST", rival.path("/orders"), body(rival), **headers)
    assert theirs.status == 201
    assert theirs.json["id"] != answers[0].json["id"]
    assert counts() == [2, 2, 2, 2]


@pytest.mark.parametrize("requests", [4, pytest.param(100, marks=pytest.mark.soak)])
def test_B11_as_many_orders_as_request_ids_however_often_each_is_sent_at_once(one, requests):
    """Neighbours in time send the same id: the 32 posts of each meet each other."""
    ids = [str(uuid4()) for _ in range(requests)]
    item = one.offer.catalog_item_id
    body = {"lineItems": [{"lineItemNumber": 0, "offerId": item, "quantity": 1}]}

    def send(client, number):
        headers = {"MS-RequestId": ids[number // AT_ONCE]}
        return client.send("POST", one.path("/orders"), body, **headers)

    answers = at_once(one.clients(), send, requests * AT_ONCE)
    assert Counter(a.status for a in answers) == {201: requests * AT_ONCE}
    told = [{a.body for a in answers[n * AT_ONCE : (n + 1) * AT_ONCE]} for n in range(requests)]
    assert {len(bodies) for bodies in told} == {1}
    assert len(set.union(*told)) == requests
    assert counts() == [requests] * 4


def test_B11_equal_quantity_changes_at_once_are_one_order(one):
    order_id = one.buy().order_id
    (reader,) = one.clients(1)
    (item,) = reader.send("GET", one.path(f"/subscriptions?order_id={order_id}")).json["items"]
    path = one.path(f"/subscriptions/{item['id']}")

    def send(client, _):
        return client.send("PATCH", path, {"quantity": 5})

    answers = at_once(one.clients(), send, AT_ONCE)
    assert Counter((a.status, a.json["quantity"]) for a in answers) == {(200, 5): AT_ONCE}
    assert counts() == [2, 2, 2, 1]
