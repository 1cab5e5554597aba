"""What can still be returned as files: a CSV list, and a calendar with the ends of the windows."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from activitylog.rules import cell
from partnercenter.lib import formats, paging, tenancy
from software.models import Entitlement
from software.returns import NEAREST_END_FIRST
from software.rules import days_left

AT_ONCE = 1000
BOM = "\ufeff"
# RFC 5545: a line holds at most 75 octets; what follows it begins with a space.
OCTETS = 73


def as_csv(rows: QuerySet[Entitlement], *, partner_id: UUID, now: datetime) -> Iterator[str]:
    """The file in lots, which no spreadsheet takes for formulas; instants in UTC."""
    yield BOM + _csv([_head()])
    for lines in _lots(rows, partner_id):
        yield _csv([_row(line, now) for line in lines])


def as_calendar(rows: QuerySet[Entitlement], *, partner_id: UUID, now: datetime) -> Iterator[str]:
    """An iCalendar (RFC 5545): an event at the end of each window, announced a day ahead."""
    yield _ical("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Partner Center//Software returns//EN")
    for lines in _lots(rows, partner_id):
        yield "".join(_event(line, now) for line in lines)
    yield _ical("END:VCALENDAR")


def _lots(rows: QuerySet[Entitlement], partner_id: UUID) -> Iterator[list[Entitlement]]:
    """Lot by lot, by position; the request's own view of the partner has ended by then."""
    cursor = ""
    while True:
        with tenancy.acting_for(partner_id):
            page = paging.page(rows, order=NEAREST_END_FIRST, size=AT_ONCE, cursor=cursor)
        yield page.items
        if not page.next:
            return
        cursor = page.next


def _csv(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _head() -> list[str]:
    return [
        _("Customer"),
        _("Customer ID"),
        _("Product"),
        _("Quantity"),
        _("Order ID"),
        _("Bought (UTC)"),
        _("Return until (UTC)"),
        _("Days left"),
    ]


def _row(line: Entitlement, now: datetime) -> list[str]:
    until = line.returnable_until or now
    return [
        cell(line.customer.company_name),
        str(line.customer_id),
        cell(line.title),
        str(line.quantity),
        cell(line.order_id),
        f"{line.purchased_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        f"{until.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        str(days_left(until, now)),
    ]


def _event(line: Entitlement, now: datetime) -> str:
    until = line.returnable_until or now
    end = f"{until.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    told = {"product": line.title, "company": line.customer.company_name}
    order = reverse("orders:detail", args=[line.customer_id, line.order_id])
    text = _("Until %(instant)s order %(order)s can be cancelled.") % {
        "instant": formats.instant(until),
        "order": line.order_id,
    }
    summary = _escaped(_("Last return: %(product)s, %(company)s") % told)
    return _ical(
        "BEGIN:VEVENT",
        f"UID:{line.pk}@{urlsplit(settings.PUBLIC_URL).hostname}",
        f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART:{end}",
        f"DTEND:{end}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(text)}",
        f"URL:{settings.PUBLIC_URL}{order}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{summary}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    )


def _escaped(text: str) -> str:
    plain = "".join(char if char.isprintable() else " " for char in text)
    for char in "\\;,":
        plain = plain.replace(char, f"\\{char}")
    return plain


def _ical(*lines: str) -> str:
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no character cut."""
    pieces, size = [""], 0
    for char in line:
        octets = len(char.encode())
        if size + octets > OCTETS:
            pieces.append(" ")
            size = 0
        pieces[-1] += char
        size += octets
    return "\r\n".join(pieces)
