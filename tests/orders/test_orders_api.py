"""Orders over REST: POST, list, one, provisioning status (contract 6, clients.md, S60)."""

from base64 import b64decode

import pytest

from orders.models import Order, OrderLine
from partnercenter.lib.wire.json import dumps
from software.models import Entitlement
from tests.orders import build
from tests.software import build as software

MANY = ["WSD", "SQL", "PERP"]


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


def wire_order(*offers, quantity=1, **more):
    return {
        "billingCycle": "one_time",
        "lineItems": [
            {"lineItemNumber": n, "offerId": each.catalog_item_id, "quantity": quantity}
            for n, each in enumerate(offers)
        ],
        **more,
    }


def create(api, shop, body, **headers):
    return api.post(shop.api("/orders"), body, format="json", headers=headers)


def documented(shop, order, wsd, status="pending"):
    path = f"/customers/{shop.customer.pk}/orders/{order.pk}"

    def link(uri):
        return {"uri": uri, "method": "GET", "headers": []}

    return {
        "id": order.pk,
        "alternateId": order.alternate_id,
        "referenceCustomerId": str(shop.customer.pk),
        "billingCycle": "one_time",
        "currencyCode": "USD",
        "currencySymbol": "$",
        "lineItems": [
            {
                "lineItemNumber": 0,
                "offerId": wsd.catalog_item_id,
                "termDuration": "P1Y",
                "transactionType": "New",
                "friendlyName": "Windows Server Standard - 8 Core License Pack - 1 year",
                "quantity": 2,
                "links": {
                    "product": link("/products/DG7GMGF0DVT9?country=US"),
                    "sku": link("/products/DG7GMGF0DVT9/skus/000B?country=US"),
                    "availability": link(
                        f"/products/DG7GMGF0DVT9/skus/000B/availabilities/{wsd.pk}?country=US"
                    ),
                },
            }
        ],
        "creationDate": "2020-01-02T10:12:00Z",
        "status": status,
        "transactionType": "UserPurchase",
        "links": {"self": link(path), "provisioningStatus": link(f"{path}/provisioningstatus")},
        "attributes": {"objectType": "Order"},
    }


def test_S60_an_order_in_the_documented_form(api, shop, wsd):
    response = create(api, shop, wire_order(wsd, quantity=2))
    order = Order.objects.get()
    expected = documented(shop, order, wsd)
    assert (response.status_code, response.json()) == (201, expected)
    read = api.get(shop.api(f"/orders/{order.pk}")).json()
    tag = read["attributes"].pop("etag")
    assert (read, b64decode(tag)) == (expected, f'{{"id":"{order.pk}","version":1}}'.encode())
    assert api.get(shop.api("/orders")).json() == {
        "totalCount": 1,
        "items": [expected],
        "links": {
            "self": {
                "uri": f"/customers/{shop.customer.pk}/orders?size=500",
                "method": "GET",
                "headers": [],
            }
        },
        "attributes": {"objectType": "Collection"},
    }


@pytest.mark.parametrize("cycle", ["annual", "monthly"])
def test_the_node_client_s_body_is_read(api, shop, wsd, cycle):
    """It knows no other cycles; the offer's own is taken."""
    line = {"offerId": wsd.catalog_item_id, "quantity": 2, "lineItemNumber": 0}
    response = create(api, shop, {"lineItems": [line], "billingCycle": cycle})
    assert response.status_code == 201
    assert response.json() == documented(shop, Order.objects.get(), wsd)


def test_the_net_client_s_body_is_read(api, shop, wsd):
    body = {
        "Id": None,
        "ReferenceCustomerId": str(shop.customer.pk),
        "BillingCycle": "unknown",
        "CurrencyCode": None,
        "CreationDate": None,
        "Status": None,
        "LineItems": [
            {
                "LineItemNumber": 0,
                "OfferId": wsd.catalog_item_id,
                "SubscriptionId": None,
                "ParentSubscriptionId": None,
                "FriendlyName": "ours",
                "Quantity": 2,
                "ProvisioningContext": None,
                "Links": None,
            }
        ],
        "Links": None,
        "Attributes": {"ObjectType": "Order", "Etag": None},
    }
    response = create(api, shop, body)
    assert response.status_code == 201
    assert response.json()["lineItems"][0]["friendlyName"] == "ours"


def test_S54_the_friendly_name_is_the_product_s_unless_one_is_given(api, shop, wsd):
    response = create(api, shop, wire_order(wsd))
    assert response.json()["lineItems"][0]["friendlyName"] == wsd.sku.title


def test_S55_the_entitlement_refers_to_the_order(api, shop, wsd):
    order = create(api, shop, wire_order(wsd)).json()
    assert Entitlement.objects.get().order_id == order["id"]


def test_perpetual_software_has_no_term(api, shop):
    line = create(api, shop, wire_order(build.offer("PERP"))).json()["lineItems"][0]
    assert "termDuration" not in line


def test_S17_the_price_object_excludes_tax(api, shop, wsd):
    create(api, shop, wire_order(wsd, quantity=2))
    (order,) = api.get(shop.api("/orders?include_price=True")).json()["items"]
    assert order["totalPrice"] == 730.0
    assert order["lineItems"][0]["pricing"] == {
        "listPrice": 365.0,
        "discountedPrice": 365.0,
        "proratedPrice": 365.0,
        "price": 365.0,
        "extendedPrice": 730.0,
        "taxIncluded": False,
        "netPrice": 730.0,
        "taxAmount": 0.0,
        "grossPrice": 730.0,
    }


def test_S18_the_price_object_includes_tax_in_australia(travel, tailspin):
    with tailspin.visible():
        shop = build.shop(tailspin)
        row = build.offer("WSD", "602.25", market="AU")
        create(tailspin.api("aa"), shop, wire_order(row, quantity=2))
        (order,) = tailspin.api("aa").get(shop.api("/orders?include_price=true")).json()["items"]
    assert (order["currencyCode"], order["totalPrice"]) == ("AUD", 1204.5)
    pricing = order["lineItems"][0]["pricing"]
    assert (pricing["taxIncluded"], pricing["extendedPrice"]) == (True, 1204.5)
    assert (pricing["netPrice"], pricing["taxAmount"]) == (1095.0, 109.5)


def test_without_include_price_there_is_none(api, shop, wsd):
    order = create(api, shop, wire_order(wsd)).json()
    assert "totalPrice" not in order
    assert "pricing" not in order["lineItems"][0]


def test_a_listed_order_is_byte_for_byte_the_order_itself(api, shop, wsd, travel):
    awkward = {"friendlyName": '"q" \\ / \n\t\b\f\r\x01\x7f é 数据 😀 %s {0}', "quantity": 7}
    context = {"provisioningContext": {"zz": 'a "b", c: d', "a": "é\n"}}
    body = wire_order(wsd, build.offer("PERP"), build.offer("SUSE"))
    body["lineItems"][0] |= awkward
    body["lineItems"][1] |= context
    made = []
    for _ in range(3):
        made.insert(0, create(api, shop, body).json()["id"])
        travel.shift(1)
    software.keys(3, ids=build.PRODUCTS["WSD"][0])
    made.insert(0, create(api, shop, wire_order(wsd, quantity=3)).json()["id"])
    OrderLine.objects.filter(order=made[2]).update(cancelled_at=build.now())
    OrderLine.objects.filter(order=made[3], number=1).update(cancelled_at=build.now())
    listed = api.get(shop.api("/orders")).content
    items = [{**api.get(shop.api(f"/orders/{order}")).json()} for order in made]
    assert [item["status"] for item in items] == ["completed", "pending", "cancelled", "pending"]
    for item in items:
        del item["attributes"]["etag"]
    assert listed.startswith(b'{"totalCount":4,"items":' + dumps(items) + b',"links":{')


def test_S19_pending_until_a_key_has_come_then_completed(api, shop, wsd):
    order = create(api, shop, wire_order(wsd, build.offer("SUSE"))).json()
    path = shop.api(f"/orders/{order['id']}")
    status = api.get(f"{path}/provisioningstatus").json()["items"]
    assert [(line["lineItemNumber"], line["status"]) for line in status] == [
        (0, "prefulfillmentPending"),
        (1, "fulfilled"),
    ]
    Entitlement.objects.update(fulfilled_at=build.now())
    assert api.get(path).json()["status"] == "completed"


def test_cancelled_once_every_line_is(api, shop, wsd):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    order = create(api, shop, wire_order(wsd, build.offer("SUSE"))).json()
    path = shop.api(f"/orders/{order['id']}")
    OrderLine.objects.filter(number=0).update(cancelled_at=build.now())
    seen = api.get(path).json()
    assert seen["status"] == "completed"
    assert [line["quantity"] for line in seen["lineItems"]] == [0, 1]
    OrderLine.objects.update(cancelled_at=build.now())
    assert api.get(path).json()["status"] == "cancelled"


def test_a_provisioning_line_in_the_documented_form(api, shop):
    order = create(api, shop, wire_order(build.offer("SUSE"), quantity=3)).json()
    body = api.get(shop.api(f"/orders/{order['id']}/provisioningstatus")).json()
    assert body["items"] == [
        {
            "lineItemNumber": 0,
            "status": "fulfilled",
            "quantityProvisioningInformation": [{"quantity": 3, "status": "fulfilled"}],
        }
    ]


@pytest.mark.parametrize(
    ("asked", "count"),
    [("onetime", 1), ("OneTime", 1), ("one_time", 1), ("monthly", 0), ("unknown", 1), ("", 1)],
)
def test_the_list_by_billing_type(api, shop, wsd, asked, count):
    create(api, shop, wire_order(wsd))
    assert api.get(shop.api(f"/orders?billingType={asked}")).json()["totalCount"] == count


def test_an_unknown_billing_type_is_900126(api, shop):
    refused = api.get(shop.api("/orders?billingType=weekly"))
    assert (refused.status_code, refused.json()["code"]) == (400, 900126)


def test_a_page_of_orders_leads_to_the_next(api, shop, wsd, travel):
    made = []
    for _ in range(3):
        made.insert(0, create(api, shop, wire_order(wsd)).json()["id"])
        travel.shift(1)
    first = api.get(shop.api("/orders?size=2")).json()
    assert [order["id"] for order in first["items"]] == made[:2]
    link = first["links"]["next"]
    headers = {pair["key"]: pair["value"] for pair in link["headers"]}
    second = api.get("/v1/" + link["uri"], headers=headers).json()
    assert [order["id"] for order in second["items"]] == made[2:]
    assert "next" not in second["links"]


HOSTILE = [
    {},
    {"lineItems": None},
    {"lineItems": []},
    {"lineItems": {"a": 1}},
    {"lineItems": [{}]},
    {"lineItems": [{"offerId": "x"}]},
    {"lineItems": [{"offerId": ["x"], "quantity": 1}]},
    {"lineItems": [{"offerId": "x" * 41, "quantity": 1}]},
    {"lineItems": [{"offerId": "x", "quantity": True and "x"}]},
    {"lineItems": [{"offerId": "x", "quantity": 1, "lineItemNumber": "x"}]},
    {"lineItems": [{"offerId": "x", "quantity": 1}] * 101},
    [],
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_400(api, shop, body):
    response = create(api, shop, body)
    assert (response.status_code, response.json()["code"]) == (400, 800002)


def test_another_currency_than_the_price_list_s_is_refused(api, shop, wsd):
    refused = create(api, shop, wire_order(wsd, currencyCode="EUR"))
    assert (refused.status_code, refused.json()["code"]) == (400, 800004)


@pytest.mark.parametrize("quantity", [0, 5001, 10**15])
def test_S15_an_invalid_quantity_is_2002(api, shop, wsd, quantity):
    refused = create(api, shop, wire_order(wsd, quantity=quantity))
    assert (refused.status_code, refused.json()["code"]) == (400, 2002)
    assert refused.json()["data"] == ["lineItems[0].quantity"]


def test_a_sum_beyond_what_can_be_stored_is_400(api, shop):
    row = build.offer("PERP", "9999999999", max_quantity=999_999_999)
    refused = create(api, shop, wire_order(row, quantity=999_999_999))
    assert refused.status_code == 400
    assert Order.objects.count() == 0


def test_a_foreign_and_an_unknown_order_look_the_same(api, shop, wsd, tailspin):
    with tailspin.visible():
        theirs = build.shop(tailspin, name="Alpine")
        foreign = theirs.buy(build.offer("WSD", market="AU")).pk
    mine = shop.buy(wsd).pk
    other = build.customer(shop.org, "Adatum")
    answers = [
        api.get(path + rest)
        for rest in ("", "/provisioningstatus")
        for path in (
            shop.api(f"/orders/{foreign}"),
            shop.api("/orders/nonsense"),
            shop.api(f"/orders/{'x' * 500}"),
            shop.api(f"/orders/{mine}", customer=other),
        )
    ]
    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
    assert answers[0].json()["code"] == 20000


def test_orders_of_a_foreign_customer_are_404(api, tailspin, wsd):
    with tailspin.visible():
        theirs = build.shop(tailspin, name="Alpine")
    for answer in (api.get(theirs.api("/orders")), create(api, theirs, wire_order(wsd))):
        assert (answer.status_code, answer.json()["code"]) == (404, 60003)


ROLES = {
    "aa": (201, 200),
    "ga": (201, 200),
    "gaaa": (201, 200),
    "sa": (403, 200),
    "ha": (403, 200),
    "ba": (403, 200),
    "acct": (403, 403),
    "ref": (403, 403),
    "mkt": (403, 403),
    "uma": (403, 403),
    "du": (403, 403),
}


@pytest.mark.parametrize("key", ROLES)
def test_S3_who_may_buy_and_who_may_look(shop, wsd, key):
    mine = shop.buy(wsd).pk
    api = shop.org.api(key)
    bought, looked = ROLES[key]
    assert create(api, shop, wire_order(wsd)).status_code == bought
    for rest in ("", f"/{mine}", f"/{mine}/provisioningstatus"):
        assert api.get(shop.api(f"/orders{rest}")).status_code == looked
    # Who may not buy learns nothing about his input.
    assert create(api, shop, {}).status_code == (400 if bought == 201 else 403)


def test_the_same_request_id_makes_one_order(api, shop, wsd):
    first, again = (create(api, shop, wire_order(wsd), **{"MS-RequestId": "o-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert Order.objects.count() == 1
    other = create(api, shop, wire_order(wsd, quantity=2), **{"MS-RequestId": "o-1"})
    assert other.status_code == 409


def test_after_a_refusal_the_request_id_may_be_used_again(api, shop, wsd):
    headers = {"MS-RequestId": "o-2"}
    assert create(api, shop, wire_order(wsd, quantity=0), **headers).status_code == 400
    assert create(api, shop, wire_order(wsd), **headers).status_code == 201


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    api, shop, count, django_assert_num_queries
):
    offers = [build.offer(key) for key in MANY]
    for _ in range(count):
        shop.buy(*offers)
    with django_assert_num_queries(4):
        body = api.get(shop.api("/orders")).json()
    assert [len(order["lineItems"]) for order in body["items"]] == [3] * count


@pytest.mark.parametrize("kinds", [["WSD"], MANY])
def test_one_order_takes_the_same_queries_for_any_number_of_lines(
    api, shop, kinds, django_assert_num_queries
):
    placed = shop.buy(*[build.offer(key) for key in kinds])
    with django_assert_num_queries(5):
        api.get(shop.api(f"/orders/{placed.pk}"))
