"""What clients ask before a token: v1 and v2 of every tenant, keys, the installation's own."""

import json

import jwt
import pytest

from tests.accounts.consent import GRAPH, shop_of

pytestmark = pytest.mark.django_db
WELL_KNOWN = ".well-known/openid-configuration"


@pytest.mark.parametrize("tenant", ["fabrikam.example", "common", "organizations", ""])
@pytest.mark.parametrize(("path", "endpoints"), [("", "oauth2"), ("v2.0/", "oauth2/v2.0")])
def test_configuration(client, fabrikam, settings, tenant, path, endpoints):
    tenant = tenant or str(fabrikam.partner.pk)
    body = client.get(f"/{tenant}/{path}{WELL_KNOWN}").json()

    site = settings.PUBLIC_URL
    assert body["issuer"] == site
    assert body["token_endpoint"] == f"{site}/{tenant}/{endpoints}/token"
    assert body["authorization_endpoint"] == f"{site}/{tenant}/{endpoints}/authorize"
    assert body["response_types_supported"] == ["code", "code id_token"]
    assert body["response_modes_supported"] == ["query", "fragment", "form_post"]
    assert body["code_challenge_methods_supported"] == ["S256"]
    assert client.get(f"/{tenant}/{endpoints}/authorize").status_code == 400


def test_the_installation_s_own_names_addresses_that_exist(client, settings):
    body = client.get(f"/{WELL_KNOWN}").json()

    assert body["issuer"] == settings.PUBLIC_URL
    assert "device_authorization_endpoint" not in body
    for name, found in (("authorization_endpoint", 400), ("token_endpoint", 400)):
        assert client.get(body[name].removeprefix(settings.PUBLIC_URL)).status_code == found


@pytest.mark.parametrize("path", ["discovery/keys", "discovery/v2.0/keys"])
def test_keys_verify_what_was_signed(client, fabrikam, path):
    shop = shop_of(fabrikam)
    keys = client.get(f"/{fabrikam.partner.pk}/{path}").json()["keys"]
    form = {"grant_type": "client_credentials", "resource": GRAPH}
    token = shop.token(client, "oauth2", **form).json()["access_token"]

    key = jwt.PyJWK(json.loads(json.dumps(keys[0])))
    claims = jwt.decode(token, key, algorithms=["RS256"], audience=GRAPH)
    assert claims["tid"] == str(fabrikam.partner.pk)


@pytest.mark.parametrize("path", [WELL_KNOWN, f"v2.0/{WELL_KNOWN}", "discovery/keys"])
def test_an_unknown_tenant_is_refused(client, path):
    assert client.get(f"/nowhere.example/{path}").json()["error_codes"] == [90002]


@pytest.mark.parametrize("path", ["authorize", "api/token", "device", "api/device/code"])
def test_the_library_s_own_endpoints_are_closed(client, path):
    assert client.get(f"/identity/o/{path}").status_code == 404
    assert client.post(f"/identity/o/{path}").status_code == 404
