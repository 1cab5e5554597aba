"""Proof that the ledger adds up: each check is one statement that returns only what is off."""

from typing import NamedTuple

from django.db import connection

from billing.models import Account, BillingLine, Invoice
from billing.settlement import ONCE
from partnercenter.lib import tenancy

LINES, INVOICES = BillingLine._meta.db_table, Invoice._meta.db_table
ACCOUNTS = Account._meta.db_table

CONSERVED = f"""
SELECT partner_id, 'charges - credits - invoiced - unbilled = ' ||
  (coalesce(booked, 0) - coalesce(unbilled, 0) - coalesce(invoiced, 0)) || ' ' || currency
FROM (
  SELECT partner_id, currency, sum(gross) AS booked,
    sum(gross) FILTER (WHERE invoice_id IS NULL) AS unbilled
  FROM {LINES} GROUP BY partner_id, currency
) l FULL JOIN (
  SELECT partner_id, currency, sum(gross) AS invoiced FROM {INVOICES} GROUP BY partner_id, currency
) i USING (partner_id, currency)
WHERE coalesce(booked, 0) - coalesce(unbilled, 0) <> coalesce(invoiced, 0)
"""  # noqa: S608 - our own tables

ACCOUNT = f"""
SELECT partner_id, 'the account says ' || coalesce(balance, 0) || ', its lines say '
  || coalesce(booked, 0)
FROM {ACCOUNTS} FULL JOIN (
  SELECT partner_id, sum(gross) AS booked FROM {LINES} GROUP BY partner_id
) l USING (partner_id)
WHERE coalesce(balance, 0) <> coalesce(booked, 0)
"""  # noqa: S608 - our own tables


def _sums(name: str, what: str) -> str:
    """Invoices whose ``name`` is not the sum of their lines."""
    return f"""
SELECT i.partner_id, i.number || ': {what} is ' || i.{name} || ', the sum of its lines is '
  || coalesce(l.sum, 0)
FROM {INVOICES} i LEFT JOIN (
  SELECT invoice_id, sum({name}) AS sum FROM {LINES} WHERE invoice_id IS NOT NULL
  GROUP BY invoice_id
) l ON l.invoice_id = i.id
WHERE i.{name} <> coalesce(l.sum, 0)
"""  # noqa: S608 - our own tables


ARITHMETIC = f"""
SELECT partner_id, 'line ' || order_id || '/' || line_number || ': ' || net || ' + ' || tax ||
  ' is not ' || gross
FROM {LINES} WHERE net + tax <> gross
UNION ALL
SELECT partner_id, number || ': ' || net || ' + ' || tax || ' is not ' || gross
FROM {INVOICES} WHERE net + tax <> gross OR charges + credits <> gross
"""  # noqa: S608 - our own tables

PLACE = f"""
SELECT l.partner_id, 'line ' || l.order_id || '/' || l.line_number || ' is on ' || CASE
    WHEN i.id IS NULL THEN 'an invoice that does not exist'
    WHEN i.partner_id <> l.partner_id THEN i.number || ', which is another partner''s'
    WHEN i.currency <> l.currency THEN i.number || ', which is in ' || i.currency
    ELSE i.number || ', whose month ended before it was booked' END
FROM {LINES} l LEFT JOIN {INVOICES} i ON i.id = l.invoice_id
WHERE l.invoice_id IS NOT NULL AND (i.id IS NULL OR i.partner_id <> l.partner_id
  OR i.currency <> l.currency
  OR l.booked_at >= (i.month + interval '1 month') AT TIME ZONE 'UTC')
"""  # noqa: S608 - our own tables

EMPTY = f"""
SELECT i.partner_id, i.number || ' has no lines' FROM {INVOICES} i
WHERE NOT EXISTS (SELECT FROM {LINES} l WHERE l.partner_id = i.partner_id AND l.invoice_id = i.id)
"""  # noqa: S608 - our own tables

TWICE = f"""
SELECT DISTINCT a.partner_id, 'line ' || a.order_id || '/' || a.line_number || ': '
  || a.charge_type || ' is on invoices twice for one period'
FROM {LINES} a JOIN {LINES} b ON b.partner_id = a.partner_id AND b.order_id = a.order_id
  AND b.line_number = a.line_number AND b.charge_type = a.charge_type AND b.id > a.id
  AND a.period_start < coalesce(b.period_end, 'infinity')
  AND b.period_start < coalesce(a.period_end, 'infinity')
WHERE a.invoice_id IS NOT NULL AND b.invoice_id IS NOT NULL AND a.charge_type = ANY(%(once)s)
  AND NOT EXISTS (
    SELECT FROM {LINES} c WHERE c.partner_id = a.partner_id AND c.order_id = a.order_id
      AND c.line_number = a.line_number AND c.charge_type = 'customerCredit'
      AND c.gross = -a.gross)
UNION ALL
SELECT partner_id, 'two invoices for ' || to_char(month, 'YYYY-MM') || ' in ' || currency
FROM {INVOICES} GROUP BY partner_id, currency, month HAVING count(*) > 1
"""  # noqa: S608 - our own tables

CHECKS = {
    "conservation": CONSERVED,
    "account": ACCOUNT,
    "net": _sums("net", "net"),
    "tax": _sums("tax", "tax"),
    "total": _sums("gross", "total"),
    "arithmetic": ARITHMETIC,
    "place": PLACE,
    "empty": EMPTY,
    "twice": TWICE,
}


class Fault(NamedTuple):
    """What is off, at which partner, found by which check."""

    partner_id: str
    check: str
    what: str


def faults() -> list[Fault]:
    """Everything that is off; empty for a ledger that adds up to the cent."""
    found = []
    with tenancy.everyone(), connection.cursor() as cursor:
        for check, sql in CHECKS.items():
            cursor.execute(sql, {"once": ONCE})
            found += [Fault(str(partner), check, what) for partner, what in cursor.fetchall()]
    return found
