"""What clients ask before a token: the addresses of a tenant, the names of the authority."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.views import jwks
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from accounts.aadsts import TokenRefusal
from accounts.permissions import public
from accounts.rules import GRANT_TYPES, RESPONSE_MODES, RESPONSE_TYPES, SCOPES
from accounts.tenants import find_partner

# The hosts that clients of the original are built for, so that they ask here for metadata.
ORIGINAL = "login.microsoftonline.com"
ORIGINAL_ALIASES = (ORIGINAL, "login.windows.net", "login.microsoft.com", "sts.windows.net")


@public
def configuration_v2(request: HttpRequest, tenant: str) -> HttpResponse:
    """OpenID configuration of one tenant, the first thing MSAL asks for."""
    return _configuration(request, tenant, "oauth2/v2.0")


@public
def configuration_v1(request: HttpRequest, tenant: str) -> HttpResponse:
    """The same for the endpoints that take ``resource``."""
    return _configuration(request, tenant, "oauth2")


def _configuration(request: HttpRequest, tenant: str, endpoints: str) -> HttpResponse:
    try:
        find_partner(tenant)
    except TokenRefusal as refusal:
        return refusal.answer(request)
    site = _site(request)
    return JsonResponse(
        {
            "issuer": settings.PUBLIC_URL,
            "token_endpoint": f"{site}/{tenant}/{endpoints}/token",
            "authorization_endpoint": f"{site}/{tenant}/{endpoints}/authorize",
            "userinfo_endpoint": site + reverse("idp:oidc:userinfo"),
            "end_session_endpoint": site + reverse("idp:oidc:logout"),
            "jwks_uri": site + reverse("idp:oidc:jwks"),
            "grant_types_supported": GRANT_TYPES,
            "response_types_supported": RESPONSE_TYPES,
            "response_modes_supported": RESPONSE_MODES,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": SCOPES,
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }
    )


@public
def instance_discovery(request: HttpRequest) -> HttpResponse:
    """Which names the authority goes by; MSAL sends its requests to ``preferred_network``."""
    asked = urlsplit(request.GET.get("authorization_endpoint", "")).path
    tenant = asked.strip("/").partition("/")[0] or "common"
    site = _site(request)
    here = urlsplit(site).netloc
    return JsonResponse(
        {
            "tenant_discovery_endpoint": (f"{site}/{tenant}/v2.0/.well-known/openid-configuration"),
            "api-version": "1.1",
            "metadata": [_network(ORIGINAL, ORIGINAL_ALIASES), _network(here, (here,))],
        }
    )


@public
def keys(request: HttpRequest, tenant: str) -> HttpResponse:
    """The keys that tokens are signed with, where clients of the original look for them."""
    try:
        find_partner(tenant)
    except TokenRefusal as refusal:
        return refusal.answer(request)
    answer: HttpResponse = jwks(request)
    return answer


@csrf_exempt
@public
def not_here(request: HttpRequest) -> HttpResponse:
    """Stands before an address of the library that this product does not have."""
    raise Http404(request.path)


def _site(request: HttpRequest) -> str:
    """Where the asking client reaches this service.

    MSAL takes nothing but https: where a port with TLS stands before a plain installation, its
    clients are led back to that port. The host is one of ``ALLOWED_HOSTS``.
    """
    by_tls = request.is_secure() or request.headers.get("X-Forwarded-Proto") == "https"
    if by_tls and not settings.IS_SECURE:
        return f"https://{request.get_host()}"
    return str(settings.PUBLIC_URL)


def _network(host: str, aliases: tuple[str, ...]) -> dict[str, Any]:
    return {"preferred_network": host, "preferred_cache": host, "aliases": list(aliases)}
