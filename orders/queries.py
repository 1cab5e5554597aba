"""Reads of carts and orders, all from the partner's and the customer's scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.db.models import QuerySet

from accounts.actors import Actor
from customers.models import Customer
from orders import labels, rules
from orders.models import Cart, CartLine, Order, OrderLine
from orders.pricing import Reviewed, item_of, review
from partnercenter.lib import clock
from partnercenter.lib.errors import NotFound
from partnercenter.lib.paging import Listing
from partnercenter.lib.prepared import Statement
from software.models import Entitlement

Row = dict[str, Any]
NEWEST_FIRST = ("-created_at", "-id")
ORDER_COLUMNS = (
    "id",
    "alternate_id",
    "customer_id",
    "cart_id",
    "ordered_by",
    "source",
    "billing_cycle",
    "currency",
    "net",
    "tax",
    "gross",
    "price_includes_tax",
    "created_at",
)
LINE_COLUMNS = (
    "order_id",
    "number",
    "catalog_item_id",
    "product_id",
    "sku_id",
    "availability_id",
    "title",
    "friendly_name",
    "quantity",
    "term",
    "cancelled_at",
    "kind",
    "billing_plan",
    "unit_price",
    "price_includes_tax",
    "tax_rate",
    "net",
    "tax",
    "gross",
    "term_start",
    "term_end",
    "cancellation_kind",
    "cancellation_days",
    "cancellation_source",
    "returnable_until",
    "cancelled_by",
)
OF_CUSTOMER = (
    "partner_id = %(partner)s AND customer_id = %(customer)s"
    " AND (%(cycle)s::text IS NULL OR billing_cycle = %(cycle)s)"
)
ORDERS = Listing(Order, ORDER_COLUMNS, OF_CUSTOMER)
LINES = Statement(
    "order_lines",
    f"""
SELECT e.id IS NOT NULL, l.provisioning_context::text, {", ".join(f"l.{c}" for c in LINE_COLUMNS)}
FROM {OrderLine._meta.db_table} l
LEFT JOIN {Entitlement._meta.db_table} e
  ON e.partner_id = l.partner_id AND e.order_id = l.order_id AND e.line_number = l.number
  AND e.fulfilled_at IS NULL AND e.revoked_at IS NULL
WHERE l.partner_id = %(partner)s AND l.order_id = ANY(%(orders)s)
ORDER BY l.order_id, l.number
""",  # noqa: S608 - names of our own tables
)


def find_cart(cart_id: UUID | str, *, customer: Customer, by: Actor) -> Cart:
    """The cart of this customer; foreign, unknown and malformed ids are the same NotFound."""
    try:
        known = cart_id if isinstance(cart_id, UUID) else UUID(cart_id)
    except ValueError:
        known = None
    found = Cart.objects.visible_to(by).filter(customer=customer, pk=known)
    cart: Cart | None = found.first()
    if cart is None:
        raise NotFound(labels.NO_CART, code=800008)
    cart.customer = customer
    return cart


def portal_cart(customer: Customer, *, by: Actor) -> Cart | None:
    """The cart that the portal keeps for the actor and this customer, open or expired."""
    mine = Cart.objects.visible_to(by).filter(
        customer=customer, owner=by.name, source="portal", ordered_at=None
    )
    cart = mine.first()
    if cart:
        cart.customer = customer
    return cart


def lines_in_cart(customer: Customer, *, by: Actor) -> int:
    """How many lines the actor's portal cart for the customer holds; expired, it holds none."""
    return CartLine.objects.filter(
        partner=by.partner,
        cart__customer=customer,
        cart__owner=by.name,
        cart__source="portal",
        cart__ordered_at=None,
        cart__expires_at__gt=clock.now(by.partner),
    ).count()


def reviewed(cart: Cart, *, by: Actor) -> list[Reviewed]:
    """The cart's lines as they could be ordered now, in their order; two queries."""
    lines = list(cart.lines.all())
    items = [item_of(line) for line in lines]
    if not items:
        return []
    found = review(items, customer=cart.customer, partner=by.partner, at=clock.now(by.partner))
    return [
        Reviewed(line.number, each.item, each.offer, each.priced, each.refusal)
        for line, each in zip(lines, found, strict=True)
    ]


def orders_of(customer: Customer, *, by: Actor, cycle: str | None = None) -> Listing:
    """The customer's orders as rows of ``ORDER_COLUMNS``, to be paged by ``NEWEST_FIRST``.

    ``cycle`` narrows them to one billing cycle.
    """
    return ORDERS.of(partner=by.partner.pk, customer=customer.pk, cycle=cycle)


def _rows(customer: Customer, *, by: Actor) -> QuerySet[Order, Row]:
    return Order.objects.visible_to(by).filter(customer=customer).values(*ORDER_COLUMNS)


def find_order(order_id: str, *, customer: Customer, by: Actor) -> Row:
    """One order with its lines and status; foreign and unknown ids are the same NotFound."""
    row = _rows(customer, by=by).filter(pk=order_id[:64]).first()
    if row is None:
        raise NotFound(labels.NO_ORDER, code=20000)
    return with_lines([row], by=by)[0]


def of_cart(cart_id: UUID, *, customer: Customer, by: Actor) -> list[Row]:
    """The orders that one checkout made, with their lines, in the order of the cart."""
    rows = _rows(customer, by=by).filter(cart=cart_id)
    found = with_lines(list(rows), by=by)
    return sorted(found, key=lambda row: row["id"])


def with_lines(rows: Sequence[Row], *, by: Actor) -> list[Row]:
    """Each order with ``lines`` and ``status``, each line with its ``status``; one query."""
    ids = [row["id"] for row in rows]
    by_order: dict[str, list[Row]] = defaultdict(list)
    for waiting, context, *values in LINES.rows({"orders": ids, "partner": by.partner.pk}):
        line = dict(zip(LINE_COLUMNS, values, strict=True))
        line["provisioning_context"] = orjson.loads(context) if context != "{}" else {}
        by_order[line["order_id"]].append(_with_status(line, waiting=waiting))
    return [row | _parts(by_order[row["id"]]) for row in rows]


def as_row(order: Order, lines: Iterable[OrderLine], waiting: Iterable[int]) -> Row:
    """An order that was just written, as ``find_order`` would read it."""
    row = {name: getattr(order, name) for name in ORDER_COLUMNS}
    missing = set(waiting)
    written = [
        _with_status(
            {name: getattr(line, name) for name in (*LINE_COLUMNS, "provisioning_context")},
            waiting=line.number in missing,
        )
        for line in lines
    ]
    return row | _parts(written)


def entitlement_ids(order_id: str, *, by: Actor) -> dict[int, UUID]:
    """Line number -> id of its software line, for links to it."""
    found = Entitlement.objects.visible_to(by).software().filter(order_id=order_id)
    return dict(found.values_list("line_number", "pk"))


def _with_status(line: Row, *, waiting: bool) -> Row:
    cancelled = line["cancelled_at"] is not None
    line["status"] = rules.line_status(cancelled=cancelled, waiting=waiting)
    return line


def _parts(lines: list[Row]) -> Row:
    return {"lines": lines, "status": rules.order_status([line["status"] for line in lines])}
