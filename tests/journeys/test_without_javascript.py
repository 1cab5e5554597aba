"""The main job in a browser that runs no script: buy, get the key, download, read the log."""

import re

from playwright.sync_api import expect

from catalog.models import MediaFile
from tests.journeys.buying import WSD

KEY = re.compile(r"^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$")


def test_S12_to_S41_without_javascript(fabrikam_market, open_as, language):
    market = fabrikam_market
    tab = open_as(market.org, "gaaa", language, java_script_enabled=False)
    tab.goto("/dashboard")
    tab.get_by_role("main").get_by_role("searchbox").fill("contoso.example")
    tab.get_by_test_id("home-search").click()
    tab.get_by_role("link", name="Contoso", exact=True).click()
    _buy(tab)
    _take(tab)
    tab.goto("/dashboard")
    tab.get_by_test_id("gear").click()
    tab.get_by_test_id("gear-activity-log").click()
    expect(tab.get_by_test_id("log-row").filter(has_text="Contoso")).to_have_count(5)


def _buy(tab) -> None:
    tab.get_by_test_id("add-products").click()
    tab.get_by_role("main").get_by_role("searchbox").fill(WSD)
    tab.get_by_test_id("apply").click()
    tab.get_by_test_id("add-to-cart").click()
    tab.get_by_test_id("review").click()
    tab.get_by_test_id("buy").click()
    tab.get_by_test_id("to-software").click()


def _take(tab) -> None:
    """Each step is a page; the key is shown by the POST's answer, the file by a plain link."""
    tab.get_by_test_id("sw-expand").click()
    for name, value in (("version", "2019"), ("language", "English"), ("file_type", "ISO, x64")):
        tab.get_by_test_id(f"sw-select-{name.replace('_', '')}").select_option(value)
    tab.get_by_test_id("sw-submit").click()
    tab.get_by_test_id("sw-get-keys").click()
    panel = tab.get_by_test_id("sw-panel")
    expect(panel.get_by_text(KEY)).to_be_hidden()
    panel.get_by_test_id("sw-key").locator("summary").click()
    expect(panel.get_by_text(KEY)).to_be_visible()
    expect(panel.get_by_test_id("sw-copy-link")).to_be_hidden()
    link = panel.get_by_role("link", name=re.compile(r"dl.[\w-]{43}$"))
    expect(link).to_be_visible()
    with tab.expect_download() as taken:
        panel.get_by_test_id("sw-download").click()
    file = MediaFile.objects.get(file_name=taken.value.suggested_filename)
    assert len(taken.value.path().read_bytes()) == file.size_bytes
