"""``POST /generatetoken``: what clients older than the SDKs ask after their sign-in."""

import pytest

from tests.accounts.consent import refusal
from tests.people import token_for

pytestmark = pytest.mark.django_db
FORM = {"grant_type": "jwt_token"}


def _ask(client, value, form=None, path="/generatetoken"):
    headers = {"Authorization": f"Bearer {value}"} if value else {}
    return client.post(path, FORM if form is None else form, headers=headers)


@pytest.mark.parametrize("path", ["/generatetoken", "/v3/generatetoken"])
def test_it_gives_a_token_of_the_same_identity(client, fabrikam, path):
    answer = _ask(client, token_for(fabrikam.app("aa"), user=fabrikam["aa"]), path=path)

    body = answer.json()
    assert set(body) == {"access_token", "token_type", "expires_in"}
    assert body["token_type"] == "bearer"
    assert 3590 <= body["expires_in"] <= 3600
    assert answer["Cache-Control"] == "no-store, no-cache"
    me = client.get("/v1/me", headers={"Authorization": f"Bearer {body['access_token']}"}).json()
    assert me["user"]["email"] == "aa@fabrikam.example"


@pytest.mark.parametrize("value", ["", "nonsense", "ey.ey.ey"])
def test_it_refuses_what_is_no_token(client, value):
    assert refusal(_ask(client, value)) == (401, "invalid_grant", [500133])


def test_the_word_alone_will_do(client, fabrikam):
    headers = {"Authorization": f"Bearer {token_for(fabrikam.app('aa'))}"}
    for sent, status in (('"jwt_token"', 200), ('"password"', 400), ("", 400), ("{", 400)):
        answer = client.post("/generatetoken", sent, "application/json", headers=headers)
        assert answer.status_code == status


def test_it_refuses_other_grants_and_methods(client, fabrikam):
    value = token_for(fabrikam.app("aa"))
    assert refusal(_ask(client, value, {"grant_type": "password"}))[2] == [70003]
    assert refusal(_ask(client, value, {}))[2] == [900144]
    assert refusal(client.get("/generatetoken"))[2] == [900561]
