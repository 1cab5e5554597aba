"""Refusals and failures outside the API views: a page for people, the error body for programs.

``bad_request``, ``forbidden``, ``not_found`` and ``server_error`` are the handlers that
``partnercenter.urls`` names.
"""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DataError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.template.loader import select_template
from django.utils.translation import gettext_lazy as _
from rest_framework import status

from partnercenter.lib.errors import DomainError, Forbidden, Invalid, NotFound
from partnercenter.lib.wire import json
from partnercenter.lib.wire.routes import is_api

log = logging.getLogger("partnercenter.errors")
SOURCE = "PartnerFD"
RETRY_AFTER_SECONDS = 5


def body(description: object, code: int | str, data: list[str] | None = None) -> dict[str, object]:
    """The documented error body; clients read code and description, and need ``data`` as a list."""
    return {
        "code": code,
        "description": str(description)[:1024],
        "data": data or [],
        "source": SOURCE,
    }


def as_refusal(error: Exception) -> DomainError | None:
    """The refusal that an exception stands for; None for a defect of ours."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return Invalid(_("The request is too large. Send at most 1 MB."))
    if isinstance(error, DataError):
        log.warning("the database refused a value: %s", error)
        return Invalid(_("A value is outside what can be stored. Shorten or correct it."))
    if isinstance(error, UnreadablePostError):
        return Invalid(_("The request broke off. Send it again."))
    if isinstance(error, RecursionError):
        return Invalid(_("The request is nested too deeply."))
    return None


def refuse(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The refusal as a page, or as the error body under an API address."""
    return _answer(request, error.status, error.description, error.code)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    """503: come back in a few seconds; the same request may then succeed."""
    log.error("the database is not available: %s", error)
    text = _("The service is not available for a moment. Try again in a few seconds.")
    response = _answer(request, status.HTTP_503_SERVICE_UNAVAILABLE, text, 800003)
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What Django itself finds wrong with a request: its size, its parts, its host."""
    refusal = as_refusal(exception) or Invalid(
        _("The request cannot be read. Correct it and retry.")
    )
    return refuse(request, refusal)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal raised by Django or a library, not by a verb of ours."""
    del exception
    return refuse(request, Forbidden(_("This is not allowed.")))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Every unknown address looks like every foreign object."""
    del exception
    return refuse(request, NotFound(NOT_FOUND))


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our defect; the correlation id leads to the log line. 503 if the database is away.

    Middleware meets the database too (sessions), and what it raises ends here.
    """
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError | InterfaceError):
        return unavailable(request, error)
    text = _("Something went wrong on our side. Try again, or report the problem with this ID.")
    return _answer(request, status.HTTP_500_INTERNAL_SERVER_ERROR, text, 800003)


NOT_FOUND = _("This was not found. It does not exist, or it is not yours.")


def _answer(request: HttpRequest, status_code: int, text: object, code: int | str) -> HttpResponse:
    correlation_id = getattr(request, "correlation_id", "")
    if is_api(request.path_info):
        data = [correlation_id] if status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR else []
        return HttpResponse(
            json.dumps(body(text, code, data)),
            status=status_code,
            content_type="application/json; charset=utf-8",
        )
    template = select_template([f"errors/{status_code}.html", "errors/error.html"])
    context = {"status": status_code, "description": text, "correlation_id": correlation_id}
    # The frame around a page asks the database, which may be the very thing that failed.
    frame = request if status_code < status.HTTP_500_INTERNAL_SERVER_ERROR else None
    return HttpResponse(template.render(context, frame), status=status_code)
