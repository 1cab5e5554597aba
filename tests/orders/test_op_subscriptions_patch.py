"""PATCH of a subscription: quantity, state, name; what is refused, and how (contract 8)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from billing.services import open_balance
from orders import services
from orders.models import AddedQuantity, Order
from software.models import Entitlement
from tests.orders import build
from tests.orders.printed import lacks
from tests.software import build as software


@pytest.fixture
def placed(shop, wsd):
    """Two of a year at 365.00: a day costs 365/366 of a dollar, as 2020 has 366 days."""
    software.keys(5, ids=build.PRODUCTS["WSD"][0])
    return shop.buy(wsd, quantity=2)


def address(shop, placed):
    return shop.api(f"/subscriptions/{placed.lines[0].pk}")


def patch(shop, placed, body, key="aa", **headers):
    api = shop.org.api(key)
    return api.patch(address(shop, placed), body, format="json", headers=headers)


def answer(response):
    return response.status_code, response.json()["code"], response.json()["data"]


def read(shop, placed):
    return shop.org.api("aa").get(address(shop, placed)).json()


def log(shop):
    rows = ActivityRecord.objects.filter(action="update_subscription").order_by("number")
    return [(row.status, row.resource_type, row.details) for row in rows]


def story(placed, **more):
    return {"subscriptionId": str(placed.lines[0].pk), "orderId": placed.pk, **more}


def test_op_subscriptions_patch_quantity_is_an_order_for_the_rest_of_the_term(shop, placed, travel):
    travel.shift(build.days(30))
    before = read(shop, placed)
    response = patch(shop, placed, {**before, "quantity": 5})
    assert response.status_code == 200
    body = response.json()
    assert body == before | {"quantity": 5, "attributes": body["attributes"]}
    assert response["ETag"] == f'"{body["attributes"]["etag"]}"'
    assert body["attributes"]["etag"] != before["attributes"]["etag"]
    added = Order.objects.exclude(pk=placed.pk).get()
    (line,) = added.lines.all()
    charge = BillingLine.objects.get(order_id=added.pk)
    # From 1 February 2020 to 2 January 2021: 336 of 366 days, 335.08 each.
    assert (line.quantity, line.unit_price, line.net) == (3, Decimal("335.08"), Decimal("1005.24"))
    assert (line.term_start, line.term_end) == (build.now(), placed.lines[0].term_end)
    assert (charge.charge_type, charge.net, charge.period_start) == (
        "new", Decimal("1005.24"), build.now()
    )  # fmt: skip
    first = BillingLine.objects.get(order_id=placed.pk)
    for name in ("subscription_id", "publisher", "product_title", "period_end", "title", "term"):
        assert getattr(charge, name) == getattr(first, name)
    assert (charge.alternate_id, charge.invoice_id) == (added.alternate_id, None)
    assert open_balance(shop.org.partner) == Decimal("1735.24")
    granted = Entitlement.objects.get(order_id=added.pk)
    assert (granted.quantity, granted.fulfilled_at) == (3, build.now())
    assert granted.term_end == line.term_end
    assert log(shop) == [("succeeded", "subscription", story(placed, quantity="5"))]


def test_op_subscriptions_patch_quantity_twice_adds_up(shop, placed):
    for quantity in (3, 5):
        assert patch(shop, placed, {"quantity": quantity}).json()["quantity"] == quantity
    assert read(shop, placed)["quantity"] == 5
    assert AddedQuantity.objects.count() == 2
    items = shop.org.api("aa").get(shop.api("/subscriptions")).json()["items"]
    assert [(item["id"], item["quantity"]) for item in items] == [(str(placed.lines[0].pk), 5)]


def test_op_subscriptions_patch_quantity_the_added_order_names_its_subscription(shop, placed):
    patch(shop, placed, {"quantity": 3})
    added = AddedQuantity.objects.get().order_id
    items = shop.org.api("aa").get(shop.api(f"/subscriptions?order_id={added}")).json()["items"]
    assert [item["id"] for item in items] == [str(placed.lines[0].pk)]


def test_op_subscriptions_patch_quantity_what_was_added_is_cancelled_by_itself(
    shop, placed, travel
):
    travel.shift(build.days(30))
    patch(shop, placed, {"quantity": 5})
    added = Order.objects.exclude(pk=placed.pk).get()
    # The first one's window ends before the added one's, which is credited by the day too.
    travel.shift(build.days(31))
    cancelled = services.cancel_order(added, by=shop.actor())
    assert cancelled.credit.net == Decimal("912.48")  # 3 × cut(335.08 × 305 / 336)
    assert read(shop, placed)["quantity"] == 2
    assert read(shop, placed)["status"] == "active"


def test_op_subscriptions_patch_quantity_remains_when_the_first_order_is_cancelled(shop, placed):
    patch(shop, placed, {"quantity": 5})
    services.cancel_order(placed.order, by=shop.actor())
    body = read(shop, placed)
    assert (body["status"], body["quantity"]) == ("active", 3)
    services.cancel_order(AddedQuantity.objects.get().order, by=shop.actor())
    body = read(shop, placed)
    assert (body["status"], body["quantity"]) == ("deleted", 2)


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"quantity": 1}, 800090, "quantity"),
        ({"quantity": 5001}, 2002, "quantity"),
        ({"quantity": -1}, 800002, "quantity"),
        ({"quantity": "many"}, 800002, "quantity"),
        ({"autoRenewEnabled": True}, 800093, "autoRenewEnabled"),
        ({"billingCycle": "annual"}, 2054, "billingCycle"),
        ({"partnerId": "4711"}, 800098, "partnerId"),
        ({"status": "deleted"}, 800096, "status"),
        ({"status": "pending"}, 800096, "status"),
        ({"friendlyName": "x" * 301}, 800002, "friendlyName"),
    ],
)
def test_op_subscriptions_patch_refusals(shop, placed, body, code, field):
    before = read(shop, placed)
    response = patch(shop, placed, {"friendlyName": "not kept", **body})
    assert answer(response) == (400, code, [field])
    assert read(shop, placed) == before
    assert Order.objects.count() == 1


def test_op_subscriptions_patch_a_refusal_is_in_the_log(shop, placed):
    patch(shop, placed, {"quantity": 1})
    ((status, resource, details),) = log(shop)
    assert (status, resource, details["orderId"]) == ("failed", "subscription", placed.pk)


@pytest.mark.parametrize("key", ["SUSE", "RI"])
def test_op_subscriptions_patch_quantity_of_plans_and_reservations_is_2006(shop, key):
    placed = shop.buy(build.offer(key), quantity=2)
    assert answer(patch(shop, placed, {"quantity": 3})) == (400, 2006, ["quantity"])
    assert patch(shop, placed, {"friendlyName": "Ours"}).json()["friendlyName"] == "Ours"


def test_op_subscriptions_patch_quantity_on_the_last_day_is_2006(shop, placed, travel):
    travel.move_to(placed.lines[0].term_end - build.days(0.25))
    assert answer(patch(shop, placed, {"quantity": 3})) == (400, 2006, ["quantity"])


def test_op_subscriptions_patch_quantity_beyond_the_credit_is_900121(shop, placed):
    partner = shop.org.partner
    partner.credit_limit = Decimal(1000)
    partner.save()
    assert answer(patch(shop, placed, {"quantity": 3}))[:2] == (403, 900121)
    assert read(shop, placed)["quantity"] == 2


def test_op_subscriptions_suspend_and_reactivate(shop, placed):
    suspended = patch(shop, placed, read(shop, placed) | {"status": "suspended"}).json()
    assert (suspended["status"], suspended["suspensionReasons"]) == (
        "suspended",
        ["PartnerRequested"],
    )
    assert answer(patch(shop, placed, {"quantity": 3})) == (400, 2001, ["quantity"])
    active = patch(shop, placed, {"Status": "Active"}).json()
    assert active["status"] == "active"
    assert "suspensionReasons" not in active
    assert [(status, details.get("status")) for status, _type, details in log(shop)] == [
        ("succeeded", "suspended"), ("failed", None), ("succeeded", "active")
    ]  # fmt: skip


def test_op_subscriptions_reactivate_and_raise_at_once(shop, placed):
    patch(shop, placed, {"status": "suspended"})
    body = patch(shop, placed, {"status": "active", "quantity": 4}).json()
    assert (body["status"], body["quantity"]) == ("active", 4)


def test_op_subscriptions_patch_nickname(shop, placed):
    body = patch(shop, placed, read(shop, placed) | {"friendlyName": "Ours"}).json()
    assert body["friendlyName"] == "Ours"
    assert patch(shop, placed, {"status": "suspended"}).json()["friendlyName"] == "Ours"
    assert log(shop)[0] == ("succeeded", "subscription", story(placed, friendlyName="Ours"))


def test_op_subscriptions_patch_the_net_client_s_fillers_change_nothing(shop, placed):
    before = read(shop, placed)
    sent = {
        "Id": before["id"],
        "Quantity": 0,
        "Status": "none",
        "FriendlyName": None,
        "AutoRenewEnabled": False,
        "BillingCycle": "unknown",
        "PartnerId": None,
        "CreationDate": "0001-01-01T00:00:00",
        "Links": None,
    }
    assert patch(shop, placed, sent).json() == before
    assert patch(shop, placed, before).json() == before
    assert log(shop) == []


def test_op_subscriptions_patch_what_is_cancelled_is_2011(shop, placed):
    services.cancel_order(placed.order, by=shop.actor())
    for body in ({"quantity": 3}, {"status": "active"}, {"friendlyName": "x"}):
        assert answer(patch(shop, placed, body))[:2] == (400, 2011)
    assert patch(shop, placed, {"status": "deleted"}).status_code == 200


def test_op_subscriptions_patch_a_stale_version_is_refused(shop, placed):
    read_first = read(shop, placed)
    tag = read_first["attributes"]["etag"]
    assert patch(shop, placed, {"friendlyName": "a"}, **{"If-Match": f'"{tag}"'}).status_code == 200
    stale = patch(shop, placed, {"friendlyName": "b"}, **{"If-Match": f'"{tag}"'})
    assert answer(stale) == (412, 2055, ["If-Match"])
    in_body = patch(shop, placed, read_first | {"quantity": 3})
    assert answer(in_body) == (400, 2055, ["attributes.etag"])
    assert read(shop, placed)["friendlyName"] == "a"


def test_op_subscriptions_patch_a_repeat_under_one_request_id_is_one_order(shop, placed):
    headers = {"MS-RequestId": "5d2f8b6e-3a51-4bd9-9c35-6dd0a7a7b6b0"}
    first, again = (patch(shop, placed, {"quantity": 3}, **headers) for _ in range(2))
    assert (first.status_code, again.content) == (200, first.content)
    assert AddedQuantity.objects.count() == 1


@pytest.mark.parametrize("key", ["sa", "ha", "ba", "acct", "du"])
def test_op_subscriptions_patch_needs_who_may_buy(shop, placed, key):
    response = patch(shop, placed, {"quantity": "?"}, key=key)
    assert answer(response)[:2] == (403, 900150)


def test_op_subscriptions_patch_quantity_as_documented(reference, shop, placed):
    name = "change-the-quantity-of-a-subscription.1"
    answer = patch(shop, placed, {"Quantity": 3, "Attributes": {"Etag": ""}}).json()
    assert lacks(reference, name, answer, without=".links.entitlement") == []


@pytest.mark.parametrize(
    ("body", "statements"), [({"friendlyName": "x"}, 11), ({"quantity": 3}, 21)]
)
def test_op_subscriptions_patch_statements(shop, placed, body, statements):
    api = shop.org.api("aa")
    with CaptureQueriesContext(connection) as queries:
        assert api.patch(address(shop, placed), body, format="json").status_code == 200
    assert len(queries) == statements
