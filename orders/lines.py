"""What an order writes: its lines, entitlements and charges, each complete by itself."""

from datetime import datetime

from billing.models import BillingLine
from billing.rules import ChargeType
from catalog.offers import Offer
from catalog.rules import Kind
from orders import rules
from orders.models import Order, OrderLine
from orders.pricing import Item, Priced
from partnercenter.lib.batch import new
from partnercenter.lib.money import ZERO
from software.models import Entitlement

RESELLER, LONGEST_MPN = "transaction_reseller", 20
WITH_KEY = frozenset({Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE})


def order_line(order: Order, number: int, line: Priced) -> OrderLine:
    """One product of the order, with price, tax treatment and policies of its instant copied."""
    offer, item, sums = line.offer, line.item, line.amounts
    return new(
        OrderLine,
        partner_id=order.partner_id,
        order=order,
        number=number,
        catalog_item_id=offer.catalog_item_id,
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


def entitlement(order: Order, number: int, line: Priced) -> Entitlement:
    """The right to what the line buys; keys are for server software, not for plans in Azure."""
    offer = line.offer
    return new(
        Entitlement,
        partner_id=order.partner_id,
        customer=order.customer,
        order_id=order.pk,
        line_number=number,
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


def charge(order: Order, bought: OrderLine, line: Priced) -> BillingLine:
    """What the line costs, for the next monthly invoice (ruling 10)."""
    offer, sums = line.offer, line.amounts
    return new(
        BillingLine,
        partner_id=order.partner_id,
        customer=order.customer,
        order_id=order.pk,
        line_number=bought.number,
        charge_type=ChargeType.NEW,
        product_id=offer.sku.product_id,
        sku_id=offer.sku.sku_id,
        availability_id=offer.availability.pk,
        title=offer.sku.title,
        product_title=offer.product.title,
        publisher=offer.product.publisher,
        alternate_id=order.alternate_id,
        subscription_id=bought.pk if bought.term_end else None,
        reseller_mpn_id=_reseller(line.item),
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


def _reseller(item: Item) -> str:
    """MPN id of the indirect reseller that an indirect provider buys for; "" where none is told."""
    told = (str(p.get("value", "")) for p in item.participants if p.get("key") == RESELLER)
    return next((mpn for mpn in told if mpn.isdecimal() and len(mpn) <= LONGEST_MPN), "")


def _window_end(order: Order, offer: Offer) -> datetime | None:
    return rules.returnable_until(
        order.created_at, offer.cancellation.kind, offer.cancellation.days
    )
