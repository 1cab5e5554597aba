"""What happens to every request: its ids, its spelling, its refusal."""

import base64
import re
import secrets
import uuid
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from partnercenter.lib.errors import DomainError, Invalid
from partnercenter.lib.throttle import Use
from partnercenter.lib.wire import pages
from partnercenter.lib.wire.routes import is_api, straighten

GetResponse = Callable[[HttpRequest], HttpResponseBase]
ID = re.compile(r"[A-Za-z0-9._:{}/+=-]{1,100}")
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class Correlation:
    """``MS-RequestId`` and ``MS-CorrelationId``: made where absent, echoed, bound to the log.

    ``request.request_id`` is empty when the client sent none: an id of our own making must not
    pass for an idempotency key.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = _header(request, "MS-RequestId", ID)
        request_id = given or str(uuid.uuid4())
        correlation_id = _header(request, "MS-CorrelationId", ID) or str(uuid.uuid4())
        request.request_id = given  # type: ignore[attr-defined]
        request.correlation_id = correlation_id  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            request_id=request_id, correlation_id=correlation_id, path=request.path
        )
        locale = _header(request, "X-Locale", LOCALE)
        if locale and is_api(request.path):
            # LocaleMiddleware decides from here on.
            request.META["HTTP_ACCEPT_LANGUAGE"] = locale
        response = self.get_response(request)
        response["MS-RequestId"] = request_id
        response["MS-CorrelationId"] = correlation_id
        if is_api(request.path):
            response["MS-CV"] = base64.b64encode(secrets.token_bytes(12)).decode() + ".0"
            response["X-Locale"] = locale or "en-US"
            _show_rate(request, response)
        return response


def _show_rate(request: HttpRequest, response: HttpResponseBase) -> None:
    """How many requests the partner has left, and in how many seconds he has all of them again."""
    rate: Use | None = getattr(request, "rate", None)
    if rate is not None:
        response["X-RateLimit-Limit"] = str(rate.limit)
        response["X-RateLimit-Remaining"] = str(rate.remaining)
        response["X-RateLimit-Reset"] = str(rate.reset)


def _header(request: HttpRequest, name: str, form: re.Pattern[str]) -> str:
    """The header's value, or "" where it is absent or not of the form."""
    value = request.headers.get(name, "")
    return value if form.fullmatch(value) else ""


class Outage:
    """A database that is away or overloaded: 503 with ``Retry-After`` instead of a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OperationalError | InterfaceError):
            return pages.unavailable(request, error)
        return None


class ForgivingPaths:
    """The spellings of API addresses that clients in use send; portal addresses stay as they are.

    Also the guard of the address itself: text that no database can hold is refused here, before
    anything looks at it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not _is_clean_address(request):
            return pages.refuse(request, _not_text())
        if is_api(request.path_info):
            request.path_info = request.path = straighten(request.path_info)
            # Printed so in the docs of the real service, and sent so by those who copied it.
            query = request.META.get("QUERY_STRING", "")
            request.META["QUERY_STRING"] = query.replace("?seekOperation=", "&seekOperation=")
        return self.get_response(request)


class Refusals:
    """What portal views refuse becomes a page of its status; input that is no text, a 400."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request.path_info) or _is_clean_form(request):
            return self.get_response(request)
        return pages.refuse(request, _not_text())

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        refusal = pages.as_refusal(error)
        return pages.refuse(request, refusal) if refusal else None


def _not_text() -> DomainError:
    return Invalid(_("The request contains characters that are not text. Remove them and retry."))


def _is_clean_address(request: HttpRequest) -> bool:
    raw = str(request.META.get("PATH_INFO", "")).encode("latin-1", "replace")
    query = unquote_to_bytes(request.META.get("QUERY_STRING", ""))
    cookies = "".join(request.COOKIES.values()).encode("utf-8", "surrogatepass")
    return all(_is_text(part) for part in (raw, query, cookies))


def _is_clean_form(request: HttpRequest) -> bool:
    if request.method != "POST":
        return True
    if request.content_type == "application/x-www-form-urlencoded":
        return _is_text(unquote_to_bytes(request.body))
    fields = (text for name, values in request.POST.lists() for text in (name, *values))
    return not any("\x00" in text for text in fields)


def _is_text(raw: bytes) -> bool:
    if b"\x00" in raw:
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
