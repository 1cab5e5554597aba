"""Carts over REST: POST, GET, PUT (contract 5, clients.md)."""

import uuid

import pytest

from catalog.models import MarketAvailability
from orders.models import Cart, CartLine
from orders.rules import cart_tag
from tests.catalog.dated import takes_over
from tests.orders import build


def wire_lines(*offers, quantity=1, **more):
    return {
        "lineItems": [
            {"id": number, "catalogItemId": each.catalog_item_id, "quantity": quantity, **more}
            for number, each in enumerate(offers)
        ]
    }


@pytest.fixture
def api(shop):
    return shop.org.api("aa", as_user=False)


def create(api, shop, body, **headers):
    return api.post(shop.api("/carts"), body, format="json", headers=headers)


def test_S15_a_cart_in_the_documented_form(api, shop, wsd):
    perpetual = build.offer("PERP")
    response = create(api, shop, wire_lines(wsd, perpetual, quantity=2, billingCycle="one_time"))
    assert response.status_code == 201
    body = response.json()
    cart = Cart.objects.get()
    assert body == {
        "id": str(cart.pk),
        "creationTimestamp": "2020-01-02T10:12:00Z",
        "lastModifiedTimestamp": "2020-01-02T10:12:00Z",
        "expirationTimestamp": "2020-01-09T10:12:00Z",
        "lastModifiedUser": "aa",
        "status": "Active",
        "lineItems": [
            {
                "id": 0,
                "catalogItemId": wsd.catalog_item_id,
                "friendlyName": "Windows Server Standard - 8 Core License Pack - 1 year",
                "quantity": 2,
                "currencyCode": "USD",
                "billingCycle": "one_time",
                "termDuration": "P1Y",
                "orderGroup": "0",
            },
            {
                "id": 1,
                "catalogItemId": perpetual.catalog_item_id,
                "friendlyName": "BizTalk Server 2016 Branch",
                "quantity": 2,
                "currencyCode": "USD",
                "billingCycle": "one_time",
                "orderGroup": "0",
            },
        ],
        "links": {
            "self": {
                "uri": f"/customers/{shop.customer.pk}/carts/{cart.pk}",
                "method": "GET",
                "headers": [],
            }
        },
        "attributes": {
            "etag": cart_tag(cart.pk, cart.modified_at),
            "objectType": "Cart",
        },
    }
    assert api.get(shop.api(f"/carts/{cart.pk}")).json() == body


def test_the_net_client_s_body_is_read(api, shop, wsd):
    body = {
        "Id": None,
        "CreationTimestamp": None,
        "ExpirationTimestamp": "0001-01-01T00:00:00",
        "LastModifiedUser": None,
        "LineItems": [
            {
                "Id": 0,
                "CatalogItemId": wsd.catalog_item_id.lower(),
                "FriendlyName": None,
                "Quantity": 3,
                "CurrencyCode": None,
                "BillingCycle": "unknown",
                "TermDuration": None,
                "Participants": None,
                "ProvisioningContext": {"Scope": "shared", "Empty": None},
                "OrderGroup": None,
                "AddonItems": None,
                "RenewsTo": None,
                "Error": None,
            }
        ],
        "Links": None,
        "Attributes": {"ObjectType": "Cart"},
    }
    response = create(api, shop, body)
    assert response.status_code == 201
    (line,) = response.json()["lineItems"]
    assert (line["catalogItemId"], line["quantity"]) == (wsd.catalog_item_id, 3)
    assert line["provisioningContext"] == {"Scope": "shared"}


def test_lines_of_different_groups_become_different_orders(api, shop, wsd, reservation):
    body = create(api, shop, wire_lines(wsd, reservation, build.offer("SUSE"))).json()
    assert [line["orderGroup"] for line in body["lineItems"]] == ["0", "1", "0"]


def test_a_line_whose_id_leads_to_nothing_is_kept_and_says_so(api, shop, wsd):
    wanted = wire_lines(wsd)
    wanted["lineItems"].append({"catalogItemId": "AAAAAAAAAAAA:0001:AAAAAAAAAAAA", "quantity": 1})
    response = create(api, shop, wanted)
    assert response.status_code == 201
    good, bad = response.json()["lineItems"]
    assert "error" not in good
    assert bad["error"] == {"errorCode": 10001, "errorDescription": "The product was not found."}
    assert "orderGroup" not in bad


def test_a_line_that_was_closed_later_says_so_at_the_next_look(api, shop, reservation):
    cart = create(api, shop, wire_lines(reservation)).json()["id"]
    takes_over(
        MarketAvailability,
        market_id="US", kind="reservation", available=False, position=0,
        valid_from=build.now(), source="later list",
    )  # fmt: skip
    (line,) = api.get(shop.api(f"/carts/{cart}")).json()["lineItems"]
    assert line["error"]["errorCode"] == 10006
    assert "United States" in line["error"]["errorDescription"]


def test_S11_a_reservation_for_an_open_market(api, shop, reservation):
    assert create(api, shop, wire_lines(reservation)).status_code == 201


def test_S10_every_closed_market_refuses_a_reservation_line(api, shop, reservation, wsd):
    closed = list(
        MarketAvailability.objects.filter(kind="reservation").values_list("market_id", flat=True)
    )
    assert len(closed) == 109
    for code in closed:
        type(shop.customer).objects.filter(pk=shop.customer.pk).update(country=code)
        refused = create(api, shop, wire_lines(reservation))
        assert (refused.status_code, refused.json()["code"]) == (400, 800070), code
        assert create(api, shop, wire_lines(wsd)).status_code == 201, code


@pytest.mark.parametrize("quantity", [0, -1, 5001, 10**9, 10**15])
def test_S15_an_invalid_quantity_is_2002(api, shop, wsd, quantity):
    refused = create(api, shop, wire_lines(wsd, quantity=quantity))
    assert (refused.status_code, refused.json()["code"]) == (400, 2002)
    assert Cart.objects.count() == 0


def test_S15_an_unsupported_sku_is_800020(api, shop):
    refused = create(api, shop, wire_lines(build.offer("WSD", kind="online_service")))
    assert (refused.status_code, refused.json()["code"]) == (403, 800020)


HOSTILE = [
    {},
    {"lineItems": None},
    {"lineItems": []},
    {"lineItems": "x"},
    {"lineItems": [None]},
    {"lineItems": [{}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": None}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": "many"}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1.5}]},
    {"lineItems": [{"catalogItemId": {"a": 1}, "quantity": 1}]},
    {"lineItems": [{"catalogItemId": "x" * 41, "quantity": 1}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1, "friendlyName": "y" * 301}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1, "provisioningContext": [1]}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1, "provisioningContext": {"a": {"b": 1}}}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1, "participants": ["a"]}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1, "addonItems": [{"quantity": 1}]}]},
    {"lineItems": [{"catalogItemId": "x", "quantity": 1}] * 101},
    [],
    [1, 2],
]


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_bodies_are_400(api, shop, body):
    response = create(api, shop, body)
    assert (response.status_code, response.json()["code"]) == (400, 800002)
    assert Cart.objects.count() == 0


def test_put_replaces_the_lines(api, shop, wsd):
    cart = create(api, shop, wire_lines(wsd, quantity=1)).json()
    cart["lineItems"][0]["quantity"] = 7
    cart["lineItems"].append({"catalogItemId": build.offer("SQL").catalog_item_id, "quantity": 1})
    response = api.put(shop.api(f"/carts/{cart['id']}"), cart, format="json")
    assert response.status_code == 201
    assert [line["quantity"] for line in response.json()["lineItems"]] == [7, 1]
    assert sorted(CartLine.objects.values_list("number", flat=True)) == [0, 1]


def test_an_expired_cart_refuses_changes(api, shop, wsd, travel):
    cart = create(api, shop, wire_lines(wsd)).json()["id"]
    travel.shift(build.days(7))
    late = shop.org.api("aa").put(shop.api(f"/carts/{cart}"), wire_lines(wsd), format="json")
    assert (late.status_code, late.json()["code"]) == (404, 800008)


def test_a_foreign_and_an_unknown_cart_look_the_same(api, shop, wsd, tailspin):
    with tailspin.visible():
        theirs = build.shop(tailspin, name="Alpine")
        row = build.offer("WSD", market="AU")
        foreign = theirs.add(row).pk
    cart = create(api, shop, wire_lines(wsd)).json()["id"]
    other = build.customer(shop.org, "Adatum")
    answers = [
        api.get(path)
        for path in (
            shop.api(f"/carts/{foreign}"),
            shop.api(f"/carts/{uuid.uuid4()}"),
            shop.api("/carts/nonsense"),
            shop.api(f"/carts/{cart}", customer=other),
        )
    ]
    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
    assert answers[0].json()["code"] == 800008


def test_the_cart_of_a_foreign_customer_is_404(api, shop, tailspin, wsd):
    with tailspin.visible():
        theirs = build.shop(tailspin, name="Alpine")
    assert create(api, theirs, wire_lines(wsd)).status_code == 404


@pytest.mark.parametrize("key", ["sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"])
def test_who_may_not_buy_has_no_cart(shop, wsd, key):
    refused = create(shop.org.api(key), shop, wire_lines(wsd))
    assert (refused.status_code, refused.json()["code"]) == (403, 900150)


def test_the_same_request_id_gives_the_same_cart(api, shop, wsd):
    first, again = (create(api, shop, wire_lines(wsd), **{"MS-RequestId": "a-1"}) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    assert Cart.objects.count() == 1
    other = create(api, shop, wire_lines(wsd, quantity=2), **{"MS-RequestId": "a-1"})
    assert other.status_code == 409


@pytest.mark.parametrize("kinds", [["WSD"], ["WSD", "SQL", "PERP"]])
def test_the_number_of_queries_does_not_grow(shop, api, kinds, django_assert_num_queries):
    cart = create(api, shop, wire_lines(*[build.offer(kind) for kind in kinds])).json()["id"]
    with django_assert_num_queries(6):
        api.get(shop.api(f"/carts/{cart}"))
