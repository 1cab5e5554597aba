"""The month's run over 100 thousand credits, beside the bare SQL that does the same by set."""

import os
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg2
from django.db import connection

from accounts.models import Partner
from billing import settlement
from customers.models import Customer
from partnercenter.bench.ground import Ground
from partnercenter.bench.load import row
from partnercenter.lib import clock, tenancy

PARTNERS, EACH, ROUNDS = 2000, 50, 3
LINES = PARTNERS * EACH
# Before anything the demo has booked: its own months stay as they are.
CHARGED, CREDITED = date(2001, 1, 1), date(2001, 2, 1)
PREFIX = "settled-"

BOOK = """
INSERT INTO billing_billingline (id, partner_id, customer_id, order_id, line_number, charge_type,
  product_id, sku_id, availability_id, title, product_title, publisher, alternate_id,
  reseller_mpn_id, term, billing_plan, quantity, unit_price, currency, price_includes_tax, tax_rate,
  net, tax, gross, period_start, period_end, booked_at, reverses_id, reverses_gross)
SELECT {id}, c.partner_id, c.id, 'B' || n, 0, {charge_type}, 'DG7GMGF0DVT9', '000B',
  'DZH318Z08B80', 'Windows Server', 'Windows Server', 'Microsoft Corporation', '6dc5c039750a', '',
  'P1Y', 'OneTime', 1, 10 + n, 'USD', false, 0.1,
  {sign} * (10 + n), {sign} * (1 + n / 10.0), {sign} * (11 + n * 1.1),
  {at}, %(charged)s + interval '1 year', {at}, {reverses}
FROM customers_customer c CROSS JOIN generate_series(1, %(each)s) n {charge}
WHERE c.domain LIKE %(like)s ORDER BY c.partner_id, n
"""
CHARGES = BOOK.format(
    id="gen_random_uuid()", charge_type="'new'", sign="1", reverses="NULL, NULL", charge="",
    at="%(charged)s + n * interval '1 hour'",
)  # fmt: skip
CREDITS = BOOK.format(
    id="gen_random_uuid()", charge_type="'cancelImmediate'", sign="-1",
    reverses="l.id, l.gross", at="%(credited)s + n * interval '1 hour'",
    charge="JOIN billing_billingline l ON l.partner_id = c.partner_id AND l.order_id = 'B' || n",
)  # fmt: skip
TAKE_BACK = """
UPDATE billing_billingline SET invoice_id = NULL WHERE invoice_id IS NOT NULL
  AND booked_at >= %(credited)s AND booked_at < %(credited)s + interval '1 month';
DELETE FROM billing_invoice WHERE month = %(credited)s
"""
BARE = (
    """
INSERT INTO billing_invoice (id, partner_id, number, currency, month, net, tax, gross, charges,
  credits, issued_at)
SELECT gen_random_uuid(), partner_id,
  'G' || lpad(nextval('billing_invoice_number')::text, 9, '0'), currency, %(month)s, sum(net),
  sum(tax), sum(gross), coalesce(sum(gross) FILTER (WHERE gross > 0), 0),
  coalesce(sum(gross) FILTER (WHERE gross < 0), 0), now()
FROM billing_billingline WHERE invoice_id IS NULL AND booked_at < %(end)s
GROUP BY partner_id, currency
""",
    """
UPDATE billing_billingline l SET invoice_id = i.id FROM billing_invoice i
WHERE i.month = %(month)s AND i.partner_id = l.partner_id AND i.currency = l.currency
  AND l.invoice_id IS NULL AND l.booked_at < %(end)s
""",
)


def settled(ground: Ground) -> list[str]:
    """Settlement by one worker and by two, each beside the bare statements of the same round."""
    _book()
    settlement.settle(month=CHARGED)
    runs: dict[str, Callable[[], object]] = {
        "bare": lambda: ground.floor.run([(sql, _month()) for sql in BARE]),
        "one": lambda: _workers(1),
        "two": lambda: _workers(2),
    }
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            _take_back()
            begin = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - begin)
            _check()
    return [
        _figure("one worker", taken["one"], taken["bare"], "<= 1.15"),
        _figure("two workers", taken["two"], taken["bare"], "<= 0.75"),
    ]


def _figure(name: str, taken: list[float], bare: list[float], target: str) -> str:
    ratio = statistics.median(t / b for t, b in zip(taken, bare, strict=True))
    return row(
        f"{LINES:,} credits settled, {name}",
        ratio * statistics.median(bare),
        statistics.median(bare),
        unit="s",
        target=target,
    )


def _month() -> dict[str, Any]:
    """Values of the statements: the months and the instant at which the later one ends."""
    start = datetime(CREDITED.year, CREDITED.month, 1, tzinfo=UTC)
    return {
        "charged": datetime(CHARGED.year, CHARGED.month, 1, tzinfo=UTC),
        "credited": start,
        "month": CREDITED,
        "end": start.replace(month=CREDITED.month + 1),
        "each": EACH,
        "like": f"{PREFIX}%",
    }


def _book() -> None:
    """Partners with a customer each, their charges and the credits for them."""
    with tenancy.everyone():
        at = clock.now()
        partners = [
            Partner(
                name=f"Settled {number}", domain=f"{PREFIX}{number}.example", country="US",
                currency="USD", created_at=at,
            )
            for number in range(PARTNERS)
        ]  # fmt: skip
        Partner.objects.bulk_create(partners)
        Customer.objects.bulk_create(
            Customer(
                partner=partner, company_name=partner.name, domain=partner.domain, country="US",
                language="en", culture="en-US", created_at=at,
            )
            for partner in partners
        )  # fmt: skip
    with _owner() as cursor:
        cursor.execute(CHARGES, _month())
        cursor.execute("ANALYZE billing_billingline")
        cursor.execute(CREDITS, _month())


@contextmanager
def _owner() -> Iterator[Any]:
    """A cursor of the owner of the tables, who sees every partner."""
    with closing(psycopg2.connect(os.environ["DATABASE_OWNER_URL"])) as owner:
        owner.autocommit = True
        with owner.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partner', %s, false)", [str(uuid.UUID(int=0))])
            yield cursor


def _take_back() -> None:
    """The credits on no invoice again, in no order, as if no run had been."""
    frozen = {
        "billing_billingline": "billing_line_claimed_once",
        "billing_invoice": "billing_invoice_frozen",
    }
    with _owner() as cursor:
        for table, trigger in frozen.items():
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")
        cursor.execute(TAKE_BACK, _month())
        for table, trigger in frozen.items():
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {trigger}")
            cursor.execute(f"CLUSTER {table} USING {table}_pkey")
            cursor.execute(f"ANALYZE {table}")


def _workers(count: int) -> None:
    """So many runs at once, each with a connection of its own that is open already."""
    gate = threading.Barrier(count)

    def work() -> None:
        try:
            connection.ensure_connection()
            gate.wait()
            settlement.settle(month=CREDITED)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _check() -> None:
    """What was timed is what it should have been: every credit on its partner's one invoice."""
    with tenancy.everyone(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), count(DISTINCT invoice_id) FROM billing_billingline"
            " WHERE booked_at >= %(credited)s AND booked_at < %(end)s AND invoice_id IS NOT NULL",
            _month(),
        )
        if cursor.fetchone() != (LINES, PARTNERS):
            raise AssertionError("not every credit is on one invoice")
