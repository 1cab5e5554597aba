"""Access tokens without a token request: for the command line of an installation's operator."""

import uuid
from datetime import timedelta

import jwt
from allauth.core.internal import jwkkit
from allauth.idp.oidc import app_settings
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token

from accounts import rules
from accounts.models import AppRegistration, User
from partnercenter.lib import clock
from partnercenter.lib.errors import NotFound

AT_A_TIME = 5_000


def issue_token(*, client_id: str, email: str = "") -> str:
    """A token of the application, in the user's name if one is given; it lasts an hour.

    NotFound for an unknown application, or a user who is not of its partner.
    """
    app = AppRegistration.objects.select_related("client").filter(client_id=client_id).first()
    if app is None:
        raise NotFound(f"There is no application {client_id}.")
    user = _user(app, email) if email else None
    adapter, at, lifetime = get_adapter(), clock.now(), app_settings.ACCESS_TOKEN_EXPIRES_IN
    claims = {
        "client_id": app.client_id,
        "iss": adapter.get_issuer(),
        "iat": int(at.timestamp()),
        "exp": int(at.timestamp()) + lifetime,
        "jti": uuid.uuid4().hex,
        "token_use": "access",
        "aud": [rules.USERS_AUDIENCE],
    }
    adapter.populate_access_token(claims, client=app.client, scopes=[], user=user)
    jwk, key = jwkkit.load_jwk_from_pem(adapter.get_signing_key().pem)
    value = jwt.encode(claims, key, algorithm="RS256", headers={"kid": jwk["kid"]})
    Token.objects.create(
        type=Token.Type.ACCESS_TOKEN,
        hash=adapter.hash_token(value),
        client_id=app.client_id,
        user=user,
        expires_at=at + timedelta(seconds=lifetime),
    )
    return value


def forget_ended_tokens() -> int:
    """Delete what opens nothing any more: ended tokens, and marks of used ones whose family ended.

    So many at a time that no lock lasts; how many there were.
    """
    ended = Token.objects.filter(expires_at__lte=clock.now()).order_by("expires_at")
    found = list(ended.values_list("pk", flat=True)[:AT_A_TIME])
    Token.objects.filter(pk__in=found).delete()
    return len(found)


def _user(app: AppRegistration, email: str) -> User:
    found = User.objects.filter(partner=app.partner, email__iexact=email, is_active=True).first()
    if found is None:
        raise NotFound(f"{email} is no active user of this partner.")
    return found
