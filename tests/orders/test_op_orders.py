"""What else an order's address takes, and its activation links (contract 6)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.models import OrderLine
from tests.orders import build
from tests.orders.printed import lacks
from tests.software import build as software


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


@pytest.fixture
def placed(shop, wsd):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    return shop.buy(wsd, build.offer("SUSE"))


def patch(shop, placed, body, **headers):
    address = shop.api(f"/orders/{placed.pk}")
    return shop.org.api("aa").patch(address, body, format="json", headers=headers)


def read(shop, placed):
    return shop.org.api("aa").get(shop.api(f"/orders/{placed.pk}")).json()


def answer(response):
    return response.status_code, response.json()["code"], response.json()["data"]


def untouched(placed):
    return not OrderLine.objects.filter(order_id=placed.pk).exclude(cancelled_at=None).exists()


def test_op_orders_get_and_list_members_as_documented(reference, api, shop, wsd):
    placed = shop.buy(wsd)
    one = api.get(shop.api(f"/orders/{placed.pk}")).json()
    assert lacks(reference, "create-an-order.1", one) == []
    for name in (
        "get-all-of-a-customer-s-orders.1",
        "get-a-list-of-orders-by-customer-and-billing-cycle-type.1",
    ):
        assert lacks(reference, name, api.get(shop.api("/orders")).json()) == []


def test_op_orders_cancel_software_as_documented(reference, shop, placed):
    sent = {"id": placed.pk, "status": "cancelled", "lineItems": [{"lineItemNumber": 0}]}
    body = patch(shop, placed, sent).json()
    assert lacks(reference, "cancel-software-purchases.2", body) == []


def test_op_orders_cancel_sandbox_as_documented(reference, fabrikam_sandbox, travel):
    with fabrikam_sandbox.visible():
        shop = build.shop(fabrikam_sandbox)
        body = patch(shop, shop.buy(build.offer("RI")), {"status": "cancelled"}).json()
    assert lacks(reference, "cancel-an-order-from-the-integration-sandbox.2", body) == []


def test_op_orders_add_addon_is_800029(shop, placed):
    line = {"LineItemNumber": 0, "OfferId": "A", "ParentSubscriptionId": "B", "Quantity": 2}
    sent = {"Id": None, "ReferenceCustomerId": str(shop.customer.pk), "LineItems": [line]}
    assert answer(patch(shop, placed, sent)) == (
        400, 800029, ["lineItems[0].parentSubscriptionId"]
    )  # fmt: skip
    assert untouched(placed)


def test_op_orders_change_billing_cycle_is_800072(shop, placed):
    sent = {"BillingCycle": "Annual", "LineItems": [{"LineItemNumber": 0, "Quantity": 1}]}
    assert answer(patch(shop, placed, sent)) == (400, 800072, ["billingCycle"])
    assert untouched(placed)


def test_op_orders_change_billing_cycle_to_what_it_is_changes_nothing(shop, placed):
    before = read(shop, placed)
    response = patch(shop, placed, {"billingCycle": "One_Time"})
    assert (response.status_code, response.json()) == (200, before)


def test_op_orders_cancel_a_stale_version_is_refused(shop, placed):
    first = read(shop, placed)
    tag = f'"{first["attributes"]["etag"]}"'
    one_line = {"status": "cancelled", "lineItems": [{"lineItemNumber": 0}]}
    assert patch(shop, placed, one_line, **{"If-Match": tag}).status_code == 200
    # What is cancelled already needs no version: a repeat stays a repeat.
    assert patch(shop, placed, one_line, **{"If-Match": tag}).status_code == 200
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    again = shop.buy(build.offer("WSD"), build.offer("PERP"))
    stale = read(shop, again)["attributes"]["etag"]
    patch(shop, again, one_line)
    rest = {"status": "cancelled", "lineItems": [{"lineItemNumber": 1}]}
    by_header = patch(shop, again, rest, **{"If-Match": f'"{stale}"'})
    assert answer(by_header) == (412, 2055, ["If-Match"])
    by_body = patch(shop, again, rest | {"attributes": {"etag": stale}})
    assert answer(by_body) == (400, 2055, ["attributes.etag"])
    assert patch(shop, again, rest).status_code == 200


def test_op_orders_activation_links_of_production_are_none(api, shop, placed):
    for rest in ("activationlinks", "lineitems/1/activationlinks"):
        address = f"/orders/{placed.pk}/{rest}"
        assert api.get(shop.api(address)).json() == {
            "totalCount": 0,
            "items": [],
            "links": {
                "self": {
                    "uri": f"/customers/{shop.customer.pk}{address}",
                    "method": "GET",
                    "headers": [],
                }
            },
            "attributes": {"objectType": "Collection"},
        }


def test_op_orders_activation_links_of_a_sandbox_lead_nowhere(reference, fabrikam_sandbox, travel):
    with fabrikam_sandbox.visible():
        shop = build.shop(fabrikam_sandbox)
        placed = shop.buy(build.offer("WSD"), build.offer("PERP"))
        address = shop.api(f"/orders/{placed.pk}")
        api = fabrikam_sandbox.api("aa")
        whole = api.get(f"{address}/activationlinks").json()
        one = api.get(f"{address}/lineitems/1/activationlinks").json()
    assert [item["lineItemNumber"] for item in whole["items"]] == [0, 1]
    assert one["items"] == whole["items"][1:]
    assert lacks(reference, "get-activation-link-by-order-line-item.1", one) == []


def test_op_orders_activation_links_of_nothing(api, shop, placed):
    def found(order, number):
        address = shop.api(f"/orders/{order}/lineitems/{number}/activationlinks")
        response = api.get(address)
        return response.status_code, response.json()["code"]

    assert found(placed.pk, 2) == (400, 800071)
    assert found(placed.pk, "x") == (400, 800002)
    assert found("nothing", 0) == (404, 20000)


@pytest.mark.parametrize("count", [1, 3])
def test_op_orders_activation_links_read_5_times_whatever_the_number(api, shop, count):
    placed = shop.buy(*[build.offer(key) for key in ("WSD", "SQL", "PERP")[:count]])
    with CaptureQueriesContext(connection) as queries:
        api.get(shop.api(f"/orders/{placed.pk}/activationlinks"))
    assert len(queries) == 5
