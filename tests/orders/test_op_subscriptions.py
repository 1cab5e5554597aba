"""Subscriptions over REST: list, by order, by partner, one, and what stands below (contract 8)."""

import json
from base64 import b64encode
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Partner
from orders import subscriptions
from orders.models import OrderLine
from orders.services import Item, place_order
from software.models import Entitlement
from tests.orders import build
from tests.orders.printed import lacks
from tests.software import build as software


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


@pytest.fixture
def placed(shop, wsd):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    return shop.buy(wsd, quantity=2)


def subscription(placed, number=0):
    return next(line.pk for line in placed.lines if line.number == number)


def below(shop, placed, rest=""):
    return shop.api(f"/subscriptions/{subscription(placed)}{rest}")


def link(uri):
    return {"uri": uri, "method": "GET", "headers": []}


def documented(shop, placed, wsd):
    address = f"/products/DG7GMGF0DVT9/skus/000B/availabilities/{wsd.pk}?country=US"
    return {
        "id": str(subscription(placed)),
        "entitlementId": str(Entitlement.objects.get(order_id=placed.pk).pk),
        "offerId": wsd.catalog_item_id,
        "offerName": "Windows Server Standard - 8 Core License Pack - 1 year",
        "friendlyName": "Windows Server Standard - 8 Core License Pack - 1 year",
        "quantity": 2,
        "unitType": "License(s)",
        "hasPurchasableAddons": False,
        "creationDate": "2020-01-02T10:12:00Z",
        "effectiveStartDate": "2020-01-02T10:12:00Z",
        "commitmentEndDate": "2021-01-02T10:12:00Z",
        "status": "active",
        "autoRenewEnabled": False,
        "isTrial": False,
        "billingType": "license",
        "billingCycle": "one_time",
        "termDuration": "P1Y",
        "isMicrosoftProduct": True,
        "publisherName": "Microsoft Corporation",
        "partnerId": "",
        "actions": ["edit"],
        "contractType": "subscription",
        "refundOptions": [{"type": "Partial", "expiresAt": "2020-03-02T10:12:00Z"}],
        "orderId": placed.pk,
        "links": {
            "offer": link(address),
            "product": link("/products/DG7GMGF0DVT9?country=US"),
            "sku": link("/products/DG7GMGF0DVT9/skus/000B?country=US"),
            "availability": link(address),
            "entitlement": link(f"/customers/{shop.customer.pk}/entitlements"),
            "self": link(f"/customers/{shop.customer.pk}/subscriptions/{subscription(placed)}"),
        },
        "attributes": {
            "etag": _tag(subscription(placed), 1),
            "objectType": "Subscription",
        },
    }


def _tag(pk, version):
    text = f'{{"id":"{pk}","version":{version}}}'
    return b64encode(text.encode()).decode()


def ids(response):
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["items"]]


def test_op_subscriptions_get_in_the_documented_form(api, shop, placed, wsd):
    response = api.get(below(shop, placed))
    assert (response.status_code, response.json()) == (200, documented(shop, placed, wsd))
    assert response["ETag"] == f'"{_tag(subscription(placed), 1)}"'


def test_op_subscriptions_list_in_the_documented_form(api, shop, placed, wsd):
    assert api.get(shop.api("/subscriptions")).json() == {
        "totalCount": 1,
        "items": [documented(shop, placed, wsd)],
        "links": {"self": link(f"/customers/{shop.customer.pk}/subscriptions?size=500")},
        "attributes": {"objectType": "Collection"},
    }


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("get-a-subscription-by-id.1", ""),
        ("update-autorenew-for-an-azure-marketplace-subscription.1", ""),
        ("change-the-quantity-of-a-subscription.1", ""),
        ("get-subscription-registration-status.1", "/registrationstatus"),
        ("update-a-subscription-s-support-contact.1", "/supportcontact"),
    ],
)
def test_op_subscriptions_members_as_documented(reference, shop, placed, name, rest):
    as_user = shop.org.api("aa", as_user=True)
    answer = as_user.get(below(shop, placed, rest)).json()
    assert lacks(reference, name, answer, without=".links.entitlement") == []


@pytest.mark.parametrize(
    "name",
    ["get-all-of-a-customer-s-subscriptions.1", "get-a-list-of-subscriptions-by-order.1"],
)
def test_op_subscriptions_list_members_as_documented(reference, api, shop, placed, name):
    answer = api.get(shop.api(f"/subscriptions?order_id={placed.pk}")).json()
    assert lacks(reference, name, answer) == []


def test_op_subscriptions_list_holds_what_has_a_term_newest_first(shop, wsd, travel):
    first = shop.buy(wsd, build.offer("PERP"), build.offer("SUSE"))
    travel.shift(build.days(1))
    second = shop.buy(build.offer("RI"))
    shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    assert ids(shop.org.api("aa").get(shop.api("/subscriptions"))) == [
        str(subscription(second)), str(subscription(first, 2)), str(subscription(first, 0))
    ]  # fmt: skip


def test_op_subscriptions_list_goes_on_page_by_page(api, shop, wsd):
    placed = [shop.buy(wsd), shop.buy(wsd, build.offer("SUSE"))]
    whole = ids(api.get(shop.api("/subscriptions")))
    found, page = [], api.get(shop.api("/subscriptions?size=1")).json()
    while True:
        found += [item["id"] for item in page["items"]]
        if "next" not in page["links"]:
            break
        following = page["links"]["next"]
        page = api.get(
            f"/v1{following['uri']}", headers={h["key"]: h["value"] for h in following["headers"]}
        ).json()
    assert found == whole
    assert sorted(found) == sorted(str(line.pk) for each in placed for line in each.lines)
    back = page["links"]["previous"]
    headers = {h["key"]: h["value"] for h in back["headers"]}
    assert ids(api.get(f"/v1{back['uri']}", headers=headers)) == [whole[-2]]


def test_op_subscriptions_list_by_order(api, shop, wsd):
    placed = shop.buy(wsd, build.offer("SUSE"))
    shop.buy(wsd)
    response = api.get(shop.api(f"/subscriptions?order_id={placed.pk}"))
    assert ids(response) == [str(subscription(placed, 0)), str(subscription(placed, 1))]
    unknown = api.get(shop.api("/subscriptions?order_id=nothing"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, 20000)


def test_op_subscriptions_list_by_partner(shop, wsd):
    Partner.objects.filter(pk=shop.org.partner.pk).update(mpn_id="4390000")
    by_reseller = place_order(
        shop.customer,
        [
            Item(
                wsd.catalog_item_id,
                1,
                participants=[{"key": "transaction_reseller", "value": "77"}],
            )
        ],
        by=shop.actor(),
    )
    ours = shop.buy(wsd)
    api = shop.org.api("aa")
    found = {
        m: ids(api.get(shop.api(f"/subscriptions?mpn_id={m}"))) for m in ("77", "4390000", "5")
    }
    assert found == {
        "77": [str(subscription(by_reseller))],
        "4390000": [str(subscription(ours))],
        "5": [],
    }
    assert api.get(below(shop, by_reseller)).json()["partnerId"] == "77"


@pytest.mark.parametrize("count", [1, 3])
def test_op_subscriptions_list_reads_4_times_whatever_the_number(api, shop, wsd, count):
    for _ in range(count):
        shop.buy(wsd)
    with CaptureQueriesContext(connection) as queries:
        assert len(ids(api.get(shop.api("/subscriptions")))) == count
    assert len(queries) == 4


def test_op_subscriptions_get_is_20003_for_what_is_not_there(api, shop, tailspin):
    perpetual = shop.buy(build.offer("PERP"))
    other = shop.buy(build.offer("WSD"), customer=build.customer(shop.org, "Other"))
    with tailspin.visible():
        foreign = build.shop(tailspin).buy(build.offer("WSD", market="AU"))
    named = [subscription(perpetual), subscription(other), subscription(foreign), uuid4(), "x"]
    with shop.org.visible():
        found = [api.get(shop.api(f"/subscriptions/{each}")) for each in named]
    assert {(each.status_code, each.json()["code"]) for each in found} == {(404, 20003)}
    assert len({each.content for each in found}) == 1


def test_op_subscriptions_get_says_deleted_once_it_is_cancelled_or_over(api, shop, placed, travel):
    OrderLine.objects.filter(order_id=placed.pk).update(cancelled_at=build.now())
    body = api.get(below(shop, placed)).json()
    assert (body["status"], body["quantity"], body["actions"]) == ("deleted", 2, [])
    assert "refundOptions" not in body
    OrderLine.objects.filter(order_id=placed.pk).update(cancelled_at=None)
    travel.shift(build.days(366))
    assert shop.org.api("aa").get(below(shop, placed)).json()["status"] == "deleted"


@pytest.mark.parametrize(
    "part",
    ["addons", "azureEntitlements", "conversions", "upgrades", "transitions",
     "transitioneligibilities"],
)  # fmt: skip
def test_op_subscriptions_addons_and_others_are_empty(shop, placed, part):
    as_user = shop.org.api("aa", as_user=True)
    response = as_user.get(below(shop, placed, f"/{part}"))
    address = f"/customers/{shop.customer.pk}/subscriptions/{subscription(placed)}/{part}"
    assert response.json() == {
        "totalCount": 0,
        "items": [],
        "links": {"self": link(address)},
        "attributes": {"objectType": "Collection"},
    }
    unknown = as_user.get(shop.api(f"/subscriptions/{uuid4()}/{part}"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, 20003)


def test_op_subscriptions_provisioning_status(shop, wsd):
    placed, as_user = shop.buy(wsd, quantity=3), shop.org.api("aa", as_user=True)
    body = as_user.get(below(shop, placed, "/provisioningstatus")).json()
    assert UUID(body.pop("skuId")).version == 5
    assert body == {
        "status": "pending",
        "quantity": 3,
        "endDate": "2021-01-02T10:12:00Z",
        "attributes": {"objectType": "SubscriptionProvisioningStatus"},
    }
    Entitlement.objects.update(fulfilled_at=build.now())
    answer = as_user.get(below(shop, placed, "/provisioningstatus"))
    assert answer.json()["status"] == "success"


def test_op_subscriptions_register(api, shop):
    placed = shop.buy(build.offer("SUSE"))
    status = below(shop, placed, "/registrationstatus")
    before = api.get(status).json()
    responses = [
        api.post(below(shop, placed, "/registrations"), body, format="json")
        for body in ("success", None)
    ]
    assert [(r.status_code, r.content, r["Location"]) for r in responses] == [
        (202, b"", status.removeprefix("/v1"))
    ] * 2
    assert (before["status"], api.get(status).json()) == (
        "NotRegistered",
        before | {"status": "registered"},
    )


def test_op_subscriptions_register_is_refused_where_it_makes_no_sense(api, shop, placed):
    software_subscription = api.post(below(shop, placed, "/registrations"))
    assert (software_subscription.status_code, software_subscription.json()["code"]) == (
        400,
        800011,
    )
    plan = shop.buy(build.offer("SUSE"))
    api.patch(below(shop, plan), {"status": "suspended"}, format="json")
    suspended = api.post(below(shop, plan, "/registrations"))
    assert (suspended.status_code, suspended.json()["code"]) == (400, 800012)


def test_op_subscriptions_activate_in_production_is_900127(api, shop, placed):
    response = api.post(below(shop, placed, "/activate"))
    assert (response.status_code, response.json()["code"]) == (400, 900127)


def test_op_subscriptions_activate_in_a_sandbox_once(fabrikam_sandbox, travel, reference):
    with fabrikam_sandbox.visible():
        shop = build.shop(fabrikam_sandbox)
        placed = shop.buy(build.offer("WSD"))
        api = fabrikam_sandbox.api("aa")
        first = api.post(below(shop, placed, "/activate"))
        again = api.post(below(shop, placed, "/activate"))
        links = api.get(below(shop, placed, "/activationlinks")).json()
    assert first.json() == {"subscriptionId": str(subscription(placed)), "status": "Success"}
    assert (again.status_code, again.json()["code"]) == (400, 800041)
    name = "activate-sandbox-subscription-azure-marketplace-products.1"
    assert lacks(reference, name, first.json()) == []
    assert lacks(reference, "get-activation-link-by-order-line-item.1", links) == []


def test_op_subscriptions_activation_links_of_production_are_none(api, shop, placed):
    body = api.get(below(shop, placed, "/activationlinks")).json()
    assert (body["totalCount"], body["items"]) == (0, [])


def test_op_subscriptions_support_contact(shop, placed):
    org = shop.org
    Partner.objects.filter(pk=org.partner.pk).update(mpn_id="4390000")
    api, address = org.api("aa", as_user=True), below(shop, placed, "/supportcontact")
    ours = api.get(address).json()
    assert ours == {
        "supportTenantId": str(org.partner.pk),
        "supportMpnId": "4390000",
        "name": "Fabrikam",
        "links": {"self": link(address.removeprefix("/v1"))},
        "attributes": {"objectType": "SupportContact"},
    }
    assert api.put(address, ours, format="json").json() == ours
    other = api.put(address, ours | {"SupportTenantId": str(uuid4())}, format="json")
    assert (other.status_code, other.json()["code"]) == (400, 800016)


COPIES = """
WITH made AS (
  INSERT INTO orders_order SELECT (jsonb_populate_record(o, jsonb_build_object(
    'id', 'X' || g, 'created_at', o.created_at - g * interval '1 minute'))).*
  FROM orders_order o, generate_series(1, 2000) g
)
INSERT INTO orders_orderline SELECT (jsonb_populate_record(l, jsonb_build_object(
  'id', gen_random_uuid(), 'order_id', 'X' || g))).*
FROM orders_orderline l, generate_series(1, 2000) g
"""


def test_op_subscriptions_list_reads_what_it_shows_even_by_a_plan_for_small_tables(shop, wsd):
    shop.buy(wsd)
    listing = subscriptions.subscriptions_of(shop.customer, by=shop.actor())
    names = [name.lstrip("-") for name in subscriptions.NEWEST_FIRST]
    listing.fetch(names, None, falling=True, limit=2)
    planned = subscriptions._list(falling=True, beyond=False)
    values = {**listing.values, "limit": 2}
    with connection.cursor() as cursor:
        cursor.execute(COPIES)
        marks = ", ".join(["%s"] * len(planned.names))
        cursor.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE {planned.name}({marks})",
            [values[name] for name in planned.names],
        )
        ((told,),) = cursor.fetchall()
    plan = json.loads(told) if isinstance(told, str) else told
    assert plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"] <= 40
