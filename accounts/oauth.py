"""Token endpoints of the original's shape, v1 and v2, around django-allauth's token service."""

import json
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

from allauth.core.internal.httpkit import extract_basic_auth
from allauth.idp.oidc import views as oidc
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt

from accounts import aadsts, rules
from accounts.aadsts import NOT_STORED, TokenRefusal
from accounts.models import AppRegistration, Partner
from accounts.permissions import public
from partnercenter.lib import clock, throttle

ANY_TENANT = frozenset({"common", "organizations"})
CREDENTIALS = frozenset(
    {"client_secret", "client_assertion", "password", "code", "refresh_token", "code_verifier"}
)
DEFAULT = ".default"


class Ask(NamedTuple):
    """A token request as both endpoints understand it."""

    client_id: str
    grant_type: str
    resource: str
    scopes: list[str]


@csrf_exempt
@public
def token_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    """``resource`` in, and every number a string out (contract 1.2)."""
    return _answer(request, tenant, _ask_v1, _shape_v1)


@csrf_exempt
@public
def token_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    """``scope`` in (``{resource}/.default``), numbers out; the endpoint of MSAL."""
    return _answer(request, tenant, _ask_v2, _shape_v2)


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
        _check_application(ask, tenant, find_partner(tenant))
        body = shape(_issue(request, ask), ask)
    except TokenRefusal as refusal:
        return refusal.answer(request)
    response = JsonResponse(body, headers=NOT_STORED)
    if request.headers.get("return-client-request-id", "").lower() == "true":
        response["client-request-id"] = aadsts.correlation_of(request)
    return response


def find_partner(tenant: str) -> Partner | None:
    """The tenant that the address names by GUID or domain; None where it may be any."""
    if tenant.lower() in ANY_TENANT:
        return None
    try:
        found = Partner.objects.filter(pk=uuid.UUID(tenant))
    except ValueError:
        found = Partner.objects.filter(domain__iexact=tenant)
    partner = found.first()
    if partner is None:
        raise aadsts.no_tenant(tenant)
    return partner


def _ask_v1(request: HttpRequest) -> Ask:
    client_id, grant_type = _basics(request)
    resource = _required(request, "resource") if _is_app_only(grant_type) else ""
    resource = (resource or request.POST.get("resource", "")).rstrip("/")
    return Ask(client_id, grant_type, resource, request.POST.get("scope", "").split())


def _ask_v2(request: HttpRequest) -> Ask:
    client_id, grant_type = _basics(request)
    scope = _required(request, "scope") if _is_app_only(grant_type) else ""
    scope = scope or request.POST.get("scope", "")
    of_resources = [name for name in scope.split() if "://" in name]
    resources = {name.rpartition("/")[0].rstrip("/") for name in of_resources}
    if _is_app_only(grant_type) and (
        len(resources) != 1 or not all(name.endswith(f"/{DEFAULT}") for name in of_resources)
    ):
        raise aadsts.bad_scope(scope)
    own = [name for name in scope.split() if "://" not in name]
    return Ask(client_id, grant_type, resources.pop() if resources else "", own)


def _basics(request: HttpRequest) -> tuple[str, str]:
    by_header, _secret = extract_basic_auth(dict(request.headers))
    client_id = by_header or _required(request, "client_id")
    grant_type = _required(request, "grant_type")
    if grant_type not in Client.GrantType.values:
        raise aadsts.from_oauth("unsupported_grant_type", "", 400)
    return client_id, grant_type


def _required(request: HttpRequest, parameter: str) -> str:
    value = request.POST.get(parameter, "").strip()
    if not value:
        raise aadsts.missing(parameter)
    return value


def _is_app_only(grant_type: str) -> bool:
    return grant_type == str(Client.GrantType.CLIENT_CREDENTIALS)


def _check_application(ask: Ask, tenant: str, partner: Partner | None) -> None:
    """The application belongs to the tenant and is in good standing."""
    # An id out of the Authorization header may hold what no database does.
    known = ask.client_id.isprintable()
    app = AppRegistration.objects.filter(client_id=ask.client_id).first() if known else None
    if app is None or (partner is not None and app.partner_id != partner.pk):
        raise aadsts.no_application(ask.client_id, tenant)
    if app.revoked_at is not None:
        raise aadsts.application_disabled(app.client_id)
    if not app.is_usable(clock.now()):
        raise aadsts.secret_expired(app.client_id)
    if ask.resource and ask.resource not in (*rules.AUDIENCES, settings.PUBLIC_URL):
        raise aadsts.no_resource(ask.resource)
    _count(app)


def _count(app: AppRegistration) -> None:
    """Tokens are counted by application; a secret that is guessed at counts too."""
    if limit := settings.TOKEN_REQUESTS_PER_MINUTE:
        use = throttle.count("token", app.client_id, limit)
        if use is not None and not use.allowed:
            raise aadsts.too_many(use.reset)


def _issue(request: HttpRequest, ask: Ask) -> dict[str, Any]:
    """Allauth's answer to the request in its own terms; it checks the secret and the grant."""
    by_header, _secret = extract_basic_auth(dict(request.headers))
    if _is_app_only(ask.grant_type) and not (by_header or request.POST.get("client_secret")):
        raise aadsts.no_secret()
    form: QueryDict = request.POST.copy()
    form["grant_type"] = ask.grant_type
    for name in ("resource", "scope"):
        form.pop(name, None)
    if ask.resource:
        form["resource"] = ask.resource
    if ask.scopes and not _is_app_only(ask.grant_type):
        form["scope"] = " ".join(ask.scopes)
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


def _shape_v1(body: dict[str, Any], ask: Ask) -> dict[str, Any]:
    now = int(clock.now().timestamp())
    lifetime = body["expires_in"]
    return _kept(body) | {
        "token_type": "Bearer",
        "expires_in": str(lifetime),
        "ext_expires_in": str(lifetime),
        "expires_on": str(now + lifetime),
        "not_before": str(now),
        "resource": ask.resource,
    }


def _shape_v2(body: dict[str, Any], ask: Ask) -> dict[str, Any]:
    del ask
    lifetime = body["expires_in"]
    return _kept(body) | {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
    }


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: body[name] for name in ("access_token", "refresh_token", "id_token") if name in body
    }
