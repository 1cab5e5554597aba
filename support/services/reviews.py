"""A refund request holds the lines that it asks about until the desk has decided it (S64)."""

from collections.abc import Mapping, Sequence

from accounts.actors import Actor
from accounts.permissions import may
from accounts.rules import Capability
from orders import services as orders
from support import queries, rules
from support.models import ServiceRequest

Held = Mapping[int, tuple[str, bool]]


def may_hold(request: ServiceRequest, *, by: Actor) -> bool:
    """Whether the request holds its order: only that of somebody who could cancel it himself.

    Else anybody could keep an Admin agent from cancelling.
    """
    asks_for_refund = rules.needs_facts(request.topic) and bool(request.order_id)
    return asks_for_refund and (by.is_system or may(by, Capability.CANCEL_SOFTWARE))


def keep_reviews(request: ServiceRequest) -> None:
    """Bring the order's lines up to date, after every change of a request that holds it.

    Inside the change's transaction, with the request locked: locks the order after it.
    """
    if not request.holds_order:
        return

    def held(numbers: Sequence[int]) -> Held:
        return {
            number: (each.number, each.is_asked)
            for each in queries.holders(request)
            for number in (numbers if each.line_number is None else [each.line_number])
        }

    orders.review_lines(request.order_id, partner=request.partner, held=held)
