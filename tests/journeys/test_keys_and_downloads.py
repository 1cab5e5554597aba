"""From the Software page to the file, through the copied link, and on when the link is dead."""

import hashlib
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from catalog.models import MediaFile
from software.models import DownloadLink
from tests.journeys.buying import WSD, buy
from tests.journeys.conftest import CLIPBOARD

MASKED = re.compile(r"^[•-]+[A-Z0-9]{5}$")
KEY = re.compile(r"^([A-Z0-9]{5}-){4}[A-Z0-9]{5}$")
CHOICE = {"version": "2019", "language": "English", "file_type": "ISO, x64"}


@pytest.fixture
def bought(fabrikam_market):
    """Fabrikam, whose customer Contoso has a software subscription."""
    buy(fabrikam_market, WSD)
    return fabrikam_market


def expand(tab, say) -> None:
    """Open the row by keyboard, close it again, and open it."""
    chevron = tab.get_by_role("button", name=WSD)
    for key, opened in (("Enter", "true"), ("Space", "false"), ("Enter", "true")):
        chevron.focus()
        tab.keyboard.press(key)
        expect(chevron).to_have_attribute("aria-expanded", opened)
    expect(tab).to_have_url(re.compile("#line-"))
    expect(tab.get_by_role("group", name=say("Select product"))).to_be_visible()


def choose(tab, say):
    """The three drop-downs, in their order; what does not exist cannot be chosen (S25, S26)."""
    group = tab.get_by_role("group", name=say("Select product"))
    boxes = group.get_by_role("combobox")
    expect(boxes).to_have_count(3)
    labels = [say("Version"), say("Language"), say("File type/OS")]
    for box, label in zip(boxes.all(), labels, strict=True):
        expect(box).to_have_accessible_name(re.compile(f"^{re.escape(label)}"))
    for box, (name, value) in zip(boxes.all(), CHOICE.items(), strict=True):
        box.select_option(value)
        expect(tab).to_have_url(re.compile(f"{name}=[^&]"))
    return group


def get_keys(tab, say):
    """The panel, by all steps; none is there before the one before it is done (S27, S28, S35)."""
    for later in ("sw-result", "sw-get-keys", "sw-panel"):
        expect(tab.get_by_test_id(later)).to_have_count(0)
    choose(tab, say)
    expect(tab.get_by_test_id("sw-result")).to_have_count(0)
    tab.get_by_role("button", name=say("Submit"), exact=True).click()
    expect(tab.get_by_test_id("sw-result")).to_have_count(1)
    tab.get_by_role("button", name=say("Get keys and downloads"), exact=True).click()
    panel = tab.get_by_role("dialog", name=WSD)
    expect(panel).to_be_visible()
    return panel


def key_of(tab, panel, say) -> str:
    """The key is masked, revealed, and copied whole."""
    expect(panel.get_by_text(MASKED)).to_be_visible()
    expect(panel.get_by_text(KEY)).to_be_hidden()
    panel.get_by_text(say("Reveal"), exact=True).click()
    key = panel.get_by_text(KEY).inner_text()
    panel.get_by_role("button", name=say("Copy key")).click()
    assert tab.evaluate("navigator.clipboard.readText()") == key
    return key


def downloaded(tab, button):
    """The file that the browser took, as name and content."""
    with tab.expect_download() as taken:
        button.click()
    return taken.value.suggested_filename, taken.value.path().read_bytes()


def test_S21_to_S30_S35_from_the_menu_to_the_file(bought, open_as, language, say):
    tab = open_as(bought.org, "aa", language, permissions=CLIPBOARD)
    tab.goto(bought.path())
    menu = tab.get_by_role("navigation", name="Contoso")
    menu.get_by_role("link", name=say("Software"), exact=True).click()
    expand(tab, say)
    panel = get_keys(tab, say)
    key_of(tab, panel, say)
    expect(panel).to_contain_text(say("0 of 50 downloads"))
    name, content = downloaded(tab, panel.get_by_role("link", name=say("Download")))
    file = MediaFile.objects.get(file_name=name)
    assert (file.size_bytes, file.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    expect(panel).to_contain_text(file.sha256)
    expect(panel).to_be_visible()
    panel.get_by_role("button", name=say("Copy link")).click()
    expect(tab.locator("#announcer")).to_have_text(say("Copied"))
    link = tab.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https?://[^/]+/dl/[\w-]{43}", link)
    tab.goto(tab.url)
    expect(tab.get_by_test_id("sw-meter")).to_contain_text(say("1 of 50 downloads"))
    _use_in_a_private_window(open_as(language=language), link, say, name, content)
    tab.goto(tab.url)
    expect(tab.get_by_test_id("sw-meter")).to_contain_text(say("2 of 50 downloads"))


def _use_in_a_private_window(tab, link, say, name, content) -> None:
    """Whoever has the link gets the file, and nothing of who bought what (S30)."""
    tab.goto(urlsplit(link).path)
    expect(tab.get_by_role("heading", level=1)).to_have_text(say("Download"))
    expect(tab.get_by_test_id("dl-meter")).to_contain_text(say("1 of 50 downloads"))
    assert "Contoso" not in tab.content()
    assert "Fabrikam" not in tab.content()
    got = downloaded(tab, tab.get_by_test_id("dl-download"))
    assert got == (name, content)


@pytest.mark.parametrize("key", ["ga", "ha", "sa"])
def test_S20_only_an_admin_agent_gets_keys(bought, open_as, language, say, key, refused):
    tab = open_as(bought.org, key, language)
    tab.goto(bought.path("/software"))
    expand(tab, say)
    choose(tab, say)
    tab.get_by_role("button", name=say("Submit"), exact=True).click()
    button = tab.get_by_role("button", name=say("Get keys and downloads"))
    expect(button).to_be_disabled()
    expect(button).to_have_accessible_description(say("needs Admin agent"))
    with refused(tab):
        tab.goto(tab.url.replace("show=1", "show=1&panel=keys").replace("#", "&file=1#"))
    expect(tab.get_by_test_id("error-403")).to_contain_text(say("Admin agent"))


def test_S23_S54_S55_S56_everything_bought_is_listed(fabrikam_market, open_as, language, say):
    market = fabrikam_market
    number = buy(market, WSD)
    other = buy(market, "BizTalk Server 2016 Branch", "SUSE Linux Enterprise Server")
    tab = open_as(market.org, "aa", language)
    tab.goto(market.path("/software"))
    lines = tab.get_by_test_id("sw-line")
    expect(lines).to_have_count(3)
    expect(lines.filter(has_text=WSD).get_by_test_id("sw-order")).to_have_attribute("title", number)
    for words, expected in (("BizTalk", 1), (other, 2), (number, 1), ("WINDOWS", 1)):
        tab.get_by_test_id("sw-search").fill(words)
        tab.get_by_test_id("sw-search-submit").click()
        expect(lines).to_have_count(expected)
    tab.goto(market.path("/software", "Wingtip"))
    expect(tab.get_by_role("main")).to_contain_text("Wingtip")
    expect(lines).to_have_count(0)


def test_S24_an_opened_row_stays_under_the_pointer(bought, open_as):
    tab = open_as(bought.org, "aa", viewport={"width": 1280, "height": 480})
    tab.goto(bought.path("/software"))
    chevron = tab.get_by_role("button", name=WSD)
    chevron.scroll_into_view_if_needed()
    before = tab.evaluate("scrollY")
    chevron.click()
    expect(chevron).to_have_attribute("aria-expanded", "true")
    expect(tab.get_by_role("group", name="Select product")).to_be_visible()
    assert tab.evaluate("scrollY") == before


def test_S35_a_deep_link_lands_on_the_first_step_that_is_left(bought, open_as, refused):
    tab = open_as(bought.org)
    tab.goto(bought.path("/software"))
    expand(tab, str)
    line = re.search(r"line=([\w-]+)", tab.url)[1]
    tab.goto(bought.path(f"/software?line={line}&panel=keys"))
    expect(tab.get_by_role("group", name="Select product")).to_be_visible()
    expect(tab.get_by_role("dialog")).to_have_count(0)
    with refused(tab):
        tab.goto(bought.path(f"/software?line={line}&version=2019&show=1"))
    expect(tab.get_by_label("Language")).to_have_attribute("aria-invalid", "true")
    expect(tab.get_by_test_id("sw-result")).to_have_count(0)


def test_S27_S35_another_choice_clears_the_results(bought, open_as):
    tab = open_as(bought.org)
    tab.goto(bought.path("/software"))
    expand(tab, str)
    group = choose(tab, str)
    tab.get_by_test_id("sw-submit").click()
    expect(tab.get_by_test_id("sw-result")).to_have_count(1)
    group.get_by_role("combobox").nth(1).select_option(index=2)
    expect(tab.get_by_test_id("sw-result")).to_have_count(0)
    assert DownloadLink.objects.count() == 0
