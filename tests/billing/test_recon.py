"""The reconciliation file: 46 columns, one row per line, nothing a spreadsheet would run."""

import csv
import io

import pytest
import time_machine

from billing import settlement
from billing.models import Invoice
from billing.recon import COLUMNS
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(3, 1, 9), tick=False):
        yield


@pytest.fixture
def billed(tailspin):
    with tailspin.visible():
        buyer = customer(tailspin, "Contoso")
        charge = book(
            tailspin, "110.00", on(1, 5), quantity=2, order_id="O1", customer=buyer,
            availability_id="DZH318Z08B80", title="=1+1",
        )  # fmt: skip
        give_back(charge, tailspin, on(2, 3))
        settlement.settle_due()
        yield tailspin


def file(org, rest):
    answer = org.browser("ba").get(f"/dashboard/billing/{rest}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_the_columns_are_the_originals_in_order(reference):
    with (reference / "reference/data/recon_columns.csv").open(encoding="utf-8-sig") as rows:
        original = [row for row in csv.reader(rows) if row[0].startswith("new commerce") and row[1]]
    assert [row[2] for row in original] == list(COLUMNS)
    assert len(COLUMNS) == 46


def test_S71_charge_and_credit_agree_with_the_invoices(billed):
    january, february = Invoice.objects.order_by("month")
    (charge,) = file(billed, f"invoices/{january.number}/reconciliation")
    (credit,) = file(billed, f"invoices/{february.number}/reconciliation")
    assert list(charge) == list(COLUMNS)
    filled = {name: value for name, value in charge.items() if value}
    buyer = billed.partner.customers.get()
    assert filled == {
        "PartnerId": str(billed.partner.pk),
        "CustomerId": str(buyer.pk),
        "CustomerName": "Contoso",
        "CustomerDomainName": buyer.domain,
        "CustomerCountry": buyer.country,
        "InvoiceNumber": january.number,
        "OrderId": "O1",
        "OrderDate": "2020-01-05",
        "ProductId": "DG7GMGF0DVT9",
        "SkuId": "000B",
        "AvailabilityId": "DZH318Z08B80",
        "SkuName": "'=1+1",
        "ProductName": "'=1+1",
        "ChargeType": "new",
        "UnitPrice": "110.000000",
        "Quantity": "2",
        "Subtotal": "200.00",
        "TaxTotal": "20.00",
        "Total": "220.00",
        "Currency": "AUD",
        "PublisherName": "Microsoft Corporation",
        "SubscriptionDescription": "'=1+1",
        "ChargeStartDate": "2020-01-05",
        "ChargeEndDate": "2021-01-03",
        "TermAndBillingCycle": "1 Year Subscription",
        "EffectiveUnitPrice": "110.000000",
        "BillableQuantity": "2",
        "PricingCurrency": "AUD",
        "PCToBCExchangeRate": "1",
        "PCToBCExchangeRateDate": "2020-01-05",
        "SubscriptionStartDate": "2020-01-05",
        "SubscriptionEndDate": "2021-01-03",
        "ReferenceID": str(january.lines.get().pk),
    }
    told = ("ChargeType", "OrderId", "OrderDate", "Subtotal", "TaxTotal", "Total", "Quantity")
    assert [credit[name] for name in told] == [
        "cancelImmediate", "O1", "2020-01-05", "-200.00", "-20.00", "-220.00", "1",
    ]  # fmt: skip
    assert credit["EffectiveUnitPrice"] == "-220.000000"
    assert credit["ReferenceID"] == charge["ReferenceID"]


def test_perpetual_software_has_no_term(billed):
    book(billed, "11.00", on(3, 1, 8), term="OneTime", period_end=None)
    (line,) = file(billed, "unbilled/export")
    told = ("InvoiceNumber", "ChargeEndDate", "TermAndBillingCycle", "SubscriptionEndDate")
    assert [line[name] for name in told] == [""] * 4
    assert line["Total"] == "11.00"


def test_a_long_file_comes_whole_and_in_order(billed, monkeypatch):
    monkeypatch.setattr("billing.recon.AT_ONCE", 2)
    for hour in range(5):
        book(billed, "11.00", on(3, 1, hour), order_id=f"M{hour}")
    found = file(billed, "unbilled/export")
    assert [line["OrderId"] for line in found] == ["M0", "M1", "M2", "M3", "M4"]


def test_another_partners_file_is_not_found(billed, fabrikam):
    number = Invoice.objects.first().number
    answer = fabrikam.browser("ba").get(f"/dashboard/billing/invoices/{number}/reconciliation")
    assert answer.status_code == 404
