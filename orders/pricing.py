"""From what somebody wants to what can be ordered: offer, price and rules of one instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from billing import rules as money
from billing.rules import Amounts
from catalog.markets import market_refusal
from catalog.offers import Offer, offers_by_id
from customers.models import Customer
from orders import labels, rules
from orders.models import CartLine
from partnercenter.lib.errors import DomainError, Forbidden, Invalid
from partnercenter.lib.money import ZERO


@dataclass(frozen=True, slots=True)
class Item:
    """What somebody wants to buy; term and currency must be the offer's where they are given.

    ``parent`` is the place, among its like, of the item that an add-on goes with.
    """

    catalog_item_id: str
    quantity: int
    friendly_name: str = ""
    billing_cycle: str = ""
    term: str = ""
    currency: str = ""
    provisioning_context: Mapping[str, str] = field(default_factory=dict)
    participants: Sequence[Mapping[str, str]] = ()
    parent: int | None = None


@dataclass(frozen=True, slots=True)
class Priced:
    """An item that can be ordered, with everything that its order line will copy."""

    item: Item
    offer: Offer
    amounts: Amounts

    @property
    def cycle(self) -> str:
        return rules.billing_cycle(self.offer.availability.billing_plan)

    @property
    def group(self) -> str:
        return rules.order_group(self.offer.kind, self.cycle, self.offer.availability.term)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An item priced, or why it cannot be ordered; ``offer`` is there whenever its id is good."""

    number: int
    item: Item
    offer: Offer | None = None
    priced: Priced | None = None
    refusal: DomainError | None = None


def item_of(line: CartLine) -> Item:
    """The item that a line of a cart keeps."""
    return Item(
        catalog_item_id=line.catalog_item_id,
        quantity=line.quantity,
        friendly_name=line.friendly_name,
        billing_cycle=line.billing_cycle,
        term=line.term,
        provisioning_context=line.provisioning_context,
        participants=line.participants,
        parent=line.parent_number,
    )


def review(
    items: Sequence[Item], *, customer: Customer, partner: Partner, at: datetime
) -> list[Reviewed]:
    """Each item with its offer, price or refusal; one query, and more to explain one (S15)."""
    ids = {item.catalog_item_id for item in items}
    countries = {partner.country, customer.country}
    known = offers_by_id(ids, market=partner.country, at=at, countries=countries)
    reviewed = []
    for number, item in enumerate(items):
        offer = known[item.catalog_item_id]
        if isinstance(offer, DomainError):
            reviewed.append(Reviewed(number, item, refusal=_as_item_refusal(offer)))
            continue
        try:
            _refuse(offer, item, customer=customer, partner=partner, at=at)
            tier = _tier(offer, item.quantity, at)
            reviewed.append(
                Reviewed(number, item, tier, Priced(item, tier, amounts(tier, item.quantity)))
            )
        except DomainError as refusal:
            reviewed.append(Reviewed(number, item, offer, refusal=refusal))
    return reviewed


def priced(
    items: Sequence[Item], *, customer: Customer, partner: Partner, at: datetime
) -> list[Priced]:
    """The items of one order, checked and priced; raises the first refusal, naming its line."""
    refuse_count(items)
    result = []
    for line in review(items, customer=customer, partner=partner, at=at):
        if line.priced is None:
            raise named(line)
        result.append(line.priced)
    return result


def named(line: Reviewed) -> DomainError:
    """The line's refusal with the line's place in the request."""
    refusal = line.refusal or Invalid(_("This line cannot be ordered."))
    refusal.data = [f"lineItems[{line.number}].{refusal.field or 'catalogItemId'}"]
    return refusal


def refuse_count(items: Sequence[Item]) -> None:
    """An order or cart without lines, or with too many."""
    if not 0 < len(items) <= rules.MAX_LINES:
        raise Invalid(
            _("Send from 1 to %(most)s lines.") % {"most": rules.MAX_LINES}, field="lineItems"
        )


def amounts(offer: Offer, quantity: int) -> Amounts:
    """Net, tax and gross of so many of the offer."""
    return money.amounts(
        unit_price=offer.unit_price,
        quantity=quantity,
        currency=offer.currency,
        price_includes_tax=offer.price_includes_tax,
        tax_rate=offer.tax_rate or ZERO,
    )


def total(lines: Iterable[Priced]) -> Amounts:
    """Sum of the lines; nothing is rounded again."""
    return money.total([line.amounts for line in lines])


def by_group(lines: Iterable[Priced]) -> dict[str, list[Priced]]:
    """Lines by the order they will be in, in the order of their first line."""
    groups: dict[str, list[Priced]] = {}
    for line in lines:
        groups.setdefault(line.group, []).append(line)
    return groups


def _as_item_refusal(refusal: DomainError) -> DomainError:
    """An unknown id is wrong input here, not a missing page: 400 with 800004."""
    if refusal.code in rules.KEPT_IN_CART:
        return Invalid(refusal.description, code=800004, field="catalogItemId")
    return refusal


def _refuse(
    offer: Offer, item: Item, *, customer: Customer, partner: Partner, at: datetime
) -> None:
    """Currency, market (S10, ruling 7), segment (S5), term."""
    if not offer.currency == partner.currency == (item.currency or partner.currency).upper():
        raise Invalid(
            _("%(title)s is priced in %(theirs)s; your price list is in %(ours)s.")
            % {"title": offer.sku.title, "theirs": offer.currency, "ours": partner.currency},
            code=800004,
            field="catalogItemId",
        )
    countries = {partner.country, customer.country}
    closed = market_refusal(offer.kind, countries=countries, at=at) if offer.is_closed else None
    if closed:
        raise closed
    wrong_segment = segment_refusal(offer, customer)
    if wrong_segment:
        raise wrong_segment
    if item.term and rules.wire_term(offer.availability.term) != rules.wire_term(item.term):
        raise Forbidden(
            _("%(title)s is not sold for the term %(term)s.")
            % {"title": offer.sku.title, "term": item.term},
            code=2085,
            field="termDuration",
        )


def segment_refusal(offer: Offer, customer: Customer) -> Forbidden | None:
    """Why an offer for another segment cannot be bought for this customer (S5; 800020)."""
    segment = offer.availability.segment
    if rules.SOLD_TO.get(segment) == customer.segment:
        return None
    return Forbidden(
        _("This offer is for %(segment)s customers; %(customer)s is a %(theirs)s customer.")
        % {
            "segment": labels.SEGMENTS.get(segment, segment),
            "customer": customer.company_name,
            "theirs": labels.CUSTOMER_SEGMENTS.get(customer.segment, customer.segment),
        },
        code=800020,
    )


def _tier(offer: Offer, quantity: int, at: datetime) -> Offer:
    """The offer at the price for this quantity; outside the SKU's range it is refused (2002)."""
    sku = offer.sku
    tier = offer.for_quantity(quantity, at=at)
    if tier and sku.min_quantity <= quantity <= sku.max_quantity:
        return tier
    raise Invalid(
        _("Quantity must be from %(least)s to %(most)s for %(title)s.")
        % {"least": sku.min_quantity, "most": sku.max_quantity, "title": sku.title},
        code=2002,
        field="quantity",
    )
