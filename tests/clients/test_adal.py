"""ADAL for Python, unmodified, over https: the v1 endpoints."""

import adal
import pytest

from tests.clients.conftest import API, GRAPH, PASSWORD
from tests.clients.sign_in import BACK, answer_of


@pytest.fixture
def context(ground):
    return adal.AuthenticationContext(ground.authority, validate_authority=False)


def _an_application_alone(ground, context):
    answer = context.acquire_token_with_client_credentials(GRAPH, ground.client_id, ground.secret)
    assert answer["expiresIn"] == 3600
    assert ground.me(answer["accessToken"])["type"] == "application"

    with pytest.raises(adal.AdalError) as refused:
        context.acquire_token_with_client_credentials(API, ground.client_id, "wrong")
    assert refused.value.error_response["error"] == "invalid_client"


def _code_then_refresh(ground, context):
    address = (
        f"{ground.authority}/oauth2/authorize?response_type=code&client_id={ground.client_id}"
        f"&redirect_uri={BACK}&state=s-1&resource={API}"
    )
    back = answer_of(address, email=ground.email, password=PASSWORD)
    assert back["state"] == "s-1"

    first = context.acquire_token_with_authorization_code(
        back["code"], BACK, API, ground.client_id, ground.secret
    )
    assert (first["userId"], first["tenantId"]) == (ground.email, str(ground.org.partner.pk))
    assert ground.me(first["accessToken"])["email"] == ground.email

    again = context.acquire_token_with_refresh_token(
        first["refreshToken"], ground.client_id, API, ground.secret
    )
    assert ground.me(again["accessToken"])["email"] == ground.email


def test_every_way_to_a_token(ground, context):
    _an_application_alone(ground, context)
    _code_then_refresh(ground, context)
