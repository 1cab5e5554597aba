"""What keeps a customer from leaving; ``customers`` asks through ``settings.OPEN_ORDERS``."""

from datetime import datetime

from django.db.models import Q

from customers.models import Customer
from orders.models import OrderLine


def open_orders(customer: Customer, *, at: datetime) -> list[str]:
    """Numbers of orders with a line that can still be returned, or whose term still runs."""
    holds = Q(returnable_until__gt=at) | Q(term_end__gt=at)
    lines = OrderLine.objects.filter(
        holds, partner_id=customer.partner_id, order__customer=customer, cancelled_at=None
    )
    return list(lines.order_by("order_id").values_list("order_id", flat=True).distinct())
