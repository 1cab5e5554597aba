"""Reads of carts and orders, all from the partner's and the customer's scope."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, CharField, Func, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from customers.models import Customer
from orders import labels, rules
from orders.models import Cart, CartLine, Order, OrderLine
from orders.pricing import Reviewed, item_of, review
from partnercenter.lib import clock
from partnercenter.lib.errors import NotFound
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
# What every order of the API shows; reading the rest costs a list a third of its time.
LEAN_COLUMNS = (
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
    "provisioning_context",
    "cancelled_at",
)
LINE_COLUMNS = (
    *LEAN_COLUMNS,
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


class OneOf(Func):
    """``column = ANY(array)``: one parameter, where ``__in`` prepares each value by itself."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


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
    """The cart's lines as they could be ordered now, in their order; six queries."""
    lines = list(cart.lines.all())
    items = [item_of(line) for line in lines]
    if not items:
        return []
    found = review(items, customer=cart.customer, partner=by.partner, at=clock.now(by.partner))
    return [
        Reviewed(line.number, each.item, each.offer, each.priced, each.refusal)
        for line, each in zip(lines, found, strict=True)
    ]


def orders_of(customer: Customer, *, by: Actor) -> QuerySet[Order, Row]:
    """The customer's orders as rows of ``ORDER_COLUMNS``, to be paged by ``NEWEST_FIRST``."""
    return Order.objects.visible_to(by).filter(customer=customer).values(*ORDER_COLUMNS)


def find_order(order_id: str, *, customer: Customer, by: Actor) -> Row:
    """One order with its lines and status; foreign and unknown ids are the same NotFound."""
    row = orders_of(customer, by=by).filter(pk=order_id[:64]).first()
    if row is None:
        raise NotFound(
            _("This order was not found. It does not exist, or it is not yours."), code=20000
        )
    return with_lines([row], by=by)[0]


def of_cart(cart_id: UUID, *, customer: Customer, by: Actor) -> list[Row]:
    """The orders that one checkout made, with their lines, in the order of the cart."""
    rows = orders_of(customer, by=by).filter(cart=cart_id)
    found = with_lines(list(rows), by=by)
    return sorted(found, key=lambda row: row["id"])


def with_lines(
    rows: Sequence[Row], *, by: Actor, columns: Sequence[str] = LINE_COLUMNS
) -> list[Row]:
    """Each order with ``lines`` and ``status``, each line with its ``status``; two queries."""
    ids = Value([row["id"] for row in rows], output_field=ArrayField(CharField()))
    lines = OrderLine.objects.filter(OneOf("order_id", ids), partner=by.partner)
    by_order: dict[str, list[Row]] = defaultdict(list)
    for line in lines.order_by("order_id", "number").values(*columns):
        by_order[line["order_id"]].append(line)
    waiting = set(
        Entitlement.objects.filter(
            OneOf("order_id", ids), partner=by.partner, fulfilled_at=None, revoked_at=None
        ).values_list("order_id", "line_number")
    )
    return [row | _parts(row["id"], by_order[row["id"]], waiting) for row in rows]


def as_row(order: Order, lines: Iterable[OrderLine], waiting: Iterable[int]) -> Row:
    """An order that was just written, as ``find_order`` would read it."""
    row = {name: getattr(order, name) for name in ORDER_COLUMNS}
    written = [{name: getattr(line, name) for name in LINE_COLUMNS} for line in lines]
    return row | _parts(order.pk, written, {(order.pk, number) for number in waiting})


def entitlement_ids(order_id: str, *, by: Actor) -> dict[int, UUID]:
    """Line number -> id of its software line, for links to it."""
    found = Entitlement.objects.visible_to(by).software().filter(order_id=order_id)
    return dict(found.values_list("line_number", "pk"))


def _parts(order_id: str, lines: list[Row], waiting: set[tuple[str, int]]) -> Row:
    for line in lines:
        line["status"] = rules.line_status(
            cancelled=line["cancelled_at"] is not None,
            waiting=(order_id, line["number"]) in waiting,
        )
    return {"lines": lines, "status": rules.order_status([line["status"] for line in lines])}
