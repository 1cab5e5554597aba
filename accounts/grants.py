"""Codes and refresh tokens are worth one use; a second use ends all that came of the sign-in.

An application may be registered as one that keeps its refresh token: clients written for the
original, which lets it be used again, do not store the next one.

What one sign-in of a user gave to an application is a family: its tokens carry the family's id.
What was used stays as a row of the token table, of a type of ours that opens nothing.
"""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Token
from django.db import IntegrityError, transaction

from accounts import aadsts, rules
from accounts.aadsts import TokenRefusal
from accounts.models import AppRegistration
from partnercenter.lib import clock

SPENT = "sp"
OFFLINE = "offline_access"
Body = dict[str, Any]
log = structlog.get_logger(__name__)


def redeem(value: str, *, app: AppRegistration, issue: Callable[[], Body]) -> Body:
    """What ``issue`` gives for the code or refresh token; TokenRefusal at its second use.

    ``issue`` authenticates the application first, so that nobody else can end a family.
    """
    if app.reuses_refresh_tokens and (kept := _row(value, app, Token.Type.REFRESH_TOKEN)):
        return _keep(value, kept, app=app, issue=issue)
    family = _family_of(value, app) or _new_family()
    try:
        with transaction.atomic():
            body = issue()
            _spend(value, app, family)
            return _bind(body, family)
    except IntegrityError as error:  # another request used it in this very moment
        raise _reused(value, app) from error
    except TokenRefusal as refusal:
        if refusal.error == "invalid_grant" and _spent(value, app):
            raise _reused(value, app) from refusal
        raise


def _keep(value: str, kept: Token, *, app: AppRegistration, issue: Callable[[], Body]) -> Body:
    """New access tokens for a refresh token that goes on; the library drops it for another."""
    with transaction.atomic():
        # One at a time: between dropping and putting back, another request would not find it.
        AppRegistration.objects.select_for_update().get(pk=app.pk)
        body = issue()
        Token.objects.by_value(body["refresh_token"]).delete()
        kept.pk = None
        kept.save(force_insert=True)
        return _bind(body | {"refresh_token": value}, kept.data["family"])


def has_family(user_id: object, app: AppRegistration) -> bool:
    """Whether the user let this application act in his name, and still does."""
    kept = Token.objects.valid().filter(client_id=app.client_id, user_id=user_id)
    return bool(kept.filter(type=Token.Type.REFRESH_TOKEN).exists())


def _new_family() -> dict[str, str]:
    ends = clock.now() + timedelta(days=rules.SIGN_IN_DAYS)
    return {"id": str(uuid.uuid4()), "ends": ends.isoformat()}


def _family_of(value: str, app: AppRegistration) -> dict[str, str] | None:
    found = _row(value, app, Token.Type.REFRESH_TOKEN)
    return found.data.get("family") if found and found.data else None


def _spent(value: str, app: AppRegistration) -> Token | None:
    return _row(value, app, SPENT)


def _row(value: str, app: AppRegistration, kind: str) -> Token | None:
    found: Token | None = (
        Token.objects.by_value(value).filter(type=kind, client_id=app.client_id).first()
    )
    return found


def _spend(value: str, app: AppRegistration, family: dict[str, str]) -> None:
    Token.objects.create(
        type=SPENT,
        hash=get_adapter().hash_token(value),
        client_id=app.client_id,
        data={"family": family},
        created_at=clock.now(),
        expires_at=datetime.fromisoformat(family["ends"]),
    )


def _bind(body: Body, family: dict[str, str]) -> Body:
    """Note the family at the new tokens; without ``offline_access`` there is nothing to refresh."""
    if OFFLINE not in str(body.get("scope", "")).split() and "refresh_token" in body:
        Token.objects.by_value(body.pop("refresh_token")).delete()
    hashes = [
        get_adapter().hash_token(body[name])
        for name in ("access_token", "refresh_token")
        if name in body
    ]
    for token in Token.objects.filter(hash__in=hashes):
        token.data = {**(token.data or {}), "family": family}
        if token.type == Token.Type.REFRESH_TOKEN:
            idle = clock.now() + timedelta(days=rules.REFRESH_DAYS)
            token.expires_at = min(idle, datetime.fromisoformat(family["ends"]))
        token.save(update_fields=["data", "expires_at"])
    return body


def _reused(value: str, app: AppRegistration) -> TokenRefusal:
    """End the family that the value belongs to."""
    spent = _spent(value, app)
    if spent is not None:
        family = spent.data["family"]["id"]
        alive = Token.objects.filter(client_id=app.client_id, data__family__id=family)
        alive.exclude(type=SPENT).delete()
        log.warning("a used code or refresh token came again", client_id=app.client_id)
    return aadsts.used_already()
