"""``/v1/sandbox/clock``: a sandbox partner's time, read and set forward."""

from datetime import datetime
from typing import Any, cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from partnercenter import sandbox
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import dates, durations
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.once import answer_once


class SandboxClock(APIView):
    """GET tells the time; POST ``{"now"}`` or ``{"advanceBy"}`` answers when all due work is done.

    A repeated ``MS-RequestId`` does not advance twice. The service checks who may move it.
    """

    capabilities = {"GET": Capability.SEE_OWN_PROFILE, "POST": Capability.MOVE_SANDBOX_CLOCK}

    def check_permissions(self, request: Request) -> None:
        if request.method != "POST" or not isinstance(request.user, Actor):
            super().check_permissions(request)

    @extend_schema(operation_id="sandbox_clock_get")
    def get(self, request: Request) -> Response:
        by = cast("Actor", request.user)
        return Response(_body(by, clock.now(by.partner)))

    @extend_schema(operation_id="sandbox_clock_move")
    def post(self, request: Request) -> Response:
        by = cast("Actor", request.user)
        sandbox.require_own_clock(by)

        def act() -> Answer:
            moved = sandbox.move_clock(to=_asked(request.data, clock.now(by.partner)), by=by)
            return Answer(200, _body(by, moved))

        return answer_once(request, act)


def _asked(data: Any, now: datetime) -> datetime:
    """The instant that the body asks for, by itself or by a duration from now."""
    body = {fold(str(key)): value for key, value in data.items()} if isinstance(data, dict) else {}
    to, by = body.get("now"), body.get("advanceby")
    if isinstance(to, str) and by is None:
        return dates.parse(to, field="now")
    if isinstance(by, str) and to is None:
        return durations.after(now, by, field="advanceBy")
    raise Invalid(
        _('Send either "now" (an instant) or "advanceBy" (a duration such as P14D).'), field="now"
    )


def _body(by: Actor, now: datetime) -> dict[str, Any]:
    return {"now": dates.iso(now), "isSandbox": by.partner.is_sandbox}


urlpatterns = [path("sandbox/clock", SandboxClock.as_view())]
