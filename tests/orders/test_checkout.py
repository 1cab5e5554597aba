"""Checkout: a cart becomes orders, once (S16)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from billing.models import Account
from orders import services
from orders.models import Cart, Order
from orders.services import Item
from partnercenter.lib import tenancy
from partnercenter.lib.errors import DomainError
from tests.orders import build
from tests.software import build as software

STATEMENTS = 9  # with BEGIN and COMMIT
AT_ONCE = 32


def cart_of(shop, *offers, quantity=1):
    items = [Item(each.catalog_item_id, quantity) for each in offers]
    return services.create_cart(shop.customer, items, by=shop.actor())


def refused(shop, cart):
    with pytest.raises(DomainError) as raised:
        services.checkout(cart, by=shop.actor())
    return raised.value


def limit(shop, amount):
    shop.org.partner.credit_limit = Decimal(amount)
    shop.org.partner.save()


def test_S16_checkout_over_rest(shop, wsd):
    cart = cart_of(shop, wsd, build.offer("SUSE"))
    api = shop.org.api("aa")
    path = shop.api(f"/carts/{cart.pk}/checkout")
    response = api.post(path, '"success"', content_type="application/json")
    assert response.status_code == 201
    body = response.json()
    (order,) = body["orders"]
    assert (order["id"], order["status"]) == (Order.objects.get().pk, "pending")
    assert "orderErrors" not in body
    again = api.post(path)
    assert (again.status_code, again.json()["code"]) == (400, 800065)
    assert api.get(shop.api(f"/carts/{cart.pk}")).json()["status"] == "Ordered"


def test_S5_software_and_reservation_become_an_order_each(shop, wsd, reservation):
    outcome = services.checkout(cart_of(shop, wsd, reservation, wsd), by=shop.actor())
    lines = [[(x.number, x.kind) for x in placed.lines] for placed in outcome.orders]
    assert lines == [
        [(0, "software_subscription"), (1, "software_subscription")],
        [(0, "reservation")],
    ]
    assert {placed.order.cart_id for placed in outcome.orders} == {outcome.cart.pk}


def test_an_order_of_ready_lines_is_completed(shop, wsd):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    cart = cart_of(shop, wsd)
    body = shop.org.api("aa").post(shop.api(f"/carts/{cart.pk}/checkout")).json()
    assert body["orders"][0]["status"] == "completed"


def test_an_empty_cart_is_800009(shop, wsd):
    cart = shop.add(wsd)
    services.set_quantity(cart, 0, 0, by=shop.actor())
    assert refused(shop, cart).code == 800009


def test_a_line_that_cannot_be_ordered_stops_all_with_800009(shop, wsd):
    cart = cart_of(shop, wsd)
    items = [Item(wsd.catalog_item_id, 1), Item("nonsense", 1)]
    services.replace_lines(cart, items, by=shop.actor())
    refusal = refused(shop, cart)
    assert (refusal.status, refusal.code, refusal.data) == (400, 800009, ["lineItems[1]"])
    assert Order.objects.count() == 0
    assert Cart.objects.get().ordered_at is None


def test_an_expired_cart_is_800008(shop, wsd, travel):
    cart = cart_of(shop, wsd)
    travel.shift(build.days(7))
    assert (refused(shop, cart).status, refused(shop, cart).code) == (404, 800008)


def test_the_instant_before_it_expires_it_can_be_bought(shop, wsd, travel):
    cart = cart_of(shop, wsd)
    travel.shift(build.days(7).total_seconds() - 1)
    assert len(services.checkout(cart, by=shop.actor()).orders) == 1


@pytest.mark.parametrize(("amount", "bought"), [("365.00", True), ("364.99", False)])
def test_S16_credit_limit_to_the_cent(shop, wsd, amount, bought):
    limit(shop, amount)
    cart = cart_of(shop, wsd)
    if bought:
        services.checkout(cart, by=shop.actor())
        assert Account.objects.get().balance == 365
        return
    refusal = refused(shop, cart)
    assert (refusal.status, refusal.code) == (403, 900121)
    assert str(refusal).startswith("The credit left is 364.99 USD; this order needs 365.00 USD.")
    assert (Order.objects.count(), Cart.objects.get().ordered_at) == (0, None)


def test_S16_credit_counts_what_was_bought_before(shop, wsd):
    limit(shop, "1000")
    shop.buy(wsd, quantity=2)
    assert refused(shop, cart_of(shop, wsd)).code == 900121
    assert Account.objects.get().balance == 730


def test_groups_succeed_or_fail_independently(shop, wsd, reservation):
    limit(shop, "400")
    cart = shop.add(wsd)
    shop.add(reservation)
    outcome = services.checkout(cart, by=shop.actor())
    assert [placed.lines[0].kind for placed in outcome.orders] == ["software_subscription"]
    (failure,) = outcome.failures
    assert (failure.number, failure.error.code) == (1, 900121)
    cart.refresh_from_db()
    assert cart.failures[0]["code"] == 900121
    rest = Cart.objects.get(ordered_at=None)
    assert [line.catalog_item_id for line in rest.lines.all()] == [reservation.catalog_item_id]


def test_over_rest_a_failed_group_is_an_order_error(shop, wsd, reservation):
    limit(shop, "400")
    cart = cart_of(shop, wsd, reservation)
    body = shop.org.api("aa").post(shop.api(f"/carts/{cart.pk}/checkout")).json()
    assert len(body["orders"]) == 1
    (error,) = body["orderErrors"]
    assert (error["orderGroupId"], error["code"]) == ("1", 900121)


def test_if_all_groups_fail_the_cart_stays_open(shop, wsd, reservation):
    limit(shop, "1")
    cart = cart_of(shop, wsd, reservation)
    assert refused(shop, cart).code == 900121
    assert Cart.objects.get().ordered_at is None


def test_a_refused_checkout_is_recorded_as_failed(shop, wsd):
    cart = cart_of(shop, wsd)
    with pytest.raises(DomainError, match="Admin agent"):
        services.checkout(cart, by=shop.actor("ha"))
    row = ActivityRecord.objects.get(action="create_order")
    assert (row.status, row.actor_name) == ("failed", "ha@fabrikam.example")


def test_a_refusal_under_a_request_id_is_recorded_too(shop, wsd):
    cart = cart_of(shop, wsd)
    path = shop.api(f"/carts/{cart.pk}/checkout")
    response = shop.org.api("ha").post(path, headers={"MS-RequestId": "r-1"})
    assert response.status_code == 403
    assert ActivityRecord.objects.get(action="create_order").status == "failed"


def test_the_same_request_id_gives_the_same_answer(shop, wsd):
    cart = cart_of(shop, wsd)
    api, path = shop.org.api("aa"), shop.api(f"/carts/{cart.pk}/checkout")
    first, again = (api.post(path, headers={"MS-RequestId": "r-2"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Order.objects.count() == 1


@pytest.mark.parametrize("kinds", [["WSD"], ["WSD", "SQL", "PERP"]])
def test_the_number_of_statements_does_not_grow(shop, kinds):
    offers = [build.offer(kind) for kind in kinds]
    for kind in kinds * 2:
        software.keys(1, ids=build.PRODUCTS[kind][0])
    shop.buy(*offers)
    cart = cart_of(shop, *offers)
    with CaptureQueriesContext(connection) as captured:
        services.checkout(cart, by=shop.actor())
    assert len(captured) == STATEMENTS, "\n".join(q["sql"][:150] for q in captured)


@pytest.fixture
def busy_shop(committed_db, fabrikam):
    with fabrikam.visible():
        shop = build.shop(fabrikam)
        row = build.offer("WSD")
        software.keys(AT_ONCE, ids=build.PRODUCTS["WSD"][0])
        yield shop, row


def at_once(shop, act):
    """Results of the same act by many threads; the code where it was refused."""

    def run(number):
        with tenancy.acting_for(shop.org.partner.pk):
            try:
                return act(number)
            except DomainError as refusal:
                return refusal.code
            finally:
                connections.close_all()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_32_equal_checkouts_at_once_make_one_order(busy_shop):
    shop, row = busy_shop
    cart, actor = cart_of(shop, row), shop.actor()
    results = at_once(shop, lambda _n: services.checkout(cart, by=actor).orders[0].pk)
    assert results.count(800065) == AT_ONCE - 1
    assert [r for r in results if r != 800065] == [Order.objects.get().pk]


def test_32_checkouts_with_one_request_id_all_get_the_one_order(busy_shop):
    shop, row = busy_shop
    cart = cart_of(shop, row)
    path = shop.api(f"/carts/{cart.pk}/checkout")
    token = shop.org.api("aa")._credentials["HTTP_AUTHORIZATION"]

    def post(_number):
        client = shop.org.api()
        client.credentials(HTTP_AUTHORIZATION=token)
        return client.post(path, headers={"MS-RequestId": "r-3"}).json()["orders"][0]["id"]

    assert set(at_once(shop, post)) == {Order.objects.get().pk}


def test_credit_is_never_overdrawn_by_orders_at_once(busy_shop):
    shop, row = busy_shop
    limit(shop, 365 * 5 + 364)
    item, actor = Item(row.catalog_item_id, 1), shop.actor()
    results = at_once(shop, lambda _n: services.place_order(shop.customer, [item], by=actor).pk)
    assert results.count(900121) == AT_ONCE - 5
    assert (Order.objects.count(), Account.objects.get().balance) == (5, 365 * 5)


def test_first_products_at_once_share_one_portal_cart(busy_shop):
    shop, row = busy_shop
    item, actor = Item(row.catalog_item_id, 1), shop.actor()
    results = at_once(shop, lambda _n: services.add_to_cart(shop.customer, item, by=actor).pk)
    assert set(results) == {Cart.objects.get().pk}
    assert [line.quantity for line in Cart.objects.get().lines.all()] == [AT_ONCE]
