"""From the list to the downloaded file and to the log, as people do it (S20-S41), in a browser."""

import os
import re

import pytest
from django.conf import settings
from django.test import Client

from partnercenter.lib import tenancy
from software import services
from tests.software import build
from tests.software.conftest import open_shop

pytestmark = pytest.mark.browser
WORDS = {
    "en": {
        "select": "Select product",
        "labels": ["Version", "Language", "File type/OS"],
        "submit": "Submit",
        "get": "Get keys and downloads",
        "download": "Download",
        "copy": "Copy link",
        "log": "Activity log",
        "got": "Get software key",
    },
    "zh-hans": {
        "select": "选择产品",
        "labels": ["版本", "语言", "文件类型/OS"],
        "submit": "提交",
        "get": "获取密钥和下载",
        "download": "下载",
        "copy": "复制链接",
        "log": "活动日志",
        "got": "获取软件密钥",
    },
}
BOTH = pytest.mark.parametrize("language", WORDS)


@pytest.fixture
def shop(committed_db):
    shop = open_shop()
    with tenancy.acting_for(shop.partner.pk):
        build.file(version="2022", language="German")
        build.file(version="2022", language="English")
    return shop


@pytest.fixture
def open_as(page, live_server_url):
    def signed_in(user, language="en", **options):
        client = Client()
        client.force_login(user)
        options = {
            "viewport": {"width": 1280, "height": 900},
            "reduced_motion": "reduce",
        } | options
        tab = page(language, base_url=live_server_url, **options)
        name = settings.SESSION_COOKIE_NAME
        value = client.cookies[name].value
        tab.context.add_cookies([{"name": name, "value": value, "url": live_server_url}])
        return tab

    return signed_in


def look(tab, name):
    """Keep a picture where ``PICTURES`` names a folder."""
    if folder := os.environ.get("PICTURES"):
        tab.screenshot(path=f"{folder}/{name}.png")


def path(shop):
    return f"/dashboard/customers/{shop.customer.pk}/software"


@BOTH
def test_S24_to_S30_from_the_list_to_the_file(shop, open_as, axe, language):
    words = WORDS[language]
    tab = open_as(shop.user("admin_agent", "global_admin"), language)
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(path(shop))
    look(tab, f"software-{language}")
    axe(tab)
    chevron = tab.get_by_test_id("sw-expand")
    assert chevron.get_attribute("aria-expanded") == "false"
    chevron.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(rf"line={shop.line.pk}"))
    assert tab.get_by_test_id("sw-expand").get_attribute("aria-expanded") == "true"
    group = tab.get_by_role("group", name=words["select"])
    for label, text in zip(words["labels"], group.locator("label").all_inner_texts(), strict=True):
        assert text.startswith(label)
    tab.get_by_test_id("sw-select-version").select_option("2019")
    tab.wait_for_url(re.compile("version=2019"))
    languages = tab.get_by_test_id("sw-select-language").locator("option")
    assert languages.all_inner_texts()[1:] == ["English"]
    tab.get_by_test_id("sw-select-version").select_option("2022")
    tab.wait_for_url(re.compile("version=2022"))
    assert languages.all_inner_texts()[1:] == ["English", "German"]
    tab.get_by_test_id("sw-select-language").select_option("German")
    tab.wait_for_url(re.compile("language=German"))
    assert tab.get_by_test_id("sw-result").count() == 0
    assert tab.get_by_test_id("sw-submit").inner_text() == words["submit"]
    tab.get_by_test_id("sw-submit").click()
    tab.get_by_test_id("sw-result").wait_for()
    look(tab, f"software-results-{language}")
    axe(tab)
    button = tab.get_by_test_id("sw-get-keys")
    assert button.inner_text() == words["get"]
    button.click()
    panel = tab.get_by_test_id("sw-panel")
    panel.wait_for()
    look(tab, f"software-panel-{language}")
    axe(tab)
    value = panel.locator(".secret-value")
    assert not value.is_visible()
    panel.locator("summary").click()
    assert value.inner_text() == shop.key
    assert panel.get_by_test_id("sw-copy-link").inner_text().strip() == words["copy"]
    panel.get_by_test_id("sw-copy-link").click()
    link = tab.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"https?://[^/]+/dl/[\w-]{43}", link)
    with tab.expect_download() as started:
        panel.get_by_test_id("sw-download").click()
    assert started.value.suggested_filename == "server-2022-German.iso"
    assert started.value.path().read_bytes() == build.CONTENT
    assert panel.is_visible()


def test_S30_the_copied_link_works_in_a_private_window(shop, open_as, page, live_server_url, axe):
    with tenancy.acting_for(shop.partner.pk):
        by = shop.actor("admin_agent")
        token = services.get_keys_and_downloads(shop.line, shop.file, by=by).download.token
    tab = page("en", base_url=live_server_url)
    tab.goto(f"/dl/{token}")
    look(tab, "landing")
    axe(tab)
    with tab.expect_download() as started:
        tab.get_by_test_id("dl-download").click()
    assert started.value.path().read_bytes() == build.CONTENT


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_S20_who_may_not_sees_why(shop, open_as, script):
    tab = open_as(shop.user("global_admin"), java_script_enabled=script)
    query = "version=2019&language=English&file_type=ISO%2C+x64&show=1"
    tab.goto(f"{path(shop)}?line={shop.line.pk}&{query}")
    button = tab.get_by_test_id("sw-get-keys")
    assert button.get_attribute("aria-disabled") == "true"
    described = button.get_attribute("aria-describedby")
    assert tab.locator(f"#{described}").text_content() == "needs Admin agent"


def test_without_a_script_every_step_works(shop, open_as):
    tab = open_as(shop.user("admin_agent"), java_script_enabled=False)
    tab.goto(path(shop))
    tab.get_by_test_id("sw-expand").click()
    tab.get_by_test_id("sw-select-version").select_option("2022")
    tab.get_by_test_id("sw-select-language").select_option("English")
    tab.get_by_test_id("sw-submit").click()
    tab.get_by_test_id("sw-get-keys").click()
    tab.get_by_test_id("sw-key").locator("summary").click()
    assert tab.locator(".secret-value").inner_text() == shop.key
    with tab.expect_download() as started:
        tab.get_by_test_id("sw-download").click()
    assert started.value.path().read_bytes() == build.CONTENT


@BOTH
def test_S38_S39_from_the_gear_to_the_log(shop, open_as, axe, language):
    with tenancy.acting_for(shop.partner.pk):
        services.get_keys_and_downloads(shop.line, shop.file, by=shop.actor("admin_agent"))
    words = WORDS[language]
    tab = open_as(shop.user("account_admin"), language)
    tab.goto("/dashboard")
    tab.get_by_test_id("gear").click()
    entry = tab.get_by_test_id("gear-activity-log")
    assert entry.inner_text().strip() == words["log"]
    entry.click()
    tab.get_by_test_id("log-list").wait_for()
    assert tab.url.endswith("/dashboard/settings/activity-log")
    assert tab.get_by_test_id("log-row").count() == 2
    assert words["got"] in tab.get_by_test_id("log-list").inner_text()
    tab.get_by_test_id("log-expand").first.click()
    tab.get_by_test_id("log-details").wait_for()
    look(tab, f"log-{language}")
    axe(tab)
    with tab.expect_download() as started:
        tab.get_by_test_id("log-export").click()
    assert len(started.value.path().read_text("utf-8-sig").splitlines()) == 3


@pytest.mark.parametrize("width", [320, 1024, 1600])
def test_pages_fit_any_width(shop, open_as, axe, width):
    user = shop.user("admin_agent", "global_admin")
    tab = open_as(user, viewport={"width": width, "height": 800})
    query = f"line={shop.line.pk}&version=2019&language=English&file_type=ISO%2C+x64&show=1"
    for address in (
        f"{path(shop)}?{query}",
        "/dashboard/settings/activity-log",
        "/help/sell-software",
        "/dashboard/settings/clock",
    ):
        tab.goto(address)
        look(tab, f"{address.split('?')[0].strip('/').split('/')[-1]}-{width}")
        axe(tab)
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
