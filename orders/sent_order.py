"""An order that a client sends back: refused where it says what is not true of the order."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from orders.cancellation import BAD_LINE
from orders.models import Order, OrderLine
from orders.pricing import Item
from partnercenter.lib.errors import Invalid

NO_ADD_ON = 800029
FIXED_CYCLE = 800072


def refuse_other_order(order: Order, sent: Mapping[str, Any]) -> None:
    """Refuse a request that says of the order what is not true of it: another one was meant.

    ``sent`` has ``id`` and ``line_items`` with ``line_item_number``, ``offer_id``, ``quantity``.
    """
    if sent.get("id") and sent["id"] != order.pk:
        raise Invalid(_("The id in the body is not that of the address."), field="id")
    if sent.get("line_items"):
        lines = OrderLine.objects.filter(partner=order.partner_id, order=order)
        _refuse_other_lines(lines, sent["line_items"])


def refuse_own_mpn(items: Iterable[Item], *, by: Actor) -> None:
    """Refuse a partner that puts itself on record: only a reseller of its own can be (800016)."""
    for index, item in enumerate(items):
        if any(each["value"] == by.partner.mpn_id for each in item.participants):
            raise Invalid(
                _("Your own MPN id cannot be on record. Send the reseller's, or none."),
                code=800016,
                field=f"lineItems[{index}].partnerIdOnRecord",
            )


def refuse_other_changes(order: Order, sent: Mapping[str, Any]) -> None:
    """Refuse what the public service changes of an order, and no product here allows.

    Add-ons (800029), and another billing cycle (800072); the order's own cycle is no change.
    """
    for index, line in enumerate(sent.get("line_items") or ()):
        if line.get("parent_subscription_id"):
            raise Invalid(
                _("No product here has add-ons. Order the product by itself."),
                code=NO_ADD_ON,
                field=f"lineItems[{index}].parentSubscriptionId",
            )
    if sent["billing_cycle"].lower() not in {"", order.billing_cycle}:
        raise Invalid(
            _("The billing cycle of this order cannot be changed: it is sold for %(cycle)s only.")
            % {"cycle": order.billing_cycle},
            code=FIXED_CYCLE,
            field="billingCycle",
        )


def _refuse_other_lines(lines: Iterable[OrderLine], sent: list[dict[str, Any]]) -> None:
    by_number = {line.number: line for line in lines}
    for index, each in enumerate(sent):
        line = by_number.get(each["line_item_number"])
        if line is None:
            continue  # refused by the verb, with the numbers that there are
        offer = each.get("offer_id") or line.catalog_item_id
        if offer.upper() != line.catalog_item_id.upper():
            raise Invalid(
                _("Line item %(number)s is another offer.") % {"number": line.number},
                code=BAD_LINE,
                field=f"lineItems[{index}].offerId",
            )
        if each.get("quantity", 0) not in {0, line.quantity}:
            raise Invalid(
                _("A line item is cancelled whole: its quantity is %(quantity)s.")
                % {"quantity": line.quantity},
                field=f"lineItems[{index}].quantity",
            )
