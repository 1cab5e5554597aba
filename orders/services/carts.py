"""Fill a cart: of an API client, or the one that the portal keeps for a user and a customer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from catalog.rules import CatalogItemId
from customers.models import Customer
from orders import labels, pricing, rules
from orders.models import Cart, CartLine
from orders.pricing import Item
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid, NotFound
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch


class AlreadyOrdered(Invalid):
    """The cart became orders before (800065); the order history has them."""

    default_code = 800065


def create_cart(customer: Customer, items: Sequence[Item], *, by: Actor) -> Cart:
    """A cart of an API client. Ids that lead to nothing are kept and say so at every review.

    Refuses what the request itself gets wrong: quantities (2002), closed markets (800070, S10),
    SKUs that are not for sale (800020).
    """
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        _refuse_unfit(customer, items, by=by, at=at)
        cart = _new_cart(customer, by=by, source="api", at=at)
        Cart.objects.bulk_create([cart])
        _write_lines(cart, items)
        return cart


def replace_lines(
    cart: Cart, items: Sequence[Item], *, by: Actor, if_match: IfMatch = ANY_VERSION
) -> Cart:
    """Put these lines in the place of the cart's; refuses as ``create_cart`` and ``open_cart``.

    A stale version is refused too (2055).
    """
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = open_cart(cart, at=at)
        if_match.check(rules.cart_tag(locked.pk, locked.modified_at))
        _refuse_unfit(locked.customer, items, by=by, at=at)
        locked.lines.all().delete()
        _write_lines(locked, items)
        return _touch(locked, at)


def add_to_cart(customer: Customer, item: Item, *, by: Actor) -> Cart:
    """Add to the actor's own open cart for this customer, which the portal keeps (F-CAT-6).

    The same product twice adds up. Whatever would be refused at the order is refused here.
    """
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        cart = _portal_cart(customer, by=by, at=at)
        held = list(cart.lines.all())
        item_id = str(CatalogItemId.parse(item.catalog_item_id) or item.catalog_item_id)
        same = next((line for line in held if line.catalog_item_id == item_id), None)
        quantity = item.quantity + (same.quantity if same else 0)
        wanted = Item(item_id, quantity)
        (line,) = pricing.priced([wanted], customer=customer, partner=by.partner, at=at)
        if same:
            CartLine.objects.filter(pk=same.pk).update(quantity=quantity)
        else:
            _refuse_full(held)
            kept = replace(wanted, term=line.offer.availability.term)
            _write_lines(cart, [kept], first=held[-1].number + 1 if held else 0)
        return _touch(cart, at)


def set_quantity(cart: Cart, number: int, quantity: int, *, by: Actor) -> None:
    """Change one line of a cart; 0 removes it. A line that is gone already stays gone."""
    require(by, Capability.BUY)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = open_cart(cart, at=at)
        line = locked.lines.filter(number=number).first()
        if line is None:
            return
        if quantity == 0:
            line.delete()
        else:
            item = Item(line.catalog_item_id, quantity)
            pricing.priced([item], customer=locked.customer, partner=by.partner, at=at)
            CartLine.objects.filter(pk=line.pk).update(quantity=quantity)
        _touch(locked, at)


def restore_cart(cart: Cart, *, by: Actor) -> Cart:
    """Take up an expired cart again; its lines are priced anew at every review."""
    require(by, Capability.BUY)
    with transaction.atomic():
        return _touch(lock(cart), clock.now(by.partner))


def keep_for_later(cart: Cart, items: Sequence[Item], *, by: Actor, at: datetime) -> None:
    """A new portal cart with what did not become an order, inside the checkout."""
    rest = _new_cart(cart.customer, by=by, source=cart.source, at=at)
    Cart.objects.bulk_create([rest])
    _write_lines(rest, items)


def open_cart(cart: Cart, *, at: datetime) -> Cart:
    """The cart, locked; refuses one that was ordered (800065) or has expired (800008)."""
    locked = lock(cart)
    if locked.expires_at <= at:
        raise NotFound(_("This cart has expired. Restore it, or start a new one."), code=800008)
    return locked


def lock(cart: Cart) -> Cart:
    """The cart, locked until the end of the transaction, as nobody else changes it."""
    locked: Cart | None = (
        Cart.objects.select_for_update(of=("self",))
        .select_related("customer")
        .filter(partner_id=cart.partner_id, pk=cart.pk)
        .first()
    )
    if locked is None:
        raise NotFound(labels.NO_CART, code=800008)
    if locked.ordered_at:
        raise AlreadyOrdered(_("This cart was already submitted. See the order history."))
    return locked


def _portal_cart(customer: Customer, *, by: Actor, at: datetime) -> Cart:
    """The actor's open cart, locked; made if there is none, emptied if it has expired.

    ``ignore_conflicts`` lets the partial unique index decide between requests at the same time:
    the loser waits for the winner's commit and then finds its cart.
    """
    mine = Cart.objects.select_for_update(of=("self",)).filter(
        partner=by.partner, customer=customer, owner=by.name, source="portal", ordered_at=None
    )
    cart: Cart | None = mine.first()
    if cart is None:
        fresh = _new_cart(customer, by=by, source="portal", at=at)
        Cart.objects.bulk_create([fresh], ignore_conflicts=True)
        cart = mine.get()
    if cart.expires_at <= at:
        cart.lines.all().delete()
    return cart


def _new_cart(customer: Customer, *, by: Actor, source: str, at: datetime) -> Cart:
    return Cart(
        partner=by.partner,
        customer=customer,
        owner=by.name,
        source=source,
        created_at=at,
        modified_at=at,
        expires_at=at + rules.CART_LIFE,
    )


def _refuse_unfit(customer: Customer, items: Sequence[Item], *, by: Actor, at: datetime) -> None:
    pricing.refuse_count(items)
    for item in items:
        if not 0 < item.quantity <= rules.MOST_QUANTITY:
            raise Invalid(
                _("Quantity must be from 1 to %(most)s.") % {"most": rules.MOST_QUANTITY},
                code=2002,
                field="quantity",
            )
    for line in pricing.review(items, customer=customer, partner=by.partner, at=at):
        if line.refusal and line.refusal.code not in rules.KEPT_IN_CART:
            raise pricing.named(line)


def _refuse_full(held: Sequence[CartLine]) -> None:
    if len(held) >= rules.MAX_LINES:
        raise Invalid(
            _("The cart is full: it holds %(most)s lines. Buy it, then start another.")
            % {"most": rules.MAX_LINES}
        )


def _touch(cart: Cart, at: datetime) -> Cart:
    cart.modified_at, cart.expires_at = at, at + rules.CART_LIFE
    Cart.objects.filter(pk=cart.pk).update(modified_at=at, expires_at=cart.expires_at)
    return cart


def _write_lines(cart: Cart, items: Sequence[Item], *, first: int = 0) -> None:
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
            parent_number=item.parent,
        )
        for number, item in enumerate(items, start=first)
    )
