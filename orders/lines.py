"""From what somebody wants to what is written: offer, price, tax and policies of one instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from billing import rules as money
from billing.models import BillingLine
from billing.rules import Amounts, ChargeType
from catalog.queries import Offer, market_refusal, offers_by_id
from catalog.rules import Kind
from customers.models import Customer
from orders import rules
from orders.models import Order, OrderLine
from partnercenter.lib.errors import DomainError, Invalid
from partnercenter.lib.money import ZERO
from software.models import Entitlement

if TYPE_CHECKING:
    from orders.services import Item

WITH_KEY = frozenset({Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE})


@dataclass(frozen=True, slots=True)
class Priced:
    """An item that can be ordered, with everything that its order line will copy."""

    number: int
    item: "Item"
    offer: Offer
    amounts: Amounts

    @property
    def cycle(self) -> str:
        return rules.billing_cycle(self.offer.availability.billing_plan)


def offers(ids: Iterable[str], *, partner: Partner, at: datetime) -> Mapping[str, Offer]:
    """Offers of the partner's price list (its country and currency); raises the first refusal."""
    known: dict[str, Offer] = {}
    for item_id, found in offers_by_id(set(ids), market=partner.country, at=at).items():
        if isinstance(found, DomainError):
            raise found
        if found.currency != partner.currency:
            raise Invalid(
                _("%(id)s is priced in %(currency)s, not in the partner's currency.")
                % {"id": item_id, "currency": found.currency},
                code=800004,
                field="catalogItemId",
            )
        known[item_id] = found
    return known


def refuse_quantity(offer: Offer, quantity: int) -> None:
    """A quantity outside the SKU's range (2002)."""
    sku = offer.sku
    if not sku.min_quantity <= quantity <= sku.max_quantity:
        raise Invalid(
            _("Quantity must be from %(least)s to %(most)s for %(title)s.")
            % {
                "least": sku.min_quantity,
                "most": sku.max_quantity,
                "title": sku.title,
            },
            code=2002,
            field="quantity",
        )


def refuse_market(offer: Offer, *, customer: Customer, partner: Partner, at: datetime) -> None:
    """Either country may be closed to this kind of offer (S10, ruling 7; 800070)."""
    refusal = market_refusal(offer.kind, countries=(partner.country, customer.country), at=at)
    if refusal:
        raise Invalid(refusal.text, code=800070, field="catalogItemId")


def priced(
    items: Sequence["Item"], *, customer: Customer, partner: Partner, at: datetime
) -> list[Priced]:
    """Check and price the items of one order; raises the first refusal."""
    if not 0 < len(items) <= rules.MAX_LINES:
        raise Invalid(
            _("An order has from 1 to %(most)s lines.") % {"most": rules.MAX_LINES},
            field="lineItems",
        )
    known = offers((i.catalog_item_id for i in items), partner=partner, at=at)
    result = []
    for number, item in enumerate(items):
        offer = known[item.catalog_item_id]
        refuse_quantity(offer, item.quantity)
        refuse_market(offer, customer=customer, partner=partner, at=at)
        result.append(Priced(number, item, offer, amounts(offer, item.quantity)))
    return result


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
    return money.total([line.amounts for line in lines])


def groups(items: Sequence["Item"], *, partner: Partner, at: datetime) -> dict[str, list["Item"]]:
    """Items by the order they will be in, in the order of their first line."""
    known = offers((i.catalog_item_id for i in items), partner=partner, at=at)
    result: dict[str, list[Item]] = {}
    for item in items:
        offer = known[item.catalog_item_id]
        cycle = rules.billing_cycle(offer.availability.billing_plan)
        result.setdefault(rules.order_group(offer.kind, cycle, offer.availability.term), []).append(
            item
        )
    return result


def order_line(order: Order, line: Priced) -> OrderLine:
    offer, item, sums = line.offer, line.item, line.amounts
    return OrderLine(
        partner_id=order.partner_id,
        order=order,
        number=line.number,
        catalog_item_id=item.catalog_item_id,
        product_id=offer.sku.product_id,
        sku_id=offer.sku.sku_id,
        availability_id=offer.availability.pk,
        kind=offer.kind,
        title=offer.sku.title,
        friendly_name=item.friendly_name,
        quantity=item.quantity,
        term=offer.availability.term,
        billing_plan=offer.availability.billing_plan,
        unit_price=offer.unit_price,
        price_includes_tax=offer.price_includes_tax,
        tax_rate=offer.tax_rate or ZERO,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        term_start=order.created_at,
        term_end=rules.term_end(order.created_at, offer.availability.term),
        cancellation_kind=offer.cancellation.kind,
        cancellation_days=offer.cancellation.days,
        cancellation_source=offer.cancellation.source,
        returnable_until=_window_end(order, offer),
        provisioning_context=dict(item.provisioning_context),
        participants=[dict(p) for p in item.participants],
    )


def entitlement(order: Order, line: Priced) -> Entitlement:
    offer = line.offer
    return Entitlement(
        partner_id=order.partner_id,
        customer=order.customer,
        order_id=order.pk,
        line_number=line.number,
        product_id=offer.sku.product_id,
        sku_id=offer.sku.sku_id,
        kind=offer.kind,
        title=offer.sku.title,
        quantity=line.item.quantity,
        purchased_at=order.created_at,
        term_end=rules.term_end(order.created_at, offer.availability.term),
        cancellation_kind=offer.cancellation.kind,
        returnable_until=_window_end(order, offer),
        link_life_days=offer.links.life_days,
        link_max_downloads=offer.links.max_downloads,
        needs_key=offer.kind in WITH_KEY,
    )


def charge(order: Order, line: Priced) -> BillingLine:
    offer, sums = line.offer, line.amounts
    return BillingLine(
        partner_id=order.partner_id,
        customer=order.customer,
        order_id=order.pk,
        line_number=line.number,
        charge_type=ChargeType.NEW,
        product_id=offer.sku.product_id,
        sku_id=offer.sku.sku_id,
        title=offer.sku.title,
        term=offer.availability.term,
        billing_plan=offer.availability.billing_plan,
        quantity=line.item.quantity,
        unit_price=offer.unit_price,
        currency=offer.currency,
        price_includes_tax=offer.price_includes_tax,
        tax_rate=offer.tax_rate or ZERO,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        period_start=order.created_at,
        period_end=rules.term_end(order.created_at, offer.availability.term),
        booked_at=order.created_at,
    )


def _window_end(order: Order, offer: Offer) -> datetime | None:
    return rules.returnable_until(
        order.created_at, offer.cancellation.kind, offer.cancellation.days
    )
