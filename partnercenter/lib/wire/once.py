"""Writes through the API: one effect per ``MS-RequestId``, and the same answer to a repeat."""

from collections.abc import Callable
from typing import Any, cast

from rest_framework.request import Request
from rest_framework.response import Response

from partnercenter.lib import idempotency
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import json


def answer_once(request: Request, act: Callable[[], Answer]) -> Response:
    """Run ``act`` once per partner, request id, method and path; without an id, run it."""

    def kept() -> Answer:
        answer = act()
        return Answer(answer.status, json.plain(answer.body))

    key = _key(request)
    answer = idempotency.once(**key, body=request.data, act=kept) if key["request_id"] else act()
    return Response(answer.body, status=answer.status)


def is_answered(request: Request) -> bool:
    """Whether this very request was answered before: for what it has removed from sight."""
    return idempotency.is_answered(**_key(request))


def _key(request: Request) -> dict[str, Any]:
    return {
        "partner_id": cast("Any", request.user).partner.pk,
        "request_id": getattr(request, "request_id", ""),
        "operation": f"{request.method} {request.path}"[:200],
    }
