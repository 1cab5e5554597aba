"""PATCH of an order: what is cancelled, refused and answered (S42-S52, S59, S66-S73)."""

from decimal import Decimal

import pytest

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from billing.services import open_balance
from orders.models import Order, OrderLine
from orders.rules import order_tag
from partnercenter.lib.models import OutboxMessage
from software.models import Entitlement
from tests.orders import build
from tests.software import build as software

LEARN_MORE = "https://docs.microsoft.com/azure/virtual-machines/linux/prepay-suse-software-charges"


@pytest.fixture
def api(shop):
    return shop.org.api("aa")


def body(placed, *numbers, **more):
    """The documented body: the order's id, the status, and the lines if some are named."""
    lines = [
        {"lineItemNumber": line.number, "offerId": line.catalog_item_id}
        for line in placed.lines
        if line.number in numbers
    ]
    return (
        {"id": placed.pk, "status": "cancelled"} | ({"lineItems": lines} if numbers else {}) | more
    )


def at_version(order, version):
    """The order with the etag of a version."""
    tag = order_tag(order["id"], cancelled=version - 1)
    return order | {"attributes": {"etag": tag, "objectType": "Order"}}


def cancel(shop, placed, sent=None, key="aa", **headers):
    return shop.org.api(key, as_user=False).patch(
        shop.api(f"/orders/{placed.pk}"),
        body(placed, *(line.number for line in placed.lines)) if sent is None else sent,
        format="json",
        headers=headers,
    )


def answer(response):
    return response.status_code, response.json().get("code"), response.json().get("data")


def credits_of(placed):
    found = BillingLine.objects.filter(order_id=placed.pk, charge_type="cancelImmediate")
    return [(line.line_number, line.gross) for line in found.order_by("line_number")]


def test_S42_an_order_is_cancelled_in_the_documented_form(shop, api, wsd):
    placed = shop.buy(wsd, quantity=2)
    before = api.get(shop.api(f"/orders/{placed.pk}")).json()
    response = cancel(shop, placed)
    path = f"/customers/{shop.customer.pk}/orders/{placed.pk}"
    patch = {"uri": path, "method": "PATCH", "headers": []}
    assert response.status_code == 200
    assert before == at_version(before, 1)
    assert response["ETag"] == f'"{order_tag(placed.pk, cancelled=1)}"'
    assert response.json() == at_version(before, 2) | {
        "status": "cancelled",
        "lineItems": [before["lineItems"][0] | {"quantity": 0}],
        "links": before["links"] | {"patchOperation": patch},
        "client": {
            "marketplaceCountry": "US",
            "deviceFamily": "UniversalStore-PartnerCenter",
            "name": "Partner Center API",
        },
    }
    after = api.get(shop.api(f"/orders/{placed.pk}")).json()
    assert (after["status"], after["lineItems"][0]["quantity"]) == ("cancelled", 0)
    (line,) = OrderLine.objects.filter(order_id=placed.pk)
    assert (line.cancelled_at, line.cancelled_by) == (build.now(), "aa")


@pytest.mark.parametrize("key", ["aa", "gaaa"])
def test_S42_at_59_days_it_still_works(shop, wsd, travel, key):
    placed = shop.buy(wsd)
    travel.shift(build.days(59))
    assert cancel(shop, placed, key=key).json()["status"] == "cancelled"


def test_S43_the_ledger_holds_the_charge_and_the_credit_and_no_fee(shop, wsd):
    placed = shop.buy(wsd)
    cancel(shop, placed)
    lines = BillingLine.objects.filter(order_id=placed.pk).order_by("-gross")
    assert [(line.charge_type, line.gross) for line in lines] == [
        ("new", Decimal(365)),
        ("cancelImmediate", Decimal(-365)),
    ]


def test_S44_after_60_days_it_is_900117_with_the_number(shop, wsd, travel):
    placed = shop.buy(wsd)
    travel.shift(build.days(60))
    response = cancel(shop, placed)
    assert answer(response) == (400, 900117, [])
    assert "60" in response.json()["description"]
    assert nothing_happened(placed)


def nothing_happened(placed):
    return (
        not OrderLine.objects.filter(order_id=placed.pk).exclude(cancelled_at=None).exists()
        and not Entitlement.objects.filter(order_id=placed.pk).exclude(revoked_at=None).exists()
        and credits_of(placed) == []
        and not OutboxMessage.objects.filter(topic="cancellation_mail").exists()
    )


@pytest.mark.parametrize(
    ("key", "says"), [("ESU", "/dashboard/support/new?"), ("SUSE", LEARN_MORE)]
)
def test_S47_S49_esu_and_linux_plans_are_800061(shop, key, says):
    placed = shop.buy(build.offer(key))
    response = cancel(shop, placed)
    assert answer(response) == (400, 800061, [])
    assert says in response.json()["description"]
    assert nothing_happened(placed)


def test_S49_nothing_of_an_order_is_cancelled_if_one_line_cannot_be(shop):
    for key in ("PERP", "ESU"):
        software.keys(1, ids=build.PRODUCTS[key][0])
    placed = shop.buy(build.offer("PERP"), build.offer("ESU"))
    assert answer(cancel(shop, placed, body(placed)))[:2] == (400, 800061)
    assert nothing_happened(placed)
    assert cancel(shop, placed, body(placed, 0)).json()["status"] == "completed"
    assert credits_of(placed) == [(0, Decimal(-1000))]


def test_contract_6_a_reservation_in_production_is_403_800019(shop, reservation):
    placed = shop.buy(reservation)
    assert answer(cancel(shop, placed)) == (403, 800019, [])
    assert nothing_happened(placed)


@pytest.mark.parametrize("key", ["ga", "sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"])
def test_S51_only_an_admin_agent_may_cancel(shop, wsd, key):
    placed = shop.buy(wsd)
    response = cancel(shop, placed, key=key)
    assert answer(response)[:2] == (403, 900150)
    assert "Admin agent" in response.json()["description"]
    assert nothing_happened(placed)
    failed = ActivityRecord.objects.get(status="failed")
    assert (failed.action, failed.details["orderId"]) == ("update_order", placed.pk)


def test_S51_the_role_is_missed_before_anything_is_said_of_the_input(shop, wsd):
    assert answer(cancel(shop, shop.buy(wsd), {"status": "?"}, key="ga"))[:2] == (403, 900150)


def test_S52_a_cancellation_by_api_is_in_the_order_history(shop, wsd):
    placed = shop.buy(wsd)
    cancel(shop, placed)
    page = shop.org.browser("sa").get(shop.path("/orders")).content.decode()
    assert placed.pk in page
    assert "Cancelled" in page


def test_S59_the_other_order_of_the_product_stays(shop, api, wsd):
    first, second = shop.buy(wsd), shop.buy(wsd)
    cancel(shop, first)
    for placed, status in ((first, "cancelled"), (second, "pending")):
        assert api.get(shop.api(f"/orders/{placed.pk}")).json()["status"] == status
    assert credits_of(second) == []
    assert cancel(shop, second).json()["status"] == "cancelled"


def test_contract_6_single_lines_and_the_order_only_when_all_are(shop):
    software.keys(1, ids=build.PRODUCTS["SQL"][0])
    placed = shop.buy(build.offer("PERP"), build.offer("SQL", billing_plan="OneTime"))
    first = cancel(shop, placed, body(placed, 0)).json()
    assert [line["quantity"] for line in first["lineItems"]] == [0, 1]
    assert first["status"] == "completed"
    second = cancel(shop, placed, body(placed, 1)).json()
    assert [line["quantity"] for line in second["lineItems"]] == [0, 0]
    assert second["status"] == "cancelled"
    assert credits_of(placed) == [(0, Decimal(-1000)), (1, Decimal(-3650))]


@pytest.mark.parametrize("lines", [None, "absent"])
def test_clients_11_no_lines_are_the_whole_order(shop, lines):
    placed = shop.buy(build.offer("PERP"), build.offer("SQL"))
    sent = body(placed) | ({} if lines else {"lineItems": None})
    assert [line["quantity"] for line in cancel(shop, placed, sent).json()["lineItems"]] == [0, 0]


def test_clients_11_the_whole_order_as_it_was_read(shop, api, wsd):
    placed = shop.buy(wsd, quantity=3)
    read = api.get(shop.api(f"/orders/{placed.pk}"), {"include_price": "true"}).json()
    assert cancel(shop, placed, read | {"status": "Cancelled"}).json()["status"] == "cancelled"


def test_clients_11_the_net_client_s_body(shop, wsd):
    placed = shop.buy(wsd)
    sent = {
        "Id": placed.pk,
        "BillingCycle": "unknown",
        "CreationDate": None,
        "Status": "cancelled",
        "LineItems": [
            {
                "LineItemNumber": 0,
                "OfferId": wsd.catalog_item_id,
                "Quantity": 1,
                "ParentSubscriptionId": None,
                "Links": None,
            }
        ],
        "Links": None,
    }
    assert cancel(shop, placed, sent).json()["status"] == "cancelled"


@pytest.mark.parametrize("number", [1, -1, 99, 2**40])
def test_contract_6_a_line_number_that_is_not_there_is_800071(shop, wsd, number):
    placed = shop.buy(wsd)
    sent = body(placed) | {"lineItems": [{"lineItemNumber": number}]}
    assert answer(cancel(shop, placed, sent)) == (400, 800071, ["lineItems"])


@pytest.mark.parametrize(
    ("sent", "code", "data"),
    [
        ({"lineItems": []}, 800071, ["lineItems"]),
        ({"lineItems": [{"lineItemNumber": 0, "offerId": "A:B:C"}]}, 800071,
         ["lineItems[0].offerId"]),
        ({"lineItems": [{"lineItemNumber": 0, "quantity": 1}]}, 800002,
         ["lineItems[0].quantity"]),
        ({"lineItems": [{"lineItemNumber": "x"}]}, 800002, ["lineItems.0.lineItemNumber"]),
        ({"lineItems": [{}]}, 800002, ["lineItems.0.lineItemNumber"]),
        ({"lineItems": "all"}, 800002, ["lineItems"]),
        ({"id": "another"}, 800002, ["id"]),
        ({"status": "completed"}, 800002, ["status"]),
        ({"status": None}, 800002, ["status"]),
        ({"status": ["cancelled"]}, 800002, ["status"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_body_is_named(shop, wsd, sent, code, data):
    placed = shop.buy(wsd, quantity=2)
    assert answer(cancel(shop, placed, body(placed) | sent)) == (400, code, data)
    assert nothing_happened(placed)


def test_contract_6_an_unknown_or_foreign_order_is_the_same_404(shop, tailspin, wsd):
    other_customer_s = shop.buy(wsd, customer=build.customer(shop.org, "Other")).pk
    with tailspin.visible():
        other_partner_s = build.shop(tailspin).buy(build.offer("WSD", market="AU")).pk
    with shop.org.visible():
        found = [
            shop.org.api("aa").patch(
                shop.api(f"/orders/{order_id}"), {"status": "cancelled"}, format="json"
            )
            for order_id in ("nothing", other_customer_s, other_partner_s)
        ]
    assert [answer(each) for each in found] == [(404, 20000, [])] * 3
    assert len({each.json()["description"] for each in found}) == 1


def test_a_repeat_is_the_same_answer_and_no_second_credit(shop, wsd, travel):
    placed = shop.buy(wsd)
    first = cancel(shop, placed)
    travel.shift(build.days(70))
    again = cancel(shop, placed)
    assert (again.status_code, again.json()) == (200, first.json())
    assert credits_of(placed) == [(0, Decimal(-365))]
    assert OutboxMessage.objects.filter(topic="cancellation_mail").count() == 1


def test_a_repeated_request_id_is_the_first_answer(shop, wsd):
    placed = shop.buy(wsd)
    request_id = {"MS-RequestId": "11111111-2222-3333-4444-555555555555"}
    first, again = (cancel(shop, placed, **request_id) for _ in range(2))
    assert first.content == again.content


def test_S67_keys_and_links_are_dead_at_once(shop, api, wsd):
    (key,) = software.keys(1, ids=build.PRODUCTS["WSD"][0])
    file = software.file(product_id=build.PRODUCTS["WSD"][0][0])
    placed = shop.buy(wsd)
    line = Entitlement.objects.get(order_id=placed.pk)
    address = shop.api(f"/software/{line.pk}/keysanddownloads")
    got = api.post(address, {"fileId": str(file.pk)}, format="json").json()
    assert got["keys"] == [{"key": key}]
    link = got["downloads"][0]["link"].partition("/dl/")[2]
    cancel(shop, placed)
    refused = api.post(address, {"fileId": str(file.pk)}, format="json")
    assert answer(refused)[:2] == (409, 409)
    nobody = shop.org.browser()
    for path in (f"/dl/{link}", f"/dl/{link}/file"):
        dead = nobody.get(path)
        assert dead.status_code == 410
        assert "link_revoked" in dead.content.decode()


def test_S70_the_item_stays_without_a_key(shop, api, wsd):
    (key,) = software.keys(1, ids=build.PRODUCTS["WSD"][0])
    placed = shop.buy(wsd)
    cancel(shop, placed)
    listed, entitlements = (api.get(shop.api(path)) for path in ("/software", "/entitlements"))
    (line,), (entitlement,) = listed.json()["items"], entitlements.json()["items"]
    assert (line["orderId"], line["status"]) == (placed.pk, "cancelled")
    assert entitlement["quantity"] == 0
    assert entitlement["quantityDetails"][0]["status"] == "cancelled"
    page = shop.org.browser("aa").get(shop.path("/software")).content.decode()
    assert placed.pk in page
    for text in (listed.content.decode(), entitlements.content.decode(), page):
        assert key not in text


def test_S71_the_credit_waits_for_the_next_invoice(shop, wsd, travel):
    placed = shop.buy(wsd, quantity=2)
    charge = BillingLine.objects.get(order_id=placed.pk)
    travel.shift(build.days(2))
    cancel(shop, placed)
    line = BillingLine.objects.get(order_id=placed.pk, charge_type="cancelImmediate")
    assert (line.booked_at, line.period_start, line.period_end) == (
        build.now(),
        build.now(),
        charge.period_end,
    )
    assert (line.quantity, line.unit_price, line.title) == (2, 365, charge.title)
    assert (line.reverses_id, line.invoice_id) == (charge.pk, None)
    # 365.00 × 364/366 = 363.005…, cut, for each of two
    assert line.gross == Decimal("-726.00")
    assert open_balance(shop.org.partner) == Decimal("4.00")


@pytest.mark.parametrize("days", [1, 59])
def test_S72_perpetual_software_is_credited_whole(shop, travel, days):
    placed = shop.buy(build.offer("PERP"))
    travel.shift(build.days(days))
    cancel(shop, placed)
    assert credits_of(placed) == [(0, Decimal(-1000))]
    assert open_balance(shop.org.partner) == 0


def test_S73_a_subscription_is_credited_for_the_days_that_are_left(shop, travel):
    travel.move_to(build.START.replace(year=2021, month=3, day=1))
    placed = shop.buy(build.offer("WSD", "3650.00"))
    travel.shift(build.days(2))
    cancel(shop, placed)
    assert credits_of(placed) == [(0, Decimal(-3630))]


def test_the_log_says_what_was_cancelled_and_credited(shop, wsd):
    placed = shop.buy(wsd)
    cancel(shop, placed)
    row = ActivityRecord.objects.get(action="update_order")
    assert (row.status, row.actor_name, row.subject) == (
        "succeeded",
        "aa",
        build.PRODUCTS["WSD"][1],
    )
    assert row.details == {
        "orderId": placed.pk,
        "billingCycle": "one_time",
        "offerId-0": wsd.catalog_item_id,
        "quantity-0": "0",
        "credit": "365.00 USD",
    }


# The sandbox (contract 1.13, PATCH 2)


@pytest.fixture
def sandbox(fabrikam_sandbox, travel):
    with fabrikam_sandbox.visible():
        yield build.shop(fabrikam_sandbox)


@pytest.mark.parametrize("key", ["WSD", "RI"])
def test_contract_6_a_whole_order_in_a_sandbox(sandbox, key):
    placed = sandbox.buy(build.offer(key), quantity=2)
    before = sandbox.org.api("aa").get(sandbox.api(f"/orders/{placed.pk}")).json()
    del before["links"]
    response = cancel(sandbox, placed, body(placed))
    assert response.status_code == 200
    assert response.json() == at_version(before, 2) | {"status": "cancelled"}
    assert Order.objects.get(pk=placed.pk).lines.get().cancelled_at == build.now()


def test_contract_6_lines_in_a_sandbox_answer_as_in_production(sandbox):
    found = cancel(sandbox, sandbox.buy(build.offer("WSD"))).json()
    assert found["links"]["patchOperation"]["method"] == "PATCH"
    assert found["lineItems"][0]["quantity"] == 0


def test_S66_it_shows_at_once(shop, api, wsd):
    for _ in range(10):
        placed = shop.buy(wsd)
        cancel(shop, placed)
        assert api.get(shop.api(f"/orders/{placed.pk}")).json()["status"] == "cancelled"
