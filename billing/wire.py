"""Invoices and their lines in the wire form of the real service (contract 9)."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_symbol

from accounts.models import Partner
from billing import months
from billing.models import BillingLine, Invoice
from billing.queries import Balance, bought_at, effective_unit_price
from billing.recon import PUBLISHER, term_and_cycle
from partnercenter.lib.wire.links import link, self_link

Body = dict[str, Any]
PROVIDER, LINE_TYPE, KIND = "one_time", "billing_line_items", "OneTime"
NEVER = "0001-01-01T00:00:00"


def invoice_body(invoice: Invoice) -> Body:
    """An invoice; its links name it with its kind in front, as the real service's do."""
    address = f"/invoices/{KIND}-{invoice.number}"
    return {
        "id": invoice.number,
        "invoiceDate": invoice.issued_at,
        "billingPeriodStartDate": months.start(invoice.month),
        "billingPeriodEndDate": months.end(invoice.month) - timedelta(seconds=1),
        "totalCharges": invoice.gross,
        "paidAmount": 0,
        "currencyCode": invoice.currency,
        "currencySymbol": symbol(invoice.currency),
        "pdfDownloadLink": f"/invoices/{invoice.number}/documents/statement",
        # Of Taiwan only, where this service issues none.
        "taxReceipts": [],
        "invoiceDetails": [
            {
                "invoiceLineItemType": LINE_TYPE,
                "billingProvider": PROVIDER,
                "links": self_link(f"{address}/lineitems/{KIND}/BillingLineItems"),
                "attributes": {"objectType": "InvoiceDetail"},
            }
        ],
        "documentType": "invoice",
        "invoiceType": KIND,
        "links": self_link(address),
        "attributes": {"objectType": "Invoice"},
    }


def summary_body(balance: Balance) -> Body:
    """What is owed in one currency as of the last invoice; nothing is ever paid here."""
    summary = {
        "balanceAmount": balance.gross,
        "currencyCode": balance.currency,
        "currencySymbol": symbol(balance.currency),
        "accountingDate": balance.latest or NEVER,
        "firstInvoiceCreationDate": balance.first or NEVER,
        "lastPaymentDate": NEVER,
        "lastPaymentAmount": 0,
        "latestInvoiceDate": balance.latest or NEVER,
    }
    attributes = {"attributes": {"objectType": "InvoiceSummary"}}
    return {
        **summary,
        "details": [{"invoiceType": KIND, "summary": summary | attributes}],
        "links": self_link("/invoices/summary"),
        **attributes,
    }


def line_body(line: BillingLine, *, partner: Partner, number: str) -> Body:
    """A charge or credit; ``number`` is its invoice's, "" while it is on none."""
    customer = line.customer
    return {
        "partnerId": partner.pk,
        "customerId": customer.pk,
        "customerName": customer.company_name,
        "customerDomainName": customer.domain,
        "customerCountry": customer.country,
        "invoiceNumber": number,
        "mpnId": partner.mpn_id,
        "resellerMpnId": int(line.reseller_mpn_id or 0),
        "orderId": line.order_id,
        "orderDate": bought_at(line),
        "productId": line.product_id,
        "skuId": line.sku_id,
        "availabilityId": line.availability_id,
        "productName": line.product_title or line.title,
        "skuName": line.title,
        "chargeType": line.charge_type,
        "unitPrice": line.unit_price.normalize(),
        "effectiveUnitPrice": effective_unit_price(line).normalize(),
        "unitType": "",
        "quantity": line.quantity,
        "subtotal": line.net,
        "taxTotal": line.tax,
        "totalForCustomer": line.gross,
        "currency": line.currency,
        **_older_names(line),
        "subscriptionDescription": line.title if line.period_end else "",
        "subscriptionId": line.subscription_id or "",
        "chargeStartDate": line.period_start,
        "chargeEndDate": line.period_end,
        "termAndBillingCycle": term_and_cycle(line),
        "alternateId": line.alternate_id,
        "priceAdjustmentDescription": "",
        "pricingCurrency": line.currency,
        "pcToBCExchangeRate": Decimal(1),
        "pcToBCExchangeRateDate": line.booked_at,
        "billableQuantity": line.quantity,
        "meterDescription": "",
        "billingFrequency": "",
        "reservationOrderId": "",
        "invoiceLineItemType": LINE_TYPE,
        "billingProvider": PROVIDER,
        "attributes": {"objectType": "OneTimeInvoiceLineItem"},
    }


def _older_names(line: BillingLine) -> Body:
    """The publisher, the quote and the term, under the names of both generations of clients."""
    started = bought_at(line) if line.period_end else None
    return {
        "publisherName": line.publisher or PUBLISHER,
        "publisherId": "",
        "providerName": line.publisher or PUBLISHER,
        "providerId": "",
        "quoteId": line.alternate_id,
        "discountDetails": "",
        "subscriptionStartDate": started,
        "subscriptionEndDate": line.period_end,
    }


def estimate_links(currency: str) -> Sequence[Body]:
    """Where the charges of the running and the last period stand that no invoice has yet."""
    return [
        {
            "type": "non_consumption",
            "title": f"{period} estimates",
            "description": f"Charges and credits of the {period.lower()} period, on no invoice yet",
            "period": period,
            "link": link(
                "/invoices/unbilled/lineitems?provider=onetime&invoicelineitemtype="
                f"billinglineitems&currencycode={currency}&period={period.lower()}&size=2000"
            ),
            "attributes": {"objectType": "EstimateLink"},
        }
        for period in ("Current", "Previous")
    ]


def symbol(currency: str) -> str:
    """``$`` for USD."""
    return get_currency_symbol(currency, locale="en")
