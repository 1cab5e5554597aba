"""Ledger lines as the deeds book them; what a test is about, it names."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from django.db.models import F

from billing import rules
from billing.models import Account, BillingLine
from tests.customers.samples import customer
from tests.people import Organization

numbers = itertools.count(1)
# Country -> currency, whether its list prices include tax, rate.
TAX = {
    "US": ("USD", False, Decimal(0)),
    "AU": ("AUD", True, Decimal("0.1")),
    "BR": ("BRL", True, Decimal("0.029")),
}


def on(month: int, day: int, hour: int = 10, year: int = 2020) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def book(org: Organization, price: str, at: datetime, *, quantity: int = 1, **values):
    """A charge of the partner, tax by its country, with the account brought up to date."""
    currency, includes, rate = TAX[org.partner.country]
    price_of_one = Decimal(price)
    sums = rules.amounts(
        unit_price=price_of_one,
        quantity=quantity,
        currency=currency,
        price_includes_tax=includes,
        tax_rate=rate,
    )
    if "customer" not in values:
        values["customer"] = customer(org, f"Customer {next(numbers)}")
    fixed = {
        "order_id": f"O{next(numbers)}", "line_number": 0, "charge_type": "new",
        "product_id": "DG7GMGF0DVT9", "sku_id": "000B", "title": "Windows Server",
        "term": "P1Y", "billing_plan": "OneTime", "currency": currency,
        "net": sums.net, "tax": sums.tax, "gross": sums.gross, "period_start": at,
        "period_end": at + timedelta(days=365), "booked_at": at,
    }  # fmt: skip
    line = BillingLine.objects.create(
        partner=org.partner,
        quantity=quantity,
        unit_price=price_of_one,
        price_includes_tax=includes,
        tax_rate=rate,
        **fixed | values,
    )
    account, _ = Account.objects.get_or_create(partner=org.partner, defaults={"balance": 0})
    Account.objects.filter(pk=account.pk).update(balance=F("balance") + line.gross)
    return line


def give_back(
    charge: BillingLine, org: Organization, at: datetime, *, kind="cancelImmediate", **values
):
    """The credit of the whole charge, as a cancelled perpetual licence has it."""
    if kind == "cancelImmediate":
        values |= {"reverses": charge, "reverses_gross": charge.gross}
    return book(
        org,
        "0",
        at,
        customer=charge.customer,
        order_id=charge.order_id,
        charge_type=kind,
        net=-charge.net,
        tax=-charge.tax,
        gross=-charge.gross,
        period_end=charge.period_end,
        **values,
    )
