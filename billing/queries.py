"""Reads of the ledger that pages, API and commands share."""

import re
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import DecimalField, F, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.actors import Actor
from billing.models import BillingLine, Invoice, ParkedRun
from partnercenter.lib.errors import NotFound
from partnercenter.lib.formats import money
from partnercenter.lib.money import ZERO

NEWEST_FIRST = ("-month", "-number")
AS_BOOKED = ("booked_at", "id")
# The public API names an invoice with its kind in front, and plainly.
TREND_ROWS = 10
MONEY: Any = DecimalField(max_digits=18, decimal_places=3)
NUMBER = re.compile(r"(?:onetime-)?(g[0-9]{9})", re.IGNORECASE)


def invoices(*, by: Actor) -> QuerySet[Invoice]:
    """The partner's invoices, newest first."""
    return Invoice.objects.filter(partner=by.partner).order_by(*NEWEST_FIRST)


def invoice_or_404(number: str, *, by: Actor) -> Invoice:
    """The partner's invoice with this number, ``G000000001`` or ``OneTime-G000000001``."""
    form = NUMBER.fullmatch(number)
    found = invoices(by=by).filter(number=form[1].upper()).first() if form else None
    if found is None:
        raise NotFound(_("This invoice was not found. It does not exist, or it is not yours."))
    return found


def lines_of(invoice: Invoice) -> QuerySet[BillingLine]:
    """The invoice's lines with their customers."""
    return BillingLine.objects.filter(
        partner_id=invoice.partner_id, invoice=invoice
    ).select_related("customer", "reverses")


def unbilled(*, by: Actor) -> QuerySet[BillingLine]:
    """What was booked and is on no invoice yet."""
    return BillingLine.objects.filter(partner=by.partner, invoice=None).select_related(
        "customer", "reverses"
    )


def parked_runs() -> QuerySet[ParkedRun]:
    """Partners whose run waits for a person."""
    return ParkedRun.objects.select_related("partner").order_by("partner__name", "partner_id")


def parked_text(run: ParkedRun) -> str:
    """What is wrong and what to do about it."""
    return _(
        "Order %(order)s, line %(line)s (%(title)s, %(amount)s incl. tax) is charged twice for one "
        "period. No invoice was issued, so that nothing is billed twice. Book a customer credit of "
        "this amount for one of the two, then run settle_invoices --month %(month)s again."
    ) % {
        "order": run.order_id,
        "line": run.line_number,
        "title": run.title,
        "amount": money(run.gross, run.currency),
        "month": f"{run.month:%Y-%m}",
    }


class Balance(NamedTuple):
    """What the invoices of one currency add up to, and when the first and last were issued."""

    currency: str
    gross: Decimal
    first: datetime | None
    latest: datetime | None


def balances(*, by: Actor) -> list[Balance]:
    """One for each currency with invoices; the partner's own currency comes first, always."""
    found = {
        row["currency"]: Balance(**row)
        for row in Invoice.objects.filter(partner=by.partner)
        .values("currency")
        .annotate(gross=Sum("gross"), first=Min("issued_at"), latest=Max("issued_at"))
        .order_by("currency")
    }
    own = by.partner.currency
    return [found.pop(own, Balance(own, ZERO, None, None)), *found.values()]


def bought_at(line: BillingLine) -> datetime:
    """When the order was placed; a credit tells it by the charge that it takes back."""
    return line.reverses.period_start if line.reverses else line.period_start


def effective_unit_price(line: BillingLine) -> Decimal:
    """What one of it came to, in the price list's tax treatment; negative on a credit."""
    listed = line.gross if line.price_includes_tax else line.net
    return listed / line.quantity if listed < 0 else line.unit_price


def trend(*, by: Actor, name: str, since: datetime) -> list[Any]:
    """What was charged and credited since then by customer or product, the largest first.

    ``name`` is the line's column that tells whose it is; amounts include tax, and are of the
    partner's own currency.
    """
    rows = BillingLine.objects.filter(
        partner=by.partner, booked_at__gte=since, currency=by.partner.currency
    )
    return list(
        rows.values(label=F(name))
        .annotate(
            charged=Coalesce(Sum("gross", filter=Q(gross__gt=0)), ZERO, output_field=MONEY),
            credited=Coalesce(Sum("gross", filter=Q(gross__lt=0)), ZERO, output_field=MONEY),
        )
        .order_by("-charged", "label")[:TREND_ROWS]
    )
