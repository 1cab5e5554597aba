"""What a token answer holds at v1 and at v2 (contract 1.2)."""

import base64
import json
from typing import Any

from accounts.models import AppRegistration
from accounts.rules import API_SCOPE
from partnercenter.lib import clock

Body = dict[str, Any]


def shape_v1(body: Body, *, resource: str) -> Body:
    """Every number a string; ``body`` is the token service's own answer."""
    now = int(clock.now().timestamp())
    lifetime = body["expires_in"]
    return _kept(body) | {
        "token_type": "Bearer",
        "expires_in": str(lifetime),
        "ext_expires_in": str(lifetime),
        "expires_on": str(now + lifetime),
        "not_before": str(now),
        "resource": resource,
        **({"scope": API_SCOPE} if _has_user(body) else {}),
    }


def shape_v2(body: Body, *, resource: str, asked: list[str]) -> Body:
    """Numbers are numbers; ``scope`` repeats what was asked, by which clients file the token."""
    lifetime = body["expires_in"]
    scopes = {f"{resource}/{API_SCOPE}", *asked, *str(body.get("scope", "")).split()}
    granted = " ".join(sorted(scopes - {API_SCOPE, "offline_access"}))
    return _kept(body) | {
        "token_type": "Bearer",
        "expires_in": lifetime,
        "ext_expires_in": lifetime,
        **({"scope": granted} if _has_user(body) else {}),
    }


def client_info(user_id: str, app: AppRegistration) -> str:
    """Whom the token is for, as MSAL reads it: base64url of JSON, without padding."""
    text = json.dumps({"uid": user_id, "utid": str(app.partner_id)})
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _has_user(body: Body) -> bool:
    return API_SCOPE in str(body.get("scope", "")).split()


def _kept(body: Body) -> Body:
    names = ("access_token", "refresh_token", "id_token", "client_info")
    return {name: body[name] for name in names if name in body}
