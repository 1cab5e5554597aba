"""Activation links: where the buyer of a marketplace product activates it (contract 6)."""

from collections.abc import Collection

from accounts.actors import Actor
from orders.queries import Row
from orders.rules import LineStatus
from partnercenter.lib.wire.links import link

Body = dict[str, object]


def links(order: Row, *, by: Actor, numbers: Collection[int] | None = None) -> list[Body]:
    """Links of the order's fulfilled lines, or of those with these numbers.

    Nothing from the marketplace is sold here, so there are none; a sandbox shows for each line
    one that leads nowhere, as the public service's does.
    """
    if not by.partner.is_sandbox:
        return []
    return [
        {
            "lineItemNumber": line["number"],
            "link": link(f"/sandbox/activation/{order['id']}/{line['number']}"),
        }
        for line in order["lines"]
        if line["status"] == LineStatus.FULFILLED and (numbers is None or line["number"] in numbers)
    ]
