"""Bearer tokens of the API: checked in one query, because every request pays for it."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import aadsts, actors, rules
from accounts.actors import Actor
from accounts.middleware import show_rows
from accounts.models import AppRegistration, Partner, User
from accounts.trace import trace_of
from partnercenter.lib import clock, throttle
from partnercenter.lib.prepared import Statement, columns, read

SCHEME = "Bearer"


# The partner's rows are shown by the statement that finds him.
FIND = Statement(
    "find_token",
    f"""
WITH found AS MATERIALIZED (
  SELECT {columns("a", AppRegistration)}, {columns("p", Partner)}, {columns("u", User)},
         p.id AS shown
  FROM {Token._meta.db_table} t
  JOIN {AppRegistration._meta.db_table} a ON a.client_id = t.client_id
  JOIN {Partner._meta.db_table} p ON p.id = a.partner_id
  LEFT JOIN {User._meta.db_table} u ON u.id = t.user_id
  WHERE t.hash = %(hash)s AND t.type = %(type)s
    AND (t.expires_at IS NULL OR t.expires_at > %(at)s)
)
SELECT *, set_config('app.partner', shown::text, false) FROM found
""",  # noqa: S608 - names of our own tables
)


class BearerToken(BaseAuthentication):
    """An access token of ours: signed by us, not revoked, of an application in good standing.

    Roles are read with the token, so a change of roles, a revoked application and a deactivated
    user count from the next request on.
    """

    def authenticate(self, request: Request) -> tuple[Actor, None] | None:
        """The actor behind the token; None without one, 401 for a bad one, 429 beyond the limit."""
        scheme, _space, value = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        actor = _actor(value.strip(), request._request)  # noqa: SLF001 - as DRF names it
        if actor is None:
            raise AuthenticationFailed(
                _("Access denied. The token is invalid, expired or revoked. Ask for a new one.")
            )
        throttle.spend(request._request, actor.partner.pk)  # noqa: SLF001 - as DRF names it
        return actor, None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's hook
        return SCHEME


def presented(request: HttpRequest) -> tuple[str, int]:
    """The request's good token and the seconds that are left to it, else TokenRefusal."""
    scheme, _space, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME.lower() or _actor(value.strip(), request) is None:
        raise aadsts.bad_token()
    ends = jwt.decode(value.strip(), options={"verify_signature": False})["exp"]
    return value.strip(), int(ends - clock.now().timestamp())


def _actor(value: str, request: HttpRequest) -> Actor | None:
    """Who holds the token, if its signature, issuer and audience are ours and it is stored."""
    at = clock.now()
    if not _is_ours(value, at):
        return None
    token = {"hash": get_adapter().hash_token(value), "type": Token.Type.ACCESS_TOKEN, "at": at}
    found = FIND.rows(token)
    if not found:
        return None
    app, user = _read(found[0])
    show_rows(request, app.partner, shown=True)
    if not app.is_usable(at):
        return None
    if user is not None and (not user.is_active or user.partner_id != app.partner_id):
        return None
    actor = actors.from_application(app, user=user, **trace_of(request))
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def _read(row: tuple[Any, ...]) -> tuple[AppRegistration, User | None]:
    values = iter(row)
    app = read(values, AppRegistration)
    app.partner = read(values, Partner)
    user = read(values, User)
    return app, user if user.pk else None


def _is_ours(value: str, at: datetime) -> bool:
    adapter = get_adapter()
    pems = tuple(key.pem for key in adapter.list_private_keys(is_active=True))
    try:
        claims = _verified(value, pems, adapter.get_issuer())
    except (jwt.PyJWTError, KeyError):
        return False
    return claims["exp"] > at.timestamp() and claims.get("token_use") == "access"


@lru_cache(maxsize=4096)
def _verified(value: str, pems: tuple[str, ...], issuer: str) -> dict[str, Any]:
    """The claims of a token of ours; a good signature stays good, so it is checked once."""
    claims: dict[str, Any] = jwt.decode(
        value,
        _public_keys(pems)[jwt.get_unverified_header(value)["kid"]],
        algorithms=["RS256"],
        audience=[*rules.AUDIENCES, issuer],
        issuer=issuer,
        options={"require": ["exp", "iss", "aud"]},
    )
    return claims


@lru_cache(maxsize=4)
def _public_keys(pems: tuple[str, ...]) -> dict[str, Any]:
    """Key id -> public key; parsing a private key costs more than a hundred signature checks."""
    loaded = [jwkkit.load_jwk_from_pem(pem) for pem in pems]
    return {jwk["kid"]: private.public_key() for jwk, private in loaded}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """What the API description says about it."""

    target_class = BearerToken
    name = ["oauth2", "token"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:  # noqa: ARG002
        scopes = {f"{rules.AUDIENCES[0]}/.default": _("All")}
        flow = {"tokenUrl": "/common/oauth2/v2.0/token", "scopes": scopes}
        return [
            {"type": "oauth2", "flows": {"clientCredentials": flow}},
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        ]
