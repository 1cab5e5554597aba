"""P38: a refund from the request to the booked credit, in both languages."""

import pytest

from support import services
from tests.orders import build as buying
from tests.support.build import refund

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 720}
WORDS = {
    "en": {
        "preview": "If the refund is approved now",
        "lines": "Purchases to refund",
        "buttons": ["Answer", "Ask for information", "Approve refund", "Refuse refund"],
        "asked": "The support desk needs more information.",
        "approved": "Refund approved",
        "done": "The refund was approved. The credit is booked.",
        "credit": "Credit, tax included",
    },
    "zh-hans": {
        "preview": "如果现在批准退款",
        "lines": "要退款的购买",
        "buttons": ["回复", "询问更多信息", "批准退款", "拒绝退款"],
        "asked": "支持工作台需要更多信息。",
        "approved": "退款已批准",
        "done": "退款已批准。额度已入账。",
        "credit": "额度（含税）",
    },
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


@pytest.fixture
def asked(committed_db, fabrikam, tailspin):
    """Number of a refund request about two purchases; Tailspin's default user is the operator."""
    tailspin["du"].is_operator = True
    tailspin["du"].save()
    with fabrikam.visible():
        shop = buying.shop(fabrikam)
        order = shop.buy(buying.offer("ESU"), buying.offer("PERP")).order
        return services.submit(refund(order), by=fabrikam.actor("aa")).number


def buttons(tab):
    return [
        tab.get_by_test_id(f"desk-{name}").inner_text()
        for name in ("answer", "ask", "approve", "refuse")
    ]


@pytest.mark.parametrize("language", WORDS)
def test_P38_asked_answered_approved(fabrikam, tailspin, asked, open_as, axe, language):
    words = WORDS[language]
    desk, agent = open_as(tailspin, "du", language), open_as(fabrikam, "aa", language)
    desk.goto(f"/desk/{asked}")
    assert desk.get_by_test_id("desk-refund").locator("h2").inner_text() == words["preview"]
    assert desk.get_by_test_id("desk-refund-total").inner_text() == "1,010.00 USD"
    assert buttons(desk) == words["buttons"]
    axe(desk)
    desk.locator("#id_text").fill("Which of the two?")
    desk.get_by_test_id("desk-ask").click()
    desk.get_by_test_id("sr-thread").wait_for()

    agent.goto(f"/dashboard/support/{asked}")
    assert words["asked"] in agent.locator("main").inner_text()
    axe(agent)
    agent.get_by_test_id("sr-note").fill("The updates")
    agent.get_by_test_id("sr-add-note").click()
    agent.get_by_test_id("sr-thread").get_by_text("The updates").wait_for()
    assert words["asked"] not in agent.locator("main").inner_text()

    desk.goto(f"/desk/{asked}")
    desk.get_by_role("group", name=words["lines"]).get_by_label("BizTalk").uncheck()
    desk.locator("#id_text").fill("Granted")
    desk.get_by_test_id("desk-approve").click()
    desk.get_by_test_id("sr-decision").wait_for()
    assert words["done"] in desk.locator("main").inner_text()
    axe(desk)

    agent.reload()
    assert words["approved"] in agent.get_by_test_id("sr-decision").inner_text()
    assert agent.get_by_test_id("sr-credit").inner_text() == "10.00 USD"
    assert words["credit"] in agent.locator("main").inner_text()
    axe(agent)


def test_P38_without_script_and_narrow_a_missing_choice_is_said(
    fabrikam, tailspin, asked, open_as, console_errors
):
    tab = open_as(tailspin, "du", java_script_enabled=False, viewport=NARROW)
    tab.goto(f"/desk/{asked}")
    for box in tab.locator('input[name="lines"]').all():
        box.uncheck()
    tab.locator("#id_text").fill("Granted")
    tab.get_by_test_id("desk-approve").click()
    tab.get_by_test_id("errors").wait_for()
    console_errors.clear()  # the browser notes the 400
    assert "Choose the purchases that are to be refunded." in tab.locator("main").inner_text()
    assert tab.locator("#id_text").input_value() == "Granted"
    assert tab.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    tab.locator('input[name="lines"]').first.check()
    tab.get_by_test_id("desk-approve").click()
    tab.get_by_test_id("sr-decision").wait_for()
