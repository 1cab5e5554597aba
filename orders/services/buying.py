"""Turn a cart, or a list of items, into orders."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from billing import services as billing
from customers.models import Customer
from customers.queries import keep_customer
from orders import events, lines, numbers, pricing
from orders.models import Cart, Order, OrderLine
from orders.pricing import Item, Priced
from orders.services import carts
from partnercenter.lib import clock, outbox
from partnercenter.lib.batch import gathered, insert_together, new
from partnercenter.lib.errors import DomainError, Invalid
from software import services as software

IN_LOG = 20  # lines of an order that its log row lists


@dataclass(frozen=True, slots=True)
class Placed:
    """An order as it was just written; ``waiting`` holds the numbers of lines that lack a key."""

    order: Order
    lines: Sequence[OrderLine]
    waiting: frozenset[int]

    @property
    def pk(self) -> str:
        return self.order.pk


@dataclass(frozen=True, slots=True)
class GroupFailure:
    """Why one group of a cart did not become an order; the others did."""

    number: int
    lines: Sequence[Priced]
    error: DomainError


@dataclass(frozen=True, slots=True)
class Checkout:
    """What became of a cart."""

    cart: Cart
    orders: list[Placed] = field(default_factory=list)
    failures: list[GroupFailure] = field(default_factory=list)


def checkout(cart: Cart, *, by: Actor) -> Checkout:
    """Turn the cart into orders, once, however often it is sent (S16).

    Groups succeed or fail independently; if all fail, the first one's refusal rises and the cart
    stays open. A line that cannot be ordered stops all of it (800009), an empty cart too. A second
    checkout is refused (800065); while the first is running, it waits on the cart's lock. Locks
    are taken in the order cart, key stock (which never waits), customer, account, head of the log.
    """
    with attempt(action=Action.CREATE_ORDER, by=by, customer=cart.customer):
        require(by, Capability.BUY)
        with transaction.atomic():
            at = clock.now(by.partner)
            locked = carts.open_cart(cart, at=at)
            groups = list(pricing.by_group(_orderable(locked, by=by, at=at)).values())
            Cart.objects.filter(pk=locked.pk).update(ordered_at=at, modified_at=at)
            if len(groups) == 1:
                placed = _place(locked.customer, groups[0], by=by, at=at, cart=locked)
                return Checkout(locked, [placed])
            return _place_groups(locked, groups, by=by, at=at)


def place_order(customer: Customer, items: Sequence[Item], *, by: Actor) -> Placed:
    """Buy these items for the customer: one order, its charges, its entitlements, one log row.

    Price, tax treatment and policies in force at this instant are copied to the lines. Refuses:
    unknown offers (800004), closed markets (800070), quantities (2002), what is not for sale
    (800020, 2085), a customer who has left meanwhile (60003), credit (900121). 6 statements,
    whatever the number of lines.
    """
    with attempt(action=Action.CREATE_ORDER, by=by, customer=customer):
        require(by, Capability.BUY)
        with transaction.atomic():
            at = clock.now(by.partner)
            wanted = pricing.priced(items, customer=customer, partner=by.partner, at=at)
            return _place(customer, wanted, by=by, at=at)


def may_order(customer: Customer, *, by: Actor) -> None:
    """Refuse who may not buy, and record it, before anything is said about his input."""
    with attempt(action=Action.CREATE_ORDER, by=by, customer=customer):
        require(by, Capability.BUY)


def _orderable(cart: Cart, *, by: Actor, at: datetime) -> list[Priced]:
    items = [pricing.item_of(line) for line in cart.lines.all()]
    if not items:
        raise Invalid(_("The cart is empty. Add a product first."), code=800009)
    reviewed = pricing.review(items, customer=cart.customer, partner=by.partner, at=at)
    wrong = [line for line in reviewed if line.priced is None]
    if wrong:
        reasons = " ".join(str(line.refusal) for line in wrong)
        raise Invalid(
            _("The cart has lines that cannot be ordered. %(reasons)s") % {"reasons": reasons},
            code=800009,
            data=[f"lineItems[{line.number}]" for line in wrong],
        )
    return [line.priced for line in reviewed if line.priced]


def _place_groups(
    cart: Cart, groups: Sequence[Sequence[Priced]], *, by: Actor, at: datetime
) -> Checkout:
    """Each group behind a savepoint of its own; what failed is kept for another try."""
    outcome = Checkout(cart)
    for number, group in enumerate(groups):
        try:
            with transaction.atomic():
                placed = _place(cart.customer, group, by=by, at=at, cart=cart)
            outcome.orders.append(placed)
        except DomainError as error:
            outcome.failures.append(GroupFailure(number, group, error))
    if not outcome.orders:
        raise outcome.failures[0].error
    if outcome.failures:
        _keep_failures(cart, outcome.failures, by=by, at=at)
    return outcome


def _keep_failures(
    cart: Cart, failures: Sequence[GroupFailure], *, by: Actor, at: datetime
) -> None:
    told = [
        {
            "group": failure.number,
            "code": failure.error.code,
            "description": str(failure.error),
            "titles": [line.offer.sku.title for line in failure.lines],
        }
        for failure in failures
    ]
    Cart.objects.filter(pk=cart.pk).update(failures=told)
    if cart.source == "portal":
        rest = [line.item for failure in failures for line in failure.lines]
        carts.keep_for_later(cart, rest, by=by, at=at)


def _place(
    customer: Customer,
    wanted: Sequence[Priced],
    *,
    by: Actor,
    at: datetime,
    cart: Cart | None = None,
) -> Placed:
    order = _order(customer, wanted, by=by, at=at, cart=cart)
    numbered = list(enumerate(wanted))
    bought = [lines.order_line(order, number, line) for number, line in numbered]
    granted = [lines.entitlement(order, number, line) for number, line in numbered]
    charges = [lines.charge(order, row, line) for row, line in zip(bought, wanted, strict=True)]
    with gathered():
        keep_customer(customer, by=by)
        insert_together([order], bought)
        software.grant(granted, partner=by.partner, at=at)
        if by.user:
            _promise_mail(order, by=by)
        billing.charge(charges, partner=by.partner)
        _record(order, bought, by=by, at=at)
    events.tell_placed(order, partner=by.partner, at=at)
    waiting = frozenset(e.line_number for e in granted if e.fulfilled_at is None)
    return Placed(order, bought, waiting)


def _order(
    customer: Customer,
    wanted: Sequence[Priced],
    *,
    by: Actor,
    at: datetime,
    cart: Cart | None,
) -> Order:
    sums, first = pricing.total(wanted), wanted[0]
    return new(
        Order,
        id=numbers.order_id(),
        partner=by.partner,
        customer=customer,
        cart=cart,
        alternate_id=numbers.alternate_id(),
        ordered_by=by.name,
        source=by.source,
        billing_cycle=first.cycle,
        currency=first.offer.currency,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        price_includes_tax=first.offer.price_includes_tax,
        created_at=at,
    )


def _promise_mail(order: Order, *, by: Actor) -> None:
    """To whoever bought, if there is a mailbox: an application has none."""
    outbox.put(
        topic="mail",
        partner_id=by.partner.pk,
        payload={
            "template": "order_placed",
            "orderId": order.pk,
            "customerId": str(order.customer_id),
            "to": by.name,
            "user_id": str(by.user.pk) if by.user else None,
        },
        dedupe_key=f"order_placed:{order.pk}",
    )


def _record(order: Order, bought: Sequence[OrderLine], *, by: Actor, at: datetime) -> None:
    story = {"orderId": order.pk, "billingCycle": order.billing_cycle}
    for line in bought[:IN_LOG]:
        story |= {
            f"offerId-{line.number}": line.catalog_item_id,
            f"quantity-{line.number}": str(line.quantity),
        }
    record(
        action=Action.CREATE_ORDER,
        by=by,
        at=at,
        customer=order.customer,
        subject=", ".join(line.title for line in bought),
        details=story,
    )
