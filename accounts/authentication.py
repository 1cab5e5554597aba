"""Bearer tokens of the API: checked in one query, because every request pays for it."""

from functools import lru_cache
from typing import Any

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db.models import Q
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import actors, rules
from accounts.actors import Actor
from accounts.middleware import put_in_place
from accounts.models import AppRegistration
from accounts.trace import trace_of
from partnercenter.lib import clock

SCHEME = "Bearer"


class BearerToken(BaseAuthentication):
    """An access token of ours: signed by us, not revoked, of an application in good standing.

    Roles are read with the token, so a change of roles, a revoked application and a deactivated
    user count from the next request on.
    """

    def authenticate(self, request: Request) -> tuple[Actor, Token] | None:
        """The actor behind the token; None without one, 401 for a bad one."""
        scheme, _space, value = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = _lookup(value.strip())
        actor = _actor(token, request)
        if actor is None:
            raise AuthenticationFailed(
                _("Access denied. The token is invalid, expired or revoked. Ask for a new one.")
            )
        put_in_place(request._request, actor)  # noqa: SLF001 - DRF's name for Django's request
        return actor, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's hook
        return SCHEME


def _lookup(value: str) -> Token | None:
    """The stored token with all it leads to, if its signature, issuer and audience are ours."""
    if not _is_ours(value):
        return None
    at = clock.now()
    return (
        Token.objects.by_value(value)
        .filter(Q(expires_at=None) | Q(expires_at__gt=at), type=Token.Type.ACCESS_TOKEN)
        .select_related("client__registration__partner", "user")
        .first()
    )


def _is_ours(value: str) -> bool:
    adapter = get_adapter()
    try:
        key = _public_keys(tuple(key.pem for key in adapter.list_private_keys(is_active=True)))[
            jwt.get_unverified_header(value)["kid"]
        ]
        claims = jwt.decode(
            value,
            key,
            algorithms=["RS256"],
            audience=[*rules.AUDIENCES, adapter.get_issuer()],
            issuer=adapter.get_issuer(),
            options={"require": ["exp", "iss", "aud"]},
        )
    except (jwt.PyJWTError, KeyError):
        return False
    return claims.get("token_use") == "access"


@lru_cache(maxsize=4)
def _public_keys(pems: tuple[str, ...]) -> dict[str, Any]:
    """Key id -> public key; parsing a private key costs more than a hundred signature checks."""
    loaded = [jwkkit.load_jwk_from_pem(pem) for pem in pems]
    return {jwk["kid"]: private.public_key() for jwk, private in loaded}


def _actor(token: Token | None, request: Request) -> Actor | None:
    app: AppRegistration | None = getattr(token and token.client, "registration", None)
    if token is None or app is None or not app.is_usable(clock.now()):
        return None
    user = token.user
    if user is not None and (not user.is_active or user.partner_id != app.partner_id):
        return None
    return actors.from_application(app, user=user, **trace_of(request._request))  # noqa: SLF001


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the API description says about it."""

    target_class = BearerToken
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        token_url = "/{tenant}/oauth2/v2.0/token"  # noqa: S105 - an address
        flow = {"tokenUrl": token_url, "scopes": {rules.AUDIENCES[0] + "/.default": _("All")}}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}
