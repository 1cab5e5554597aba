"""Carts: add-ons, versions, documented codes, partners on record (contract 5 and 6)."""

from uuid import uuid4

import pytest

from orders.models import Order, OrderLine
from tests.orders import build
from tests.orders.printed import lacks


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


def line(offer, **more):
    return {"CatalogItemId": offer.catalog_item_id, "Quantity": 2, **more}


def create(api, shop, *lines):
    body = {"LineItems": list(lines)}
    return api.post(shop.api("/carts"), body, format="json")


def answer(response):
    return response.status_code, response.json()["code"], response.json()["data"]


def checkout(api, shop, cart):
    return api.post(shop.api(f"/carts/{cart['id']}/checkout"), "success", format="json")


def test_op_carts_create_with_addons(api, shop, wsd):
    sql, perpetual = build.offer("SQL"), build.offer("PERP")
    response = create(
        api, shop, line(wsd, AddonItems=[line(sql), line(perpetual)]), line(build.offer("SUSE"))
    )
    assert response.status_code == 201
    cart = response.json()
    base, plan = cart["lineItems"]
    assert (base["id"], [each["id"] for each in base["addonItems"]], plan["id"]) == (0, [1, 2], 3)
    assert [each["catalogItemId"] for each in base["addonItems"]] == [
        sql.catalog_item_id,
        perpetual.catalog_item_id,
    ]
    read = api.get(shop.api(f"/carts/{cart['id']}")).json()
    assert read["lineItems"] == cart["lineItems"]
    again = api.put(shop.api(f"/carts/{cart['id']}"), read, format="json")
    assert (again.status_code, again.json()["lineItems"]) == (201, cart["lineItems"])
    (order,) = checkout(api, shop, cart).json()["orders"]
    assert [each["lineItemNumber"] for each in order["lineItems"]] == [0, 1, 2, 3]


def test_op_carts_create_with_addons_an_addon_that_is_not_there_carries_the_error(api, shop, wsd):
    nothing = {"CatalogItemId": "C94271D8-B431-4A25-A3C5-A57737A1C909", "Quantity": 2}
    cart = create(api, shop, line(wsd, addOnItems=[nothing])).json()
    (addon,) = cart["lineItems"][0]["addonItems"]
    assert (addon["error"]["errorCode"], "error" in cart["lineItems"][0]) == (10001, False)
    assert answer(checkout(api, shop, cart)) == (400, 800009, ["lineItems[1]"])


def test_op_carts_create_with_addons_for_a_subscription_that_is_there(api, shop, wsd):
    context = {"ParentSubscriptionId": str(uuid4())}
    cart = create(api, shop, line(wsd, ProvisioningContext=context)).json()
    assert cart["lineItems"][0]["provisioningContext"] == context


@pytest.mark.parametrize(
    ("name", "addons"), [("create-a-cart-with-add-ons.1", True), ("update-a-cart.1", False)]
)
def test_op_carts_members_as_documented(reference, api, shop, wsd, name, addons):
    more = {"AddonItems": [line(wsd)]} if addons else {}
    participants = [{"Key": "transaction_reseller", "Value": "5357564"}]
    context = {"subscriptionId": str(uuid4()), "scope": "shared", "duration": "1Year"}
    sent = line(
        wsd, FriendlyName="ours", Participants=participants, ProvisioningContext=context, **more
    )
    assert lacks(reference, name, create(api, shop, sent).json()) == []


def test_op_carts_checkout_as_documented(reference, api, shop, wsd):
    body = checkout(api, shop, create(api, shop, line(wsd)).json()).json()
    # Lines of software have entitlements; the printed one is of a licence, which is not sold here.
    without = ".orders[0].lineitems[0].subscriptionid"
    assert lacks(reference, "checkout-a-cart.1", body, without=without) == []


def test_op_carts_update_a_stale_version_is_refused(api, shop, wsd, travel):
    first = create(api, shop, line(wsd)).json()
    address = shop.api(f"/carts/{first['id']}")
    tag = f'"{first["attributes"]["etag"]}"'
    assert api.get(address)["ETag"] == tag
    travel.shift(1)
    changed = api.put(address, first, format="json", headers={"If-Match": tag})
    assert changed.status_code == 201
    assert changed["ETag"] != tag
    stale = api.put(address, {"lineItems": []}, format="json", headers={"If-Match": tag})
    assert answer(stale) == (412, 2055, ["If-Match"])
    in_body = api.put(address, first, format="json")
    assert answer(in_body) == (400, 2055, ["attributes.etag"])
    assert api.get(address).json() == changed.json()


def test_op_carts_documented_codes(api, shop, wsd):
    unknown = f"/carts/{uuid4()}"
    for response in (
        api.get(shop.api(unknown)),
        api.put(shop.api(unknown), {"lineItems": [line(wsd)]}, format="json"),
        api.post(shop.api(f"{unknown}/checkout")),
    ):
        assert answer(response) == (404, 800008, [])
    cart = create(api, shop, line(wsd)).json()
    assert checkout(api, shop, cart).status_code == 201
    address = shop.api(f"/carts/{cart['id']}")
    assert answer(api.put(address, {"lineItems": [line(wsd)]}, format="json"))[:2] == (400, 800065)
    assert answer(checkout(api, shop, cart))[:2] == (400, 800065)
    assert api.get(address).json()["status"] == "Ordered"


def order_body(offer, mpn_id):
    each = {"LineItemNumber": 0, "OfferId": offer.catalog_item_id, "Quantity": 1}
    return {"LineItems": [each | {"PartnerIdOnRecord": mpn_id}]}


def test_op_orders_create_for_indirect_reseller(api, shop, wsd):
    response = api.post(shop.api("/orders"), order_body(wsd, "4847383"), format="json")
    assert response.status_code == 201
    assert response.json()["lineItems"][0]["partnerIdOnRecord"] == "4847383"
    participants = OrderLine.objects.get().participants
    assert participants == [{"key": "transaction_reseller", "value": "4847383"}]
    found = api.get(shop.api("/subscriptions?mpn_id=4847383")).json()["items"]
    assert [each["partnerId"] for each in found] == ["4847383"]


def test_op_orders_create_with_oneself_on_record_is_800016(shop, wsd):
    partner = shop.org.partner
    partner.mpn_id = "4390000"
    partner.save()
    response = shop.org.api("aa").post(
        shop.api("/orders"), order_body(wsd, "4390000"), format="json"
    )
    assert answer(response) == (400, 800016, ["lineItems[0].partnerIdOnRecord"])
    assert not Order.objects.exists()
