"""S71: a cancelled purchase's credit is on the next invoice; file, PDF and invoice agree.

Bought on 2 January 2020, 10:12: three of a year's ``server`` at 1,000.00 (366 days), one
``perpetual`` at 500.50. Cancelled on 3 February: 334 days left, 1,000.00 x 334 / 366 = 912.56|8
each, x 3 = 2,737.68; the other in full.
"""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from pypdf import PdfReader

from billing.ledger import faults
from billing.models import BillingLine, Invoice
from catalog.models import TaxTreatment
from orders import services
from orders.models import OrderLine
from tests.orders import build
from tests.orders.conftest import travel  # noqa: F401 - a fixture

# Partner, market, and a Brazilian rate; then net, tax and total of each line's credit.
MARKETS = {
    "US": ("fabrikam", None, [("2737.68", "0.00", "2737.68"), ("500.50", "0.00", "500.50")]),
    # 2,737.68 / 11 = 248.88 and 500.50 / 11 = 45.50
    "AU": ("tailspin", None, [("2488.80", "248.88", "2737.68"), ("455.00", "45.50", "500.50")]),
    # 2,737.68 x 0.029 / 1.029 = 77.15|5 and 500.50 x 0.029 / 1.029 = 14.10|5
    "BR": ("litware", "0.029", [("2660.53", "77.15", "2737.68"), ("486.40", "14.10", "500.50")]),
}
SUMS = {
    "US": ("3238.18", "0.00", "3238.18"),
    "AU": ("2943.80", "294.38", "3238.18"),
    "BR": ("3146.93", "91.25", "3238.18"),
}


@pytest.fixture(params=MARKETS)
def credited(request, travel):  # noqa: F811 - the fixture
    """Market, partner and what was bought, on the day after the credit's month."""
    partner, rate, _ = MARKETS[request.param]
    org = request.getfixturevalue(partner)
    if rate:
        set_rate(request.param, rate)
    with org.visible():
        shop = build.shop(org)
        offers = (
            build.offer("WSD", "1000", market=request.param),
            build.offer("PERP", "500.50", market=request.param),
        )
        quantities = {offers[0].catalog_item_id: 3, offers[1].catalog_item_id: 1}
        items = [services.Item(*pair) for pair in quantities.items()]
        order = services.place_order(shop.customer, items, by=shop.actor()).order
        travel.move_to(datetime(2020, 2, 3, 9, tzinfo=UTC))
        services.cancel_order(order, by=shop.actor())
        travel.move_to(datetime(2020, 3, 1, tzinfo=UTC))
        for month in ("2020-01", "2020-02"):
            call_command("settle_invoices", "--month", month)
        yield request.param, org, order


def set_rate(market, rate):
    """As an operator does: the row in force ends, another begins."""
    since = build.START - build.days(1)
    rows = TaxTreatment.objects.filter(market_id=market, valid_to=None)
    treatment = rows.get()
    rows.update(valid_to=since)
    TaxTreatment.objects.create(
        market_id=market,
        price_includes_tax=treatment.price_includes_tax,
        rate=rate,
        valid_from=since,
        source="test",
    )


def rows_of(org, invoice):
    at = f"/dashboard/billing/invoices/{invoice.number}/reconciliation"
    text = b"".join(org.browser("ba").get(at).streaming_content).decode("utf-8-sig")
    return sorted(csv.DictReader(io.StringIO(text)), key=lambda row: row["SkuId"], reverse=True)


def text_of(org, invoice):
    at = f"/dashboard/billing/invoices/{invoice.number}/pdf"
    pages = PdfReader(io.BytesIO(org.browser("ba").get(at).content)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_S17_S18_S71_S72_S73_invoice_file_and_pdf_agree_to_the_cent(credited):
    market, org, order = credited
    january, february = Invoice.objects.order_by("month")
    assert [row["ChargeType"] for row in rows_of(org, january)] == ["new", "new"]
    rows, credits_ = rows_of(org, february), MARKETS[market][2]
    assert [(row["OrderId"], row["ChargeType"]) for row in rows] == [
        (order.pk, "cancelImmediate")
    ] * 2
    told = [(row["Subtotal"], row["TaxTotal"], row["Total"]) for row in rows]
    assert told == [tuple(minus(amount) for amount in credit) for credit in credits_]
    assert [f"{a:.2f}" for a in (february.net, february.tax, february.gross)] == [
        minus(amount) for amount in SUMS[market]
    ]
    shown = {f"{minus(amount, ',')} {february.currency}" for row in credits_ for amount in row}
    shown |= {f"{minus(amount, ',')} {february.currency}" for amount in SUMS[market]}
    pdf = text_of(org, february)
    assert sorted(amount for amount in shown if amount not in pdf) == []
    assert faults() == []


def minus(amount, thousands=""):
    return format(-float(amount) or 0.0, f"{thousands}.2f")


@pytest.mark.parametrize("credited", ["US"], indirect=True)
def test_the_file_tells_of_a_line_what_order_and_catalogue_know(credited):
    _, org, order = credited
    charges, credits_ = (rows_of(org, invoice) for invoice in Invoice.objects.order_by("month"))
    line = OrderLine.objects.get(order=order, term_end__isnull=False)
    bought = BillingLine.objects.filter(charge_type="new").order_by("-sku_id")
    assert order.alternate_id
    for charge, credit, booked in zip(charges, credits_, bought, strict=True):
        known = {
            "AlternateId": order.alternate_id,
            "SubscriptionId": str(line.pk) if booked.period_end else "",
            "ProductName": booked.product_title,
            "PublisherName": "Microsoft Corporation",
            "ReferenceID": str(booked.pk),
        }
        for row in (charge, credit):
            assert {name: row[name] for name in known} == known
    (_, february), names = Invoice.objects.order_by("month"), ("alternateId", "subscriptionId")
    at = f"/v1/invoices/{february.number}/lineitems?provider=onetime&invoicelineitemtype="
    items = org.api("ba").get(f"{at}billinglineitems").json()["items"]
    by_api = sorted([item["skuId"], *(item[name] for name in names)] for item in items)
    in_file = [[row["SkuId"], row["AlternateId"], row["SubscriptionId"]] for row in credits_]
    assert by_api == sorted(in_file)
