"""What an application may ask a user's browser for, read into the form that the library knows."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest, QueryDict

from accounts import aadsts, rules
from accounts.models import AppRegistration
from accounts.rules import API_SCOPE
from accounts.tenants import find_application

PROMPTS = frozenset({"login", "none", "consent", "select_account"})
PASSED_ON = ("nonce", "code_challenge", "code_challenge_method")
LONGEST = 2000
V1 = {"openid", "profile", "offline_access"}


class Refused(Exception):
    """An OAuth error that the application is told of."""

    def __init__(self, error: str, text: str = "") -> None:
        super().__init__(error)
        self.error, self.text = error, text


class Ask(NamedTuple):
    """An authorization request; ``query`` is its canonical form."""

    app: AppRegistration
    redirect_uri: str
    response_mode: str
    state: str
    query: QueryDict
    refused: Refused | None = None


def read_ask(request: HttpRequest, tenant: str, *, v1: bool) -> Ask:
    """TokenRefusal where the application must not be told; ``Ask.refused`` where it is told."""
    sent = request.GET
    client_id = sent.get("client_id", "")
    if not client_id:
        raise aadsts.missing("client_id")
    app = find_application(client_id, tenant)
    uri = _redirect_uri(sent, app)
    kind = " ".join(sorted(sent.get("response_type", "").split()))
    mode = sent.get("response_mode") or ("fragment" if "id_token" in kind else "query")
    # A token never stands in an address that servers see.
    safe = "fragment" if "id_token" in kind else "query"
    known = mode in rules.RESPONSE_MODES and not (mode == "query" and "id_token" in kind)
    ask = Ask(app, uri, mode if known else safe, sent.get("state", ""), QueryDict(mutable=True))
    try:
        _fill(ask, sent, kind, v1=v1)
    except Refused as refused:
        return ask._replace(refused=refused)
    if not known:
        text = f"The response_mode '{mode[:50]}' is not supported."
        return ask._replace(refused=Refused("invalid_request", text))
    return ask


def _redirect_uri(sent: QueryDict, app: AppRegistration) -> str:
    """The registered address, letter by letter; the documented request leaves the only one out."""
    registered: list[str] = app.client.get_redirect_uris()
    uri = sent.get("redirect_uri", "") or (registered[0] if len(registered) == 1 else "")
    if uri not in registered or len(sent.getlist("redirect_uri")) > 1:
        raise aadsts.not_redirected_there(uri, app.client_id)
    return uri


def _fill(ask: Ask, sent: QueryDict, kind: str, *, v1: bool) -> None:
    """The canonical query; read again, it gives the same."""
    if kind not in rules.RESPONSE_TYPES:
        raise Refused("unsupported_response_type")
    if any(len(value) > LONGEST for value in sent.values()):
        raise Refused("invalid_request", f"No parameter may be longer than {LONGEST} characters.")
    method = sent.get("code_challenge_method", "")
    if ("code_challenge" in sent or method) and method != "S256":
        raise Refused("invalid_request", "The code_challenge_method must be S256.")
    if "id_token" in kind and not sent.get("nonce"):
        raise Refused("invalid_request", "The request must contain the parameter: 'nonce'.")
    prompts = sent.get("prompt", "").replace("admin_consent", "consent").split()
    ask.query.update(
        {
            "client_id": ask.app.client_id,
            "response_type": kind,
            "response_mode": ask.response_mode,
            "redirect_uri": ask.redirect_uri,
            "scope": " ".join(_scopes(sent, v1=v1)),
        }
        | {name: value for name in PASSED_ON if (value := sent.get(name, ""))}
        | ({"state": ask.state} if ask.state else {})
    )
    if kept := [name for name in prompts if name in PROMPTS]:
        ask.query["prompt"] = " ".join(kept)


def _scopes(sent: QueryDict, *, v1: bool) -> list[str]:
    """Names that the library knows; those of a resource stand for the API itself.

    v1 gives all of these always, v2 a refresh token only where ``offline_access`` is asked for.
    """
    asked = sent.get("scope", "openid").split()
    resources = {name.rpartition("/")[0].rstrip("/") for name in asked if "://" in name}
    if named := sent.get("resource", "").rstrip("/"):
        resources.add(named)
    if resources - {*rules.AUDIENCES, settings.PUBLIC_URL}:
        raise Refused("invalid_request", "The resource principal was not found.")
    own = {name for name in asked if "://" not in name}
    if own - set(rules.SCOPES):
        raise Refused("invalid_scope")
    return sorted({*own, API_SCOPE} | (V1 if v1 else set()))
