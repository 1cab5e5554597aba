"""P7 Review order and P8 Confirmation (S15, S16)."""

import re
from decimal import Decimal

import pytest

from orders import services
from orders.models import Cart, CartLine, Order
from partnercenter.lib.errors import DomainError
from tests.orders import build


@pytest.fixture
def browser(shop):
    return shop.org.browser("aa")


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_an_empty_cart_leads_to_add_products(browser, shop):
    page = browser.get(shop.path("/cart"))
    assert page.status_code == 200
    assert "The cart is empty" in text_of(page)


def test_S16_totals_tax_and_return_rule(browser, shop, wsd):
    shop.add(wsd, quantity=2)
    page = text_of(browser.get(shop.path("/cart")))
    assert "365.00 USD excl. tax" in page
    assert "Total (excl. tax) 730.00 USD" in page
    assert "Can be cancelled within 60 days" in page
    assert "One-time" in page
    assert "Order 1 of 1" in page
    assert "incl. tax" not in page


def test_S16_credit_left(browser, shop, wsd):
    shop.org.partner.credit_limit = Decimal(1000)
    shop.org.partner.save()
    shop.add(wsd)
    page = text_of(browser.get(shop.path("/cart")))
    assert "Credit left 1,000.00 USD" in page
    assert "Credit left after this order 635.00 USD" in page


def test_S16_buy_is_off_with_the_reason_beyond_the_credit(browser, shop, wsd):
    shop.org.partner.credit_limit = Decimal(100)
    shop.org.partner.save()
    cart = shop.add(wsd)
    page = browser.get(shop.path("/cart")).content.decode()
    button = re.search(r'<button[^>]*data-testid="buy"', page)[0]
    reason = re.search(r'aria-describedby="([^"]+)"', button)[1]
    assert 'aria-disabled="true"' in button
    shown = re.search(rf'id="{reason}">([^<]+)<', page)[1]
    assert shown.startswith("The credit left is 100.00 USD; this order needs 365.00 USD.")
    refused = browser.post(shop.path("/cart/buy"), {"cart": cart.pk})
    assert refused.status_code == 403
    assert "The credit left is 100.00 USD" in text_of(refused)
    assert Order.objects.count() == 0


def test_groups_are_shown_as_the_orders_they_become(browser, shop, wsd, reservation):
    shop.add(wsd)
    shop.add(reservation)
    page = text_of(browser.get(shop.path("/cart")))
    assert "Order 1 of 2" in page
    assert "Order 2 of 2" in page


def test_a_quantity_is_changed(browser, shop, wsd):
    shop.add(wsd)
    response = browser.post(shop.path("/cart"), {"line": 0, "quantity": "5"})
    assert (response.status_code, response["Location"]) == (302, shop.path("/cart"))
    assert CartLine.objects.get().quantity == 5


def test_a_line_is_removed(browser, shop, wsd):
    shop.add(wsd)
    browser.post(shop.path("/cart"), {"line": 0, "quantity": "0"})
    assert CartLine.objects.count() == 0


def test_after_a_removal_a_new_line_has_a_number_of_its_own(shop, wsd):
    shop.add(wsd)
    cart = shop.add(build.offer("SQL"))
    services.set_quantity(cart, 0, 0, by=shop.actor())
    shop.add(build.offer("PERP"))
    assert [line.number for line in cart.lines.all()] == [1, 2]


@pytest.mark.parametrize(
    "fields",
    [
        {"line": 0, "quantity": "5001"},
        {"line": 0, "quantity": ""},
        {"line": 0, "quantity": "-1"},
        {"line": 0, "quantity": "1.5"},
        {"line": 0, "quantity": "many"},
        {"line": 0, "quantity": "9" * 30},
        {"line": 0},
        {"quantity": "1"},
        {"line": "x", "quantity": "1"},
        {"line": "9" * 30, "quantity": "1"},
    ],
)
def test_S15_a_wrong_quantity_is_told_and_changes_nothing(browser, shop, wsd, fields):
    shop.add(wsd)
    response = browser.post(shop.path("/cart"), fields)
    assert response.status_code == 400
    assert 'data-testid="refusal"' in response.content.decode()
    assert CartLine.objects.get().quantity == 1


def test_S15_the_refusal_stands_at_its_line(browser, shop, wsd):
    shop.add(wsd)
    page = browser.post(shop.path("/cart"), {"line": 0, "quantity": "5001"}).content.decode()
    row, _, rest = page.partition('data-testid="cart-line"')[2].partition("</tr>")
    assert 'aria-describedby="refusal"' in row
    assert "Quantity must be from 1 to 5000" in rest.partition("</tr>")[0]


def test_a_line_that_cannot_be_ordered_any_more_says_why(browser, shop, wsd, travel):
    cart = shop.add(wsd)
    shop.add(build.offer("SQL"))
    wsd.prices.update(valid_to=build.now())
    page = browser.get(shop.path("/cart"))
    assert "This offer is not for sale at present." in text_of(page)
    assert "Remove or correct the lines that cannot be ordered first." in text_of(page)
    refused = browser.post(shop.path("/cart/buy"), {"cart": cart.pk})
    assert refused.status_code == 400
    assert Order.objects.count() == 0
    browser.post(shop.path("/cart"), {"line": 0, "quantity": "0"})
    assert browser.post(shop.path("/cart/buy"), {"cart": cart.pk}).status_code == 302


def test_an_expired_cart_can_be_restored(shop, wsd, travel):
    cart = shop.add(wsd)
    travel.shift(build.days(7))
    browser = shop.org.browser("aa")
    page = browser.get(shop.path("/cart")).content.decode()
    assert 'data-testid="cart-expired"' in page
    assert 'data-testid="buy"' not in page
    assert browser.post(shop.path("/cart/buy"), {"cart": cart.pk}).status_code == 404
    assert browser.post(shop.path("/cart/restore")).status_code == 302
    response = browser.post(shop.path("/cart/buy"), {"cart": cart.pk})
    assert response.status_code == 302
    assert Order.objects.count() == 1


def test_adding_to_an_expired_cart_starts_anew(shop, wsd, travel):
    shop.add(wsd)
    travel.shift(build.days(8))
    cart = shop.add(build.offer("SQL"))
    assert [line.quantity for line in cart.lines.all()] == [1]
    assert Cart.objects.get().expires_at == build.now() + build.days(7)


def test_F_CAT_6_the_cart_is_there_after_signing_out(browser, shop, wsd):
    shop.add(wsd)
    browser.logout()
    again = shop.org.browser("aa")
    assert wsd.sku.title in text_of(again.get(shop.path("/cart")))
    assert wsd.sku.title not in text_of(shop.org.browser("ga").get(shop.path("/cart")))


def test_S16_buy_leads_to_the_confirmation(browser, shop, wsd):
    cart = shop.add(wsd, quantity=2)
    response = browser.post(shop.path("/cart/buy"), {"cart": cart.pk})
    order = Order.objects.get()
    assert response["Location"] == shop.path(f"/orders/{order.pk}/confirmation")
    page = browser.get(response["Location"])
    assert page.status_code == 200
    assert f'data-testid="order-number">{order.pk}<' in page.content.decode()
    assert f"2 × {wsd.sku.title}" in text_of(page)
    assert "Total (excl. tax) 730.00 USD" in text_of(page)
    done = re.search(r'href="([^"]+)" data-testid="done"', page.content.decode())[1]
    assert done == shop.path("/orders")


def test_F_CAT_8_sent_twice_it_leads_to_the_same_confirmation(browser, shop, wsd):
    cart = shop.add(wsd)
    first, second = (browser.post(shop.path("/cart/buy"), {"cart": cart.pk}) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_F_CAT_10_what_failed_is_listed_with_its_code(browser, shop, wsd, reservation):
    shop.org.partner.credit_limit = Decimal(400)
    shop.org.partner.save()
    cart = shop.add(wsd)
    shop.add(reservation)
    response = browser.post(shop.path("/cart/buy"), {"cart": cart.pk}, follow=True)
    page = text_of(response)
    assert "The order was placed." in page
    assert "A part of the cart could not be ordered." in page
    assert "(code 900121)" in page
    assert reservation.sku.title in text_of(browser.get(shop.path("/cart")))


@pytest.mark.parametrize("given", ["", "nonsense", "6f1fd2b0-0000-4000-8000-000000000000"])
def test_an_unknown_cart_is_404(browser, shop, given):
    assert browser.post(shop.path("/cart/buy"), {"cart": given}).status_code == 404


def test_who_may_not_buy_is_refused_with_the_role(shop, wsd):
    cart = shop.add(wsd)
    for key in ("sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"):
        response = shop.org.browser(key).post(shop.path("/cart/buy"), {"cart": cart.pk})
        assert response.status_code == 403, key
        assert "Admin agent" in text_of(response)
    assert Order.objects.count() == 0


def test_a_reload_of_a_refused_order_leads_to_the_cart(browser, shop):
    assert browser.get(shop.path("/cart/buy"))["Location"] == shop.path("/cart")


@pytest.mark.parametrize("kinds", [["WSD"], ["WSD", "SQL", "PERP"]])
def test_the_number_of_queries_does_not_grow(browser, shop, kinds, django_assert_num_queries):
    for kind in kinds:
        shop.add(build.offer(kind))
    with django_assert_num_queries(8):
        browser.get(shop.path("/cart"))


def test_a_full_cart_refuses_another_line(shop, wsd):
    cart = shop.add(wsd)
    CartLine.objects.bulk_create(
        CartLine(partner=cart.partner, cart=cart, number=n, catalog_item_id=f"x{n}", quantity=1)
        for n in range(1, 100)
    )
    with pytest.raises(DomainError, match="full"):
        shop.add(build.offer("SQL"))
