"""API refusals in the documented body, with the statuses that clients do not repeat for ever."""

import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from partnercenter.lib.errors import DomainError, TooMany
from partnercenter.lib.wire import body, pages

INVALID_INPUT = 800002
# A client that gets everything wrong is told the first of it.
MOST_PROBLEMS = 20
# Documented code for each refusal that the framework raises itself.
FRAMEWORK_CODES: dict[int, int] = {
    HTTPStatus.UNAUTHORIZED: 400,
    HTTPStatus.FORBIDDEN: 900150,
    HTTPStatus.NOT_FOUND: 1000,
    HTTPStatus.METHOD_NOT_ALLOWED: 900141,
}


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Every refusal as ``{"code", "description", "data", "source"}``; None for a defect of ours."""
    del context
    if isinstance(error, OperationalError | InterfaceError):
        return None
    refusal = pages.as_refusal(error)
    if refusal is not None:
        return _domain(refusal)
    if isinstance(error, Http404):
        error = exceptions.NotFound(pages.NOT_FOUND)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(_("This is not allowed."))
    if isinstance(error, exceptions.Throttled):
        return throttled(getattr(error, "wait", None) or 1)
    if isinstance(error, exceptions.ValidationError):
        return _invalid(error)
    if isinstance(error, exceptions.APIException):
        return _framework(error)
    return None


def throttled(wait: float) -> Response:
    """429 without code, description and data: with them the .NET client drops the delay."""
    seconds = math.ceil(wait)
    message = f"Rate limit is exceeded. Try again in {seconds} seconds."
    return Response(
        {"statusCode": 429, "message": message}, status=429, headers={"Retry-After": str(seconds)}
    )


def _domain(error: DomainError) -> Response:
    if isinstance(error, TooMany):
        return throttled(error.retry_after)
    data = (
        [body.wire_name(error.field)] if error.field and error.data == [error.field] else error.data
    )
    return Response(
        pages.body(error.description, error.code, [str(item) for item in data]),
        status=error.status,
    )


def _framework(error: exceptions.APIException) -> Response:
    code = FRAMEWORK_CODES.get(error.status_code, INVALID_INPUT)
    challenge = getattr(error, "auth_header", None)
    return Response(
        pages.body(error.detail, code),
        status=error.status_code,
        headers={"WWW-Authenticate": challenge} if challenge else None,
    )


def _invalid(error: exceptions.ValidationError) -> Response:
    problems = list(islice(_problems(error.detail, ""), MOST_PROBLEMS))
    text = " ".join(f"{path}: {message}" if path else message for path, message in problems)
    fields = list(dict.fromkeys(path for path, _message in problems if path))
    return Response(pages.body(text, INVALID_INPUT, fields), status=error.status_code)


def _problems(detail: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and message of each fault: ``("billingProfile.defaultAddress.city", "...")``."""
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            name = "" if key == "non_field_errors" else body.wire_name(str(key))
            yield from _problems(inner, ".".join(filter(None, [path, name])))
    elif isinstance(detail, list | tuple):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, Mapping)
            yield from _problems(inner, f"{path}[{index}]" if nested else path)
    else:
        yield path, str(detail)
