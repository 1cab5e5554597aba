"""Addresses that ask for no role: open to all, or guarded by the library they come from."""

from typing import Any, NamedTuple


class Open(NamedTuple):
    """GET: the address, and the status for nobody, and for whoever is signed in."""

    nobody: int
    signed_in: int
    # The address itself where the route is a pattern.
    at: str = ""
    names: dict[str, Any] = {}


OPEN: dict[str, Open] = {
    "": Open(302, 302),
    "language": Open(405, 405),
    "theme": Open(405, 405),
    "dl/<str:token>": Open(200, 200),
    "dl/<str:token>/file": Open(303, 303),
    "dl/content/<str:token>/<str:name>": Open(200, 200, names={"token": "grant"}),
    "webhooks/v1/certificates/<str:kid>.cer": Open(200, 200),
    "generatetoken": Open(400, 400),
    "v3/generatetoken": Open(400, 400),
    "<str:tenant>/oauth2/authorize": Open(400, 400),
    "<str:tenant>/oauth2/v2.0/authorize": Open(400, 400),
    "<str:tenant>/oauth2/token": Open(400, 400),
    "<str:tenant>/oauth2/v2.0/token": Open(400, 400),
    "<str:tenant>/.well-known/openid-configuration": Open(200, 200),
    "<str:tenant>/v2.0/.well-known/openid-configuration": Open(200, 200),
    "<str:tenant>/discovery/keys": Open(200, 200),
    "<str:tenant>/discovery/v2.0/keys": Open(200, 200),
    "identity/o/authorize": Open(404, 404),
    "identity/o/device": Open(404, 404),
    "identity/o/api/token": Open(404, 404),
    "identity/o/api/device/code": Open(404, 404),
    "common/discovery/instance": Open(200, 200),
    "v1/openapi.json": Open(200, 200),
    "v1/agreementtemplates/<template_id>/files/<token>": Open(410, 410),
    "api/docs": Open(200, 200),
    "help": Open(200, 200),
    "help/<slug:slug>": Open(200, 200, names={"slug": "article"}),
    "healthz/live": Open(200, 200),
    "healthz/ready": Open(200, 200),
    "metrics": Open(200, 200),
}
# Sign-in, second factor, sessions, token service: django-allauth's own.
SIGN_IN, ELSEWHERE, NONE_YET = 302, 302, 404
LIBRARY: dict[str, Open] = {
    "signin": Open(200, ELSEWHERE),
    "account/login/": Open(200, ELSEWHERE),
    "account/logout/": Open(ELSEWHERE, 200),
    "account/inactive/": Open(200, 200),
    "account/signup/": Open(200, ELSEWHERE),
    "account/reauthenticate/": Open(SIGN_IN, 200),
    "account/email/": Open(SIGN_IN, 404),
    "account/confirm-email/": Open(200, 200),
    "account/password/change/": Open(SIGN_IN, 200),
    "account/password/set/": Open(SIGN_IN, ELSEWHERE),
    "account/password/reset/": Open(200, 200),
    "account/login/code/confirm/": Open(ELSEWHERE, ELSEWHERE),
    "account/^confirm-email/(?P<key>[-:\\w]+)/$": Open(
        200, 200, at="/account/confirm-email/nothing/"
    ),
    "account/password/reset/key/done/": Open(200, 200),
    "account/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Open(
        200, 200, at="/account/password/reset/key/1-nothing/"
    ),
    "account/password/reset/done/": Open(200, 200),
    "account/2fa/": Open(SIGN_IN, 200),
    "account/2fa/authenticate/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/reauthenticate/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/totp/activate/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/totp/deactivate/": Open(SIGN_IN, NONE_YET),
    "account/2fa/recovery-codes/": Open(SIGN_IN, NONE_YET),
    "account/2fa/recovery-codes/generate/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/recovery-codes/download/": Open(SIGN_IN, NONE_YET),
    "account/2fa/webauthn/": Open(SIGN_IN, 200),
    "account/2fa/webauthn/add/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/webauthn/reauthenticate/": Open(SIGN_IN, ELSEWHERE),
    "account/2fa/webauthn/keys/<int:pk>/remove/": Open(
        SIGN_IN, ELSEWHERE, at="/account/2fa/webauthn/keys/1/remove/"
    ),
    "account/2fa/webauthn/keys/<int:pk>/edit/": Open(
        SIGN_IN, ELSEWHERE, at="/account/2fa/webauthn/keys/1/edit/"
    ),
    "account/2fa/webauthn/login/": Open(ELSEWHERE, ELSEWHERE),
    "account/sessions/": Open(SIGN_IN, 200),
    ".well-known/openid-configuration": Open(200, 200),
    ".well-known/jwks.json": Open(200, 200),
    "identity/o/logout": Open(ELSEWHERE, 200),
    "identity/o/api/revoke": Open(405, 405),
    "identity/o/api/userinfo": Open(401, 401),
}
