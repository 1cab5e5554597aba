"""Buy: a cart is filled, reviewed and checked out; each group of its lines becomes one order.

Cancel: an order, or lines of it, within its window. Subscribe: change what has a term.
"""

from orders.pricing import Item
from orders.services.buying import Checkout, GroupFailure, Placed, checkout, may_order, place_order
from orders.services.cancelling import (
    Cancelled,
    Result,
    cancel_order,
    cancel_orders,
    may_cancel,
)
from orders.services.carts import (
    AlreadyOrdered,
    add_to_cart,
    create_cart,
    replace_lines,
    restore_cart,
    set_quantity,
)
from orders.services.reviews import review_lines
from orders.services.subscribing import (
    activate_subscription,
    may_change,
    register_subscription,
    update_subscription,
)

__all__ = [
    "AlreadyOrdered",
    "Cancelled",
    "Checkout",
    "GroupFailure",
    "Item",
    "Placed",
    "Result",
    "activate_subscription",
    "add_to_cart",
    "cancel_order",
    "cancel_orders",
    "checkout",
    "create_cart",
    "may_cancel",
    "may_change",
    "may_order",
    "place_order",
    "register_subscription",
    "replace_lines",
    "restore_cart",
    "review_lines",
    "set_quantity",
    "update_subscription",
]
