"""The settings pages in a browser: sign-in, both languages, accessible, fitting at 320 px."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from tests.accounts.consent import BACK, shop_of

pytestmark = pytest.mark.browser
PASSWORD = "a long pass phrase 7"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def signed_in(committed_db, fabrikam, live_server_url, page):
    """``signed_in("ga", language="zh-hans", width=320)``: a page of this user."""

    def open_page(key, *, language="en", width=1024, theme="light"):
        user = fabrikam[key]
        user.set_password(PASSWORD)
        user.save()
        tab = page(
            language,
            base_url=live_server_url,
            viewport={"width": width, "height": 800},
            color_scheme=theme,
            reduced_motion="reduce",
        )
        tab.goto("/dashboard/settings")
        tab.locator("input[name=login]").fill(user.email)
        tab.locator("input[name=password]").fill(PASSWORD)
        tab.get_by_test_id("sign-in-submit").click()
        tab.wait_for_url("**/dashboard/settings")
        return tab

    return open_page


@pytest.mark.parametrize(
    ("language", "width", "theme"), [("en", 1024, "light"), ("zh-hans", 320, "dark")]
)
def test_every_settings_page_is_accessible_and_fits(
    signed_in, fabrikam, axe, language, width, theme
):
    app, user = fabrikam.app("aa"), fabrikam["sa"]
    tab = signed_in("ga", language=language, width=width, theme=theme)
    for address in (
        "",
        "/me",
        "/users",
        "/users?q=nobody",
        "/users/new",
        f"/users/{user.pk}",
        f"/users/{user.pk}?dialog=deactivate",
        f"/users/{user.pk}?dialog=reset",
        "/developer",
        "/developer/new",
        f"/developer?dialog=revoke&app={app.pk}",
        f"/developer/{app.pk}",
    ):
        tab.goto(f"/dashboard/settings{address}")
        axe(tab)
        assert tab.evaluate(SIDEWAYS) == 0, address


def test_S12_sign_in_leads_back_to_the_page_that_was_asked_for(signed_in):
    tab = signed_in("aa")
    expect(tab.get_by_role("heading", level=1)).to_have_text("Account settings")


def test_a_new_user_changes_the_temporary_password_first(signed_in, page, live_server_url):
    tab = signed_in("ga")
    tab.goto("/dashboard/settings/users/new")
    tab.get_by_label("First name").fill("Nia")
    tab.get_by_label("Last name").fill("New")
    tab.get_by_label("Email address").fill("nia@fabrikam.example")
    tab.get_by_label("Admin agent").check()
    tab.get_by_test_id("submit-user").click()
    password = tab.get_by_test_id("temporary-password").inner_text()

    hers = page(base_url=live_server_url)
    hers.goto("/dashboard/settings/me")
    hers.locator("input[name=login]").fill("nia@fabrikam.example")
    hers.locator("input[name=password]").fill(password)
    hers.get_by_test_id("sign-in-submit").click()
    expect(hers).to_have_url(re.compile("/account/password/change/"))
    hers.locator("input[name=oldpassword]").fill(password)
    hers.locator("input[name=password1]").fill(PASSWORD)
    hers.locator("input[name=password2]").fill(PASSWORD)
    hers.locator("main form button[type=submit]").click()
    hers.goto("/dashboard/settings/me")
    expect(hers.get_by_test_id("my-roles")).to_have_text("Admin agent")


def test_S3_roles_and_permissions_in_both_languages(signed_in):
    tab = signed_in("du", language="zh-hans")
    tab.goto("/dashboard/settings/me")

    row = tab.get_by_test_id("access-software.keys")
    expect(row).to_contain_text("获取密钥和下载")
    expect(row).to_contain_text("管理员代理")

    tab.get_by_test_id("language").click()
    expect(row).to_contain_text("Get keys and downloads")
    expect(row).to_contain_text("Admin agent")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("mode", ["query", "form_post"])
def test_an_application_gets_its_code_by_the_way_it_asked_for(
    committed_db, fabrikam, live_server_url, page, console_errors, mode, script
):
    fabrikam["aa"].set_password(PASSWORD)
    fabrikam["aa"].save()
    shop, tab = shop_of(fabrikam), page(base_url=live_server_url, java_script_enabled=script)
    asked = {
        "client_id": shop.app.client_id,
        "response_type": "code",
        "response_mode": mode,
        "redirect_uri": BACK,
        "scope": "openid",
        "state": "s-1",
    }
    tab.goto(f"{shop.place('oauth2/v2.0', 'authorize')}?{urlencode(asked)}")
    tab.locator("input[name=login]").fill(fabrikam["aa"].email)
    tab.locator("input[name=password]").fill(PASSWORD)
    tab.get_by_test_id("sign-in-submit").click()
    with tab.expect_request(f"{BACK}**") as seen:
        tab.get_by_test_id("consent-accept").click()
        if mode == "form_post" and not script:
            tab.get_by_test_id("form-post").click()

    sent = seen.value
    assert sent.method == ("POST" if mode == "form_post" else "GET")
    values = dict(parse_qsl(sent.post_data or urlsplit(sent.url).query))
    assert (set(values), values["state"]) == ({"code", "state"}, "s-1")
    # There is no shop.
    assert [text for text in console_errors if "Security Policy" in text] == []
    console_errors.clear()
