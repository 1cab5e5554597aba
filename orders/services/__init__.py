"""Buy: a cart is filled, reviewed and checked out; each group of its lines becomes one order."""

from orders.pricing import Item
from orders.services.buying import Checkout, GroupFailure, Placed, checkout, may_order, place_order
from orders.services.carts import (
    AlreadyOrdered,
    add_to_cart,
    create_cart,
    replace_lines,
    restore_cart,
    set_quantity,
)

__all__ = [
    "AlreadyOrdered",
    "Checkout",
    "GroupFailure",
    "Item",
    "Placed",
    "add_to_cart",
    "checkout",
    "create_cart",
    "may_order",
    "place_order",
    "replace_lines",
    "restore_cart",
    "set_quantity",
]
