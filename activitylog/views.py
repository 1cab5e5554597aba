"""Gear → Activity log: who touched a key or a download, and when."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.permissions import may, requires
from accounts.requests import ActorRequest
from accounts.rules import Capability
from activitylog.export import lines
from activitylog.forms import LogFilter
from activitylog.models import ActivityRecord
from activitylog.names import STATUS, action_name, detail_rows, subject_label
from activitylog.queries import NEWEST_FIRST, records
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import Invalid

SIZE = 50
PRESETS = (
    ("24h", _("Last 24 hours")),
    ("7d", _("Last 7 days")),
    ("month", _("Last month")),
    ("quarter", _("Last quarter")),
    ("all", _("All")),
)
# Who acted without being somebody: named in the reader's language.
NOBODY = {"link": _("Link recipient"), "system": pgettext_lazy("source of an order", "System")}


@requires(Capability.SEE_ACTIVITY_LOG)
@require_safe
def activity_log(request: ActorRequest) -> HttpResponse:
    """P28: the rows that fit the filters, newest first; a row opens by ``?record=``."""
    form = LogFilter(request.GET, now=clock.now(request.actor.partner))
    page = paging.Page([], "", "")
    if form.is_valid():
        listed = records(form.asked(), by=request.actor)
        page = paging.for_request(request, listed, order=NEWEST_FIRST, size=SIZE)
    opened = request.GET.get("record", "")
    context = {
        "form": form,
        "page": page,
        "rows": [_row(record, opened) for record in page.items],
        "presets": PRESETS,
        "export_query": _filters(request),
        "may_open_customers": may(request.actor, Capability.SEE_CUSTOMERS),
    }
    return render(request, "activitylog/list.html", context, status=200 if form.is_valid() else 400)


@requires(Capability.SEE_ACTIVITY_LOG)
@require_safe
def export(request: ActorRequest) -> HttpResponseBase:
    """Exactly the filtered rows as CSV, streamed."""
    form = LogFilter(request.GET, now=clock.now(request.actor.partner))
    if not form.is_valid():
        raise Invalid(" ".join(str(error) for errors in form.errors.values() for error in errors))
    rows = records(form.asked(), by=request.actor)
    return StreamingHttpResponse(
        lines(rows, partner_id=request.actor.partner.pk),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": 'attachment; filename="activity-log.csv"',
            "Cache-Control": "no-store",
        },
    )


def _row(record: ActivityRecord, opened: str) -> dict[str, Any]:
    tone, status = STATUS[record.status]
    return {
        "record": record,
        "action": action_name(record.action),
        "subject_label": subject_label(record.resource_type),
        "who": NOBODY.get(record.source, record.actor_name),
        "tone": tone,
        "status": status,
        "is_open": str(record.number) == opened,
        "details": detail_rows(record.details),
    }


def _filters(request: ActorRequest) -> str:
    """The query without what belongs to the page alone."""
    query = request.GET.copy()
    for name in ("after", "before", "record"):
        query.pop(name, None)
    return query.urlencode()
