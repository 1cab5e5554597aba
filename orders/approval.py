"""Cancelling that the desk approves: what it would give back, and what it is then done by."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from accounts.actors import Actor
from billing import credits as billing
from billing.rules import Amounts
from orders import cancellation
from orders.models import OrderLine
from orders.rules import Reason


class Approval(NamedTuple):
    """The desk's decision: the way round the window and "by support request only" (S48, S64).

    ``user_id`` is whoever asked, to be told what to do now (S68, S69); "" for an application.
    """

    request_number: str
    user_id: str
    at: datetime


class Refundable(NamedTuple):
    """A line as the desk may decide it; ``credit`` is positive, None where nothing can be given."""

    line: OrderLine
    reason: Reason
    credit: Amounts | None


def refundable(order_id: str, *, by: Actor, at: datetime) -> Sequence[Refundable]:
    """Each line of the order, with the credit of an approval at that instant (ruling 9)."""
    held = OrderLine.objects.filter(partner=by.partner, order_id=order_id)
    charges = billing.charges_of([order_id], partner=by.partner)
    found = []
    for line in held.order_by("number"):
        reason = cancellation.reason_of(line, by=by, at=at, approved=True)
        charge = [charges[order_id, line.number]] if reason is Reason.OPEN else []
        credit = billing.credit_preview(charge, at=at) if charge else None
        found.append(Refundable(line, reason, credit))
    return found
