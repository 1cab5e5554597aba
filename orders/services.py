"""Buy: a cart is filled, reviewed and checked out; each group of its lines becomes one order."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from billing import services as billing
from customers.models import Customer
from orders import lines, rules
from orders.models import Cart, CartLine, Order, OrderLine
from partnercenter.lib import clock, outbox
from partnercenter.lib.errors import DomainError, Invalid, NotFound
from software import services as software


@dataclass(frozen=True, slots=True)
class Item:
    """What somebody wants to buy; checked when it is ordered."""

    catalog_item_id: str
    quantity: int
    friendly_name: str = ""
    billing_cycle: str = ""
    term: str = ""
    provisioning_context: Mapping[str, str] = field(default_factory=dict)
    participants: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class GroupError:
    """Why one group of a cart did not become an order; the others did."""

    group: str
    error: DomainError


@dataclass(frozen=True, slots=True)
class Checkout:
    orders: list[Order]
    errors: list[GroupError]


def create_cart(customer: Customer, items: Sequence[Item], *, by: Actor) -> Cart:
    """A cart of an API client; lines that cannot be ordered are kept and say why at review."""
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        cart = Cart.objects.create(
            partner=by.partner,
            customer=customer,
            owner=by.name,
            source="api",
            created_at=at,
            modified_at=at,
            expires_at=at + rules.CART_LIFE,
        )
        _write_lines(cart, items)
        return cart


def replace_lines(cart: Cart, items: Sequence[Item], *, by: Actor) -> Cart:
    """Put these lines in the place of the cart's; an ordered or expired cart refuses (800065)."""
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = _open_cart(cart, at)
        locked.lines.all().delete()
        _write_lines(locked, items)
        _touch(locked, at)
        return locked


def add_to_cart(customer: Customer, item: Item, *, by: Actor) -> Cart:
    """Add to the actor's own open cart for this customer, which the portal keeps for him (F-CAT-6).

    The same product twice adds up.
    """
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        cart = _portal_cart(customer, by=by, at=at)
        same = cart.lines.filter(catalog_item_id=item.catalog_item_id).first()
        quantity = item.quantity + (same.quantity if same else 0)
        offer = lines.offers([item.catalog_item_id], partner=by.partner, at=at)
        lines.refuse_quantity(offer[item.catalog_item_id], quantity)
        if same:
            CartLine.objects.filter(pk=same.pk).update(quantity=quantity)
        else:
            _write_lines(cart, [item], after=cart.lines.count())
        _touch(cart, at)
        return cart


def set_quantity(cart: Cart, number: int, quantity: int, *, by: Actor) -> None:
    """Change one line of a cart; 0 removes it."""
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = _open_cart(cart, at)
        line = locked.lines.filter(number=number)
        if quantity > 0:
            line.update(quantity=quantity)
        else:
            line.delete()
        _touch(locked, at)


def checkout(cart: Cart, *, by: Actor) -> Checkout:
    """Turn the cart into orders, once, however often it is sent.

    Groups succeed or fail independently. A second checkout is refused with 800065; while the first
    is running, the second waits for it on the cart's lock.
    """
    with attempt(action=Action.CREATE_ORDER, by=by, customer=cart.customer):
        require(by, Capability.BUY)
        with transaction.atomic():
            at = clock.now(by.partner)
            locked = _open_cart(cart, at)
            items = [_item(line) for line in locked.lines.all()]
            if not items:
                raise Invalid(_("The cart is empty. Add a product first."), code=800009)
            outcome = _order_groups(locked, items, by=by, at=at)
            if not outcome.orders:
                raise outcome.errors[0].error
            Cart.objects.filter(pk=locked.pk).update(ordered_at=at)
    return outcome


def place_order(
    customer: Customer, items: Sequence[Item], *, by: Actor, cart: Cart | None = None
) -> Order:
    """Buy these items for the customer: one order, its charges, its entitlements, one log row.

    Price, tax treatment and policies in force at this instant are copied to the lines. Refuses:
    unknown offers (800004), closed markets (800070), quantities (2002), credit (900121).
    """
    with attempt(action=Action.CREATE_ORDER, by=by, customer=customer):
        require(by, Capability.BUY)
        with transaction.atomic():
            return _place(customer, items, by=by, at=clock.now(by.partner), cart=cart)


def _place(
    customer: Customer, items: Sequence[Item], *, by: Actor, at: datetime, cart: Cart | None
) -> Order:
    priced = lines.priced(items, customer=customer, partner=by.partner, at=at)
    sums = lines.total(priced)
    billing.require_credit(by.partner, sums.gross)
    order = Order(
        id=_order_id(),
        partner=by.partner,
        customer=customer,
        cart=cart,
        alternate_id=secrets.token_hex(6),
        ordered_by=by.name,
        source=by.source,
        billing_cycle=priced[0].cycle,
        currency=priced[0].offer.currency,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        price_includes_tax=priced[0].offer.price_includes_tax,
        created_at=at,
    )
    Order.objects.bulk_create([order])
    bought = OrderLine.objects.bulk_create(lines.order_line(order, p) for p in priced)
    software.grant([lines.entitlement(order, p) for p in priced], partner=by.partner, at=at)
    billing.charge([lines.charge(order, p) for p in priced])
    outbox.put(
        topic="mail",
        partner_id=by.partner.pk,
        payload={"template": "order_placed", "orderId": order.pk, "to": by.name},
        dedupe_key=f"order_placed:{order.pk}",
    )
    _tell(order, bought, by=by, at=at)
    return order


def _tell(order: Order, bought: Sequence[OrderLine], *, by: Actor, at: datetime) -> None:
    story = {"orderId": order.pk, "billingCycle": order.billing_cycle}
    for line in bought[:20]:
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


def _order_groups(cart: Cart, items: Sequence[Item], *, by: Actor, at: datetime) -> Checkout:
    outcome = Checkout([], [])
    for group, members in lines.groups(items, partner=by.partner, at=at).items():
        try:
            with transaction.atomic():
                order = _place(cart.customer, members, by=by, at=at, cart=cart)
            outcome.orders.append(order)
        except DomainError as error:
            outcome.errors.append(GroupError(group, error))
    return outcome


def _order_id() -> str:
    """33 characters that end in 1, as the public service's order numbers do."""
    return "O" + secrets.token_hex(16).upper()[:31] + "1"


def _portal_cart(customer: Customer, *, by: Actor, at: datetime) -> Cart:
    mine: dict[str, Any] = {"customer": customer, "owner": by.name, "source": "portal"}
    open_carts = Cart.objects.select_for_update(of=("self",)).filter(
        partner=by.partner, ordered_at=None, **mine
    )
    cart = open_carts.first()
    if cart and cart.expires_at <= at:
        cart.delete()
        cart = None
    if cart is None:
        cart, _made = Cart.objects.get_or_create(
            partner=by.partner,
            ordered_at=None,
            **mine,
            defaults={
                "created_at": at,
                "modified_at": at,
                "expires_at": at + rules.CART_LIFE,
            },
        )
    return cart


def _open_cart(cart: Cart, at: datetime) -> Cart:
    locked = (
        Cart.objects.select_for_update(of=("self",))
        .select_related("customer")
        .filter(partner_id=cart.partner_id, pk=cart.pk)
        .first()
    )
    if locked is None:
        raise NotFound(_("There is no such cart."), code=800008)
    if locked.ordered_at:
        raise Invalid(_("This cart was already submitted; see the order history."), code=800065)
    if locked.expires_at <= at:
        raise Invalid(_("This cart has expired. Start a new one."), code=800008, status=404)
    return locked


def _touch(cart: Cart, at: datetime) -> None:
    Cart.objects.filter(pk=cart.pk).update(modified_at=at, expires_at=at + rules.CART_LIFE)


def _write_lines(cart: Cart, items: Sequence[Item], *, after: int = 0) -> None:
    CartLine.objects.bulk_create(
        CartLine(
            partner_id=cart.partner_id,
            cart=cart,
            number=number,
            catalog_item_id=item.catalog_item_id,
            friendly_name=item.friendly_name,
            quantity=item.quantity,
            billing_cycle=item.billing_cycle,
            term=item.term,
            provisioning_context=dict(item.provisioning_context),
            participants=[dict(p) for p in item.participants],
        )
        for number, item in enumerate(items, start=after)
    )


def _item(line: CartLine) -> Item:
    return Item(
        catalog_item_id=line.catalog_item_id,
        quantity=line.quantity,
        friendly_name=line.friendly_name,
        billing_cycle=line.billing_cycle,
        term=line.term,
        provisioning_context=line.provisioning_context,
        participants=line.participants,
    )
