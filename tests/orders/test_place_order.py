"""Buying in one step: what is written, what is refused, and how many statements it takes."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from billing.models import Account, BillingLine
from catalog.models import CancellationPolicy
from orders import services
from orders.models import Order, OrderLine
from orders.services import Item
from partnercenter.lib.errors import DomainError
from partnercenter.lib.models import OutboxMessage
from software.models import Entitlement
from tests.catalog.dated import takes_over
from tests.orders import build
from tests.software import build as software

STATEMENTS = 6  # with BEGIN and COMMIT, which the test's own transaction turns into a savepoint


def refused(shop, *items, by="aa", customer=None):
    """The refusal, and that it left nothing but its log row."""
    with pytest.raises(DomainError) as raised:
        services.place_order(customer or shop.customer, list(items), by=shop.actor(by))
    assert (Order.objects.count(), BillingLine.objects.count()) == (0, 0)
    (row,) = ActivityRecord.objects.filter(action="create_order")
    assert (row.status, row.details["reason"]) == ("failed", str(raised.value))
    return raised.value


def test_S16_an_order_is_written_whole(shop, wsd, travel):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    placed = shop.buy(wsd, quantity=3)
    order = Order.objects.get()
    assert (order.pk, len(order.pk), order.pk[-1]) == (placed.pk, 33, "1")
    assert len(order.alternate_id) == 12
    assert (order.net, order.tax, order.gross) == (1095, 0, 1095)
    assert (order.ordered_by, order.source) == ("aa@fabrikam.example", "portal")
    line = OrderLine.objects.get()
    assert (line.unit_price, line.quantity, line.gross) == (365, 3, 1095)
    assert line.returnable_until == build.now() + build.days(60)
    assert line.term_end == build.now().replace(year=2021)
    assert (line.cancellation_kind, line.cancellation_days) == ("window", 60)
    entitlement = Entitlement.objects.get()
    assert (entitlement.order_id, entitlement.line_number) == (order.pk, 0)
    assert (entitlement.status, entitlement.keys.count()) == ("active", 1)
    charge = BillingLine.objects.get()
    assert (charge.order_id, charge.charge_type, charge.gross) == (order.pk, "new", 1095)
    assert Account.objects.get().balance == 1095


def test_the_log_has_one_row_with_products_and_order(shop, wsd):
    placed = shop.buy(wsd, quantity=2)
    row = ActivityRecord.objects.get(action="create_order")
    assert (row.status, row.subject) == ("succeeded", wsd.sku.title)
    assert row.details == {
        "orderId": placed.pk,
        "billingCycle": "one_time",
        "offerId-0": wsd.catalog_item_id,
        "quantity-0": "2",
    }


def test_the_buyer_gets_a_mail(shop, wsd):
    placed = shop.buy(wsd)
    message = OutboxMessage.objects.get(topic="mail")
    assert message.payload["template"] == "order_placed"
    assert (message.payload["orderId"], message.payload["to"]) == (
        placed.pk,
        "aa@fabrikam.example",
    )


def test_an_application_gets_no_mail(shop, wsd):
    response = shop.org.api("aa", as_user=False).post(
        shop.api("/orders"),
        {"lineItems": [{"lineItemNumber": 0, "offerId": wsd.catalog_item_id, "quantity": 1}]},
        format="json",
    )
    assert response.status_code == 201
    assert OutboxMessage.objects.filter(topic="mail").count() == 0


@pytest.mark.parametrize(("kinds", "lines"), [(["WSD"], 1), (["WSD", "SQL", "PERP"], 3)])
def test_the_number_of_statements_does_not_grow(shop, kinds, lines):
    offers = [build.offer(kind) for kind in kinds]
    for kind in kinds * 2:
        software.keys(1, ids=build.PRODUCTS[kind][0])
    shop.buy(*offers)  # the partner's account is made by its first order
    with CaptureQueriesContext(connection) as captured:
        shop.buy(*offers)
    assert len(captured) == STATEMENTS, "\n".join(q["sql"][:150] for q in captured)
    assert OrderLine.objects.count() == 2 * lines


def test_what_was_in_force_is_copied(shop, wsd, travel):
    first = shop.buy(wsd)
    takes_over(
        CancellationPolicy,
        name="software_subscription",
        kind="window",
        days=7,
        valid_from=build.now() + build.days(1),
        source="later rule",
    )
    build.price_row(wsd, "400.00", valid_from=build.now() + build.days(1))
    travel.shift(build.days(2))
    second = shop.buy(wsd)
    windows = [
        (line.unit_price, line.returnable_until - line.order.created_at, line.cancellation_source)
        for line in (first.lines[0], second.lines[0])
    ]
    assert windows[0][:2] == (365, build.days(60))
    assert windows[1] == (400, build.days(7), "later rule")


@pytest.mark.parametrize(
    ("quantity", "price"), [(1, "10"), (9, "10"), (10, "8"), (100, "8"), (101, "7")]
)
def test_the_price_is_that_of_the_quantity_s_tier(shop, quantity, price):
    row = build.offer("PERP", "10", tier_max=9)
    build.price_row(row, "8", tier_min=10, tier_max=100)
    build.price_row(row, "7", tier_min=101)
    line = shop.buy(row, quantity=quantity).lines[0]
    assert (line.unit_price, line.net) == (Decimal(price), Decimal(price) * quantity)


@pytest.mark.parametrize("quantity", [0, -1, 5001])
def test_S15_quantity_outside_the_range_is_2002(shop, wsd, quantity):
    assert refused(shop, Item(wsd.catalog_item_id, quantity)).code == 2002


def test_a_quantity_that_no_tier_holds_is_2002(shop):
    row = build.offer("PERP", "10", tier_max=9)
    assert refused(shop, Item(row.catalog_item_id, 10)).code == 2002


@pytest.mark.parametrize(
    "item_id",
    ["nonsense", "", "DG7GMGF0DVT9:000B:AAAAAAAAAAAA", "AAAAAAAAAAAA:0001:AAAAAAAAAAAA"],
)
def test_an_unknown_offer_is_800004(shop, wsd, item_id):
    refusal = refused(shop, Item(item_id, 1))
    assert (refusal.status, refusal.code, refusal.data) == (
        400,
        800004,
        ["lineItems[0].catalogItemId"],
    )


def test_an_offer_of_another_market_is_unknown(shop):
    assert refused(shop, Item(build.offer("WSD", market="AU").catalog_item_id, 1)).code == 800004


def test_an_availability_under_a_wrong_product_is_unknown(shop, wsd):
    other = f"DG7GMGF0FKZV:0003:{wsd.pk}"
    build.offer("SQL")
    assert refused(shop, Item(other, 1)).code == 800004


def test_an_offer_in_another_currency_is_800004(shop):
    row = build.offer("WSD", currency="EUR")
    assert refused(shop, Item(row.catalog_item_id, 1)).code == 800004


def test_S15_an_unsupported_sku_is_800020(shop):
    row = build.offer("WSD", kind="azure_usage")
    refusal = refused(shop, Item(row.catalog_item_id, 1))
    assert (refusal.status, refusal.code) == (403, 800020)


def test_S15_a_price_that_has_ended_is_800020(shop):
    row = build.offer("WSD", valid_to=build.now())
    assert refused(shop, Item(row.catalog_item_id, 1)).code == 800020


def test_another_term_than_the_offer_s_is_2085(shop, wsd):
    assert refused(shop, Item(wsd.catalog_item_id, 1, term="P3Y")).code == 2085


def test_S5_software_is_for_commercial_customers(shop, wsd):
    school = build.customer(shop.org, "School", segment="education")
    refusal = refused(shop, Item(wsd.catalog_item_id, 1), customer=school)
    assert (refusal.status, refusal.code) == (403, 800020)
    assert "Commercial" in str(refusal)
    assert "School" in str(refusal)


def test_S5_an_education_offer_is_for_education_customers(shop):
    school = build.customer(shop.org, "School", segment="education")
    row = build.offer("WSD", segment="Education")
    assert shop.buy(row, customer=school).order.customer == school
    with pytest.raises(DomainError, match="Contoso"):
        shop.buy(row)


def test_S10_no_reservation_where_the_customer_s_market_is_closed(shop, reservation):
    northwind = build.northwind(shop.org)
    refusal = refused(shop, Item(reservation.catalog_item_id, 1), customer=northwind)
    assert (refusal.status, refusal.code) == (400, 800070)
    assert "Greenland" in str(refusal)


def test_S10_no_reservation_where_the_partner_s_market_is_closed(travel, db):
    greenland = build.Organization("Nuuk", country="GL", currency="USD")
    with greenland.visible():
        shop = build.shop(greenland)
        row = build.offer("RI", market="GL")
        assert refused(shop, Item(row.catalog_item_id, 1)).code == 800070


def test_S10_software_is_not_touched_by_that_list(shop, wsd):
    assert shop.buy(wsd, customer=build.northwind(shop.org)).order.gross == 365


def test_S11_a_market_that_is_not_on_the_list_is_open(shop, reservation):
    assert shop.buy(reservation).order.gross == 120


def test_one_refused_line_refuses_the_order_and_names_the_line(shop, wsd):
    refusal = refused(shop, Item(wsd.catalog_item_id, 1), Item("nonsense", 1))
    assert refusal.data == ["lineItems[1].catalogItemId"]


@pytest.mark.parametrize("count", [0, 101])
def test_an_order_has_from_1_to_100_lines(shop, wsd, count):
    assert refused(shop, *[Item(wsd.catalog_item_id, 1)] * count).code == 800002


def test_the_same_product_twice_is_two_lines(shop, wsd):
    placed = shop.buy(wsd, wsd)
    assert [line.number for line in placed.lines] == [0, 1]
    assert placed.order.gross == 730


@pytest.mark.parametrize("key", ["sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"])
def test_who_may_not_buy_is_refused_and_recorded(shop, wsd, key):
    refusal = refused(shop, Item(wsd.catalog_item_id, 1), by=key)
    assert (refusal.status, refusal.code) == (403, 900150)


@pytest.mark.parametrize("key", ["aa", "ga", "gaaa"])
def test_who_may_buy(shop, wsd, key):
    assert shop.buy(wsd, by=key).order.ordered_by == f"{key}@fabrikam.example"


def test_a_sales_agent_buys_where_the_partner_allows_it(shop, wsd):
    shop.org.partner.sales_agents_may_buy = True
    assert shop.buy(wsd, by="sa").order.ordered_by == "sa@fabrikam.example"


def test_S47_S49_policies_of_the_sku_are_copied(shop):
    placed = shop.buy(build.offer("ESU"), build.offer("SUSE"))
    rules = [(x.cancellation_kind, x.returnable_until) for x in placed.lines]
    assert rules == [("support_only", None), ("none", None)]


def test_S19_without_keys_in_stock_the_line_waits(shop, wsd):
    placed = shop.buy(wsd, build.offer("SUSE"))
    assert placed.waiting == {0}
