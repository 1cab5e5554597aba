"""Software returns (P19): what can still be returned, over all customers."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import requires
from accounts.requests import ActorRequest
from accounts.rules import Capability
from partnercenter.lib import clock, paging
from software import page, returns, returns_files, rules
from software.models import Entitlement


class Row(NamedTuple):
    """A line, whole days until its window ends, where it stands, and its Cancel dialog."""

    line: Entitlement
    days: int
    line_url: str
    cancel_url: str


@requires(Capability.SEE_RETURNS)
@require_safe
def return_list(request: ActorRequest) -> HttpResponse:
    """P19: lines inside their window, the nearest end first; each leads to its cancellation."""
    by = request.actor
    found = paging.for_request(request, returns.returnable(by=by), order=returns.NEAREST_END_FIRST)
    now = clock.now(by.partner)
    context = {
        "page": found,
        "rows": [_row(line, now) for line in found.items],
        "soon": max(rules.REMIND_DAYS_BEFORE),
        "why_not_cancel": page.why_not(by, Capability.CANCEL_SOFTWARE),
    }
    return render(request, "software/returns.html", context)


@requires(Capability.SEE_RETURNS)
@require_safe
def return_export(request: ActorRequest) -> HttpResponseBase:
    """The list as CSV, streamed."""
    return _file(request, returns_files.as_csv, "text/csv", "software-returns.csv")


@requires(Capability.SEE_RETURNS)
@require_safe
def return_calendar(request: ActorRequest) -> HttpResponseBase:
    """The ends of the windows as a calendar file."""
    return _file(request, returns_files.as_calendar, "text/calendar", "software-returns.ics")


def _file(
    request: ActorRequest, content: Callable[..., Iterator[str]], kind: str, name: str
) -> HttpResponseBase:
    by = request.actor
    rows = returns.returnable(by=by)
    return StreamingHttpResponse(
        content(rows, partner_id=by.partner.pk, now=clock.now(by.partner)),
        headers={
            "Content-Type": f"{kind}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _row(line: Entitlement, now: datetime) -> Row:
    software = reverse("orders:software", args=[line.customer_id])
    cancel = urlencode({"dialog": "cancel", "line": line.pk})
    return Row(
        line,
        rules.days_left(line.returnable_until or now, now),
        f"{software}?line={line.pk}#line-{line.pk}",
        f"{software}?{cancel}",
    )
