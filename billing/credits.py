"""Credits: what a cancelled line gives back, booked beside its charge (S71-S73)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import F

from accounts.models import Partner
from billing import rules
from billing.models import Account, BillingLine
from billing.rules import Amounts, Charged, ChargeType
from partnercenter.lib.batch import insert_together

Key = tuple[str, int]
# What a credit has of its own; all else is its charge's.
OWN = frozenset(
    {
        "id",
        "charge_type",
        "net",
        "tax",
        "gross",
        "period_start",
        "booked_at",
        "reverses_id",
        "reverses_gross",
        "invoice_id",
    }
)


def credit(
    *, partner: Partner, order_id: str, line_numbers: Collection[int], at: datetime
) -> Amounts:
    """Book the credits of cancelled lines, on no invoice yet; returns their sum, positive.

    Inside the cancellation, which holds the lines' lock. Locks the partner's account from here to
    the commit, so call it late. A second credit for a line is refused by the database.
    """
    charges = charges_of([order_id], partner=partner)
    lines = [_credit_line(charges[order_id, number], at) for number in sorted(line_numbers)]
    insert_together(lines)
    booked = -rules.total([Amounts(net=line.net, tax=line.tax, gross=line.gross) for line in lines])
    Account.objects.filter(partner=partner).update(balance=F("balance") - booked.gross)
    return booked


def credit_preview(charges: Sequence[BillingLine], *, at: datetime) -> Amounts:
    """What cancelling these charges' lines at that instant would give back; positive (S62)."""
    return rules.total([rules.credit(_charged(charge), at) for charge in charges])


def charges_of(order_ids: Collection[str], *, partner: Partner) -> dict[Key, BillingLine]:
    """The charge of every line of these orders, by order id and line number; one query."""
    found = BillingLine.objects.filter(
        partner=partner, order_id__in=order_ids, charge_type=ChargeType.NEW
    )
    return {(line.order_id, line.line_number): line for line in found}


def _credit_line(charge: BillingLine, at: datetime) -> BillingLine:
    names = [field.attname for field in BillingLine._meta.concrete_fields]
    same = {name: getattr(charge, name) for name in names if name not in OWN}
    sums = -rules.credit(_charged(charge), at)
    return BillingLine(
        **same,
        id=uuid.uuid4(),
        charge_type=ChargeType.CANCEL_IMMEDIATE,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        period_start=at,
        booked_at=at,
        reverses_id=charge.pk,
        reverses_gross=charge.gross,
    )


def _charged(charge: BillingLine) -> Charged:
    return Charged(
        unit_price=charge.unit_price,
        quantity=charge.quantity,
        currency=charge.currency,
        price_includes_tax=charge.price_includes_tax,
        tax_rate=charge.tax_rate,
        sums=Amounts(net=charge.net, tax=charge.tax, gross=charge.gross),
        start=charge.period_start,
        end=charge.period_end,
    )
