"""The month's run (ruling 10): what is billed, when, once."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext

from billing import settlement
from billing.ledger import faults
from billing.models import BillingLine, Invoice, ParkedRun
from billing.tasks import settle_due
from partnercenter.lib import tenancy
from tests.billing.book import book, give_back, on
from tests.people import Organization

JANUARY, FEBRUARY, MARCH = date(2020, 1, 1), date(2020, 2, 1), date(2020, 3, 1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(2, 1, 0), tick=False) as traveller:
        yield traveller


@pytest.fixture
def all_shown(db):
    with tenancy.everyone():
        yield


def sums(invoice):
    return (invoice.net, invoice.tax, invoice.gross, invoice.charges, invoice.credits)


def amounts(*texts):
    return tuple(Decimal(text) for text in texts)


@pytest.mark.parametrize(
    ("country", "charges", "expected"),
    [
        # price, quantity -> invoices of January, February, March: net, tax, total, charges, credits
        (
            "US",
            [("10.08", 10), ("1000.00", 1)],
            [
                amounts("1100.80", "0", "1100.80", "1100.80", "0"),
                amounts("0.00", "0", "0.00", "1000.00", "-1000.00"),
                amounts("-100.80", "0", "-100.80", "0", "-100.80"),
            ],
        ),
        (
            "AU",
            [("10.08", 10), ("1000.00", 1)],
            [
                amounts("1000.74", "100.06", "1100.80", "1100.80", "0"),
                amounts("0.00", "0", "0.00", "1000.00", "-1000.00"),
                amounts("-91.64", "-9.16", "-100.80", "0", "-100.80"),
            ],
        ),
        (
            "BR",
            [("10.08", 10), ("1000.00", 1)],
            [
                amounts("1069.78", "31.02", "1100.80", "1100.80", "0"),
                amounts("0.00", "0", "0.00", "1000.00", "-1000.00"),
                amounts("-97.96", "-2.84", "-100.80", "0", "-100.80"),
            ],
        ),
    ],
)
def test_S71_three_month_ends_to_the_cent(all_shown, clock, country, charges, expected):
    org = Organization(f"Seller {country}", country=country, currency=f"{country}D")
    first, second = (book(org, price, on(1, 5), quantity=n) for price, n in charges)
    settle_due()
    clock.move_to(on(3, 1, 0))
    give_back(second, org, on(2, 3))
    book(org, "1000.00", on(2, 29, 23))
    settle_due()
    clock.move_to(on(4, 1, 0))
    give_back(first, org, on(3, 31, 23))
    settle_due()
    issued = Invoice.objects.filter(partner=org.partner).order_by("month")
    assert [invoice.month for invoice in issued] == [JANUARY, FEBRUARY, MARCH]
    assert [sums(invoice) for invoice in issued] == expected
    assert [invoice.issued_at for invoice in issued] == [on(2, 1, 0), on(3, 1, 0), on(4, 1, 0)]
    assert not BillingLine.objects.filter(invoice=None).exists()
    assert faults() == []


def test_a_line_of_the_last_instant_is_in_and_the_first_of_the_next_month_is_not(
    all_shown, fabrikam
):
    book(fabrikam, "1.00", on(2, 1, 0) - timedelta(microseconds=1))
    late = book(fabrikam, "2.00", on(2, 1, 0))
    assert settlement.settle(month=JANUARY) == (1, 1, 0)
    assert list(BillingLine.objects.filter(invoice=None)) == [late]


def test_a_late_line_goes_to_the_next_invoice(all_shown, fabrikam, clock):
    book(fabrikam, "1.00", on(1, 5))
    settlement.settle(month=JANUARY)
    late = book(fabrikam, "2.00", on(1, 31))
    assert settlement.settle(month=JANUARY) == (0, 0, 0)
    assert settlement.due_months() == []
    clock.move_to(on(3, 1, 0))
    assert settlement.due_months() == [FEBRUARY]
    assert settlement.settle_due() == [(1, 1, 0)]
    late.refresh_from_db()
    assert late.invoice.month == FEBRUARY


def test_again_changes_nothing(all_shown, fabrikam):
    book(fabrikam, "1.00", on(1, 5))
    settle_due()
    before = list(Invoice.objects.values())
    settle_due()
    assert settlement.settle(month=JANUARY) == (0, 0, 0)
    assert list(Invoice.objects.values()) == before


def test_missed_months_are_made_up_in_order(all_shown, fabrikam, clock):
    for month in (1, 2, 3):
        book(fabrikam, f"{month}.00", on(month, 5))
    clock.move_to(on(4, 3))
    settle_due()
    issued = list(Invoice.objects.order_by("number"))
    assert [(i.month, i.gross) for i in issued] == [(JANUARY, 1), (FEBRUARY, 2), (MARCH, 3)]


def test_a_month_that_has_not_ended_is_not_billed(all_shown, fabrikam, clock):
    book(fabrikam, "1.00", on(1, 5))
    clock.move_to(on(1, 31, 23))
    assert settlement.due_months() == []
    assert settlement.settle(month=JANUARY) == (0, 0, 0)


def test_each_partner_by_its_own_clock(all_shown, fabrikam, fabrikam_sandbox, clock):
    clock.move_to(on(1, 20))
    fabrikam_sandbox.partner.clock_offset = timedelta(days=30)
    fabrikam_sandbox.partner.save()
    for org in (fabrikam, fabrikam_sandbox):
        book(org, "1.00", on(1, 5))
    settle_due()
    assert [i.partner for i in Invoice.objects.all()] == [fabrikam_sandbox.partner]
    assert Invoice.objects.get().issued_at == on(2, 19)


def test_one_invoice_for_each_currency(all_shown, fabrikam):
    book(fabrikam, "1.00", on(1, 5))
    book(fabrikam, "2.00", on(1, 6), currency="EUR")
    assert settlement.settle(month=JANUARY) == (2, 2, 0)
    assert dict(Invoice.objects.values_list("currency", "gross")) == {"USD": 1, "EUR": 2}


def test_numbers_are_G_and_nine_digits(all_shown, fabrikam):
    book(fabrikam, "1.00", on(1, 5))
    settle_due()
    number = Invoice.objects.get().number
    assert (number[0], len(number), number[1:].isdecimal()) == ("G", 10, True)


@pytest.mark.parametrize("lines", [1, 30])
def test_the_statements_do_not_grow_with_the_lines(all_shown, fabrikam, lines):
    for _ in range(lines):
        book(fabrikam, "1.00", on(1, 5))
    with CaptureQueriesContext(connection) as captured:
        settlement.settle(month=JANUARY)
    statements = [q["sql"] for q in captured if "SAVEPOINT" not in q["sql"]]
    # the wall twice; two looks for partners, each with a lock; doubles, parked rows away, claim
    assert len(statements) == 9, statements


def test_a_second_like_charge_parks_the_partner(all_shown, fabrikam, tailspin):
    one = book(fabrikam, "5.00", on(1, 5))
    book(fabrikam, "5.00", on(1, 6), order_id=one.order_id, customer=one.customer)
    book(fabrikam, "7.00", on(1, 7))
    book(tailspin, "1.00", on(1, 5))
    assert settlement.settle(month=JANUARY) == (1, 1, 1)
    run = ParkedRun.objects.get()
    assert (run.partner, run.order_id, run.gross) == (fabrikam.partner, one.order_id, 5)
    assert settlement.due_months() == []


def test_a_parked_partner_is_billed_once_one_charge_is_credited(all_shown, fabrikam):
    one = book(fabrikam, "5.00", on(1, 5))
    other = book(fabrikam, "5.00", on(1, 6), order_id=one.order_id, customer=one.customer)
    settlement.settle(month=JANUARY)
    give_back(other, fabrikam, on(1, 7), kind="customerCredit")
    assert settlement.settle(month=JANUARY) == (1, 3, 0)
    assert not ParkedRun.objects.exists()
    assert Invoice.objects.get().gross == 5
    assert faults() == []


def test_charges_of_two_periods_are_not_like(all_shown, fabrikam):
    one = book(fabrikam, "5.00", on(1, 5), period_end=on(1, 20))
    again = {"order_id": one.order_id, "customer": one.customer}
    book(fabrikam, "5.00", on(1, 20), period_end=on(2, 20), **again)
    assert settlement.settle(month=JANUARY) == (1, 2, 0)


def test_the_command_says_what_it_did(all_shown, fabrikam, capsys):
    book(fabrikam, "5.00", on(1, 5))
    call_command("settle_invoices", "--month", "2020-01", "--dry-run")
    assert not Invoice.objects.exists()
    call_command("settle_invoices", "--month", "2020-01")
    call_command("settle_invoices", "--month", "2020-01")
    assert capsys.readouterr().out.splitlines() == [
        "2020-01: 1 invoices would be issued, 1 lines.",
        "2020-01: 1 invoices issued, 1 lines.",
        "2020-01: 0 invoices issued, 0 lines.",
    ]


def test_the_command_names_who_is_parked(all_shown, fabrikam, capsys):
    one = book(fabrikam, "5.00", on(1, 5))
    book(fabrikam, "5.00", on(1, 6), order_id=one.order_id, customer=one.customer)
    with pytest.raises(CommandError, match="1 partners are parked"):
        call_command("settle_invoices", "--month", "2020-01")
    assert capsys.readouterr().err.startswith(f"Fabrikam: Order {one.order_id}, line 0 (")


@pytest.mark.parametrize("text", ["2020", "2020-13", "20-01", "2020-1", "x"])
def test_the_command_wants_a_month(text):
    with pytest.raises(CommandError, match="is not a month"):
        call_command("settle_invoices", "--month", text)


def test_the_sandbox_clock_bills_every_month_on_the_way(all_shown, fabrikam_sandbox, clock):
    from partnercenter.sandbox import move_clock  # noqa: PLC0415 - its tests are elsewhere

    clock.move_to(on(1, 10))
    book(fabrikam_sandbox, "1.00", on(1, 5))
    with fabrikam_sandbox.visible():
        move_clock(to=on(2, 10), by=fabrikam_sandbox.actor("aa"))
        book(fabrikam_sandbox, "2.00", on(2, 10))
        move_clock(to=on(5, 10), by=fabrikam_sandbox.actor("aa"))
    issued = Invoice.objects.order_by("number")
    assert [(i.month, i.gross, i.issued_at) for i in issued] == [
        (JANUARY, 1, on(2, 1, 0)),
        (FEBRUARY, 2, on(3, 1, 0)),
    ]


def test_an_issued_invoice_cannot_be_changed_by_the_product(all_shown, fabrikam):
    book(fabrikam, "5.00", on(1, 5))
    settle_due()
    for change in (
        lambda: Invoice.objects.update(gross=0),
        lambda: _run("DELETE FROM billing_invoice"),
        lambda: _run("TRUNCATE billing_invoice"),
        lambda: BillingLine.objects.update(invoice=None),
        lambda: BillingLine.objects.update(gross=0, net=0),
        lambda: _run("DELETE FROM billing_billingline"),
    ):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()
    assert Invoice.objects.get().gross == 5


def _run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)


def test_eight_closers_at_once_make_one_invoice_each(committed_db):
    with tenancy.everyone():
        partners = [Organization(f"Seller {n}") for n in range(12)]
        for org in partners:
            for day in (3, 4, 5):
                book(org, "1.10", on(1, day))
    start = threading.Barrier(8)
    done = []

    def close():
        start.wait()
        try:
            done.append(settlement.settle(month=JANUARY))
        finally:
            connection.close()

    closers = [threading.Thread(target=close) for _ in range(8)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join()
    assert len(done) == 8
    assert (sum(d.invoices for d in done), sum(d.lines for d in done)) == (12, 36)
    with tenancy.everyone():
        assert [i.gross for i in Invoice.objects.all()] == [Decimal("3.30")] * 12
        assert len(set(Invoice.objects.values_list("number", flat=True))) == 12
    assert faults() == []


def test_the_owner_of_the_tables_cannot_change_an_invoice_either(committed_db, owner_connection):
    with tenancy.everyone():
        book(Organization("Seller"), "1.00", on(1, 5))
        settlement.settle(month=JANUARY)
    with owner_connection.cursor() as cursor:
        for sql in (
            "UPDATE billing_invoice SET gross = 0",
            "DELETE FROM billing_invoice",
            "TRUNCATE billing_invoice CASCADE",
            "UPDATE billing_billingline SET invoice_id = NULL",
            "UPDATE billing_billingline SET net = 0, tax = 0, gross = 0",
            "DELETE FROM billing_billingline",
        ):
            cursor.execute(f"SELECT set_config('app.partner', '{tenancy.EVERYONE}', false)")
            with pytest.raises(Exception, match="is final"):
                cursor.execute(sql)
            owner_connection.rollback()
