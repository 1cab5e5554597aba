"""The kit in a browser: accessible, no sideways scroll, nothing that needs a script."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
WIDTHS = (320, 1024, 1600)
LANGUAGES = ("en", "zh-hans")
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_every_part_is_accessible_and_fits(visit, axe, width, theme, language):
    tab = visit("/sink?line=a1", language=language, theme=theme, width=width)
    axe(tab)
    assert tab.evaluate(SIDEWAYS) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/sink?panel=keys",
        "/sink?dialog=cancel",
        "/trouble/403",
        "/trouble/404",
        "/trouble/429",
        "/trouble/500",
    ],
)
@pytest.mark.parametrize(
    ("theme", "language", "width"), [("light", "en", 1024), ("dark", "zh-hans", 320)]
)
def test_special_pages_are_accessible_and_fit(visit, axe, address, theme, language, width):
    tab = visit(address, language=language, theme=theme, width=width)
    axe(tab)
    assert tab.evaluate(SIDEWAYS) == 0


def test_refused_form_leads_to_its_fields(visit, axe, console_errors):
    tab = visit("/sink?bad=1")
    console_errors.clear()  # the browser reports the page's status 400
    axe(tab)
    summary = tab.get_by_test_id("errors")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Company name").click()
    field = tab.get_by_label("Company name")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(
        "As in the commercial register. This field is required."
    )


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(("language", "name"), [("en", "Settings"), ("zh-hans", "设置")])
def test_S38_gear_is_in_the_upper_right_corner(visit, width, language, name):
    tab = visit("/sink", language=language, width=width)
    gear = tab.get_by_test_id("gear")
    expect(gear).to_be_visible()
    expect(gear).to_have_accessible_name(name)
    box = gear.bounding_box()
    assert box["x"] >= width * 2 / 3
    assert box["x"] + box["width"] <= width
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 48


@pytest.mark.parametrize(("language", "name"), [("en", "Activity log"), ("zh-hans", "活动日志")])
@pytest.mark.parametrize("script", [True, False])
def test_S39_gear_menu_opens_with_and_without_script(visit, language, name, script):
    tab = visit("/sink", language=language, java_script_enabled=script)
    entry = tab.get_by_test_id("gear-activity-log")
    expect(entry).to_be_hidden()
    tab.get_by_test_id("gear").click()
    expect(entry).to_have_text(name)
    expect(entry).to_be_visible()


def test_menus_have_no_accessibility_finding_when_open(visit, axe):
    for button in ("gear", "account", "menu"):
        tab = visit("/sink", width=390)
        tab.get_by_test_id(button).click()
        axe(tab)


def test_row_opens_by_enter_and_closes_by_space(visit):
    tab = visit("/sink")
    chevron = tab.get_by_test_id("sw-expand").first
    chevron.focus()
    tab.keyboard.press("Enter")
    expect(tab.get_by_test_id("sw-submit")).to_be_visible()
    expect(chevron).to_have_attribute("aria-expanded", "true")
    expect(chevron).to_be_focused()
    assert tab.url.endswith("?line=a1#line-a1")
    tab.keyboard.press("Space")
    expect(tab.get_by_test_id("sw-submit")).to_have_count(0)
    expect(chevron).to_have_attribute("aria-expanded", "false")


def test_row_opens_without_script(visit):
    tab = visit("/sink", java_script_enabled=False)
    tab.get_by_test_id("sw-expand").first.click()
    expect(tab.get_by_test_id("sw-submit")).to_be_visible()


def test_dialog_takes_the_focus_and_gives_it_back(visit):
    tab = visit("/sink")
    opener = tab.get_by_role("link", name="Cancel").first
    opener.click()
    dialog = tab.get_by_role("dialog", name="Cancel purchase")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("heading")).to_be_focused()
    assert dialog.evaluate("element => element.matches(':modal')")
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(tab.get_by_role("link", name="Cancel").first).to_be_focused()


def test_dialog_and_panel_work_without_script(visit):
    tab = visit("/sink?panel=keys", java_script_enabled=False)
    key = tab.get_by_text("SNDBX-OUILS-3OAUE-1IZSL-K7Q2M")
    expect(key).to_be_hidden()
    tab.get_by_text("Reveal").click()
    expect(key).to_be_visible()
    expect(tab.get_by_test_id("sw-copy-link")).to_be_hidden()
    tab.get_by_role("link", name="Close").click()
    expect(tab.get_by_role("dialog")).to_have_count(0)


def test_copying_is_announced(visit):
    tab = visit("/sink?panel=keys", permissions=["clipboard-read", "clipboard-write"])
    tab.get_by_test_id("sw-copy-link").click()
    expect(tab.locator("#announcer")).to_have_text("Copied")
    assert tab.evaluate("navigator.clipboard.readText()") == "https://x"


def test_control_that_is_off_says_why(visit):
    tab = visit("/sink")
    button = tab.get_by_test_id("sw-get-keys")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description("This needs one of these roles: Admin agent.")
    button.focus()
    expect(tab.get_by_role("tooltip", name="Admin agent")).to_be_visible()


@pytest.mark.parametrize("choice", ["Light", "Dark"])
def test_theme_is_kept_and_stays_on_the_page(visit, choice):
    tab = visit("/sink?line=a1", theme="dark" if choice == "Light" else "light")
    tab.get_by_test_id("account").click()
    tab.get_by_role("button", name=choice).click()
    expect(tab.locator("html")).to_have_attribute("data-theme", choice.lower())
    assert tab.url.endswith("/sink?line=a1")


def test_language_switch_stays_on_the_page(visit):
    tab = visit("/sink?line=a1")
    tab.get_by_test_id("language").click()
    expect(tab.locator("html")).to_have_attribute("lang", "zh-Hans")
    assert tab.url.endswith("/sink?line=a1")
    tab.get_by_test_id("language").click()
    expect(tab.locator("html")).to_have_attribute("lang", "en")


def test_label_of_a_figure_may_break_where_the_list_is_narrow(visit):
    tab = visit("/sink", width=320)
    label = "getComputedStyle(document.querySelector('.list td.num[data-label]'), '::before')"
    assert tab.evaluate(f"{label}.whiteSpace") == "normal"
