"""Lines that a support request asks about are under review until it is decided (S64)."""

from collections.abc import Callable, Mapping
from uuid import UUID

from accounts.models import Partner
from orders.models import Order, OrderLine
from orders.services.cancelling import locked_lines

# Number of the request that holds a line, and whether it waits for the partner's answer.
Held = tuple[str, bool]
FREE: Held = ("", False)


def review_lines(
    order_id: str, *, partner: Partner, held: Callable[[list[int]], Mapping[int, Held]]
) -> None:
    """Mark the lines that requests hold, and free the others.

    Inside the request's transaction. ``held`` is asked, with the order's line numbers, once the
    order is locked: whoever comes second sees what the first has done.
    """
    lines = locked_lines(Order(partner=partner, pk=order_id))
    now = held([line.number for line in lines])
    changed: dict[Held, list[UUID]] = {}
    for line in lines:
        is_now = now.get(line.number, FREE)
        if is_now != (line.review_number, line.review_asks):
            changed.setdefault(is_now, []).append(line.pk)
    for (number, asks), ids in changed.items():
        OrderLine.objects.filter(pk__in=ids).update(review_number=number, review_asks=asks)
