"""Authorization code for tokens, with and without PKCE, v1 and v2."""

import threading

import jwt
import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.test import Client

from accounts import services
from partnercenter.lib import clock
from tests.accounts.consent import API, BACK, GRAPH, PKCE, VERIFIER, refusal, shop_of

USED = (400, "invalid_grant", [54005])
INVALID = (400, "invalid_grant", [70000])


@pytest.fixture
def shop(fabrikam):
    return shop_of(fabrikam)


def _me(client, value):
    return client.get("/v1/me", headers={"Authorization": f"Bearer {value}"})


def test_v1_in_the_documented_form(client, shop):
    code = shop.code(version="oauth2", scope="openid profile", response_type="code")
    with time_machine.travel(clock.now(), tick=False):
        now = int(clock.now().timestamp())
        response = shop.redeem(client, code, "oauth2", resource=API, redirect_uri=None)

    body = response.json()
    token, refresh, identity = (
        body.pop(name) for name in ("access_token", "refresh_token", "id_token")
    )
    assert body == {
        "token_type": "Bearer",
        "scope": "user_impersonation",
        "expires_in": "3600",
        "ext_expires_in": "3600",
        "expires_on": str(now + 3600),
        "not_before": str(now),
        "resource": API,
    }
    assert len(refresh) >= 43
    assert jwt.decode(identity, options={"verify_signature": False})["upn"] == "aa@fabrikam.example"
    assert response["Cache-Control"] == "no-store, no-cache"
    assert _me(client, token).json()["user"]["email"] == "aa@fabrikam.example"


def test_v2_numbers_are_numbers(client, shop):
    scope = f"{API}/.default openid profile offline_access"
    body = shop.redeem(client, shop.code(), scope=scope, client_info="1").json()

    assert {name: type(value) for name, value in body.items()} == {
        "token_type": str,
        "scope": str,
        "expires_in": int,
        "ext_expires_in": int,
        "access_token": str,
        "refresh_token": str,
        "id_token": str,
        "client_info": str,
    }
    assert body["scope"] == f"{API}/.default {API}/user_impersonation openid profile"


def test_the_token_says_who_and_for_whom(client, shop, settings, fabrikam):
    token = shop.redeem(client, shop.code(), scope=f"{GRAPH}/.default").json()["access_token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    assert {name: claims[name] for name in claims.keys() - {"iat", "nbf", "exp", "jti"}} == {
        "client_id": shop.app.client_id,
        "appid": shop.app.client_id,
        "sub": str(fabrikam["aa"].pk),
        "oid": str(fabrikam["aa"].pk),
        "tid": str(fabrikam.partner.pk),
        "upn": "aa@fabrikam.example",
        "unique_name": "aa@fabrikam.example",
        "name": "Mia AA",
        "aud": GRAPH,
        "iss": settings.PUBLIC_URL,
        "scp": "user_impersonation",
        "token_use": "access",
        "ver": "1.0",
    }


def test_the_token_has_the_user_s_roles_not_the_application_s(client, shop):
    token = shop.redeem(client, shop.code("sa")).json()["access_token"]
    assert _me(client, token).json()["roles"] == ["sales_agent"]


def test_v2_without_offline_access_gives_nothing_to_refresh(client, shop):
    body = shop.redeem(client, shop.code(scope=f"{API}/.default openid")).json()

    assert "refresh_token" not in body
    assert not Token.objects.filter(type=Token.Type.REFRESH_TOKEN).exists()


def test_B40_with_pkce_the_verifier_decides(client, shop):
    code = shop.code(**PKCE)
    assert refusal(shop.redeem(client, code)) == (400, "invalid_request", [9002313])
    assert refusal(shop.redeem(client, code, code_verifier="w" * 43)) == INVALID
    assert shop.redeem(client, code, code_verifier=VERIFIER).status_code == 200


def test_B40_a_second_use_ends_what_the_first_gave(client, shop):
    code = shop.code()
    first = shop.redeem(client, code).json()
    assert _me(client, first["access_token"]).status_code == 200

    assert refusal(shop.redeem(client, code)) == USED
    assert _me(client, first["access_token"]).status_code == 401
    assert refusal(shop.refresh(client, first["refresh_token"])) == INVALID


def test_a_second_use_ends_no_other_sign_in(client, shop):
    other = shop.redeem(client, shop.code()).json()
    code = shop.code()
    shop.redeem(client, code)
    shop.redeem(client, code)

    assert _me(client, other["access_token"]).status_code == 200


def test_whoever_lacks_the_secret_ends_nothing(client, shop):
    code = shop.code()
    first = shop.redeem(client, code).json()

    wrong = shop.redeem(client, code, client_secret="wrong")
    assert refusal(wrong) == (401, "invalid_client", [7000215])
    assert _me(client, first["access_token"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", [7000215])),
        ({"client_secret": None}, (401, "invalid_client", [7000216])),
        ({"code": "nonsense"}, INVALID),
        ({"code": None}, (400, "invalid_request", [900144])),
        ({"redirect_uri": f"{BACK}/"}, (400, "invalid_request", [9002313])),
        ({"scope": "https://somewhere.example/.default"}, (400, "invalid_resource", [500011])),
        ({"scope": f"{API}/.default {GRAPH}/.default"}, (400, "invalid_scope", [28000])),
    ],
    ids=str,
)
def test_it_refuses(client, shop, changes, expected):
    code = shop.code()
    assert refusal(shop.redeem(client, **({"code": code} | changes))) == expected
    # What was refused has used nothing.
    assert shop.redeem(client, code).status_code == 200


def test_another_application_s_code_is_worth_nothing(client, shop, fabrikam):
    assert refusal(shop_of(fabrikam).redeem(client, shop.code())) == INVALID


def test_a_code_lives_for_less_than_ten_minutes(shop, settings):
    assert settings.IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN <= 600
    code = shop.code()
    key = f"allauth.idp.oidc.authorization_code[{shop.app.client_id}:{code}]"
    assert cache.get(key)
    settings.IDP_OIDC_AUTHORIZATION_CODE_EXPIRES_IN = -1
    assert refusal(shop.redeem(Client(), shop.code())) == INVALID


def test_a_deactivated_user_s_code_is_worth_nothing(client, shop, fabrikam):
    code = shop.code()
    with fabrikam.visible():
        services.deactivate_user(user=fabrikam["aa"], by=fabrikam.actor("ga"))
    assert refusal(shop.redeem(client, code)) == INVALID


def test_an_application_without_addresses_may_not_use_codes(client, fabrikam):
    none = shop_of(fabrikam, uris=())
    assert refusal(none.redeem(client, "x")) == (400, "unauthorized_client", [700025])


def test_nothing_of_it_is_kept_or_logged(client, shop, capfd, caplog):
    code = shop.code()
    body = shop.redeem(client, code).json()
    written = capfd.readouterr().out + caplog.text
    kept = str([vars(token) for token in Token.objects.all()])

    for secret in (code, body["access_token"], body["refresh_token"], shop.secret):
        assert secret not in written
        assert secret not in kept


def test_B40_one_of_many_at_once_succeeds_and_then_none(committed_db, fabrikam):
    shop, statuses = shop_of(fabrikam), []
    code = shop.code()

    def use():
        statuses.append(shop.redeem(Client(), code))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    good = [answer for answer in statuses if answer.status_code == 200]
    assert len(good) <= 1
    assert len(statuses) == 8
    for answer in good:
        assert _me(Client(), answer.json()["access_token"]).status_code == 401
