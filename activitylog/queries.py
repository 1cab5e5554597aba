"""What the page, the export and the API read of the log; newest first, by index."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.actors import SYSTEM, Actor
from accounts.models import AppRegistration, User
from activitylog.models import ActivityRecord
from customers.models import CustomerWord
from customers.rules import words

NEWEST_FIRST = ("-at", "-number")
LINK_RECIPIENT = "link recipient"
# A text that fits more names than these is no filter; the first ones count.
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter: ``[start, end)``, and what must fit; empty means anything."""

    start: datetime | None = None
    end: datetime | None = None
    customer: str = ""
    user: str = ""
    action: str = ""


def records(asked: Asked, *, by: Actor) -> QuerySet[ActivityRecord]:
    """The partner's rows that fit. Names are looked up first, so that the log is read by index."""
    rows = ActivityRecord.objects.visible_to(by)
    if asked.start:
        rows = rows.filter(at__gte=asked.start)
    if asked.end:
        rows = rows.filter(at__lt=asked.end)
    if asked.customer:
        rows = rows.filter(customer_id__in=_customers(asked.customer, by=by))
    if asked.user:
        rows = rows.filter(actor_name__in=_names(asked.user, by=by))
    if asked.action:
        rows = rows.filter(action=asked.action)
    return rows


def _customers(text: str, *, by: Actor) -> list[UUID]:
    """Customers by tenant GUID, or by the beginning of words of their name or domain."""
    try:
        return [UUID(text.strip())]
    except ValueError:
        if not words(text):
            return []
        found = CustomerWord.objects.visible_to(by).matching(text)
        return list(found.values_list("customer_id", flat=True)[:MOST_NAMES])


def _names(text: str, *, by: Actor) -> list[str]:
    """Names under which somebody acts, that contain the text."""
    text = text.strip()
    users = User.objects.filter(partner=by.partner, email__icontains=text)
    apps = AppRegistration.objects.filter(partner=by.partner, name__icontains=text)
    own = [name for name in (LINK_RECIPIENT, SYSTEM) if text.lower() in name]
    return [
        *own,
        *users.values_list("email", flat=True)[:MOST_NAMES],
        *apps.values_list("name", flat=True)[:MOST_NAMES],
    ]
