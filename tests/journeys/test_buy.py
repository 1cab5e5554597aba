"""An Admin agent finds a customer and buys: from the sign-in to the order's page."""

import re

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.journeys.buying import SQL, WSD

PASSWORD = "a long pass phrase 7"


def sign_in(tab, say, user) -> None:
    """By e-mail and password, on the page that stands before the one that was asked for."""
    user.set_password(PASSWORD)
    user.save()
    tab.goto("/dashboard")
    expect(tab).to_have_url(re.compile("/signin"))
    tab.get_by_label(say("Email")).fill(user.email)
    tab.get_by_label(say("Password")).fill(PASSWORD)
    tab.get_by_role("button", name=say("Sign in"), exact=True).click()
    expect(tab).to_have_url(re.compile(r"/dashboard$"))


def choose_customer(tab, say, *, by: str, company: str = "Contoso") -> None:
    """From anywhere: the menu's Customers, the search, the name."""
    menu = tab.get_by_role("navigation", name=say("Partner Center menu"))
    menu.get_by_role("link", name=say("Customers")).click()
    tab.get_by_role("main").get_by_role("searchbox").fill(by)
    tab.get_by_test_id("customers-search").click()
    expect(tab).to_have_url(re.compile("q="))
    rows = tab.get_by_test_id("customers").get_by_role("rowheader")
    expect(rows).to_have_text([company])
    rows.get_by_role("link").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(company)


def heading(tab, text: str) -> None:
    expect(tab.get_by_role("heading", level=1)).to_have_text(text)


def filter_by(tab, title: str):
    """The one offer that the search for this title leaves."""
    tab.get_by_role("main").get_by_role("searchbox").fill(title)
    tab.get_by_role("main").get_by_role("searchbox").press("Enter")
    offer = tab.get_by_test_id("offer")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text(title)
    return offer


def add(tab, say, title: str, quantity: int) -> None:
    offer = filter_by(tab, title)
    expect(offer).to_contain_text(say("excl. tax"))
    offer.get_by_role("spinbutton").fill(str(quantity))
    offer.get_by_role("button", name=say("Add to cart")).click()
    expect(tab.get_by_test_id("message")).to_be_visible()


def test_S12_S13_S14_S53_signed_in_and_at_the_customer(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    contoso = market.customers["Contoso"]
    tab = open_as(language=language)
    sign_in(tab, say, market.org["aa"])
    for known in ("contoso", contoso.domain, str(contoso.pk)):
        choose_customer(tab, say, by=known)
    expect(tab.get_by_test_id("customer-id")).to_have_text(str(contoso.pk))
    expect(tab.get_by_test_id("customer-domain")).to_have_text(contoso.domain)
    tab.get_by_test_id("add-products").click()
    heading(tab, say("Add products"))
    tab.go_back()
    tab.go_back()
    expect(tab.get_by_role("main").get_by_role("searchbox")).to_have_value(str(contoso.pk))


def test_S4_S15_S16_S60_from_the_shelf_to_the_order(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path())
    tab.get_by_test_id("add-products").click()
    expect(tab.get_by_test_id("category-azure")).to_have_text(say("Azure"))
    expect(tab.get_by_test_id("category-software")).to_have_text(say("Software"))
    add(tab, say, WSD, 3)
    add(tab, say, SQL, 2)
    _review_and_walk_back(tab, say)
    tab.get_by_role("button", name=say("Buy"), exact=True).click()
    heading(tab, say("Confirmation"))
    number = tab.get_by_test_id("order-number").inner_text()
    tab.get_by_role("link", name=say("Done"), exact=True).click()
    heading(tab, say("Order history"))
    row = tab.get_by_test_id("order")
    expect(row).to_contain_text([f"{say('Completed')}"])
    expect(row).to_contain_text(["8,760.00 USD"])
    expect(row).to_contain_text([f"aa@{market.org.partner.domain}"])
    row.get_by_role("rowheader").get_by_role("link").click()
    expect(tab.get_by_test_id("order-id")).to_have_text(number)
    expect(tab.get_by_test_id("order-line")).to_contain_text([WSD, SQL])
    expect(tab.get_by_test_id("status-track")).to_contain_text(say("Completed"))


def _review_and_walk_back(tab, say) -> None:
    """Nothing that was entered is lost on the way to and fro."""
    tab.get_by_test_id("review").click()
    heading(tab, say("Review order"))
    expect(tab.get_by_test_id("cart-line")).to_contain_text([WSD, SQL])
    total = tab.get_by_test_id("totals").get_by_test_id("total")
    expect(total).to_have_text("8,395.00 USD")
    line = tab.get_by_test_id("cart-line").first
    line.get_by_role("spinbutton").fill("4")
    line.get_by_role("button", name=say("Update")).click()
    expect(total).to_have_text("8,760.00 USD")
    tab.get_by_role("link", name=say("Add more products")).click()
    heading(tab, say("Add products"))
    expect(tab.get_by_test_id("review")).to_contain_text("2")
    filter_by(tab, SQL)
    tab.get_by_test_id("review").click()
    heading(tab, say("Review order"))
    expect(total).to_have_text("8,760.00 USD")
    tab.go_back()
    expect(tab.get_by_role("main").get_by_role("searchbox")).to_have_value(SQL)
    tab.get_by_test_id("review").click()
    expect(total).to_have_text("8,760.00 USD")


def test_S16_buy_pressed_twice_and_again_is_one_order(fabrikam_market, open_as):
    market = fabrikam_market
    tab = open_as(market.org)
    tab.goto(market.path(f"/add-products?q={WSD}"))
    tab.get_by_test_id("add-to-cart").click()
    expect(tab.get_by_test_id("message")).to_be_visible()
    tab.get_by_test_id("review").click()
    tab.get_by_test_id("buy").dblclick()
    number = tab.get_by_test_id("order-number").inner_text()
    with market.org.visible():
        assert [order.pk for order in Order.objects.all()] == [number]
    tab.get_by_test_id("done").click()
    expect(tab.get_by_test_id("order")).to_have_count(1)


def _money(text: str) -> str:
    (amount,) = re.findall(r"[\d,]+\.\d\d [A-Z]{3}", text)
    return amount


@pytest.mark.parametrize(
    ("name", "country", "currency"), [("Tailspin", "AU", "AUD"), ("Litware", "BR", "BRL")]
)
def test_S18_australia_and_brazil_see_prices_with_tax(
    found, open_as, language, say, name, country, currency
):
    market = found(name, country=country, currency=currency)
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/add-products"))
    offer = filter_by(tab, WSD)
    expect(offer).to_contain_text(say("incl. tax"))
    price = _money(offer.inner_text())
    assert price.endswith(currency)
    offer.get_by_role("button", name=say("Add to cart")).click()
    expect(tab.get_by_test_id("message")).to_be_visible()
    tab.get_by_test_id("review").click()
    expect(tab.get_by_test_id("cart-line")).to_contain_text(say("incl. tax"))
    totals = tab.get_by_test_id("totals")
    expect(totals).to_contain_text(say("incl. tax"))
    expect(totals.get_by_test_id("total")).to_have_text(price)
    tab.get_by_test_id("buy").click()
    expect(tab.get_by_test_id("placed-order").get_by_test_id("total")).to_have_text(price)
    tab.get_by_test_id("done").click()
    expect(tab.get_by_test_id("order")).to_contain_text(price)
    expect(tab.get_by_test_id("order")).to_contain_text(say("incl. tax"))
    expect(tab.get_by_role("main")).not_to_contain_text(say("excl. tax"))


def test_S9_S10_no_reservation_for_a_closed_market(shared, open_as, language, say):
    tab = open_as(shared.org, "aa", language)
    tab.goto(shared.path("/add-products", "Northwind"))
    tab.get_by_test_id("category-azure").click()
    callout = tab.get_by_test_id("unavailable-markets")
    title = callout.get_by_role("heading", name=say("Azure reservations unavailable markets"))
    expect(title).to_be_visible()
    expect(callout).to_contain_text(say("30 Nov 2019"))
    callout.get_by_text(say("Unavailable markets"), exact=True).click()
    columns = callout.get_by_test_id("market-column").all()
    names = [column.get_by_role("listitem").all_inner_texts() for column in columns]
    assert [len(column) for column in names] == [37, 37, 35]
    assert len({name for column in names for name in column}) == 109
    assert (names[0][-1], names[1][0]) == (say("Gibraltar"), say("Greenland"))
    closed = tab.get_by_test_id("type-reservation")
    expect(closed).to_be_disabled()
    expect(closed).to_have_accessible_description(re.compile(say("Greenland")))
    for button in tab.get_by_test_id("add-to-cart").all():
        expect(button).to_have_accessible_description(re.compile(say("Greenland")))


def test_S11_a_reservation_for_an_open_market(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/add-products?category=azure"))
    tab.get_by_role("button", name=say("Add to cart")).first.click()
    expect(tab.get_by_test_id("message")).to_be_visible()
    tab.get_by_test_id("review").click()
    expect(tab.get_by_test_id("cart-line")).to_have_count(1)
