"""``check_ledger`` finds each kind of fault that somebody with the database could leave."""

# ruff: noqa: S608 - statements of the test's own

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import CommandError

from billing import ledger, settlement
from billing.models import Account, Invoice
from partnercenter.lib import tenancy
from tests.billing.book import book, on
from tests.billing.test_settle import JANUARY
from tests.people import Organization

CHECKED = {
    "billing_billingline": ("billing_line_gross_is_net_plus_tax", "billing_line_once"),
    "billing_invoice": (
        "invoice_gross_is_net_plus_tax",
        "invoice_gross_is_charges_and_credits",
        "invoice_once_a_month",
    ),
}
INVOICE = "partner_id, currency, month, issued_at, id, number, net, tax, gross, charges, credits"
ADD = (
    f"INSERT INTO billing_invoice ({INVOICE}) SELECT partner_id, currency, month, issued_at,"
    " gen_random_uuid(), 'G999999999', 0, 0, 0, 0, 0 FROM billing_invoice ORDER BY number LIMIT 1"
)
ONE = "(SELECT id FROM billing_invoice ORDER BY number LIMIT 1)"
LINE = "(SELECT id FROM billing_billingline ORDER BY booked_at LIMIT 1)"
MORE = (
    "UPDATE billing_invoice SET net = net + 1, gross = gross + 1, charges = charges + 1"
    f" WHERE id = {ONE}"
)
FOREIGN = (
    "UPDATE billing_billingline l SET invoice_id = i.id FROM billing_invoice i"
    f" WHERE l.id = {LINE} AND i.partner_id <> l.partner_id"
)
COPY = (
    "INSERT INTO billing_billingline SELECT (json_populate_record(l, json_build_object("
    "'id', gen_random_uuid(), 'period_start', l.period_start + interval '1 day'))).*"
    " FROM billing_billingline l WHERE id = " + LINE
)


@pytest.fixture
def books(committed_db, owner_connection):
    """Two partners with an invoice each and something unbilled, and the owner's way past walls."""
    with time_machine.travel(on(2, 1, 0), tick=False), tenancy.everyone():
        for name in ("Tailspin", "Wingtip"):
            org = Organization(name, country="AU", currency="AUD")
            for day in (3, 4):
                book(org, "110.00", on(1, day))
            book(org, "5.00", on(2, 1, 0))
        settlement.settle(month=JANUARY)

        def plant(sql):
            with owner_connection.cursor() as cursor:
                cursor.execute(
                    "SELECT set_config('app.partner', %s, false)", [str(tenancy.EVERYONE)]
                )
                for table, names in CHECKED.items():
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                    for name in names:
                        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                cursor.execute(
                    "ALTER TABLE billing_billingline DROP CONSTRAINT"
                    " billing_billingline_invoice_id_same_partner"
                )
                cursor.execute(sql)
                assert cursor.rowcount == 1
            owner_connection.commit()

        yield plant


def test_a_whole_ledger_adds_up(books, capsys):
    call_command("check_ledger")
    assert capsys.readouterr().out == "The ledger adds up.\n"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        (
            f"UPDATE billing_billingline SET net = net + 1, gross = gross + 1 WHERE id = {LINE}",
            {"conservation", "account", "net", "total"},
        ),
        (
            f"UPDATE billing_billingline SET tax = tax + 1, net = net - 1 WHERE id = {LINE}",
            {"net", "tax"},
        ),
        (
            f"UPDATE billing_billingline SET tax = tax + 1 WHERE id = {LINE}",
            {"tax", "arithmetic"},
        ),
        (
            MORE,
            {"conservation", "net", "total"},
        ),
        (
            f"UPDATE billing_invoice SET tax = tax + 1, net = net - 1 WHERE id = {ONE}",
            {"net", "tax"},
        ),
        (f"UPDATE billing_invoice SET charges = charges + 1 WHERE id = {ONE}", {"arithmetic"}),
        (
            f"UPDATE billing_billingline SET invoice_id = NULL WHERE id = {LINE}",
            {"conservation", "net", "tax", "total"},
        ),
        (
            f"UPDATE billing_billingline SET invoice_id = gen_random_uuid() WHERE id = {LINE}",
            {"net", "tax", "total", "place"},
        ),
        (
            FOREIGN,
            {"net", "tax", "total", "place"},
        ),
        (
            f"UPDATE billing_billingline SET currency = 'EUR' WHERE id = {LINE}",
            {"conservation", "place"},
        ),
        (
            f"UPDATE billing_billingline SET booked_at = '2020-02-01T00:00:00Z' WHERE id = {LINE}",
            {"place"},
        ),
        (ADD, {"empty", "twice"}),
        (f"DELETE FROM billing_invoice WHERE id = {ONE}", {"conservation", "place"}),
        (COPY, {"conservation", "account", "net", "tax", "total", "twice"}),
    ],
)
def test_a_planted_fault_is_found(books, capsys, sql, found):
    books(sql)
    assert {fault.check for fault in ledger.faults()} == found
    with pytest.raises(CommandError, match="does not add up"):
        call_command("check_ledger")
    assert capsys.readouterr().err.startswith("partner ")


def test_a_wrong_account_is_found_and_named(books):
    account = Account.objects.order_by("pk").first()
    Account.objects.filter(pk=account.pk).update(balance=1)
    assert ledger.faults() == [
        (str(account.pk), "account", "the account says 1.000, its lines say 225.000")
    ]


def test_a_wrong_tax_names_its_invoice(books):
    first = Invoice.objects.order_by("number").first()
    books(f"UPDATE billing_invoice SET tax = tax + 1, net = net - 1 WHERE id = '{first.pk}'")
    faults = {fault.check: fault.what for fault in ledger.faults()}
    assert set(faults) == {"net", "tax"}
    assert faults["tax"].startswith(f"{first.number}: tax is ")
