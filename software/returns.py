"""What can still be returned, over all customers, and mail before it no longer can (C3).

Reminders are due work: beat and the sandbox clock call the same functions. One statement claims
what is due and promises the mails; the unique constraint of ``ReturnReminder`` lets each be
claimed once, however many run it at the same time.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from accounts.actors import Actor
from accounts.models import Partner, User
from accounts.rules import Role
from catalog.rules import Kind
from partnercenter.lib import clock, tenancy
from partnercenter.lib.models import OutboxMessage
from software.models import Entitlement, ReturnReminder
from software.rules import REMIND_DAYS_BEFORE

NEAREST_END_FIRST = ("returnable_until", "id")
TOPIC = "return_reminder"
FIRST = max(REMIND_DAYS_BEFORE)
LINES, REMINDERS = Entitlement._meta.db_table, ReturnReminder._meta.db_table
PARTNERS, USERS, OUTBOX = (m._meta.db_table for m in (Partner, User, OutboxMessage))

OPEN = f"revoked_at IS NULL AND kind <> '{Kind.RESERVATION}'"
# A step before the end of a window, and the one that follows it; the last is followed by the end.
STEPS = ", ".join(
    f"(interval '{days} days', interval '{following} days', {days})"
    for days, following in zip(REMIND_DAYS_BEFORE, (*REMIND_DAYS_BEFORE[1:], 0), strict=True)
)
# A step from before the purchase is none.
TO_BE_ANNOUNCED = f"""l.returnable_until - s.ahead > l.purchased_at AND NOT EXISTS (
    SELECT FROM {REMINDERS} r
    WHERE r.partner_id = l.partner_id AND r.entitlement_id = l.id AND r.days_before = s.days)
"""

REMIND = f"""
WITH due AS (
  SELECT l.id, l.partner_id, s.days, c.at
  FROM (
    SELECT id, coalesce(%(until)s::timestamptz, %(now)s::timestamptz + CASE
      WHEN is_sandbox OR %(any_clock)s THEN clock_offset ELSE interval '0' END) AS at
    FROM {PARTNERS} WHERE is_csp AND (%(partner)s::uuid IS NULL OR id = %(partner)s::uuid)
  ) c
  CROSS JOIN LATERAL (
    SELECT * FROM {LINES} WHERE partner_id = c.id AND {OPEN} AND returnable_until > c.at
      AND returnable_until <= c.at + interval '{FIRST} days'
  ) l
  JOIN (VALUES {STEPS}) s (ahead, following, days)
    ON l.returnable_until - s.ahead <= c.at AND l.returnable_until - s.following > c.at
  WHERE {TO_BE_ANNOUNCED}
), claimed AS (
  INSERT INTO {REMINDERS} (partner_id, entitlement_id, days_before, reminded_at)
  SELECT partner_id, id, days, at FROM due ORDER BY partner_id, id
  ON CONFLICT DO NOTHING RETURNING entitlement_id, days_before, reminded_at
), told AS (
  SELECT l.partner_id, l.customer_id, l.order_id, l.returnable_until, c.days_before AS days,
    ceil(extract(epoch FROM l.returnable_until - c.reminded_at) / 86400)::int AS days_left,
    jsonb_agg(l.id ORDER BY l.id) AS lines
  FROM claimed c JOIN {LINES} l ON l.id = c.entitlement_id
  GROUP BY l.partner_id, l.customer_id, l.order_id, l.returnable_until, c.days_before,
    c.reminded_at
), promised AS (
  INSERT INTO {OUTBOX} (partner_id, topic, payload, dedupe_key, created_at, not_before, attempts,
    last_error)
  SELECT t.partner_id, '{TOPIC}', jsonb_build_object(
      'userId', u.id, 'customerId', t.customer_id, 'orderId', t.order_id, 'lines', t.lines,
      'until', t.returnable_until, 'daysLeft', t.days_left),
    concat_ws(':', '{TOPIC}', u.id, t.lines ->> 0, t.days), %(now)s, %(now)s, 0, ''
  FROM told t JOIN {USERS} u ON u.partner_id = t.partner_id AND u.is_active
    AND '{Role.ADMIN_AGENT}' = ANY(u.roles)
)
SELECT count(*) FROM claimed
"""  # noqa: S608 - our own tables

NEXT = f"""
SELECT min(l.returnable_until - s.ahead)
FROM {LINES} l
JOIN (VALUES {STEPS}) s (ahead, following, days)
  ON l.returnable_until - s.ahead <= %(until)s AND l.returnable_until - s.following > %(now)s
WHERE l.partner_id = %(partner)s AND {OPEN} AND l.returnable_until > %(now)s
  AND l.returnable_until <= %(until)s::timestamptz + interval '{FIRST} days'
  AND {TO_BE_ANNOUNCED}
"""  # noqa: S608 - our own tables


def returnable(*, by: Actor) -> QuerySet[Entitlement]:
    """Lines of all customers that can be returned now, with their customer; to be paged."""
    lines = Entitlement.objects.visible_to(by).software().select_related("customer")
    return lines.filter(revoked_at=None, returnable_until__gt=clock.now(by.partner))


def remind(*, partner: Partner, until: datetime) -> int:
    """Announce to the partner's Admin agents which windows end soon, as it stands at the instant.

    A line is announced 7, 3 and 1 days before its window's end, once each; a step that the next
    one has overtaken is not made up for. Returns how many lines were announced.
    """
    if not partner.is_csp:
        return 0
    return _remind(partner, until)


def remind_all() -> int:
    """The same for every partner, each by its own clock; a second run finds nothing."""
    with tenancy.everyone():
        return _remind(None, None)


def next_reminder(*, partner: Partner, until: datetime) -> datetime | None:
    """When the partner's next announcement is due, up to and including that instant."""
    if not partner.is_csp:
        return None
    values = {"partner": partner.pk, "now": clock.now(partner), "until": until}
    found: datetime | None = _first(NEXT, values)
    return found


def _remind(partner: Partner | None, until: datetime | None) -> int:
    values = {
        "partner": partner.pk if partner else None,
        "until": until,
        "now": clock.now(),
        "any_clock": settings.TEST_CLOCK,
    }
    return int(_first(REMIND, values))


def _first(sql: str, values: dict[str, Any]) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
