"""A link ends after two weeks or 50 downloads, and is made anew as often as wanted (S31-S34)."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from software.models import DownloadLink
from tests.journeys.buying import WSD, buy

CHOSEN = "version=2019&language=English&file_type=ISO%2C+x64&show=1"
FIFTY = 50


@pytest.fixture
def sandbox(found):
    """A sandbox partner, whose clock its Admin agent moves, with software for Contoso."""
    market = found("Fabrikam Sandbox", country="US", currency="USD", is_sandbox=True)
    buy(market, WSD)
    return market


def open_files(tab, market) -> None:
    """The Software page with the file among the results."""
    tab.goto(market.path("/software"))
    tab.get_by_role("button", name=WSD).click()
    expect(tab).to_have_url(re.compile("line="))
    line = re.search(r"line=([\w-]+)", tab.url)[1]
    tab.goto(market.path(f"/software?line={line}&{CHOSEN}"))


def link_in(panel) -> str:
    """Path of the link that the panel would copy."""
    address = panel.get_by_test_id("sw-copy-link").get_attribute("data-copy")
    return urlsplit(address).path


def set_clock(tab, to: datetime) -> None:
    """The sandbox clock's page: forward to this minute."""
    tab.goto("/dashboard/settings/clock")
    tab.get_by_test_id("clock-to").fill(to.strftime("%Y-%m-%dT%H:%M"))
    tab.get_by_test_id("clock-set").click()
    expect(tab.get_by_test_id("message")).to_be_visible()
    expect(tab.get_by_test_id("clock-now")).to_contain_text(f"{to:%H:%M} UTC")


def expires(market) -> datetime:
    with market.org.visible():
        return DownloadLink.objects.latest("created_at").expires_at.astimezone(UTC)


def dead(tab, refused, link: str, words: str) -> None:
    """The landing page of a link that has ended says so, to anybody."""
    with refused(tab):
        tab.goto(link)
    expect(tab.get_by_test_id("error-410")).to_contain_text(words)
    expect(tab.get_by_test_id("dl-download")).to_have_count(0)


def renew(tab, say) -> str:
    """The panel says that its link is dead; the button in it makes a new one."""
    panel = tab.get_by_test_id("sw-panel")
    expect(panel.get_by_test_id("sw-dead")).to_contain_text(say("another two weeks"))
    panel.get_by_role("button", name=say("Get keys and downloads")).click()
    expect(panel.get_by_test_id("sw-meter")).to_contain_text(say("0 of 50 downloads"))
    expect(panel.get_by_test_id("sw-dead")).to_have_count(0)
    return link_in(panel)


def test_S31_S33_S34_a_link_dies_after_two_weeks_and_is_renewed(
    sandbox, open_as, language, say, refused
):
    tab, customer = open_as(sandbox.org, "aa", language), open_as(language=language)
    open_files(tab, sandbox)
    tab.get_by_test_id("sw-get-keys").click()
    links = [link_in(tab.get_by_test_id("sw-panel"))]
    panel_address = tab.url
    for _ in range(2):
        last_minute = expires(sandbox)
        set_clock(tab, last_minute)
        customer.goto(links[-1])
        expect(customer.get_by_test_id("dl-download")).to_be_visible()
        set_clock(tab, last_minute + timedelta(minutes=1))
        dead(customer, refused, links[-1], say("This link has expired."))
        tab.goto(panel_address)
        expect(tab.get_by_test_id("sw-dead")).to_contain_text(say("This link has expired."))
        links.append(renew(tab, say))
        dead(customer, refused, links[-2], say("This link has expired."))
        customer.goto(links[-1])
        expect(customer.get_by_test_id("dl-meter")).to_contain_text(say("0 of 50 downloads"))
    assert len(set(links)) == 3


def test_S32_S33_a_link_dies_after_50_downloads_and_is_renewed(
    sandbox, open_as, language, say, refused
):
    tab, customer = open_as(sandbox.org, "aa", language), open_as(language=language)
    open_files(tab, sandbox)
    tab.get_by_test_id("sw-get-keys").click()
    panel_address, link = tab.url, link_in(tab.get_by_test_id("sw-panel"))
    statuses = [customer.context.request.get(f"{link}/file").status for _ in range(FIFTY + 1)]
    assert statuses == [200] * FIFTY + [410]
    dead(customer, refused, link, say("All downloads of this link have been used."))
    tab.goto(panel_address)
    expect(tab.get_by_test_id("sw-meter")).to_contain_text(say("50 of 50 downloads"))
    renew(tab, say)
    dead(customer, refused, link, say("All downloads of this link have been used."))
