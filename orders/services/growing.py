"""More of a subscription: an order of its own for the rest of the term, at its price by the day.

So it is charged, granted and cancelled as every order is: within its own window, with a credit
of its own.
"""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from billing import rules as money
from billing import services as billing
from billing.credits import charges_of
from billing.models import BillingLine
from billing.rules import Amounts
from catalog.models import Sku
from orders import events, numbers, rules
from orders.models import AddedQuantity, Order, OrderLine
from orders.subscription_rules import GROWING
from orders.subscriptions import Subscription
from partnercenter.lib.batch import insert_together
from partnercenter.lib.errors import Invalid
from software import services as software
from software.models import Entitlement

# What the added line has of its own; all else is the subscription's line's.
OWN = frozenset(
    {"id", "order_id", "number", "quantity", "unit_price", "net", "tax", "gross", "term_start",
     "returnable_until", "cancelled_at", "cancelled_by", "review_number", "review_asks"}
)  # fmt: skip
# And what its charge has of its own.
OF_ONE_CHARGE = frozenset(
    {"id", "order_id", "line_number", "alternate_id", "quantity", "unit_price", "net", "tax",
     "gross", "period_start", "booked_at", "reverses_id", "reverses_gross", "invoice_id"}
)  # fmt: skip


def refuse(held: Subscription, more: int, *, suspended: bool) -> None:
    """Refuse a quantity that cannot be: the SKU, its range, the state, or less than before."""
    if held.row["kind"] not in GROWING:
        raise _refusal(2006, _("The quantity of %(title)s is fixed."), held)
    if suspended:
        raise _refusal(2001, _("%(title)s is suspended. Reactivate it first."), held)
    if more < 0:
        text = _("The quantity of %(title)s cannot be lowered. Cancel orders of it instead.")
        raise _refusal(800090, text, held)
    sku = Sku.objects.get(product=held.row["product_id"], sku_id=held.row["sku_id"])
    if not sku.min_quantity <= held.quantity + more <= sku.max_quantity:
        raise Invalid(
            _("Quantity must be from %(least)s to %(most)s for %(title)s.")
            % {"least": sku.min_quantity, "most": sku.max_quantity, "title": sku.title},
            code=2002,
            field="quantity",
        )
    _price, days = held.rest_price()
    if not days:
        text = _("The term of %(title)s ends today. Buy it again instead of raising its quantity.")
        raise _refusal(2006, text, held)


def _refusal(code: int, text: Any, held: Subscription) -> Invalid:
    return Invalid(text % {"title": held.row["title"]}, code=code, field="quantity")


def add_quantity(held: Subscription, more: int, *, by: Actor) -> Order:
    """Order so many more until the subscription's end, in the transaction that holds its line.

    Price, tax treatment and policies are those that its line copied when it was bought. Refuses
    beyond the partner's credit (900121).
    """
    line = OrderLine.objects.select_related("order").get(pk=held.pk)
    unit, _days = held.rest_price()
    sums = money.amounts(
        unit_price=unit,
        quantity=more,
        currency=line.order.currency,
        price_includes_tax=line.price_includes_tax,
        tax_rate=line.tax_rate,
    )
    order = _order(line, sums, held=held, by=by)
    added = _line(line, order, more, unit, sums)
    insert_together([order], [added])
    insert_together([AddedQuantity(order=order, partner=by.partner, subscription_id=held.pk)])
    first = Entitlement.objects.get(partner=by.partner, pk=held.row["entitlement_id"])
    software.grant([_entitlement(first, added, order)], partner=by.partner, at=held.at)
    charged = charges_of([line.order_id], partner=by.partner)[line.order_id, line.number]
    billing.charge([_charge(charged, added, order)], partner=by.partner)
    events.tell_placed(order, partner=by.partner, at=held.at)
    return order


def _order(line: OrderLine, sums: Amounts, *, held: Subscription, by: Actor) -> Order:
    return Order(
        id=numbers.order_id(),
        partner=by.partner,
        customer=held.customer,
        alternate_id=numbers.alternate_id(),
        ordered_by=by.name,
        source=by.source,
        billing_cycle=line.order.billing_cycle,
        currency=line.order.currency,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        price_includes_tax=line.price_includes_tax,
        created_at=held.at,
    )


def _line(line: OrderLine, order: Order, more: int, unit: Decimal, sums: Amounts) -> OrderLine:
    names = [field.attname for field in OrderLine._meta.concrete_fields]
    same = {name: getattr(line, name) for name in names if name not in OWN}
    return OrderLine(
        **same,
        order=order,
        number=0,
        quantity=more,
        unit_price=unit,
        net=sums.net,
        tax=sums.tax,
        gross=sums.gross,
        term_start=order.created_at,
        returnable_until=rules.returnable_until(
            order.created_at, line.cancellation_kind, line.cancellation_days
        ),
    )


def _entitlement(first: Entitlement, line: OrderLine, order: Order) -> Entitlement:
    """As the first one's, whose link limits and need of a key hold for what is added too."""
    return Entitlement(
        partner_id=line.partner_id,
        customer=order.customer,
        order_id=order.pk,
        line_number=line.number,
        product_id=line.product_id,
        sku_id=line.sku_id,
        kind=line.kind,
        title=line.title,
        quantity=line.quantity,
        purchased_at=order.created_at,
        term_end=line.term_end,
        cancellation_kind=line.cancellation_kind,
        returnable_until=line.returnable_until,
        link_life_days=first.link_life_days,
        link_max_downloads=first.link_max_downloads,
        needs_key=first.needs_key,
    )


def _charge(first: BillingLine, line: OrderLine, order: Order) -> BillingLine:
    names = [field.attname for field in BillingLine._meta.concrete_fields]
    same = {name: getattr(first, name) for name in names if name not in OF_ONE_CHARGE}
    return BillingLine(
        **same,
        order_id=order.pk,
        line_number=line.number,
        alternate_id=order.alternate_id,
        quantity=line.quantity,
        unit_price=line.unit_price,
        net=line.net,
        tax=line.tax,
        gross=line.gross,
        period_start=line.term_start,
        booked_at=order.created_at,
    )
