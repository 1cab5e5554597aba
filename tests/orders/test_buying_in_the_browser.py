"""The way from Add products to the Order history, in a real browser and both languages."""

import re

import pytest

from catalog.services import load_demo_catalog
from customers.models import Customer
from orders.models import Order
from tests.orders import build

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 720}


@pytest.fixture
def market(committed_db, fabrikam):
    """Fabrikam with Contoso and Northwind, and the demo's price sheet."""
    load_demo_catalog()
    with fabrikam.visible():
        shop = build.shop(fabrikam)
        build.northwind(fabrikam)
        yield shop


@pytest.fixture
def open_as(page, live_server_url):
    """A page that is signed in as this user."""

    def signed_in(org, key, language="en", **options):
        options = {"viewport": WIDE, "base_url": live_server_url} | options
        tab = page(language, **options)
        session = org.browser(key).cookies["session"].value
        tab.context.add_cookies([{"name": "session", "value": session, "url": live_server_url}])
        return tab

    return signed_in


WORDS = {
    "en": {
        "review": "Review order",
        "excl": "excl. tax",
        "empty": "The cart is empty",
        "done": "Order history",
    },
    "zh-hans": {
        "review": "查看订单",
        "excl": "不含税",
        "empty": "购物车为空",
        "done": "订单历史记录",
    },
}


@pytest.mark.parametrize("language", WORDS)
def test_S14_S15_S16_S60_from_add_products_to_the_order_history(market, open_as, axe, language):
    words = WORDS[language]
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/cart"))
    assert words["empty"] in tab.inner_text("main")
    tab.goto(market.path("/orders"))
    axe(tab)
    tab.get_by_test_id("add-products").first.click()
    tab.fill("main input[name=q]", "Windows Server Standard - 8 Core License Pack - 1 year")
    tab.press("main input[name=q]", "Enter")
    row = tab.get_by_test_id("offer")
    assert row.count() == 1
    assert words["excl"] in row.inner_text()
    axe(tab)
    tab.get_by_test_id("offer-expand").click()
    tab.get_by_test_id("hybrid-benefit").wait_for()
    axe(tab)
    tab.get_by_test_id("quantity").fill("3")
    tab.get_by_test_id("add-to-cart").click()
    tab.get_by_test_id("review").filter(has_text="1").click()  # once the cart holds the line
    assert tab.inner_text("h1") == words["review"]
    assert "1,095.00 USD" in tab.get_by_test_id("total").inner_text()
    axe(tab)
    tab.get_by_test_id("line-quantity").fill("2")
    tab.get_by_test_id("line-update").click()
    tab.get_by_test_id("total").get_by_text("730.00 USD").wait_for()
    tab.get_by_test_id("buy").click()
    number = tab.get_by_test_id("order-number").inner_text()
    order = Order.objects.get()
    assert (order.pk, order.gross) == (number, 730)
    axe(tab)
    tab.get_by_test_id("done").click()
    assert tab.inner_text("h1") == words["done"]
    axe(tab)
    tab.get_by_test_id("order").get_by_role("link").click()
    assert tab.get_by_test_id("order-id").inner_text() == order.pk
    axe(tab)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_S9_S10_the_callout_opens_to_109_markets(market, open_as, axe, scheme):
    tab = open_as(market.org, "aa", color_scheme=scheme)
    northwind = Customer.objects.get(company_name="Northwind")
    tab.goto(market.path("/add-products", customer=northwind))
    tab.get_by_test_id("category-azure").click()
    bar = tab.get_by_test_id("unavailable-markets")
    bar.locator("summary").click()
    columns = [
        column.locator("li").all_inner_texts()
        for column in tab.get_by_test_id("market-column").all()
    ]
    assert [len(names) for names in columns] == [37, 37, 35]
    lefts = [column.bounding_box()["x"] for column in tab.get_by_test_id("market-column").all()]
    assert lefts == sorted(set(lefts))
    closed = tab.get_by_test_id("type-reservation")
    assert closed.get_attribute("aria-disabled") == "true"
    reason = closed.get_attribute("aria-describedby")
    assert "Greenland" in tab.locator(f"#{reason}").text_content()
    axe(tab)


@pytest.mark.parametrize(
    "path", ["/add-products", "/add-products?category=azure", "/cart", "/orders"]
)
def test_narrow_pages_do_not_scroll_sideways(market, open_as, axe, path):
    offers = build.offer("WSD")
    market.add(offers)
    market.buy(offers)
    tab = open_as(market.org, "aa", viewport=NARROW)
    tab.goto(market.path(path))
    assert tab.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    axe(tab)


def test_without_javascript_it_can_be_bought(market, open_as):
    tab = open_as(market.org, "aa", java_script_enabled=False)
    tab.goto(market.path("/add-products?q=BizTalk"))
    tab.get_by_test_id("add-to-cart").first.click()
    tab.get_by_test_id("review").click()
    tab.get_by_test_id("buy").click()
    assert re.fullmatch(r"[\w-]{32}1", tab.get_by_test_id("order-number").inner_text())


def test_pressing_buy_twice_makes_one_order(market, open_as):
    market.add(build.offer("WSD"))
    tab = open_as(market.org, "aa")
    tab.goto(market.path("/cart"))
    tab.get_by_test_id("buy").dblclick()
    tab.get_by_test_id("order-number").wait_for()
    assert Order.objects.count() == 1
