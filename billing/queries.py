"""Reads of the ledger that pages, API and commands share."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.actors import Actor
from billing.models import BillingLine, Invoice, ParkedRun
from partnercenter.lib.errors import NotFound
from partnercenter.lib.formats import money

NEWEST_FIRST = ("-month", "-number")
AS_BOOKED = ("booked_at", "id")
# The public API names an invoice with its kind in front, and plainly.
PREFIX = "onetime-"


def invoices(*, by: Actor) -> QuerySet[Invoice]:
    """The partner's invoices, newest first."""
    return Invoice.objects.filter(partner=by.partner).order_by(*NEWEST_FIRST)


def invoice_or_404(number: str, *, by: Actor) -> Invoice:
    """The partner's invoice with this number, ``G000000001`` or ``OneTime-G000000001``."""
    plain = number[len(PREFIX) :] if number.lower().startswith(PREFIX) else number
    found = invoices(by=by).filter(number=plain.upper()).first()
    if found is None:
        raise NotFound(_("This invoice was not found. It does not exist, or it is not yours."))
    return found


def lines_of(invoice: Invoice) -> QuerySet[BillingLine]:
    """The invoice's lines with their customers."""
    return BillingLine.objects.filter(
        partner_id=invoice.partner_id, invoice=invoice
    ).select_related("customer")


def unbilled(*, by: Actor) -> QuerySet[BillingLine]:
    """What was booked and is on no invoice yet."""
    return BillingLine.objects.filter(partner=by.partner, invoice=None).select_related("customer")


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
