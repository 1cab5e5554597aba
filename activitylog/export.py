"""The log as a CSV file that Excel opens as it is, and that runs nothing there."""

import csv
from collections.abc import Iterator
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from activitylog.models import ActivityRecord
from activitylog.names import STATUS, action_name, detail_rows
from activitylog.queries import NEWEST_FIRST
from activitylog.rules import cell
from partnercenter.lib import paging, tenancy

AT_ONCE = 1000
BOM = "\ufeff"


class _Line:
    """What ``csv`` writes to: hands the text back."""

    def write(self, text: str) -> str:
        return text


def lines(rows: QuerySet[ActivityRecord], *, partner_id: UUID) -> Iterator[str]:
    """The file piece by piece; each lot of rows is read by position, as the pages are.

    The answer is written after the request's own view of the partner has ended, so each lot
    opens one for itself.
    """
    writer: Any = csv.writer(_Line())
    yield BOM + writer.writerow(_head())
    cursor = ""
    while True:
        with tenancy.acting_for(partner_id):
            page = paging.page(rows, order=NEWEST_FIRST, size=AT_ONCE, cursor=cursor)
        yield "".join(writer.writerow(_row(record)) for record in page.items)
        if not page.next:
            return
        cursor = page.next


def _head() -> list[str]:
    return [
        _("Date-time (UTC)"),
        _("Affected customer"),
        _("Customer ID"),
        _("Action"),
        _("Product"),
        _("Status"),
        _("Partner user"),
        _("IP address"),
        _("Details"),
        _("Correlation ID"),
    ]


def _row(record: ActivityRecord) -> list[str]:
    _tone, status = STATUS[record.status]
    details = "; ".join(f"{label}: {value}" for label, value in detail_rows(record.details))
    return [
        record.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        cell(record.customer_name),
        str(record.customer_id or ""),
        cell(action_name(record.action)),
        cell(record.subject),
        str(status),
        cell(record.actor_name),
        cell(record.ip),
        cell(details),
        cell(record.correlation_id),
    ]
