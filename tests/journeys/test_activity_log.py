"""Who got keys and downloaded, for those who may know it (S36-S41)."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

from catalog.models import MediaFile
from software import services
from software.models import Entitlement
from tests.journeys.buying import WSD, buy

READERS = ("Global admin", "Account admin", "Referral admin", "Marketing content admin")


@pytest.fixture
def used(fabrikam_market, open_as):
    """An Admin agent got a key and a link; a customer downloaded by the link."""
    market = fabrikam_market
    buy(market, WSD)
    with market.org.visible():
        line = Entitlement.objects.get()
        file = MediaFile.objects.filter(product_id=line.product_id).earliest("pk")
        got = services.get_keys_and_downloads(line, file, by=market.org.actor("aa"))
    open_as().context.request.get(f"/dl/{got.download.token}/file")
    return market


def open_log(tab, say) -> None:
    """By the gear in the upper right corner (S38, S39)."""
    tab.goto("/dashboard")
    gear = tab.get_by_role("button", name=say("Settings"), exact=True)
    expect(gear).to_be_visible()
    gear.click()
    menu = tab.get_by_role("navigation", name=say("Settings"))
    menu.get_by_role("link", name=say("Activity log")).click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(say("Activity log"))
    expect(tab).to_have_url(re.compile("/dashboard/settings/activity-log$"))


def test_S36_to_S41_who_did_what_in_the_period(used, open_as, language, say):
    tab = open_as(used.org, "ga", language)
    open_log(tab, say)
    rows = tab.get_by_test_id("log-row")
    user = used.org["aa"].email
    for action in ("Get software key", "Get software download link"):
        row = rows.filter(has_text=re.compile(f"{say(action)}\\s"))
        expect(row).to_have_count(1)
        expect(row).to_contain_text("Contoso")
        expect(row).to_contain_text(user)
    expect(rows.filter(has_text=say("Link recipient"))).to_have_count(1)
    rows.filter(has_text=say("Get software key")).get_by_role("button").click()
    expect(tab.get_by_test_id("log-details")).to_contain_text(WSD)
    _move_the_period(tab, say, rows)


def _move_the_period(tab, say, rows) -> None:
    """Both days count; a period before has nothing; From after To is refused in its place."""
    first, last = tab.get_by_label(say("From"), exact=True), tab.get_by_label(say("To"), exact=True)
    day = last.input_value()
    assert first.input_value() < day
    first.fill(day)
    tab.get_by_test_id("log-apply").click()
    expect(rows).not_to_have_count(0)
    first.fill("2019-11-01")
    last.fill("2019-11-30")
    tab.get_by_test_id("log-apply").click()
    expect(rows).to_have_count(0)
    expect(tab).to_have_url(re.compile("start=2019-11-01&end=2019-11-30"))


def test_S40_from_after_to_is_refused_in_its_place(used, open_as, language, say, refused):
    tab = open_as(used.org, "acct", language)
    open_log(tab, say)
    tab.get_by_label(say("To"), exact=True).fill("2019-11-01")
    with refused(tab):
        tab.get_by_test_id("log-apply").click()
    expect(tab.get_by_label(say("To"), exact=True)).to_have_attribute("aria-invalid", "true")
    expect(tab.get_by_test_id("errors")).to_be_focused()
    expect(tab.get_by_test_id("log-row")).to_have_count(0)


def test_S36_the_export_holds_what_the_page_shows(used, open_as):
    tab = open_as(used.org, "mkt")
    open_log(tab, str)
    with tab.expect_download() as taken:
        tab.get_by_test_id("log-export").click()
    assert taken.value.suggested_filename.endswith(".csv")
    rows = list(csv.reader(io.StringIO(taken.value.path().read_text("utf-8-sig"))))
    assert len(rows) - 1 == tab.get_by_test_id("log-row").count()
    assert sum("Contoso" in row for row in rows) == 5


@pytest.mark.parametrize("key", ["aa", "du"])
def test_S37_who_may_not_is_told_which_roles(used, open_as, language, say, key, refused):
    tab = open_as(used.org, key, language)
    tab.goto("/dashboard")
    tab.get_by_test_id("gear").click()
    expect(tab.get_by_test_id("gear-profile")).to_be_visible()
    expect(tab.get_by_test_id("gear-activity-log")).to_have_count(0)
    for address in ("/dashboard/settings/activity-log", "/dashboard/settings/activity-log/export"):
        with refused(tab):
            tab.goto(address)
        refusal = tab.get_by_test_id("error-403")
        for role in READERS:
            expect(refusal).to_contain_text(say(role))
