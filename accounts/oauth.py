"""Token endpoints of the original's shape, v1 and v2, around django-allauth's token service."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from accounts import aadsts, grants, rules
from accounts.aadsts import NOT_STORED, TokenRefusal
from accounts.authentication import presented
from accounts.models import AppRegistration
from accounts.permissions import public
from accounts.tenants import find_application
from accounts.token_bodies import client_info, shape_v1, shape_v2
from partnercenter.lib import throttle

CREDENTIALS = frozenset(
    {"client_secret", "client_assertion", "password", "code", "refresh_token", "code_verifier"}
)
DEFAULT = ".default"
Grant = Client.GrantType
# What of a user's grant is worth one use.
WORTH_ONE_USE = {Grant.AUTHORIZATION_CODE: "code", Grant.REFRESH_TOKEN: "refresh_token"}


class Ask(NamedTuple):
    """A token request as both endpoints understand it; ``scopes`` are those of the resource."""

    client_id: str
    grant_type: str
    resource: str
    scopes: list[str]


@csrf_exempt
@public
def token_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    """``resource`` in, and every number a string out (contract 1.2)."""
    return _answer(
        request, tenant, _ask_v1, lambda body, ask: shape_v1(body, resource=ask.resource)
    )


@csrf_exempt
@public
def token_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    """``scope`` in (``{resource}/.default``), numbers out; the endpoint of MSAL."""
    return _answer(
        request,
        tenant,
        _ask_v2,
        lambda body, ask: shape_v2(body, resource=ask.resource, asked=ask.scopes),
    )


@csrf_exempt
@public
def generate_token(request: HttpRequest) -> HttpResponse:
    """``/generatetoken`` of old clients: their token, which this API takes as it is."""
    try:
        if request.method != "POST":
            raise aadsts.only_post()
        # The Python package sends the word alone, as JSON.
        in_json = request.content_type == "application/json"
        grant = request.body.decode("latin-1") if in_json else _required(request, "grant_type")
        if grant.strip().strip('"') != "jwt_token":
            raise aadsts.from_oauth("unsupported_grant_type", "", 400)
        value, rest = presented(request)
    except TokenRefusal as refusal:
        return refusal.answer(request)
    body = {"access_token": value, "token_type": "bearer", "expires_in": rest}
    return JsonResponse(body, headers=NOT_STORED)


def _answer(
    request: HttpRequest,
    tenant: str,
    read: Callable[[HttpRequest], Ask],
    shape: Callable[[dict[str, Any], Ask], dict[str, Any]],
) -> HttpResponse:
    try:
        if request.method != "POST":
            raise aadsts.only_post()
        if CREDENTIALS & set(request.GET):
            raise aadsts.secret_in_address()
        ask = read(request)
        app = find_application(ask.client_id, tenant)
        if ask.resource not in (*rules.AUDIENCES, settings.PUBLIC_URL):
            raise aadsts.no_resource(ask.resource)
        _count(app)
        body = shape(_grant(request, ask, app), ask)
    except TokenRefusal as refusal:
        return refusal.answer(request)
    response = JsonResponse(body, headers=NOT_STORED)
    if request.headers.get("return-client-request-id", "").lower() == "true":
        response["client-request-id"] = aadsts.correlation_of(request)
    return response


def _ask_v1(request: HttpRequest) -> Ask:
    client_id, grant_type = _basics(request)
    resource = request.POST.get("resource", "").strip()
    # Some clients name the resource in v2's way at v1's address.
    scope = request.POST.get("scope", "").strip()
    if not resource and scope.endswith(f"/{DEFAULT}"):
        resource = scope.removesuffix(f"/{DEFAULT}")
    if grant_type == Grant.CLIENT_CREDENTIALS and not resource:
        raise aadsts.missing("resource")
    return Ask(client_id, grant_type, resource.rstrip("/") or rules.USERS_AUDIENCE, [])


def _ask_v2(request: HttpRequest) -> Ask:
    client_id, grant_type = _basics(request)
    is_app_only = grant_type == Grant.CLIENT_CREDENTIALS
    scope = _required(request, "scope") if is_app_only else request.POST.get("scope", "")
    scopes = [name for name in scope.split() if "://" in name]
    resources = {name.rpartition("/")[0].rstrip("/") for name in scopes}
    if is_app_only and (
        len(resources) != 1 or not all(name.endswith(f"/{DEFAULT}") for name in scopes)
    ):
        raise aadsts.bad_scope(scope)
    if len(resources) > 1:
        raise aadsts.several_resources()
    resource = resources.pop() if resources else rules.USERS_AUDIENCE
    return Ask(client_id, grant_type, resource, scopes)


def _basics(request: HttpRequest) -> tuple[str, str]:
    by_header, _secret = extract_basic_auth(dict(request.headers))
    client_id = by_header or _required(request, "client_id")
    grant_type = _required(request, "grant_type")
    if grant_type not in rules.GRANT_TYPES:
        raise aadsts.from_oauth("unsupported_grant_type", "", 400)
    return client_id, grant_type


def _required(request: HttpRequest, parameter: str) -> str:
    value = request.POST.get(parameter, "").strip()
    if not value:
        raise aadsts.missing(parameter)
    return value


def _count(app: AppRegistration) -> None:
    """Tokens are counted by application; a secret that is guessed at counts too."""
    if limit := settings.TOKEN_REQUESTS_PER_MINUTE:
        use = throttle.count("token", app.client_id, limit)
        if use is not None and not use.allowed:
            raise aadsts.too_many(use.reset)


def _grant(request: HttpRequest, ask: Ask, app: AppRegistration) -> dict[str, Any]:
    """The token service's answer; what is worth one use is taken in the same transaction."""
    by_header, _secret = extract_basic_auth(dict(request.headers))
    if not (by_header or request.POST.get("client_secret")):
        raise aadsts.no_secret()
    one_use = WORTH_ONE_USE.get(Grant(ask.grant_type))
    issue = partial(_issue, request, ask, app)
    if one_use is None:
        return issue()
    body = grants.redeem(_required(request, one_use), app=app, issue=issue)
    if request.POST.get("client_info") == "1":
        hashed = get_adapter().hash_token(body["access_token"])
        body["client_info"] = client_info(str(Token.objects.get(hash=hashed).user_id), app)
    return body


def _issue(request: HttpRequest, ask: Ask, app: AppRegistration) -> dict[str, Any]:
    """Allauth's answer to the request in its own terms; it checks the secret and the grant."""
    form: QueryDict = request.POST.copy()
    form["grant_type"] = ask.grant_type
    form["resource"] = ask.resource
    form.pop("scope", None)  # a user's scopes were settled at the sign-in
    uris = app.client.get_redirect_uris()
    if len(uris) == 1:  # the documented request leaves it out
        form.setdefault("redirect_uri", uris[0])
    request.POST = form  # type: ignore[assignment]
    request.META["QUERY_STRING"] = ""
    answer = oidc.token(request)
    body: dict[str, Any] = json.loads(answer.content)
    if "access_token" not in body:
        status = answer.status_code
        raise aadsts.from_oauth(
            body.get("error", "invalid_request"), body.get("error_description", ""), status
        )
    return body
