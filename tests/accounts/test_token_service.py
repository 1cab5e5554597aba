"""Token endpoints v1 and v2, and what MSAL asks before and after."""

import base64
import json
from datetime import timedelta
from urllib.parse import urlsplit

import jwt
import msal
import pytest
import time_machine

from accounts import services
from partnercenter.lib import clock

GRAPH = "https://graph.windows.net"
API = "https://api.partnercenter.microsoft.com"
pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(fabrikam):
    with fabrikam.visible():
        return services.register_app(name="Shop", roles=["admin_agent"], by=fabrikam.actor("ga"))


def _v1(client, shop, *, tenant=None, query="", **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.app.client_id,
        "client_secret": shop.client_secret,
        "resource": GRAPH,
    } | changes
    tenant = tenant or shop.app.partner_id
    kept = {name: value for name, value in form.items() if value is not None}
    return client.post(f"/{tenant}/oauth2/token{query}", kept)


def _v2(client, shop, *, tenant=None, **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": shop.app.client_id,
        "client_secret": shop.client_secret,
        "scope": f"{API}/.default",
    } | changes
    tenant = tenant or shop.app.partner_id
    kept = {name: value for name, value in form.items() if value is not None}
    return client.post(f"/{tenant}/oauth2/v2.0/token", kept)


def _roles(client, token):
    answer = client.get("/v1/me", headers={"Authorization": f"Bearer {token}"})
    return answer.json()["roles"]


def test_v1_answers_every_number_as_a_string(client, shop):
    with time_machine.travel(clock.now(), tick=False):
        now = int(clock.now().timestamp())
        response = _v1(client, shop)

    body = response.json()
    token = body.pop("access_token")
    assert body == {
        "token_type": "Bearer",
        "expires_in": "3600",
        "ext_expires_in": "3600",
        "expires_on": str(now + 3600),
        "not_before": str(now),
        "resource": GRAPH,
    }
    assert response["Cache-Control"] == "no-store, no-cache"
    assert _roles(client, token) == ["admin_agent"]


def test_v2_answers_numbers_as_numbers(client, shop):
    body = _v2(client, shop).json()

    token = body.pop("access_token")
    assert body == {"token_type": "Bearer", "expires_in": 3600, "ext_expires_in": 3600}
    assert _roles(client, token) == ["admin_agent"]


def test_the_token_says_who_and_for_whom(client, shop, settings):
    with time_machine.travel(clock.now(), tick=False):
        now = int(clock.now().timestamp())
        token = _v1(client, shop).json()["access_token"]

    claims = jwt.decode(token, options={"verify_signature": False})
    claims.pop("jti")
    assert claims == {
        "client_id": shop.app.client_id,
        "appid": shop.app.client_id,
        "oid": str(shop.app.pk),
        "tid": str(shop.app.partner_id),
        "aud": GRAPH,
        "iss": settings.PUBLIC_URL,
        "iat": now,
        "nbf": now,
        "exp": now + 3600,
        "token_use": "access",
        "ver": "1.0",
    }


@pytest.mark.parametrize("tenant", ["fabrikam.example", "FABRIKAM.example", "common"])
def test_the_tenant_goes_by_domain_too(client, shop, tenant):
    assert _v1(client, shop, tenant=tenant).status_code == 200
    assert _v2(client, shop, tenant=tenant).status_code == 200


def test_v1_forgives_a_slash_behind_the_resource(client, shop):
    assert _v1(client, shop, resource=f"{GRAPH}/").json()["resource"] == GRAPH


@pytest.mark.parametrize("resource", [GRAPH, API])
def test_v1_takes_the_resource_out_of_a_scope_as_the_node_client_sends_it(client, shop, resource):
    body = _v1(client, shop, resource=None, scope=f"{resource}/.default").json()
    assert body["resource"] == resource


def test_v2_forgives_the_scopes_that_the_java_sdk_adds(client, shop):
    scope = f"{GRAPH}/.default openid profile offline_access"
    assert _v2(client, shop, scope=scope).status_code == 200


def test_the_secret_may_come_in_the_header(client, shop):
    pair = f"{shop.app.client_id}:{shop.client_secret}".encode()
    response = client.post(
        f"/{shop.app.partner_id}/oauth2/token",
        {"grant_type": "client_credentials", "resource": GRAPH},
        headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"},
    )
    assert response.status_code == 200


def _refusal(response):
    body = response.json()
    return response.status_code, body["error"], body["error_codes"]


def test_a_refusal_has_the_originals_form(client, shop):
    asked = "11111111-2222-3333-4444-555555555555"
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        response = client.post(
            f"/{shop.app.partner_id}/oauth2/token",
            {
                "grant_type": "client_credentials",
                "client_id": shop.app.client_id,
                "client_secret": "wrong",
                "resource": GRAPH,
            },
            headers={"client-request-id": asked},
        )

    body = response.json()
    assert response.status_code == 401
    assert body.pop("error_description") == (
        "AADSTS7000215: Invalid client secret provided. "
        f"Trace ID: {body['trace_id']} Correlation ID: {asked} Timestamp: 2026-03-01 10:00:00Z"
    )
    assert body == {
        "error": "invalid_client",
        "error_codes": [7000215],
        "timestamp": "2026-03-01 10:00:00Z",
        "trace_id": body["trace_id"],
        "correlation_id": asked,
        "error_uri": "http://127.0.0.1:8000/api/docs",
    }


@pytest.mark.parametrize("ask", [_v1, _v2], ids=["v1", "v2"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", [7000215])),
        ({"client_secret": ""}, (401, "invalid_client", [7000216])),
        ({"client_secret": None}, (401, "invalid_client", [7000216])),
        ({"client_id": "unknown"}, (400, "unauthorized_client", [700016])),
        ({"client_id": None}, (400, "invalid_request", [900144])),
        ({"grant_type": None}, (400, "invalid_request", [900144])),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", [70003])),
        ({"tenant": "nowhere.example"}, (400, "invalid_request", [90002])),
        (
            {"tenant": "11111111-2222-3333-4444-555555555555"},
            (400, "invalid_request", [90002]),
        ),
    ],
    ids=str,
)
def test_it_refuses(client, shop, ask, changes, expected):
    assert _refusal(ask(client, shop, **changes)) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("https://somewhere.example", (400, "invalid_resource", [500011])),
        ("nonsense", (400, "invalid_resource", [500011])),
        (None, (400, "invalid_request", [900144])),
    ],
)
def test_v1_refuses_a_foreign_resource(client, shop, resource, expected):
    assert _refusal(_v1(client, shop, resource=resource)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("https://somewhere.example/.default", (400, "invalid_resource", [500011])),
        (f"{API}/user_impersonation", (400, "invalid_scope", [1002012])),
        (f"{API}/.default {GRAPH}/.default", (400, "invalid_scope", [1002012])),
        ("openid", (400, "invalid_scope", [1002012])),
        (None, (400, "invalid_request", [900144])),
    ],
)
def test_v2_refuses_a_foreign_or_incomplete_scope(client, shop, scope, expected):
    assert _refusal(_v2(client, shop, scope=scope)) == expected


def test_it_refuses_another_tenants_application(client, shop, tailspin):
    response = _v1(client, shop, tenant=tailspin.partner.pk)
    assert _refusal(response) == (400, "unauthorized_client", [700016])


def test_it_refuses_a_revoked_application(client, fabrikam, shop):
    with fabrikam.visible():
        services.revoke_app(app=shop.app, by=fabrikam.actor("ga"))

    assert _refusal(_v1(client, shop)) == (400, "unauthorized_client", [7000112])


def test_it_refuses_an_expired_application(client, shop):
    shop.app.expires_at = clock.now() + timedelta(days=1)
    shop.app.save()

    with time_machine.travel(shop.app.expires_at):
        assert _refusal(_v1(client, shop)) == (401, "invalid_client", [7000222])


@pytest.mark.parametrize("name", ["client_secret", "code", "refresh_token", "password"])
def test_it_refuses_credentials_in_the_address(client, shop, name):
    response = _v1(client, shop, query=f"?{name}=secret")

    assert _refusal(response) == (400, "invalid_request", [900144])
    assert "address" in response.json()["error_description"]


def test_it_forgives_other_words_in_the_address(client, shop):
    assert _v1(client, shop, query="?api-version=1.0").status_code == 200


def test_it_only_accepts_posts(client, shop):
    response = client.get(f"/{shop.app.partner_id}/oauth2/token")
    assert _refusal(response) == (400, "invalid_request", [900561])


@pytest.mark.parametrize("value", ["\x00", "x" * 100_000, "💥", "' OR 1=1 --"])
@pytest.mark.parametrize("name", ["client_id", "client_secret", "resource", "grant_type", "tenant"])
def test_odd_input_is_refused_not_a_failure(client, shop, name, value):
    if name == "tenant":
        response = client.post(f"/{value[:2000]}/oauth2/token".replace("\x00", "%00"))
    else:
        response = _v1(client, shop, **{name: value})
    assert response.status_code in {400, 401}


def test_nothing_of_the_secret_is_kept(shop):
    assert shop.client_secret not in shop.app.client.secret
    assert shop.app.client.secret.startswith("pbkdf2_sha256_random$1$")


class _Answer:
    """What MSAL reads of an HTTP answer."""

    def __init__(self, response):
        self.status_code = response.status_code
        self.text = response.content.decode()
        self.headers = dict(response.items())

    def raise_for_status(self):
        assert self.status_code < 400, self.text


class _Transport:
    """MSAL's HTTP client, on a port with TLS before Django's test client; any host leads here."""

    TLS = {"X-Forwarded-Proto": "https"}

    def __init__(self, client):
        self.client = client

    def get(self, url, params=None, **_):
        assert url.startswith("https://")
        return _Answer(self.client.get(urlsplit(url).path, params or {}, headers=self.TLS))

    def post(self, url, params=None, data=None, headers=None, **_):
        assert url.startswith("https://")
        assert not params
        headers = {**(headers or {}), **self.TLS}
        return _Answer(self.client.post(urlsplit(url).path, data, headers=headers))

    def close(self):
        pass


def _msal(client, shop, secret=None, **options):
    return msal.ConfidentialClientApplication(
        shop.app.client_id,
        client_credential=secret or shop.client_secret,
        authority=f"https://portal.example/{shop.app.partner_id}",
        http_client=_Transport(client),
        **options,
    )


def test_msal_gets_a_token_and_the_api_accepts_it(client, shop):
    application = _msal(client, shop, instance_discovery=False)

    answer = application.acquire_token_for_client([f"{API}/.default"])

    assert answer["expires_in"] == 3600
    assert _roles(client, answer["access_token"]) == ["admin_agent"]


def test_msal_reads_the_refusal(client, shop):
    application = _msal(client, shop, secret="wrong", instance_discovery=False)

    answer = application.acquire_token_for_client([f"{API}/.default"])

    assert answer["error"] == "invalid_client"
    assert answer["error_codes"] == [7000215]


def test_msal_asks_here_when_its_authority_is_the_originals(client, shop):
    application = msal.ConfidentialClientApplication(
        shop.app.client_id,
        client_credential=shop.client_secret,
        authority=f"https://login.windows.net/{shop.app.partner_id}",
        http_client=_Transport(client),
    )

    answer = application.acquire_token_for_client([f"{GRAPH}/.default"])

    assert _roles(client, answer["access_token"]) == ["admin_agent"]


def test_instance_discovery_names_the_originals_network_first(client):
    body = client.get("/common/discovery/instance").json()

    assert body["metadata"][0]["preferred_network"] == "login.microsoftonline.com"
    assert "login.windows.net" in body["metadata"][0]["aliases"]


def test_the_configuration_leads_to_the_tenants_token_address(client, shop, settings):
    body = client.get(f"/{shop.app.partner_id}/v2.0/.well-known/openid-configuration").json()

    assert body["issuer"] == settings.PUBLIC_URL
    assert body["token_endpoint"] == (
        f"{settings.PUBLIC_URL}/{shop.app.partner_id}/oauth2/v2.0/token"
    )
    assert body["jwks_uri"] == f"{settings.PUBLIC_URL}/.well-known/jwks.json"


def test_the_configuration_of_an_unknown_tenant_is_refused(client):
    response = client.get("/nowhere.example/v2.0/.well-known/openid-configuration")
    assert _refusal(response) == (400, "invalid_request", [90002])


def test_the_published_key_verifies_the_token(client, shop):
    keys = client.get("/.well-known/jwks.json").json()["keys"]
    token = _v1(client, shop).json()["access_token"]

    key = jwt.PyJWK(json.loads(json.dumps(keys[0])))

    assert jwt.decode(token, key, algorithms=["RS256"], audience=GRAPH)["tid"] == str(
        shop.app.partner_id
    )


def test_a_host_that_somebody_made_up_is_in_no_answer(client, shop):
    path = f"/{shop.app.partner_id}/v2.0/.well-known/openid-configuration"
    response = client.get(path, headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in response.content.decode()
    assert client.get(path, headers={"host": "evil.example"}).status_code == 400
