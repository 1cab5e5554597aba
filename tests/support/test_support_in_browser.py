"""From the form to the submitted request and its answer, in both languages (S74-S81)."""

import pytest

from support import services
from tests.support.build import PNG, content

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 720}
HEADINGS = {
    "en": "Report a problem with Partner Center",
    "zh-hans": "报告合作伙伴中心问题",
}


@pytest.fixture
def open_as(committed_db, page, live_server_url):
    """A page that is signed in as this user."""

    def signed_in(org, key, language="en", **options):
        tab = page(language, **{"viewport": WIDE, "base_url": live_server_url} | options)
        session = org.browser(key).cookies["session"].value
        tab.context.add_cookies([{"name": "session", "value": session, "url": live_server_url}])
        return tab

    return signed_in


@pytest.mark.parametrize("language", HEADINGS)
def test_S75_to_S81_report_a_problem(fabrikam, open_as, axe, console_errors, language):
    tab = open_as(fabrikam, "du", language)
    tab.goto("/dashboard/support")
    axe(tab)
    tab.get_by_test_id("sr-new").click()
    assert tab.locator("h1").inner_text() == HEADINGS[language]
    axe(tab)
    tab.get_by_test_id("sr-submit").click()
    tab.get_by_test_id("errors").wait_for()
    axe(tab)
    console_errors.clear()  # the browser notes the 400
    tab.get_by_test_id("sr-type").select_option("32444667")
    tab.get_by_test_id("sr-impact").select_option("minimal")
    tab.locator("#id_title").fill("The list is empty")
    tab.locator("#id_description").fill("It was full yesterday.")
    tab.locator("#id_phone").fill("425 555 0100")
    file = {"name": "screen.png", "mimeType": "image/png", "buffer": PNG}
    tab.get_by_test_id("sr-files").set_input_files([file])
    tab.get_by_test_id("sr-submit").click()
    tab.get_by_test_id("sr-number").wait_for()
    axe(tab)
    assert tab.get_by_test_id("sr-file").inner_text() == "screen.png"
    tab.get_by_test_id("sr-note").fill("It is full again.")
    tab.get_by_test_id("sr-add-note").click()
    tab.get_by_test_id("sr-thread").wait_for()
    axe(tab)
    tab.get_by_test_id("sr-close").click()
    tab.get_by_test_id("sr-reopen").wait_for()
    axe(tab)


def test_without_script_and_narrow_a_draft_is_saved_and_submitted(fabrikam, open_as):
    tab = open_as(fabrikam, "du", java_script_enabled=False, viewport=NARROW)
    tab.goto("/dashboard/support/new")
    tab.locator("#id_title").fill("The list is empty")
    tab.get_by_test_id("sr-draft").click()
    assert tab.locator("#id_title").input_value() == "The list is empty"
    tab.get_by_test_id("sr-type").select_option("32444667")
    tab.get_by_test_id("sr-impact").select_option("minimal")
    tab.locator("#id_description").fill("It was full yesterday.")
    tab.locator("#id_phone").fill("425 555 0100")
    tab.get_by_test_id("sr-submit").click()
    assert tab.get_by_test_id("sr-status").is_visible()


def test_P38_the_desk_is_accessible_in_chinese_and_narrow(fabrikam, tailspin, open_as, axe):
    with tailspin.visible():
        number = services.submit(content(), by=tailspin.actor("aa")).number
    fabrikam["du"].is_operator = True
    fabrikam["du"].save()
    tab = open_as(fabrikam, "du", "zh-hans", viewport=NARROW)
    tab.goto("/desk")
    axe(tab)
    tab.goto(f"/desk/{number}")
    axe(tab)
    tab.locator("#id_text").fill("Which list?")
    tab.get_by_test_id("desk-answer").click()
    tab.get_by_test_id("sr-thread").wait_for()
    axe(tab)
