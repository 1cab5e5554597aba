"""Refusals of the token service in the words that clients of the original read and parse."""

import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from partnercenter.lib import clock

NOT_STORED = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache", "Expires": "-1"}


class TokenRefusal(Exception):
    """``number`` is the AADSTS code, ``error`` the OAuth one."""

    def __init__(
        self, number: int, error: str, text: str, *, status: int = 400, retry_after: int = 0
    ) -> None:
        super().__init__(text)
        self.number, self.error, self.text, self.status = number, error, text, status
        self.retry_after = retry_after

    def answer(self, request: HttpRequest) -> JsonResponse:
        later = {"Retry-After": str(self.retry_after)} if self.retry_after else {}
        return JsonResponse(self.body(request), status=self.status, headers={**NOT_STORED, **later})

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """``trace_id`` and ``correlation_id`` are the request's own."""
        at = clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
        trace_id, correlation_id = str(uuid.uuid4()), correlation_of(request)
        return {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.number}: {self.text} Trace ID: {trace_id} "
                f"Correlation ID: {correlation_id} Timestamp: {at}"
            ),
            "error_codes": [self.number],
            "timestamp": at,
            "trace_id": trace_id,
            "correlation_id": correlation_id,
            "error_uri": f"{settings.PUBLIC_URL}/api/docs",
        }


def correlation_of(request: HttpRequest) -> str:
    """The GUID that the client gave as ``client-request-id``, else the request's own."""
    try:
        return str(uuid.UUID(request.headers.get("client-request-id", "")))
    except ValueError:
        return str(getattr(request, "correlation_id", "") or uuid.uuid4())


def only_post() -> TokenRefusal:
    return TokenRefusal(900561, "invalid_request", "The endpoint only accepts POST requests.")


def secret_in_address() -> TokenRefusal:
    return TokenRefusal(
        900144,
        "invalid_request",
        "Credentials belong in the request body, never in the address. Change the secret.",
    )


def missing(parameter: str) -> TokenRefusal:
    text = f"The request body must contain the following parameter: '{parameter}'."
    return TokenRefusal(900144, "invalid_request", text)


def no_tenant(tenant: str) -> TokenRefusal:
    text = f"Tenant '{tenant[:100]}' not found. Check the tenant ID or domain."
    return TokenRefusal(90002, "invalid_request", text)


def no_application(client_id: str, tenant: str) -> TokenRefusal:
    return TokenRefusal(
        700016,
        "unauthorized_client",
        f"Application with identifier '{client_id[:100]}' was not found in the directory "
        f"'{tenant[:100]}'.",
    )


def too_many(seconds: int) -> TokenRefusal:
    text = f"There are too many incoming requests. Try again in {seconds} seconds."
    return TokenRefusal(90055, "temporarily_unavailable", text, status=429, retry_after=seconds)


def application_disabled(client_id: str) -> TokenRefusal:
    text = f"Application '{client_id}' is disabled."
    return TokenRefusal(7000112, "unauthorized_client", text)


def secret_expired(client_id: str) -> TokenRefusal:
    text = f"The provided client secret keys for app '{client_id}' are expired."
    return TokenRefusal(7000222, "invalid_client", text, status=401)


def no_secret() -> TokenRefusal:
    text = "The request body must contain the following parameter: 'client_secret'."
    return TokenRefusal(7000216, "invalid_client", text, status=401)


def bad_scope(scope: str) -> TokenRefusal:
    return TokenRefusal(
        1002012,
        "invalid_scope",
        f"The provided value for scope '{scope[:200]}' is not valid. Client credential flows must "
        "have a scope value with /.default suffixed to the resource identifier.",
    )


def no_resource(resource: str) -> TokenRefusal:
    text = f"The resource principal named '{resource[:200]}' was not found."
    return TokenRefusal(500011, "invalid_resource", text)


def used_already() -> TokenRefusal:
    return TokenRefusal(
        54005,
        "invalid_grant",
        "The code or refresh token was used already. All tokens of this sign-in are revoked: "
        "send the user to sign in again.",
    )


def several_resources() -> TokenRefusal:
    text = "The request names several resources. Ask for a token for one at a time."
    return TokenRefusal(28000, "invalid_scope", text)


def not_redirected_there(uri: str, client_id: str) -> TokenRefusal:
    text = (
        f"The redirect URI '{uri[:200]}' specified in the request does not match the redirect URIs "
        f"configured for the application '{client_id}'."
    )
    return TokenRefusal(50011, "invalid_request", text)


def no_user_in_tenant(upn: str, tenant: str) -> TokenRefusal:
    text = (
        f"User account '{upn}' does not exist in tenant '{tenant}' and cannot access the "
        "application. Sign out and sign in with an account of that tenant."
    )
    return TokenRefusal(50020, "invalid_client", text, status=403)


def bad_token() -> TokenRefusal:
    text = "The token in the Authorization header is missing, invalid, expired or revoked."
    return TokenRefusal(500133, "invalid_grant", text, status=401)


def from_oauth(error: str, description: str, status: int) -> TokenRefusal:
    """What the OAuth library refused."""
    number, text = {
        "invalid_client": (7000215, "Invalid client secret provided."),
        "invalid_grant": (70000, "The provided grant is invalid, expired or revoked."),
        "unsupported_grant_type": (70003, "The app requested an unsupported grant type."),
        "unauthorized_client": (700025, "The app may not use this grant type."),
        "invalid_scope": (70011, "The provided value for the input parameter 'scope' is invalid."),
        "access_denied": (65004, "User declined to consent to access the app."),
        "login_required": (50058, "A silent sign-in request was sent but no user is signed in."),
        "consent_required": (65001, "The user has not consented to use the application."),
        "unsupported_response_type": (700054, "The response_type is not enabled for the app."),
    }.get(error, (9002313, description or "Invalid request."))
    return TokenRefusal(number, error, text, status=status)
