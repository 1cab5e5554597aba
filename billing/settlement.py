"""The month's run: unbilled lines onto invoices, by set and never line by line (ruling 10).

A run works through the partners in lots, one transaction each. It locks the lot's partners, so that
any number of runs at once share the work and none bills what another has billed; what a run that
died has committed, the next one finds done.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Partner
from billing import months
from billing.models import BillingLine, Invoice, ParkedRun
from partnercenter.lib import clock, events, tenancy
from partnercenter.lib.events import EventName

LOT = 500
# Of these an order line may have one per period.
ONCE = ["new", "renew", "cancelImmediate"]
# That a line is credited once the database holds by itself (``billing_credit_once``).
CHARGED_ONCE = ["new", "renew"]
LINES, INVOICES = BillingLine._meta.db_table, Invoice._meta.db_table
PARTNERS, PARKED = Partner._meta.db_table, ParkedRun._meta.db_table

NOW = (
    "%(now)s::timestamptz + CASE WHEN p.is_sandbox OR %(any_clock)s THEN p.clock_offset"
    " ELSE interval '0' END"
)
# Subqueries that stay subqueries: joined to the lines, on figures of before the run, the planner
# may compare each line with each invoice.
ISSUED = f"""(SELECT true FROM {INVOICES} i
    WHERE i.partner_id = l.partner_id AND i.currency = l.currency AND i.month = %(month)s)"""  # noqa: S608

NEXT = f"SELECT id FROM {PARTNERS} WHERE id > %(after)s ORDER BY id LIMIT %(lot)s"  # noqa: S608

LOCK = f"""
SELECT p.id FROM {PARTNERS} p
WHERE p.id = ANY(%(partners)s) AND {NOW} >= %(end)s AND (
  SELECT true FROM {LINES} l WHERE l.partner_id = p.id AND l.invoice_id IS NULL
    AND l.booked_at < %(end)s AND {ISSUED} IS NULL LIMIT 1)
ORDER BY p.id FOR NO KEY UPDATE OF p
"""  # noqa: S608 - our own tables

DOUBLES = f"""
SELECT DISTINCT ON (a.partner_id) a.partner_id, a.order_id, a.line_number, a.title, a.gross,
  a.currency
FROM {LINES} a JOIN {LINES} b ON b.partner_id = a.partner_id AND b.order_id = a.order_id
  AND b.line_number = a.line_number AND b.charge_type = a.charge_type AND b.id <> a.id
  AND a.period_start < coalesce(b.period_end, 'infinity')
  AND b.period_start < coalesce(a.period_end, 'infinity')
WHERE a.partner_id = ANY(%(partners)s) AND a.invoice_id IS NULL AND a.booked_at < %(end)s
  AND b.booked_at < %(end)s AND a.charge_type = ANY(%(once)s)
  AND NOT EXISTS (
    SELECT FROM {LINES} c WHERE c.partner_id = a.partner_id AND c.order_id = a.order_id
      AND c.line_number = a.line_number AND c.charge_type = 'customerCredit'
      AND c.gross = -a.gross)
ORDER BY a.partner_id, a.booked_at DESC, a.id
"""  # noqa: S608 - our own tables

TELL = events.insertion(
    EventName.INVOICE_READY,
    resource_name="invoice",
    rows="SELECT made.partner_id, '/v1/invoices/' || made.number AS path,"  # noqa: S608
    f" made.issued_at AS changed_at FROM made JOIN {PARTNERS} p ON p.id = made.partner_id",
)
CLAIM = f"""
WITH summed AS (
  SELECT l.partner_id, l.currency, sum(net) AS net, sum(tax) AS tax, sum(gross) AS gross,
    coalesce(sum(gross) FILTER (WHERE gross > 0), 0) AS charges
  FROM {LINES} l WHERE l.partner_id = ANY(%(partners)s) AND l.invoice_id IS NULL
    AND l.booked_at < %(end)s
  GROUP BY l.partner_id, l.currency HAVING {ISSUED} IS NULL
), made AS (
  INSERT INTO {INVOICES} (id, partner_id, number, currency, month, net, tax, gross, charges,
    credits, issued_at)
  SELECT gen_random_uuid(), p.id, 'G' || lpad(nextval('billing_invoice_number')::text, 9, '0'),
    s.currency, %(month)s, s.net, s.tax, s.gross, s.charges, s.gross - s.charges, {NOW}
  FROM summed s JOIN {PARTNERS} p ON p.id = s.partner_id
  ORDER BY p.id, s.currency
  RETURNING id, partner_id, currency, number, issued_at
), told AS ({TELL}), put AS (
  UPDATE {LINES} l SET invoice_id = made.id
  FROM made WHERE l.partner_id = made.partner_id AND l.currency = made.currency
    AND l.partner_id = ANY(%(partners)s) AND l.invoice_id IS NULL AND l.booked_at < %(end)s
  RETURNING l.id
)
SELECT (SELECT count(*) FROM made), (SELECT count(*) FROM put)
"""  # noqa: S608 - our own tables

DUE = f"""
SELECT DISTINCT m::date FROM {PARTNERS} p
CROSS JOIN LATERAL (
  SELECT min(booked_at) AS oldest FROM {LINES}
  WHERE partner_id = p.id AND invoice_id IS NULL
) o
CROSS JOIN LATERAL generate_series(
  date_trunc('month', o.oldest AT TIME ZONE 'UTC'),
  date_trunc('month', coalesce(%(until)s::timestamptz, {NOW}) AT TIME ZONE 'UTC')
    - interval '1 month', interval '1 month') m
WHERE (%(partner)s::uuid IS NULL OR p.id = %(partner)s::uuid)
  AND NOT EXISTS (SELECT FROM {PARKED} r WHERE r.partner_id = p.id AND r.month >= m::date)
  AND EXISTS (
    SELECT FROM {LINES} l WHERE l.partner_id = p.id AND l.invoice_id IS NULL
      AND l.booked_at < (m + interval '1 month') AT TIME ZONE 'UTC'
      AND NOT EXISTS (
        SELECT FROM {INVOICES} i
        WHERE i.partner_id = p.id AND i.currency = l.currency AND i.month = m::date))
ORDER BY 1
"""  # noqa: S608 - our own tables


class Settled(NamedTuple):
    """What a run did: invoices made, lines put on them, partners whose run is parked."""

    invoices: int
    lines: int
    parked: int


class _Lot(NamedTuple):
    invoices: int
    lines: int
    stopped: set[UUID]


def settle(*, month: date, partner: Partner | None = None, dry_run: bool = False) -> Settled:
    """Bill what was booked before the month's end, for each partner whose clock has passed it.

    Safe to repeat and to run several times at once: when it returns, everything that was due is
    billed or parked. Whoever has an invoice of this month already gets the rest on the next.
    """
    invoices, lines, parked = 0, 0, set[UUID]()
    with tenancy.acting_for(partner.pk) if partner else tenancy.everyone():
        # First past the partners that another run has in hand, then waiting for them.
        for waiting in (True,) if dry_run else (False, True):
            for lot in _lots(month, partner, waiting=waiting, dry_run=dry_run):
                invoices, lines = invoices + lot.invoices, lines + lot.lines
                parked |= lot.stopped
    return Settled(invoices, lines, len(parked))


def settle_due() -> list[Settled]:
    """Every month that has ended and is not billed, oldest first; asked again and again."""
    return [settle(month=month) for month in due_months()]


def due_months(*, partner: Partner | None = None, until: datetime | None = None) -> list[date]:
    """First days of the months that have lines to bill and have ended, by each partner's clock."""
    with tenancy.acting_for(partner.pk) if partner else tenancy.everyone():
        return [row[0] for row in _rows(DUE, {**_common(partner), "until": until})]


def next_month_end(*, partner: Partner, until: datetime) -> datetime | None:
    """When the partner's next month with something to bill ends, up to that instant."""
    due = due_months(partner=partner, until=until)
    return months.end(due[0]) if due else None


def settle_month_ended(*, partner: Partner, until: datetime) -> int:
    """Bill the partner for the month that ended at or before that instant; how many invoices."""
    due = due_months(partner=partner, until=until)
    return settle(month=due[0], partner=partner).invoices if due else 0


def _lots(month: date, partner: Partner | None, *, waiting: bool, dry_run: bool) -> Iterator[_Lot]:
    values = {**_common(partner), "month": month, "end": months.end(month)}
    lock = LOCK if waiting else f"{LOCK} SKIP LOCKED"
    for partners in [[partner.pk]] if partner else _all_partners():
        with transaction.atomic():
            locked = [row[0] for row in _rows(lock, values | {"partners": partners})]
            done = _bill(locked, values) if locked else _Lot(0, 0, set())
            transaction.set_rollback(dry_run)
        yield done


def _all_partners() -> Iterator[list[UUID]]:
    """Everybody's id, in lots and in order: each is looked at once, however many there are."""
    after, full = UUID(int=0), True
    while full:
        lot = [row[0] for row in _rows(NEXT, {"after": after, "lot": LOT})]
        if lot:
            yield lot
            after = lot[-1]
        full = len(lot) == LOT


def _bill(partners: Sequence[UUID], values: dict[str, Any]) -> _Lot:
    """One lot's invoices; whoever would be charged twice is parked instead."""
    doubles = _rows(DOUBLES, values | {"partners": partners, "once": CHARGED_ONCE})
    ParkedRun.objects.filter(partner__in=partners).delete()
    names = ("partner_id", "order_id", "line_number", "title", "gross", "currency")
    ParkedRun.objects.bulk_create(
        ParkedRun(
            month=values["month"], parked_at=values["now"], **dict(zip(names, row, strict=True))
        )
        for row in doubles
    )
    stopped = {row[0] for row in doubles}
    billed = [partner for partner in partners if partner not in stopped]
    ((invoices, lines),) = _rows(CLAIM, values | {"partners": billed})
    return _Lot(invoices, lines, stopped)


def _common(partner: Partner | None) -> dict[str, Any]:
    return {
        "partner": partner.pk if partner else None,
        "now": clock.now(),
        "any_clock": settings.TEST_CLOCK,
    }


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found
