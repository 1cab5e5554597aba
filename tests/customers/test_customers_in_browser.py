"""S12-S14, S53 and S56 as people do them, in a real browser on a real server."""

import os
import re

import pytest
from django.conf import settings
from django.test import Client

from tests.customers.samples import customer

pytestmark = pytest.mark.browser
LABELS = {
    "en": {
        "customers": "Customers",
        "software": "Software",
        "add_products": "Add products",
        "next": "Next",
        "back": "Back",
        "submit": "Submit",
    },
    "zh-hans": {
        "customers": "客户",
        "software": "软件",
        "add_products": "添加产品",
        "next": "下一步",
        "back": "返回",
        "submit": "提交",
    },
}
BOTH = pytest.mark.parametrize("language", LABELS)
FIELDS = {
    "company_name": "Fourth Coffee",
    "domain": "fourthcoffee.example",
    "address_line1": "1 Main Street",
    "city": "Seattle",
    "state": "WA",
    "postal_code": "98101",
    "first_name": "Ana",
    "last_name": "Bowman",
    "email": "ana@fourthcoffee.example",
}


@pytest.fixture
def signed_in(committed_db, live_server_url, page):
    """``signed_in(user, language=…, **context)``: a tab of somebody who has signed in."""

    def open_tab(user, language="en", **options):
        client = Client()
        client.force_login(user)
        tab = page(language, base_url=live_server_url, **options)
        value = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server_url}
        tab.context.add_cookies([cookie])
        return tab

    return open_tab


def look(tab, name: str) -> None:
    """Keep a picture where ``PICTURES`` names a folder."""
    if folder := os.environ.get("PICTURES"):
        tab.screenshot(path=f"{folder}/{name}.png", full_page=True)


@BOTH
def test_S12_S13_S14_S56_from_the_dashboard_to_the_customer(signed_in, fabrikam, axe, language):
    words = LABELS[language]
    contoso = customer(fabrikam)
    tab = signed_in(fabrikam["aa"], language)
    tab.goto("/dashboard")
    look(tab, f"home-{language}")
    axe(tab)
    tab.get_by_role("navigation").get_by_role("link", name=words["customers"]).click()
    look(tab, f"list-{language}")
    axe(tab)
    tab.get_by_role("link", name="Contoso", exact=True).click()
    assert tab.url.endswith(f"/dashboard/customers/{contoso.pk}")
    look(tab, f"detail-{language}")
    axe(tab)
    assert tab.get_by_test_id("add-products").inner_text().strip() == words["add_products"]
    menu = tab.get_by_role("navigation", name="Contoso")
    assert menu.get_by_role("link", name=words["software"]).is_visible()


@BOTH
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_S53_found_by_name_domain_and_guid(signed_in, fabrikam, language, script):
    contoso = customer(fabrikam)
    customer(fabrikam, "Wingtip")
    tab = signed_in(fabrikam["aa"], language, java_script_enabled=script)
    for text in ("contoso", "contoso.example", str(contoso.pk)):
        tab.goto("/dashboard/customers")
        tab.locator("main input[name=q]").fill(text)
        tab.get_by_test_id("customers-search").click()
        tab.wait_for_url(re.compile("q="))
        rows = tab.get_by_test_id("customers").locator("tbody th")
        assert rows.all_inner_texts() == ["Contoso"]


def test_S53_name_guid_and_domain_are_copied(signed_in, fabrikam):
    contoso = customer(fabrikam)
    tab = signed_in(fabrikam["aa"], permissions=["clipboard-read", "clipboard-write"])
    tab.goto(f"/dashboard/customers/{contoso.pk}")
    expected = {"name": "Contoso", "id": str(contoso.pk), "domain": "contoso.example"}
    for what, value in expected.items():
        tab.get_by_test_id(f"copy-{what}").click()
        assert tab.evaluate("navigator.clipboard.readText()") == value


@BOTH
@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_wizard_walks_back_and_adds(signed_in, fabrikam, axe, language, script):
    words = LABELS[language]
    tab = signed_in(fabrikam["aa"], language, java_script_enabled=script)
    tab.goto("/dashboard/customers/new")
    for name, value in FIELDS.items():
        tab.locator(f"[name={name}]").fill(value)
    tab.locator("[name=country]").select_option("US")
    look(tab, f"add-{language}")
    if script:
        axe(tab)
    tab.get_by_role("button", name=words["next"]).click()
    assert "Fourth Coffee" in tab.get_by_test_id("customer-review").inner_text()
    look(tab, f"review-{language}")
    if script:
        axe(tab)
    tab.get_by_role("button", name=words["back"]).click()
    assert tab.locator("[name=city]").input_value() == "Seattle"
    assert tab.locator("[name=country]").input_value() == "US"
    tab.get_by_role("button", name=words["next"]).click()
    tab.get_by_role("button", name=words["submit"]).click()
    tab.wait_for_url(re.compile("/added$"))
    assert tab.get_by_test_id("customer-domain").inner_text() == "fourthcoffee.example"
    look(tab, f"added-{language}")
    if script:
        axe(tab)


def test_the_account_page_says_what_is_wrong_and_keeps_the_change(
    signed_in, fabrikam, axe, console_errors
):
    contoso = customer(fabrikam)
    tab = signed_in(fabrikam["ha"])
    tab.goto(f"/dashboard/customers/{contoso.pk}/account")
    look(tab, "account-en")
    axe(tab)
    tab.locator("[name=state]").fill("ZZ")
    tab.get_by_test_id("account-update").click()
    assert tab.get_by_test_id("errors").is_visible()
    axe(tab)
    console_errors.clear()  # the refused form is a 400
    tab.locator("[name=state]").fill("OR")
    tab.get_by_test_id("account-update").click()
    assert tab.locator("main .bar.success").inner_text().strip() == "The account info was updated."


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_fit_in_both_themes(signed_in, fabrikam, axe, width, scheme):
    contoso = customer(fabrikam)
    size = {"width": width, "height": 800}
    tab = signed_in(fabrikam["aa"], viewport=size, color_scheme=scheme)
    for name in ("", "/customers", "/customers/new", f"/customers/{contoso.pk}"):
        tab.goto(f"/dashboard{name}")
        look(tab, f"{name.strip('/').replace('/', '-')[:16] or 'home'}-{width}-{scheme}")
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
