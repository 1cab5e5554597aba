"""Beats that stay away or come twice: every month is billed, and once."""

import threading
from datetime import date

import time_machine
from django.db import connection

from billing.ledger import faults
from billing.models import BillingLine, Invoice
from billing.tasks import settle_due
from partnercenter.lib import tenancy
from partnercenter.sandbox import move_clock
from tests.billing.book import book, give_back, on
from tests.people import Organization

JANUARY, FEBRUARY, MARCH = date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)


def issued():
    rows = Invoice.objects.order_by("month", "partner__name")
    return [(each.partner.name, each.month, each.gross, each.issued_at) for each in rows]


def test_three_days_without_beat_change_when_it_is_issued_and_nothing_else(fabrikam, tailspin):
    with time_machine.travel(on(2, 1, 0), tick=False) as clock, tenancy.everyone():
        charge = book(fabrikam, "10.00", on(1, 31, 23))
        book(tailspin, "11.00", on(1, 5))
        give_back(charge, fabrikam, on(2, 2))
        book(tailspin, "22.00", on(2, 3))
        clock.move_to(on(2, 4))
        settle_due()
        settle_due()
        january = [
            ("Fabrikam", JANUARY, 10, on(2, 4)),
            ("Tailspin", JANUARY, 11, on(2, 4)),
        ]
        assert issued() == january
        assert BillingLine.objects.filter(invoice=None).count() == 2
        clock.move_to(on(3, 1, 0))
        settle_due()
        assert issued() == [
            *january,
            ("Fabrikam", FEBRUARY, -10, on(3, 1, 0)),
            ("Tailspin", FEBRUARY, 22, on(3, 1, 0)),
        ]
        assert faults() == []


def test_a_sandbox_that_moves_three_days_at_once_has_its_invoice_of_midnight(fabrikam_sandbox):
    with time_machine.travel(on(1, 30), tick=False), fabrikam_sandbox.visible():
        book(fabrikam_sandbox, "10.00", on(1, 5))
        move_clock(to=on(2, 2), by=fabrikam_sandbox.actor("aa"))
        assert issued() == [("Fabrikam Sandbox", JANUARY, 10, on(2, 1, 0))]


def test_two_beats_at_once_after_three_months_bill_each_once(committed_db):
    with tenancy.everyone():
        partners = [Organization(name) for name in ("A", "B", "C")]
        for org in partners:
            for month in (1, 2, 3):
                book(org, f"{month}.00", on(month, 5))
    start, done = threading.Barrier(2), []

    def beat():
        start.wait()
        try:
            done.append(settle_due())
        finally:
            connection.close()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for each in beats:
        each.start()
    for each in beats:
        each.join()
    assert len(done) == 2
    with tenancy.everyone():
        found = [row[:3] for row in issued()]
        names = ("A", "B", "C")
        months = enumerate((JANUARY, FEBRUARY, MARCH), 1)
        assert found == [(name, month, gross) for gross, month in months for name in names]
        assert not BillingLine.objects.filter(invoice=None).exists()
        assert faults() == []
