"""Refresh tokens: rotated at every use; one that comes again ends its family."""

import threading
from datetime import timedelta

import pytest
import time_machine
from allauth.idp.oidc.models import Token
from django.test import Client

from accounts import services
from accounts.rules import REFRESH_DAYS, SIGN_IN_DAYS
from partnercenter.lib import clock
from tests.accounts.consent import API, GRAPH, refusal, shop_of

USED = (400, "invalid_grant", [54005])
INVALID = (400, "invalid_grant", [70000])


@pytest.fixture
def shop(fabrikam):
    return shop_of(fabrikam)


@pytest.fixture
def first(client, shop):
    return shop.redeem(client, shop.code()).json()


def _status(client, value):
    return client.get("/v1/me", headers={"Authorization": f"Bearer {value}"}).status_code


@pytest.mark.parametrize("version", ["oauth2", "oauth2/v2.0"])
def test_it_gives_new_tokens_of_the_same_user(client, shop, first, version):
    more = {"scope": "openid", "resource": API} if version == "oauth2" else {}
    body = shop.refresh(client, first["refresh_token"], version, **more).json()

    assert body["refresh_token"] != first["refresh_token"]
    assert body["id_token"]
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"}).json()
    assert me["user"]["email"] == "aa@fabrikam.example"


def test_it_may_ask_for_the_api_s_other_name(client, shop, first):
    body = shop.refresh(client, first["refresh_token"], "oauth2", resource=GRAPH).json()
    assert body["resource"] == GRAPH


def test_a_chain_goes_on(client, shop, first):
    value = first["refresh_token"]
    for _ in range(3):
        value = shop.refresh(client, value).json()["refresh_token"]


def test_B40_a_used_one_ends_the_family(client, shop, first):
    second = shop.refresh(client, first["refresh_token"]).json()
    third = shop.refresh(client, second["refresh_token"]).json()

    assert refusal(shop.refresh(client, first["refresh_token"])) == USED
    assert refusal(shop.refresh(client, third["refresh_token"])) == INVALID
    for body in (first, second, third):
        assert _status(client, body["access_token"]) == 401


@pytest.fixture
def forgetful(fabrikam):
    """The shop, whose program keeps the first refresh token that it got."""
    return shop_of(fabrikam, reuses_refresh_tokens=True)


def test_where_the_application_is_registered_so_it_can_be_used_again(client, forgetful):
    first = forgetful.redeem(client, forgetful.code()).json()
    bodies = [forgetful.refresh(client, first["refresh_token"]).json() for _ in range(3)]

    assert {body["refresh_token"] for body in bodies} == {first["refresh_token"]}
    assert len({body["access_token"] for body in bodies}) == 3
    for body in (first, *bodies):
        assert _status(client, body["access_token"]) == 200


def test_one_that_is_used_again_dies_of_rest_and_at_the_sign_in_s_end(client, forgetful):
    value = forgetful.redeem(client, forgetful.code()).json()["refresh_token"]
    began = clock.now()
    for days in (80, 160, 240, 320):
        with time_machine.travel(began + timedelta(days=days)):
            assert forgetful.refresh(client, value).status_code == 200
    with time_machine.travel(began + timedelta(days=SIGN_IN_DAYS, seconds=60)):
        assert refusal(forgetful.refresh(client, value)) == INVALID


def test_B20_one_that_is_used_again_ends_with_its_user(client, forgetful, fabrikam):
    value = forgetful.redeem(client, forgetful.code()).json()["refresh_token"]
    forgetful.refresh(client, value)
    with fabrikam.visible():
        services.deactivate_user(user=fabrikam["aa"], by=fabrikam.actor("ga"))
    assert forgetful.refresh(client, value).status_code == 400


def test_the_code_of_such_an_application_is_still_worth_one_use(client, forgetful):
    code = forgetful.code()
    forgetful.redeem(client, code)
    assert refusal(forgetful.redeem(client, code)) == USED


def test_one_that_is_used_again_by_many_at_once_serves_all(committed_db, fabrikam):
    shop, answers = shop_of(fabrikam, reuses_refresh_tokens=True), []
    value = shop.redeem(Client(), shop.code()).json()["refresh_token"]

    def use():
        answers.append(shop.refresh(Client(), value).status_code)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [200] * 8
    assert Token.objects.filter(type=Token.Type.REFRESH_TOKEN).count() == 1


def test_the_family_of_another_sign_in_lives_on(client, shop, first):
    other = shop.redeem(client, shop.code()).json()
    shop.refresh(client, first["refresh_token"])
    shop.refresh(client, first["refresh_token"])

    assert shop.refresh(client, other["refresh_token"]).status_code == 200


def test_it_dies_of_rest(client, shop, first):
    with time_machine.travel(clock.now() + timedelta(days=REFRESH_DAYS, seconds=1)):
        assert refusal(shop.refresh(client, first["refresh_token"])) == INVALID


def test_use_keeps_it_alive_but_never_beyond_the_sign_in_s_end(client, shop, first):
    value, began = first["refresh_token"], clock.now()
    for days in (80, 160, 240, 320):
        with time_machine.travel(began + timedelta(days=days)):
            value = shop.refresh(client, value).json()["refresh_token"]
    with time_machine.travel(began + timedelta(days=SIGN_IN_DAYS, seconds=60)):
        assert refusal(shop.refresh(client, value)) == INVALID


def test_another_application_cannot_use_it(client, shop, first, fabrikam):
    assert refusal(shop_of(fabrikam).refresh(client, first["refresh_token"])) == INVALID
    assert shop.refresh(client, first["refresh_token"]).status_code == 200


@pytest.mark.parametrize("value", ["nonsense", "\x00", "x" * 100_000])
def test_nonsense_is_refused(client, shop, value):
    assert refusal(shop.refresh(client, value))[1] in {"invalid_grant", "invalid_request"}


@pytest.mark.parametrize("deed", ["deactivate", "new_password", "revoke", "no_address"])
def test_B20_it_ends_with_what_it_rests_on(client, shop, first, fabrikam, deed):
    by = fabrikam.actor("ga")
    with fabrikam.visible():
        if deed == "deactivate":
            services.deactivate_user(user=fabrikam["aa"], by=by)
        elif deed == "new_password":
            services.reset_password(user=fabrikam["aa"], by=by)
        elif deed == "revoke":
            services.revoke_app(app=shop.app, by=by)
        else:
            services.update_app(app=shop.app, roles=[], redirect_uris=[], by=by)

    assert shop.refresh(client, first["refresh_token"]).status_code == 400
    assert _status(client, first["access_token"]) == 401


def test_B20_less_roles_count_at_once(client, shop, first, fabrikam):
    with fabrikam.visible():
        services.set_roles(user=fabrikam["aa"], roles=[], by=fabrikam.actor("ga"))
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    assert client.get("/v1/customers", headers=headers).status_code == 403


def test_B40_one_of_many_at_once_succeeds_and_then_none(committed_db, fabrikam):
    shop, answers = shop_of(fabrikam), []
    value = shop.redeem(Client(), shop.code()).json()["refresh_token"]

    def use():
        answers.append(shop.refresh(Client(), value))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers).count(200) <= 1
    alive = Token.objects.filter(type__in=[Token.Type.ACCESS_TOKEN, Token.Type.REFRESH_TOKEN])
    assert not alive.exists()
