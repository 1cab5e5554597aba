"""What the form already knows of an order, so that only the reason is left to type (S75, S78)."""

from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from orders.models import Order
from partnercenter.lib import formats, money
from partnercenter.lib.errors import NotFound
from support.rules import ID_LENGTH, Impact, Topic


def of_order(order_id: str, *, by: Actor) -> dict[str, Any]:
    """Values for the form's fields; foreign and unknown orders are the same NotFound.

    Only for who may see orders; the facts of others are typed, and checked on Submit.
    """
    require(by, Capability.SEE_ORDERS)
    found = Order.objects.visible_to(by).filter(pk=order_id[:ID_LENGTH])
    order = found.select_related("customer").first()
    if order is None:
        raise NotFound(
            _("This order was not found. It does not exist, or it is not yours."), code=20000
        )
    return {
        "topic": Topic.REFUND,
        "impact": Impact.MODERATE,
        "title": _("Refund of order %(order)s of %(customer)s")
        % {"order": formats.middle_cut(order.pk), "customer": order.customer.company_name[:60]},
        "customer": str(order.customer_id),
        "order": order.pk,
        "amount": _still_bought(order),
        "currency": order.currency,
    }


def _still_bought(order: Order) -> Decimal | None:
    """What the lines cost that are not cancelled, tax included; None where all are."""
    left = order.lines.filter(cancelled_at=None).aggregate(gross=Sum("gross"))["gross"]
    return None if left is None else money.cut(left, order.currency)
