"""Cancelling as people do it, in both languages, with and without a script (S42-S71)."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from partnercenter.lib import clock
from software.models import Entitlement
from tests.orders import build

pytestmark = pytest.mark.browser
LEARN_MORE = "https://docs.microsoft.com/azure/virtual-machines/linux/prepay-suse-software-charges"
WORDS = {
    "en": {
        "cancel": "Cancel",
        "title": "Cancel purchase",
        "order": "Order number",
        "submit": "Submit",
        "close": "Close",
        "days": "60 days remain to cancel this order",
        "one day": "1 day remains to cancel this order",
        "fee": "No early termination fee.",
        "passed": "can no longer be cancelled",
        "support": "customer support request",
        "learn": "Learn more",
        "after": "up to 15 minutes",
        "history": "Order history",
        "cancelled": "Cancelled",
        "done": "was cancelled",
        "duty": "Uninstall",
        "reason": "needs Admin agent",
    },
    "zh-hans": {
        "cancel": "取消",
        "title": "取消购买",
        "order": "订单号",
        "submit": "提交",
        "close": "关闭",
        "days": "还剩 60 天可取消此订单",
        "one day": "还剩 1 天可取消此订单",
        "fee": "不收取提前终止费。",
        "passed": "无法再取消",
        "support": "客户支持请求",
        "learn": "了解详细信息",
        "after": "最多可能需要 15 分钟",
        "history": "订单历史记录",
        "cancelled": "已取消",
        "done": "已取消",
        "duty": "卸载",
        "reason": "需要管理员代理",
    },
}
BOTH = pytest.mark.parametrize("language", WORDS)


@pytest.fixture
def shop(committed_db, fabrikam):
    with fabrikam.visible():
        yield build.shop(fabrikam)


@pytest.fixture
def open_as(page, live_server_url):
    def signed_in(org, key="aa", language="en", **options):
        options = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
        } | options
        tab = page(language, base_url=live_server_url, **options)
        session = org.browser(key).cookies["session"].value
        tab.context.add_cookies([{"name": "session", "value": session, "url": live_server_url}])
        return tab

    return signed_in


def older(placed, **ago):
    """As if it had been bought so long ago."""
    at = clock.now() - timedelta(**ago)
    until = at + timedelta(days=60)
    placed.order.lines.update(term_start=at, returnable_until=until)
    Entitlement.objects.filter(order_id=placed.pk).update(purchased_at=at, returnable_until=until)


def top(locator):
    return locator.bounding_box()["y"]


@BOTH
def test_S57_S58_S61_S62_from_the_row_to_the_state_of_an_order(shop, open_as, axe, language):
    words, offer = WORDS[language], build.offer("WSD")
    placed, _other = shop.buy(offer), shop.buy(offer, quantity=4)
    tab = open_as(shop.org, "aa", language)
    tab.goto(shop.path("/software"))
    opener = tab.get_by_test_id("sw-cancel").first
    expect(opener).to_have_text(words["cancel"])
    opener.press("Enter")
    dialog = tab.get_by_role("dialog", name=words["title"])
    expect(dialog.get_by_role("heading", name=words["title"])).to_be_focused()
    tab.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()

    opener.press("Enter")
    order, submit = (
        dialog.get_by_test_id("cancel-order-number"),
        tab.get_by_test_id("cancel-submit"),
    )
    expect(dialog.get_by_label(words["order"])).to_have_value("")
    expect(submit).to_have_text(words["submit"])
    expect(submit).to_have_attribute("aria-disabled", "true")
    expect(tab.get_by_test_id("cancel-state")).to_have_count(0)
    assert order.locator("option").count() == 3
    region = tab.get_by_test_id("cancel-info")
    region.evaluate("region => region.dataset.same = 'yes'")
    order.focus()
    order.select_option(placed.pk)
    state = tab.get_by_test_id("cancel-state")
    expect(state).to_contain_text(words["days"])
    expect(state).to_contain_text(words["fee"])
    # what is spoken is a change inside the region, not a new region
    expect(region).to_have_attribute("data-same", "yes")
    expect(region).to_have_attribute("aria-live", "polite")
    below = top(region) - (top(order) + order.bounding_box()["height"])
    assert 0 <= below <= 16
    expect(order).to_be_focused()
    assert f"order={placed.pk}" in tab.url
    expect(submit).not_to_have_attribute("aria-disabled", "true")
    expect(dialog.get_by_role("link", name=words["close"], exact=True)).to_have_count(2)
    axe(tab)


@BOTH
def test_S42_S45_S60_S65_to_S71_submit_and_what_comes_after(shop, open_as, axe, language):
    words, placed = WORDS[language], shop.buy(build.offer("WSD"))
    kept = shop.buy(build.offer("PERP"))
    line = Entitlement.objects.get(order_id=placed.pk)
    tab = open_as(shop.org, "aa", language)
    tab.goto(shop.path(f"/software?line={line.pk}&dialog=cancel"))
    expect(tab.get_by_test_id("cancel-important")).to_contain_text(words["after"])
    expect(tab.get_by_test_id("cancel-history")).to_have_text(words["history"])
    tab.get_by_test_id("cancel-submit").click()
    done = tab.get_by_test_id("cancel-done")
    expect(done).to_be_focused()
    expect(done).to_contain_text(words["done"])
    expect(done).to_contain_text(placed.pk)
    tab.reload()
    expect(done).to_be_visible()
    row = tab.get_by_test_id("sw-line").filter(has=tab.locator(f'[data-copy="{placed.pk}"]'))
    expect(row).to_contain_text(words["cancelled"])
    expect(row.get_by_test_id("sw-cancel")).to_have_count(0)
    expect(tab.get_by_test_id("sw-duties")).to_contain_text(words["duty"])
    expect(tab.get_by_test_id("sw-credit")).to_contain_text("365.00 USD")
    axe(tab)
    tab.get_by_test_id("cancel-dismiss").click()
    expect(done).to_have_count(0)
    with shop.org.visible():
        active = Entitlement.objects.filter(revoked_at=None).values_list("order_id", flat=True)
        assert list(active) == [kept.pk]


@BOTH
def test_S44_S47_to_S50_S63_S64_what_cannot_be_cancelled_is_explained(shop, open_as, axe, language):
    words = WORDS[language]
    late, esu, suse = (shop.buy(build.offer(key)) for key in ("WSD", "ESU", "SUSE"))
    older(late, days=61)
    tab = open_as(shop.org, "aa", language)

    def over(placed):
        line = Entitlement.objects.get(order_id=placed.pk)
        tab.goto(shop.path(f"/software?line={line.pk}&dialog=cancel"))
        expect(tab.get_by_test_id("cancel-submit")).to_have_attribute("aria-disabled", "true")
        return tab.get_by_test_id("cancel-info")

    expect(over(late)).to_contain_text(words["passed"])
    axe(tab)
    learn = over(suse).get_by_role("link", name=words["learn"])
    expect(learn).to_have_attribute("href", LEARN_MORE)
    expect(learn).to_have_attribute("rel", "noopener")
    expect(learn).to_have_attribute("target", "_blank")
    axe(tab)
    link = over(esu).get_by_role("link", name=words["support"], exact=True)
    axe(tab)
    there = re.sub(r"^https?://[^/]+", "", link.get_attribute("href"))
    tab.goto(there)
    assert esu.pk in [field.input_value() for field in tab.locator("main input[type=text]").all()]


@BOTH
def test_S62_the_last_day_and_the_edge(shop, open_as, language):
    placed = shop.buy(build.offer("WSD"))
    older(placed, days=59, hours=1)
    line = Entitlement.objects.get(order_id=placed.pk)
    tab = open_as(shop.org, "aa", language)
    tab.goto(shop.path(f"/software?line={line.pk}&dialog=cancel"))
    state = tab.get_by_test_id("cancel-state")
    expect(state).to_contain_text(WORDS[language]["one day"])
    expect(state).to_have_class(re.compile("warning"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@BOTH
def test_S51_who_may_not_sees_the_role(shop, open_as, language, script):
    shop.buy(build.offer("WSD"))
    tab = open_as(shop.org, "ga", language, java_script_enabled=script)
    tab.goto(shop.path("/software"))
    button = tab.get_by_test_id("sw-cancel")
    expect(button).to_have_attribute("aria-disabled", "true")
    described = button.get_attribute("aria-describedby")
    expect(tab.locator(f"#{described}")).to_have_text(WORDS[language]["reason"])


def test_S57_to_S66_without_a_script(shop, open_as):
    words, offer = WORDS["en"], build.offer("WSD")
    shop.buy(offer)
    placed = shop.buy(offer)
    tab = open_as(shop.org, java_script_enabled=False)
    tab.goto(shop.path("/software"))
    tab.get_by_test_id("sw-cancel").last.click()
    tab.get_by_test_id("cancel-order-number").select_option(placed.pk)
    tab.get_by_test_id("cancel-show").click()
    expect(tab.get_by_test_id("cancel-state")).to_contain_text(words["days"])
    tab.get_by_test_id("cancel-after").locator("summary").click()
    expect(tab.get_by_test_id("cancel-after")).to_contain_text("next monthly invoice")
    tab.get_by_test_id("cancel-submit").click()
    expect(tab.get_by_test_id("cancel-done")).to_contain_text(words["done"])


@BOTH
def test_C4_tick_review_submit_result(shop, open_as, axe, language):
    words, offer = WORDS[language], build.offer("WSD")
    late = shop.buy(offer)
    older(late, days=60)
    for _ in range(2):
        shop.buy(offer)
    tab = open_as(shop.org, "aa", language)
    tab.goto(shop.path("/software"))
    for tick in tab.get_by_test_id("sw-tick").all():
        tick.check()
    tab.get_by_test_id("sw-cancel-several").click()
    expect(tab.get_by_test_id("several-item")).to_have_count(3)
    axe(tab)
    tab.get_by_test_id("several-submit").click()
    done = tab.get_by_test_id("several-done")
    expect(done).to_be_focused()
    expect(done).to_contain_text("730.00 USD")
    items = tab.get_by_test_id("several-item")
    expect(items.filter(has_text=words["cancelled"])).to_have_count(2)
    axe(tab)


@pytest.mark.parametrize("width", [320, 390, 1024])
def test_the_window_and_the_review_fit_any_width(shop, open_as, axe, width):
    offers = [build.offer(key, "123456.78") for key in ("WSD", "PERP", "SQL")]
    shop.buy(*offers, quantity=4000)
    tab = open_as(shop.org, viewport={"width": width, "height": 800})
    ids = [str(line.pk) for line in Entitlement.objects.order_by("line_number")]
    for address in (
        f"/software?line={ids[0]}&dialog=cancel",
        "/software/cancel?" + "&".join(f"line={each}" for each in ids),
    ):
        tab.goto(shop.path(address))
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
