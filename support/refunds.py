"""What an approval of a refund would give back, before it is given (ruling 9)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts import actors
from orders.approval import Refundable, refundable
from orders.models import Order
from orders.rules import Reason
from partnercenter.lib.errors import Invalid
from partnercenter.lib.money import ZERO
from support.models import ServiceRequest


@dataclass(frozen=True, slots=True)
class Refund:
    """The order that a request names, with those of its lines that the request is about."""

    order: Order
    lines: Sequence[Refundable]
    at: datetime

    @property
    def open_numbers(self) -> list[int]:
        """Of the lines that an approval can cancel, the numbers."""
        return [each.line.number for each in self.lines if each.reason is Reason.OPEN]

    @property
    def total(self) -> Decimal:
        """What approving all of them gives back, tax included."""
        return sum((each.credit.gross for each in self.lines if each.credit), ZERO)

    @property
    def invoice_month(self) -> date:
        """First day of the month on whose invoice a credit of now will be."""
        return self.at.date().replace(day=1)

    def chosen(self, numbers: Collection[int] | None) -> list[int]:
        """The lines to cancel: those that are named, else all that can be, else all (refused)."""
        known = [each.line.number for each in self.lines]
        if numbers is None:
            return self.open_numbers or known
        if not numbers or not set(numbers) <= set(known):
            raise Invalid(_("Choose the purchases that are to be refunded."), field="lines")
        return sorted(numbers)


def of_request(request: ServiceRequest, *, at: datetime) -> Refund | None:
    """Preview for the request's order; None where it names none of the partner's."""
    held = Order.objects.filter(partner=request.partner_id, pk=request.order_id)
    order = held.select_related("customer").first() if request.order_id else None
    if order is None:
        return None
    lines = [
        each
        for each in refundable(order.pk, by=actors.system(request.partner), at=at)
        if request.line_number in {None, each.line.number}
    ]
    return Refund(order, lines, at)
