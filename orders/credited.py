"""Credits that were booked: what a cancellation gave back and on which invoice (S71, F-SW-8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.actors import Actor
from billing import rules
from billing.models import BillingLine
from billing.rules import Amounts, ChargeType
from software.models import Entitlement

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Credit:
    """What a cancellation gave back, and the invoice that it is on; none before the month's end."""

    amounts: Amounts
    currency: str
    price_includes_tax: bool
    month: date
    invoice: str


def credit_of(line: Entitlement, *, by: Actor) -> Credit | None:
    """The credit of this line (S71), once it is cancelled."""
    booked = booked_for([line.order_id], by=by).get((line.order_id, line.line_number))
    return together([booked]) if booked else None


def credit_of_product(line: Entitlement, *, by: Actor) -> Credit | None:
    """The credit of the order's lines of this line's product: what one Submit gave back."""
    booked = booked_for([line.order_id], by=by).values()
    return together(
        [b for b in booked if (b.product_id, b.sku_id) == (line.product_id, line.sku_id)]
    )


def booked_for(order_ids: Iterable[str], *, by: Actor) -> dict[Key, BillingLine]:
    """The credits of these orders, by order id and line number; one query."""
    found = BillingLine.objects.filter(
        partner=by.partner,
        order_id__in=list(order_ids),
        charge_type=ChargeType.CANCEL_IMMEDIATE,
    ).select_related("invoice")
    return {(line.order_id, line.line_number): line for line in found}


def together(booked: Sequence[BillingLine]) -> Credit | None:
    """Together, in positive amounts."""
    if not booked:
        return None
    last = max(booked, key=lambda line: line.booked_at)
    amounts = -rules.total([Amounts(net=b.net, tax=b.tax, gross=b.gross) for b in booked])
    invoice = last.invoice
    month = invoice.month if invoice else last.booked_at.date().replace(day=1)
    return Credit(
        amounts, last.currency, last.price_includes_tax, month, invoice.number if invoice else ""
    )
