"""MSAL for Python, unmodified, over https: alone, in a user's name, and again without him."""

import msal
import pytest

from tests.clients.conftest import API, GRAPH, PASSWORD
from tests.clients.sign_in import BACK, answer_of


def _application(ground, secret=None, **options):
    return msal.ConfidentialClientApplication(
        ground.client_id,
        client_credential=secret or ground.secret,
        authority=ground.authority,
        instance_discovery=False,
        **options,
    )


def _signed_in(ground, application, response_mode="form_post"):
    flow = application.initiate_auth_code_flow(
        [f"{API}/user_impersonation"], redirect_uri=BACK, response_mode=response_mode
    )
    back = answer_of(flow["auth_uri"], email=ground.email, password=PASSWORD)
    return application.acquire_token_by_auth_code_flow(flow, back)


def _an_application_alone(ground):
    for resource in (API, GRAPH):
        answer = _application(ground).acquire_token_for_client([f"{resource}/.default"])
        assert ground.me(answer["access_token"])["type"] == "application"

    wrong = _application(ground, secret="wrong").acquire_token_for_client([f"{API}/.default"])
    assert wrong["error_codes"] == [7000215]


def _code_with_pkce_then_refresh(ground, mode):
    application = _application(ground)
    first = _signed_in(ground, application, mode)

    assert first["id_token_claims"]["preferred_username"] == ground.email
    assert ground.me(first["access_token"])["email"] == ground.email

    (account,) = application.get_accounts()
    assert account["username"] == ground.email
    scopes = [f"{API}/user_impersonation"]
    cached = application.acquire_token_silent(scopes, account)
    assert cached["access_token"] == first["access_token"]
    again = application.acquire_token_silent(scopes, account, force_refresh=True)
    assert again["access_token"] != first["access_token"]
    assert ground.me(again["access_token"])["email"] == ground.email


def _a_refresh_token_alone(ground):
    first = _signed_in(ground, _application(ground))
    old = first["refresh_token"]

    answer = _application(ground).acquire_token_by_refresh_token(old, [f"{API}/.default"])
    assert ground.me(answer["access_token"])["email"] == ground.email

    again = _application(ground).acquire_token_by_refresh_token(old, [f"{API}/.default"])
    assert again["error_codes"] == [54005]


@pytest.mark.filterwarnings("ignore:response_mode=")  # MSAL advises against "query"
def test_every_way_to_a_token(ground):
    _an_application_alone(ground)
    _code_with_pkce_then_refresh(ground, "query")
    _code_with_pkce_then_refresh(ground, "form_post")
    _a_refresh_token_alone(ground)
