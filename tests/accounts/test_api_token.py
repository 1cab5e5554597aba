"""Bearer tokens at the API: who gets in, as whom, at what cost."""

from datetime import timedelta

import jwt
import pytest
import time_machine
from allauth.idp.oidc.models import Token

from accounts import services
from accounts.rules import AUDIENCES
from partnercenter.lib import clock
from tests.people import token_for

ME = "/v1/me"
pytestmark = pytest.mark.django_db


def _get(client, value):
    return client.get(ME, headers={"Authorization": f"Bearer {value}"})


def test_S12_without_a_token_401_with_one_200(fabrikam):
    assert fabrikam.api().get(ME).status_code == 401
    assert fabrikam.api("aa").get(ME).status_code == 200


def test_it_answers_401_in_the_documented_body(fabrikam):
    response = fabrikam.api().get(ME)

    assert response["WWW-Authenticate"] == "Bearer"
    assert set(response.json()) == {"code", "description", "data", "source"}
    assert response.json()["code"] == 400


def test_the_query_that_finds_it_shows_the_partners_rows_too(fabrikam, django_assert_num_queries):
    api = fabrikam.api("aa")

    with django_assert_num_queries(2) as seen:
        assert api.get(ME).status_code == 200

    about_rows = [query for query in seen.captured_queries if "set_config" in query["sql"]]
    assert len(about_rows) == 1  # they are hidden again


@pytest.mark.parametrize("audience", [*AUDIENCES, "http://127.0.0.1:8000"])
def test_it_accepts_every_name_of_this_api(client, fabrikam, audience):
    assert _get(client, token_for(fabrikam.app("aa"), aud=audience)).status_code == 200


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://somewhere.example"},
        {"iss": "https://somewhere.example"},
        {"exp": 1},
        {"token_use": "id"},
        {"nbf": 4_000_000_000},
    ],
    ids=lambda claims: next(iter(claims)),
)
def test_it_refuses_a_token_with_a_wrong_claim(client, fabrikam, claims):
    assert _get(client, token_for(fabrikam.app("aa"), **claims)).status_code == 401


@pytest.mark.parametrize("value", ["", "x", "a.b.c", "ey.ey.ey", "é", "\x7f" * 5000])
def test_it_refuses_what_is_no_token(client, fabrikam, value):
    response = client.get(ME, HTTP_AUTHORIZATION=f"Bearer {value}")

    assert response.status_code == 401


def test_it_refuses_a_token_signed_by_nobody(client, fabrikam):
    claims = jwt.decode(token_for(fabrikam.app("aa")), options={"verify_signature": False})
    kid = jwt.get_unverified_header(token_for(fabrikam.app("aa")))["kid"]

    unsigned = jwt.encode(claims, None, algorithm="none", headers={"kid": kid})

    assert _get(client, unsigned).status_code == 401


def test_it_refuses_a_token_signed_with_the_public_key_as_a_secret(client, fabrikam):
    good = token_for(fabrikam.app("aa"))
    claims = jwt.decode(good, options={"verify_signature": False})
    kid = jwt.get_unverified_header(good)["kid"]

    confused = jwt.encode(claims, "x" * 64, algorithm="HS256", headers={"kid": kid})

    assert _get(client, confused).status_code == 401


def test_it_refuses_a_token_in_the_address(client, fabrikam):
    assert client.get(ME, {"access_token": token_for(fabrikam.app("aa"))}).status_code == 401


def test_a_signed_in_browser_is_nobody_to_the_api(fabrikam):
    assert fabrikam.browser("aa").get(ME).status_code == 401


def test_it_refuses_a_token_after_its_end(client, fabrikam):
    value = token_for(fabrikam.app("aa"))

    with time_machine.travel(clock.now() + timedelta(hours=1, seconds=1)):
        assert _get(client, value).status_code == 401


def test_it_refuses_a_revoked_token(client, fabrikam):
    value = token_for(fabrikam.app("aa"))
    Token.objects.all().delete()

    assert _get(client, value).status_code == 401


def test_it_refuses_the_tokens_of_a_revoked_application(fabrikam):
    api = fabrikam.api("aa")
    with fabrikam.visible():
        services.revoke_app(app=fabrikam.app("aa"), by=fabrikam.actor("ga"))

    assert api.get(ME).status_code == 401


def test_it_refuses_the_tokens_of_an_expired_application(fabrikam):
    api, app = fabrikam.api("aa"), fabrikam.app("aa")
    app.expires_at = clock.now() + timedelta(minutes=1)
    app.save()

    assert api.get(ME).status_code == 200
    with time_machine.travel(app.expires_at):
        assert api.get(ME).status_code == 401


def test_new_roles_of_an_application_count_from_the_next_request(fabrikam):
    api, app = fabrikam.api("aa", as_user=False), fabrikam.app("aa")
    app.roles = ["sales_agent"]
    app.save()

    assert api.get(ME).json()["roles"] == ["sales_agent"]


def test_a_token_in_a_users_name_has_the_users_roles(fabrikam):
    api = fabrikam.api("aa", as_user=True)
    fabrikam["aa"].roles = ["helpdesk_agent"]
    fabrikam["aa"].save()

    assert api.get(ME).json()["roles"] == ["helpdesk_agent"]


def test_a_token_in_a_users_name_ends_with_the_users_access(fabrikam):
    api = fabrikam.api("aa", as_user=True)
    with fabrikam.visible():
        services.deactivate_user(user=fabrikam["aa"], by=fabrikam.actor("ga"))

    assert api.get(ME).status_code == 401


def test_a_token_in_the_name_of_another_partners_user_is_refused(client, fabrikam, tailspin):
    assert _get(client, token_for(fabrikam.app("aa"), user=tailspin["aa"])).status_code == 401
