"""The article that the product follows, from the help button and in both languages (S1, S2)."""

import re

import pytest
from playwright.sync_api import expect

TITLES = {
    "en": "Sell software subscriptions through CSP",
    "zh-hans": "通过云解决方案提供商销售软件订阅",
}


@pytest.mark.parametrize("key", ["aa", "du"])
def test_S1_the_help_of_the_customer_area(shared, open_as, language, key):
    tab = open_as(shared.org, key, language)
    tab.goto(shared.path() if key == "aa" else "/dashboard")
    tab.get_by_test_id("help").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[language])
    expect(tab).to_have_title(re.compile(f"^{TITLES[language]} – "))


def test_S1_the_article_needs_no_account(shared, open_as, language):
    tab = open_as(language=language)
    tab.goto("/help/sell-software")
    expect(tab.get_by_role("heading", level=1)).to_have_text(TITLES[language])


def test_S12_the_word_dashboard_leads_to_it(shared, open_as):
    tab = open_as(shared.org)
    tab.goto("/help/sell-software")
    tab.get_by_test_id("help-article").get_by_role("link", name="dashboard").first.click()
    expect(tab).to_have_url(re.compile(r"/dashboard$"))


def test_S2_outside_of_csp_there_are_no_customers(found, open_as, language, say, refused):
    market = found("Proseware", (), country="US", currency="USD", is_csp=False)
    tab = open_as(market.org, "aa", language)
    tab.goto("/dashboard")
    menu = tab.get_by_role("navigation", name=say("Partner Center menu"))
    expect(menu.get_by_role("link", name=say("Home"))).to_be_visible()
    expect(menu.get_by_role("link", name=say("Customers"))).to_have_count(0)
    expect(tab.get_by_test_id("not-csp")).to_be_visible()
    with refused(tab):
        tab.goto("/dashboard/customers")
    expect(tab.get_by_test_id("error-403")).to_contain_text(say("Cloud Solution Provider"))
