"""``GET /v1/auditrecords``: the log as the public API gives it, 90 days back; also by id.

The same stands below ``/auditactivity/v1``.
"""

from datetime import UTC, datetime
from typing import cast

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from activitylog import rules
from activitylog.models import ActivityRecord
from activitylog.queries import NEWEST_FIRST, Asked, records
from activitylog.wire import audit_record, number_of
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid, NotFound
from partnercenter.lib.wire import dates, filters
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import SeekList

LISTING = SeekList("/auditrecords", 500, ("startDate", "endDate"))
FILTERS = "CompanyName substring, CustomerId equals, ResourceType equals"
BAD_REQUEST = 400


class AuditRecords(APIView):
    """Keys, downloads, orders and what else has a public name; for the four roles (S36, S37)."""

    capability = Capability.SEE_ACTIVITY_LOG

    @extend_schema(operation_id="audit_list")
    def get(self, request: Request) -> Response:
        seek = LISTING.asked(request)
        by = cast("Actor", request.user)
        now = clock.now(by.partner)
        start, end = period(seek.given.get("startDate", ""), seek.given.get("endDate", ""), now)
        rows = _public(_filtered(seek.filter, Asked(start=start, end=end), by))
        page = LISTING.page(rows, seek, NEWEST_FIRST)
        return Response(LISTING.body([audit_record(row) for row in page.items], seek, page))


class OneAuditRecord(APIView):
    """One of them by its id, as events name it: ``…/auditrecords/{audit_id}``."""

    capability = Capability.SEE_ACTIVITY_LOG

    @extend_schema(operation_id="audit_get")
    def get(self, request: Request, audit_id: str) -> Response:
        """The record; what is older than the API's reach, or foreign, is as unknown as nothing."""
        by = cast("Actor", request.user)
        oldest = clock.now(by.partner) - rules.API_HISTORY
        rows = _public(records(Asked(start=oldest), by=by)).filter(number=number_of(audit_id))
        bodies = [audit_record(row) for row in rows]
        if not bodies or bodies[0]["id"] != audit_id.lower():
            raise NotFound(_("This record was not found. It does not exist, or it is not yours."))
        return Response(bodies[0])


def _public(rows: QuerySet[ActivityRecord]) -> QuerySet[ActivityRecord]:
    """Those whose names every client knows."""
    return rows.filter(action__in=rules.IN_API, resource_type__in=rules.API_RESOURCES)


def period(start: str, end: str, now: datetime) -> tuple[datetime, datetime]:
    """``[start, end)`` of the query's texts: 30 days back by default, 90 at most (ruling 14).

    A day without a time is meant whole, at both ends (S41).
    """
    last = dates.parse(end, field="endDate") if end else now
    until = rules.after_day(last.date()) if not end or ":" not in end else last
    oldest = now - rules.API_HISTORY
    first = dates.parse(start, field="startDate") if start else now - rules.API_DEFAULT_WINDOW
    if first.date() < oldest.date():
        raise Invalid(
            _("startDate is more than 90 days back. The earliest day is %(day)s.")
            % {"day": oldest.date().isoformat()},
            code=BAD_REQUEST,
            field="startDate",
        )
    if first >= until:
        raise Invalid(
            _("startDate is after endDate. Exchange them."), code=BAD_REQUEST, field="startDate"
        )
    return first.astimezone(UTC), until


def _filtered(text: str, asked: Asked, by: Actor) -> QuerySet[ActivityRecord]:
    wanted = filters.parse(text)
    if wanted is None:
        return records(asked, by=by)
    rows = records(asked, by=by)
    match wanted.field, wanted.operator:
        case "companyname", "substring":
            return rows.filter(customer_name__icontains=wanted.value)
        case "customerid", "equals":
            return records(Asked(asked.start, asked.end, customer=wanted.value), by=by)
        case "resourcetype", "equals":
            return rows.filter(resource_type=_resource(wanted.value))
    raise filters.unsupported(FILTERS)


def _resource(name: str) -> str:
    """The stored name of a resource type in any spelling: ``SoftwareKey``, ``software_key``."""
    return next((known for known in rules.API_RESOURCES if fold(known) == fold(name)), "")


urlpatterns = [
    path("auditrecords", AuditRecords.as_view()),
    path("auditrecords/<audit_id>", OneAuditRecord.as_view()),
]
