"""``/{tenant}/oauth2/authorize`` and its v2: sign-in, consent, what the application receives."""

import re
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from django.test import Client

from accounts import services
from accounts.rules import is_redirect_uri
from tests.accounts.consent import API, BACK, GRAPH, PKCE, sent_back, shop_of

VERSIONS = ("oauth2", "oauth2/v2.0")
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(fabrikam):
    return shop_of(fabrikam)


@pytest.mark.parametrize("version", VERSIONS)
def test_whoever_is_not_signed_in_signs_in_first_and_comes_back(client, shop, version):
    response = shop.ask(client, version)

    assert response.status_code == 302
    target = urlsplit(response["Location"])
    assert target.path == "/signin"
    back = urlsplit(dict(parse_qsl(target.query))["next"])
    assert back.path == shop.place(version, "authorize")
    assert dict(parse_qsl(back.query))["redirect_uri"] == BACK


@pytest.mark.parametrize("version", VERSIONS)
def test_consent_names_the_application_and_the_user_s_roles(fabrikam, shop, version):
    page = shop.ask(fabrikam.browser("aa"), version)

    text = page.content.decode()
    assert page.status_code == 200
    assert "Shop" in text
    assert "aa@fabrikam.example" in text
    assert re.findall(r"<li>(.+?)</li>", text) == ["Admin agent"]
    assert page["Cache-Control"] == "no-store, no-cache"


def test_consent_speaks_chinese(fabrikam, shop):
    browser = fabrikam.browser("aa")
    browser.cookies["django_language"] = "zh-hans"
    assert "想以你的名义进行操作" in shop.ask(browser).content.decode()


def test_the_code_comes_with_the_state(fabrikam, shop):
    browser = fabrikam.browser("aa")
    values = sent_back(shop.agree(browser, shop.ask(browser)))

    assert values.pop("code")
    assert values == {"state": "s-1"}


def test_the_documented_request_of_v1_is_answered_by_a_form(fabrikam, shop):
    browser = fabrikam.browser("aa")
    page = shop.ask(
        browser,
        "oauth2",
        response_mode="form_post",
        response_type="code id_token",
        redirect_uri=None,
        scope="openid profile",
        nonce="n-1",
    )
    answer = shop.agree(browser, page)

    text = answer.content.decode().partition("data-post")[2]
    values = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)">', text))
    assert f'method="post" action="{BACK}" data-post' in answer.content.decode()
    assert set(values) == {"code", "id_token", "state"}
    claims = jwt.decode(values["id_token"], options={"verify_signature": False})
    assert (claims["nonce"], claims["aud"], claims["upn"], claims["tid"]) == (
        "n-1",
        shop.app.client_id,
        "aa@fabrikam.example",
        str(fabrikam.partner.pk),
    )
    assert "form-action 'self' https://shop.example" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("kind", ["code id_token", "id_token code"])
def test_an_id_token_never_stands_before_the_fragment(fabrikam, shop, kind):
    browser = fabrikam.browser("aa")
    answer = shop.agree(browser, shop.ask(browser, response_type=kind, nonce="n"))

    assert set(sent_back(answer)) == {"code", "id_token", "state"}
    assert urlsplit(answer["Location"]).query == ""


def test_who_does_not_agree_is_sent_back_with_the_original_s_words(fabrikam, shop):
    browser = fabrikam.browser("aa")
    values = sent_back(shop.agree(browser, shop.ask(browser), action="cancel"))

    assert (values["error"], values["state"]) == ("access_denied", "s-1")
    assert values["error_description"].startswith("AADSTS65004: ")


@pytest.mark.parametrize(
    "near",
    [
        f"{BACK}/",
        f"{BACK}?x=1",
        f"{BACK}#x",
        "https://shop.example/back%2f",
        "https://shop.example/Back",
        "https://SHOP.example/back",
        "https://shop.example:443/back",
        "https://shop.example.evil.example/back",
        "https://shop.example@evil.example/back",
        "http://shop.example/back",
        "https://shop.example/back/../back",
        "javascript:alert(1)",
    ],
)
def test_B40_an_address_that_is_nearly_right_gets_nothing(fabrikam, shop, near):
    response = shop.ask(fabrikam.browser("aa"), redirect_uri=near)

    assert response.status_code == 400
    assert "AADSTS50011" in response.content.decode()
    assert "Location" not in response


def test_B40_no_address_is_guessed_between_two(fabrikam):
    two = shop_of(fabrikam, uris=(BACK, "https://shop.example/other"))
    assert two.ask(fabrikam.browser("aa"), redirect_uri=None).status_code == 400


def test_an_application_without_addresses_is_refused(fabrikam):
    none = shop_of(fabrikam, uris=())
    response = none.ask(fabrikam.browser("aa"), redirect_uri=None)
    assert (response.status_code, "AADSTS50011" in response.content.decode()) == (400, True)


@pytest.mark.parametrize(
    ("changes", "error", "number"),
    [
        ({"response_type": "token"}, "unsupported_response_type", 700054),
        ({"response_type": None}, "unsupported_response_type", 700054),
        ({"response_mode": "web_message"}, "invalid_request", 9002313),
        (
            {"code_challenge": "c" * 43, "code_challenge_method": "plain"},
            "invalid_request",
            9002313,
        ),
        ({"code_challenge": "c" * 43}, "invalid_request", 9002313),
        ({"scope": "openid everything"}, "invalid_scope", 70011),
        ({"scope": "https://somewhere.example/.default"}, "invalid_request", 9002313),
        ({"state": "x", "nonce": "n" * 2001}, "invalid_request", 9002313),
    ],
    ids=str,
)
def test_the_application_is_told_what_is_wrong(fabrikam, shop, changes, error, number):
    values = sent_back(shop.ask(fabrikam.browser("aa"), **changes))

    assert values["error"] == error
    assert values["error_description"].startswith(f"AADSTS{number}: ")
    assert values["state"] == changes.get("state", "s-1")


def test_an_id_token_without_nonce_is_refused(fabrikam, shop):
    values = sent_back(shop.ask(fabrikam.browser("aa"), response_type="code id_token"))
    assert "nonce" in values["error_description"]


def test_an_id_token_in_the_query_is_refused_in_the_fragment(fabrikam, shop):
    changes = {"response_type": "code id_token", "nonce": "n", "response_mode": "query"}
    answer = shop.ask(fabrikam.browser("aa"), **changes)

    assert sent_back(answer)["error"] == "invalid_request"
    assert urlsplit(answer["Location"]).query == ""


@pytest.mark.parametrize(
    ("changes", "number"),
    [({"client_id": "unknown"}, 700016), ({"client_id": None}, 900144)],
)
def test_an_unknown_application_gets_nothing(fabrikam, shop, changes, number):
    response = shop.ask(fabrikam.browser("aa"), **changes)
    assert (response.status_code, f"AADSTS{number}" in response.content.decode()) == (400, True)


def test_a_user_of_another_tenant_is_refused(tailspin, shop):
    response = shop.ask(tailspin.browser("aa"))
    assert (response.status_code, "AADSTS50020" in response.content.decode()) == (403, True)


def test_an_application_of_another_tenant_is_not_found(fabrikam, tailspin, shop):
    address = f"/{tailspin.partner.pk}/oauth2/v2.0/authorize"
    response = fabrikam.browser("aa").get(address, {"client_id": shop.app.client_id})
    assert "AADSTS700016" in response.content.decode()


def test_a_revoked_application_is_refused_even_between_question_and_answer(fabrikam, shop):
    browser = fabrikam.browser("aa")
    page = shop.ask(browser)
    with fabrikam.visible():
        services.revoke_app(app=shop.app, by=fabrikam.actor("ga"))

    answer = shop.agree(browser, page)
    assert (answer.status_code, "AADSTS7000112" in answer.content.decode()) == (400, True)


def test_who_must_change_his_password_does_so_first(fabrikam, shop):
    browser = fabrikam.browser("aa")
    fabrikam["aa"].must_change_password = True
    fabrikam["aa"].save()

    assert shop.ask(browser)["Location"] == "/account/password/change/"


def test_silently_only_for_who_agreed_before(client, fabrikam, shop):
    assert sent_back(shop.ask(client, prompt="none"))["error"] == "login_required"
    browser = fabrikam.browser("aa")
    assert sent_back(shop.ask(browser, prompt="none"))["error"] == "consent_required"

    other = shop_of(fabrikam)
    other.redeem(client, other.code())
    assert sent_back(shop.ask(browser, prompt="none"))["error"] == "consent_required"

    shop.redeem(client, shop.code())
    assert "code" in sent_back(shop.ask(browser, prompt="none"))


def test_prompt_login_asks_for_the_password_again(fabrikam, shop):
    response = shop.ask(fabrikam.browser("aa"), prompt="login")
    assert response["Location"].startswith("/account/reauthenticate/?next=")
    assert "prompt" not in response["Location"]


def test_a_consent_that_is_not_the_page_s_own_is_asked_again(fabrikam, shop):
    browser, other = fabrikam.browser("aa"), shop_of(fabrikam)
    page, foreign = shop.ask(browser), other.ask(browser)
    foreign.wsgi_request.META["QUERY_STRING"] = page.wsgi_request.META["QUERY_STRING"]

    answer = shop.agree(browser, foreign)
    assert answer["Location"].startswith(f"/{shop.app.partner_id}/oauth2/v2.0/authorize?")
    assert "code=" not in answer["Location"]


def test_B39_a_consent_without_the_form_s_token_is_refused(fabrikam, shop):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(fabrikam["aa"])
    assert shop.agree(browser, shop.ask(browser)).status_code == 403


def test_a_request_by_post_is_led_to_the_page(fabrikam, shop):
    address = shop.place("oauth2/v2.0", "authorize")
    answer = fabrikam.browser("aa").post(address, {"client_id": shop.app.client_id})
    assert answer["Location"] == f"{address}?client_id={shop.app.client_id}"


@pytest.mark.parametrize("resource", [API, f"{API}/", GRAPH, None])
def test_v1_takes_every_name_of_the_api(fabrikam, shop, resource):
    page = shop.ask(fabrikam.browser("aa"), "oauth2", scope=None, resource=resource, **PKCE)
    assert page.status_code == 200


ODD = ["\udc00", "x" * 100_000, "💥", "' OR 1=1 --", "[]", "{}", "%00", "<script>"]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize(
    "name",
    ["client_id", "redirect_uri", "scope", "response_type", "response_mode", "state", "nonce",
     "prompt", "claims", "id_token_hint", "request", "code_challenge", "resource", "ui_locales"],
)  # fmt: skip
def test_odd_input_is_no_failure(fabrikam, shop, name, value):
    value = value.encode("utf-8", "replace").decode()
    assert shop.ask(fabrikam.browser("aa"), **{name: value}).status_code in {200, 302, 400}


@pytest.mark.parametrize(
    "good",
    ["https://shop.example/", "https://shop.example/a?b=c", "http://localhost:5000/back",
     "http://127.0.0.1/x", "http://[::1]:8/x"],
)  # fmt: skip
def test_codes_may_be_sent_there(good):
    assert is_redirect_uri(good)


@pytest.mark.parametrize(
    "bad",
    ["", "shop", "/back", "//shop.example", "http://shop.example/", "https://", "https://*.x/",
     "https://a@b/", "https://x/#a", "https://x/ y", "javascript:alert(1)", "data:text/html,x",
     "https://x:99999/", "https://x/\n", "https://ü.example/", 'https://x/"', "https://x/\\y",
     "urn:ietf:wg:oauth:2.0:oob", "https://[x/"],
)  # fmt: skip
def test_codes_may_not_be_sent_there(bad):
    assert not is_redirect_uri(bad)
