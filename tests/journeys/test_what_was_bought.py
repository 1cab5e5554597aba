"""Where a purchase shows up: on the Software page when it is ready, or among the reservations."""

import re

from playwright.sync_api import expect

from orders import services as orders
from orders.services import Item
from partnercenter.lib import clock
from software import services, stock
from software.keys import sandbox_key
from software.stock import NewKey
from tests.journeys.buying import WSD, buy
from tests.orders import build

RESERVATION = "Reserved VM Instance, Standard_NV12, US East 2, 1 Year"


def test_S5_a_reservation_is_managed_in_the_azure_portal(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    buy(market, WSD, RESERVATION)
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/software"))
    expect(tab.get_by_test_id("sw-line")).to_contain_text([WSD])
    menu = tab.get_by_role("navigation", name="Contoso")
    menu.get_by_role("link", name=say("Azure reservations")).click()
    rows = tab.get_by_test_id("reservations-list").get_by_role("rowheader")
    expect(rows).to_have_text([RESERVATION])
    manage = tab.get_by_role("link", name=say("Manage"))
    expect(manage).to_have_attribute("href", re.compile(r"^https://portal\.azure\.com"))
    expect(manage).to_have_attribute("target", "_blank")
    expect(manage).to_have_attribute("rel", "noopener")


def test_S19_keys_come_after_the_order_is_completed(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    with market.org.visible():
        item = Item(build.offer("ESU").catalog_item_id, 1)
        placed = orders.place_order(market.customers["Contoso"], [item], by=market.org.actor("aa"))
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/software"))
    row = tab.get_by_test_id("sw-line")
    expect(row).to_contain_text(say("Preparing"))
    row.get_by_role("button", expanded=False).click()
    expect(tab.get_by_test_id("sw-preparing")).to_be_visible()
    expect(tab.get_by_test_id("sw-get-keys")).to_have_count(0)
    tab.goto(market.path(f"/orders/{placed.order.pk}"))
    expect(tab.get_by_test_id("status-track")).to_contain_text(say("Preparing"))
    _keys_come_in()
    tab.goto(market.path("/software"))
    expect(row).to_contain_text(say("Active"))
    row.get_by_role("button", expanded=False).click()
    expect(tab.get_by_test_id("sw-get-keys")).to_be_enabled()


def _keys_come_in() -> None:
    product_id, sku_id = build.PRODUCTS["ESU"][0]
    stock.add([NewKey(product_id, sku_id, sandbox_key())], at=clock.now())
    services.fulfil_waiting(product_id=product_id, sku_id=sku_id)
