"""The reconciliation file: the original's 46 columns, in its order (data README 6)."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Partner
from activitylog.rules import cell
from billing.models import BillingLine
from billing.queries import AS_BOOKED, bought_at, effective_unit_price
from partnercenter.lib import paging, tenancy
from partnercenter.lib.money import digits

BOM = "\ufeff"
AT_ONCE = 1000
PRICE = Decimal("0.000001")
PUBLISHER = "Microsoft Corporation"  # of what was booked before lines had one
TERMS = {"P1M": "1 Month", "P1Y": "1 Year", "P3Y": "3 Years"}
COLUMNS = (
    "PartnerId", "CustomerId", "CustomerName", "CustomerDomainName", "CustomerCountry",
    "InvoiceNumber", "MPNID", "ResellerMPNID", "OrderId", "OrderDate", "ProductId", "SkuId",
    "AvailabilityId", "SkuName", "ProductName", "ChargeType", "UnitPrice", "Quantity", "Subtotal",
    "TaxTotal", "Total", "Currency", "PriceAdjustmentDescription", "PublisherName", "PublisherId",
    "SubscriptionDescription", "SubscriptionId", "ChargeStartDate", "ChargeEndDate",
    "TermAndBillingCycle", "EffectiveUnitPrice", "UnitType", "AlternateId", "BillableQuantity",
    "BillingFrequency", "PricingCurrency", "PCToBCExchangeRate", "PCToBCExchangeRateDate",
    "MeterDescription", "ReservationOrderId", "CreditReasonCode", "SubscriptionStartDate",
    "SubscriptionEndDate", "ReferenceID", "ProductQualifiers", "PromotionID",
)  # fmt: skip


class _Line:
    """What ``csv`` writes to: hands the text back."""

    def write(self, text: str) -> str:
        return text


def lines(rows: QuerySet[BillingLine], *, partner: Partner, number: str) -> Iterator[str]:
    """The file piece by piece, each lot of rows read by position and under the partner's wall."""
    writer: Any = csv.DictWriter(_Line(), COLUMNS, restval="")
    yield BOM + writer.writeheader()
    cursor = ""
    while True:
        with tenancy.acting_for(partner.pk):
            page = paging.page(rows, order=AS_BOOKED, size=AT_ONCE, cursor=cursor)
        yield "".join(
            writer.writerow(_safe(_row(line), partner=partner, number=number))
            for line in page.items
        )
        if not page.next:
            return
        cursor = page.next


def term_and_cycle(line: BillingLine) -> str:
    """``1 Year Subscription``; blank for perpetual software, which has no term."""
    term = TERMS.get(line.term)
    return f"{term} Subscription" if term and line.period_end else ""


def _safe(row: dict[str, Any], *, partner: Partner, number: str) -> dict[str, str]:
    row |= {"PartnerId": partner.pk, "InvoiceNumber": number, "MPNID": partner.mpn_id}
    return {name: _text(value) for name, value in row.items()}


def _text(value: Any) -> str:
    """A number as it is; a text so that no spreadsheet runs it."""
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.astimezone(UTC).date().isoformat()
    return "" if value is None else str(value)


def _row(line: BillingLine) -> dict[str, int | str | Decimal | datetime | UUID | None]:
    customer, places = line.customer, Decimal(1).scaleb(-digits(line.currency))
    last = line.period_end - timedelta(days=1) if line.period_end else None
    return {
        "ResellerMPNID": line.reseller_mpn_id,
        "CustomerId": customer.pk,
        "CustomerName": customer.company_name,
        "CustomerDomainName": customer.domain,
        "CustomerCountry": customer.country,
        "OrderId": line.order_id,
        "OrderDate": bought_at(line),
        "ProductId": line.product_id,
        "SkuId": line.sku_id,
        "AvailabilityId": line.availability_id,
        "SkuName": line.title,
        "ProductName": line.product_title or line.title,
        "ChargeType": line.charge_type,
        "UnitPrice": line.unit_price,
        "Quantity": line.quantity,
        "Subtotal": line.net.quantize(places),
        "TaxTotal": line.tax.quantize(places),
        "Total": line.gross.quantize(places),
        "Currency": line.currency,
        "PublisherName": line.publisher or PUBLISHER,
        "SubscriptionDescription": line.title if last else "",
        "SubscriptionId": line.subscription_id,
        "ChargeStartDate": line.period_start,
        "ChargeEndDate": last,
        "TermAndBillingCycle": term_and_cycle(line),
        "EffectiveUnitPrice": effective_unit_price(line).quantize(PRICE),
        "AlternateId": line.alternate_id,
        "BillableQuantity": line.quantity,
        "PricingCurrency": line.currency,
        "PCToBCExchangeRate": 1,
        "PCToBCExchangeRateDate": line.booked_at,
        "SubscriptionStartDate": bought_at(line) if last else None,
        "SubscriptionEndDate": last,
        "ReferenceID": line.reverses_id or line.pk,
    }
