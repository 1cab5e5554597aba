"""P6 Add products: categories, filters, prices, the market callout (S4, S9-S11, S15, S17)."""

import re

import pytest

from catalog.models import MarketAvailability
from orders.models import CartLine
from tests.orders import build
from tests.orders.test_review_order_page import text_of


@pytest.fixture
def browser(shop):
    return shop.org.browser("aa")


def look(browser, shop, query="", customer=None):
    return browser.get(shop.path(f"/add-products{query}", customer=customer))


def titles(page):
    rows = re.findall(r'<th scope="row">\s*([^<]+?)\s*<', page.content.decode())
    return [title.strip() for title in rows]


def test_S4_software_lists_server_subscriptions(browser, shop, wsd, reservation):
    build.offer("SQL")
    page = look(browser, shop)
    assert titles(page) == [
        "SQL Server Enterprise - 2 Core License Pack - 3 year",
        "Windows Server Standard - 8 Core License Pack - 1 year",
    ]
    for name in ("category-azure", "category-software"):
        assert f'data-testid="{name}"' in page.content.decode()


def test_S4_azure_lists_reservations(browser, shop, wsd, reservation):
    page = look(browser, shop, "?category=azure")
    assert titles(page) == [reservation.sku.title]
    assert 'data-testid="type-reservation"' in page.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["BizTalk", "SQL", "SUSE", "Windows"]),
        ("?view=all", ["BizTalk", "SQL", "SUSE", "Windows"]),
        ("?view=subscriptions", ["SQL", "Windows"]),
        ("?view=perpetual", ["BizTalk"]),
        ("?view=plans", ["SUSE"]),
        ("?term=P3Y", ["SQL"]),
        ("?term=OneTime", ["BizTalk"]),
        ("?q=core", ["SQL", "Windows"]),
        ("?q=nothing", []),
        ("?segment=Commercial", ["BizTalk", "SQL", "SUSE", "Windows"]),
        ("?segment=Education", []),
    ],
)
def test_F_CAT_2_views_and_filters(browser, shop, query, expected):
    for key in ("WSD", "SQL", "PERP", "SUSE"):
        build.offer(key)
    page = look(browser, shop, query)
    assert page.status_code == 200
    assert [title.split()[0] for title in titles(page)] == expected
    if not expected:
        assert "Nothing matches these filters" in text_of(page)


@pytest.mark.parametrize("query", ["?view=x", "?segment=x", "?term=x", "?after=x", "?category=x"])
def test_unknown_filters_are_400(browser, shop, wsd, query):
    assert look(browser, shop, query).status_code == 400


def test_S17_prices_exclude_tax(browser, shop, wsd):
    page = text_of(look(browser, shop))
    assert "365.00 USD excl. tax" in page
    assert "incl. tax" not in page


@pytest.mark.parametrize(
    ("org", "country", "price"), [("tailspin", "AU", "A$"), ("litware", "BR", "R$")]
)
def test_S18_prices_include_tax_in_australia_and_brazil(request, travel, org, country, price):
    org = request.getfixturevalue(org)
    with org.visible():
        shop = build.shop(org)
        row = build.offer("WSD", "602.25", market=country)
        page = text_of(look(org.browser("aa"), shop))
        assert f"602.25 {row.currency} incl. tax" in page
        assert "excl. tax" not in page


def test_S9_the_callout(browser, shop, reservation):
    page = look(browser, shop, "?category=azure")
    html, text = page.content.decode(), text_of(page)
    bar = html.partition('data-testid="unavailable-markets"')[2]
    assert "Azure reservations unavailable markets" in bar
    assert "Important" in text
    assert "as of 30 Nov 2019" in text


def test_S9_in_chinese(browser, shop, reservation):
    browser.cookies["django_language"] = "zh-hans"
    text = text_of(look(browser, shop, "?category=azure"))
    assert "Azure 预留不可用市场" in text
    assert "不可用市场" in text


def test_S10_109_markets_in_three_columns_as_the_source_sorts_them(browser, shop, reservation):
    html = look(browser, shop, "?category=azure").content.decode()
    columns = [
        re.findall(r"<li>([^<]+)</li>", column)
        for column in re.findall(r'<ul data-testid="market-column">(.*?)</ul>', html, re.DOTALL)
    ]
    assert [len(column) for column in columns] == [37, 37, 35]
    names = [name for column in columns for name in column]
    assert len(set(names)) == 109
    listed = MarketAvailability.objects.filter(kind="reservation").order_by("position")
    assert len(names) == listed.count()
    assert "Greenland" in names


def test_S10_for_a_closed_market_the_type_is_off_with_the_reason(browser, shop, reservation, wsd):
    northwind = build.northwind(shop.org)
    html = look(browser, shop, "?category=azure", northwind).content.decode()
    button = re.search(r'<button[^>]*data-testid="type-reservation"', html)[0]
    assert 'aria-disabled="true"' in button
    reason = re.search(r'aria-describedby="([^"]+)"', button)[1]
    assert "Greenland" in re.search(rf'id="{reason}">([^<]+)<', html)[1]
    add = re.search(r'<button[^>]*data-testid="add-to-cart"', html)[0]
    assert 'aria-disabled="true"' in add
    response = browser.post(
        shop.path("/add-products?category=azure", customer=northwind),
        {"item": reservation.catalog_item_id, "quantity": 1},
    )
    assert response.status_code == 400
    assert CartLine.objects.count() == 0


def test_S10_software_for_that_customer_can_be_added(browser, shop, wsd):
    northwind = build.northwind(shop.org)
    response = browser.post(
        shop.path("/add-products", customer=northwind),
        {"item": wsd.catalog_item_id, "quantity": 1},
    )
    assert response.status_code == 302


def test_S11_for_an_open_market_it_can_be_added(browser, shop, reservation):
    html = look(browser, shop, "?category=azure").content.decode()
    assert "aria-disabled" not in html.partition("<main")[2]


def test_S15_add_to_cart_comes_back_to_the_same_list(browser, shop, wsd):
    path = shop.path("/add-products?q=windows")
    response = browser.post(path, {"item": wsd.catalog_item_id, "quantity": "2"})
    assert (response.status_code, response["Location"]) == (302, path)
    page = text_of(browser.get(path))
    assert "Added to the cart." in page
    assert "Review (1 line)" in page
    assert CartLine.objects.get().quantity == 2


def test_S15_the_same_product_again_adds_up(browser, shop, wsd):
    for _ in range(2):
        browser.post(
            shop.path("/add-products"), {"item": wsd.catalog_item_id.lower(), "quantity": 2}
        )
    assert CartLine.objects.get().quantity == 4


@pytest.mark.parametrize("quantity", ["0", "-1", "5001", "", "x", "1.5", "9" * 40])
def test_S15_a_wrong_quantity_is_told_at_the_row(browser, shop, wsd, quantity):
    response = browser.post(
        shop.path("/add-products"), {"item": wsd.catalog_item_id, "quantity": quantity}
    )
    assert response.status_code == 400
    assert 'data-testid="refusal"' in response.content.decode()
    assert CartLine.objects.count() == 0


@pytest.mark.parametrize("item", ["", "x", "x" * 500, "AAAAAAAAAAAA:0001:AAAAAAAAAAAA"])
def test_an_unknown_item_is_told(browser, shop, wsd, item):
    response = browser.post(shop.path("/add-products"), {"item": item, "quantity": 1})
    assert response.status_code == 400
    assert 'data-testid="refusal"' in response.content.decode()


def test_S5_an_offer_for_another_segment_is_off_with_the_reason(browser, shop):
    build.offer("WSD", segment="Education")
    html = look(browser, shop).content.decode()
    assert "This offer is for Education customers" in html
    assert 'name="quantity"' not in html


def test_S15_every_step_has_an_instruction(browser, shop, wsd):
    assert 'data-testid="instruction"' in look(browser, shop).content.decode()
    shop.add(wsd)
    assert 'data-testid="instruction"' in browser.get(shop.path("/cart")).content.decode()


@pytest.mark.parametrize(
    ("benefit", "word"), [("convert", "you convert the license"), ("reuse", "you re-use the")]
)
def test_S6_S8_the_benefit_card(browser, shop, benefit, word):
    row = build.offer("WSD", benefit=benefit)
    page = text_of(look(browser, shop, f"?offer={row.pk}"))
    assert "up to 40 percent" in page
    assert word in page
    assert "lower base compute rate, for instance the Linux rate" in page


def test_S7_no_benefit_no_card(browser, shop):
    row = build.offer("SQL")
    assert "Hybrid Benefit" not in text_of(look(browser, shop, f"?offer={row.pk}"))


def test_S46_the_return_rule_stands_at_the_product(browser, shop):
    for key in ("WSD", "ESU", "SUSE"):
        build.offer(key)
    page = text_of(look(browser, shop))
    assert "Can be cancelled within 60 days" in page
    assert "Cancelled by customer support request only" in page
    assert "Cannot be cancelled or exchanged" in page


def test_the_list_is_paged(browser, shop, wsd, monkeypatch):
    monkeypatch.setattr("orders.shelf.SIZE", 1)
    build.offer("SQL")
    first = look(browser, shop)
    address = re.search(r'rel="next" href="([^"]+)"', first.content.decode())[1]
    second = look(browser, shop, address.replace("&amp;", "&"))
    assert [titles(first), titles(second)] == [
        ["SQL Server Enterprise - 2 Core License Pack - 3 year"],
        ["Windows Server Standard - 8 Core License Pack - 1 year"],
    ]
    assert 'rel="next"' not in second.content.decode()


@pytest.mark.parametrize("kinds", [["WSD"], ["WSD", "SQL", "PERP"]])
def test_the_number_of_queries_does_not_grow(browser, shop, kinds, django_assert_num_queries):
    for kind in kinds:
        build.offer(kind)
    with django_assert_num_queries(10):
        look(browser, shop)


@pytest.mark.parametrize("key", ["sa", "ha", "ba", "uma", "acct", "ref", "mkt", "du"])
def test_S14_who_may_not_buy_is_told_which_role_may(shop, wsd, key):
    page = look(shop.org.browser(key), shop)
    assert page.status_code == 403
    assert "Admin agent" in text_of(page)


def test_S14_a_sales_agent_opens_it_where_the_partner_allows_it(shop, wsd):
    assert look(shop.org.browser("sa"), shop).status_code == 403
    shop.org.partner.sales_agents_may_buy = True
    shop.org.partner.save()
    assert look(shop.org.browser("sa"), shop).status_code == 200


def test_S14_the_button_is_off_with_the_reason(shop):
    html = shop.org.browser("ha").get(shop.path("/orders")).content.decode()
    button = re.search(r'<button[^>]*data-testid="add-products"', html)[0]
    assert 'aria-disabled="true"' in button
    assert "aria-describedby" in button
