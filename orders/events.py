"""What a partner's own systems are told of orders, in the transaction of the deed."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Partner
from orders.models import AddedQuantity, Order, OrderLine
from partnercenter.lib.events import EventName, put, subscription_updated


def tell_placed(order: Order, *, partner: Partner, at: datetime) -> None:
    """``order-created``."""
    _tell(EventName.ORDER_CREATED, order, partner=partner, at=at)


def tell_cancelled(
    order: Order, lines: Sequence[OrderLine], *, partner: Partner, at: datetime
) -> None:
    """``order-cancelled``, and ``subscription-updated`` for each line that has a term."""
    _tell(EventName.ORDER_CANCELLED, order, partner=partner, at=at)
    if EventName.SUBSCRIPTION_UPDATED not in partner.webhook_events:
        return
    # An order of more of a subscription is part of that subscription.
    added = AddedQuantity.objects.filter(partner=partner, order=order).first()
    for line in lines:
        if line.term_end is not None:
            subscription_updated(
                partner=partner,
                customer_id=order.customer_id,
                subscription_id=added.subscription_id if added else line.pk,
                at=at,
            )


def _tell(name: EventName, order: Order, *, partner: Partner, at: datetime) -> None:
    path = f"/v1/customers/{order.customer_id}/orders/{order.pk}"
    put(name, partner=partner, resource_name="order", resource_path=path, at=at)
