"""The end of a relationship: the customer is not the partner's any more."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from customers.models import Customer, CustomerWord
from customers.queries import lock_customer
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Invalid

NOT_IN_THIS_ENVIRONMENT = 900127
MOST_NAMED = 5
# A port to an app above this one: numbers of the customer's orders that still hold.
OpenOrders = Callable[..., list[str]]


def delete_customer(customer: Customer, *, by: Actor) -> None:
    """Purge a sandbox's customer; outside a sandbox it is refused (900127).

    Its account is gone from every list and address; orders, invoices and the log keep theirs.
    """
    if not by.is_system:
        require(by, Capability.DELETE_CUSTOMER)
    if not by.partner.is_sandbox:
        raise Invalid(
            _("Customers are deleted in a sandbox only. Here, remove the relationship instead."),
            code=NOT_IN_THIS_ENVIRONMENT,
        )
    _end(customer, by=by, action="delete_customer")


def remove_relationship(customer: Customer, *, by: Actor) -> None:
    """End the reseller relationship (F-CUS-11), once all orders are cancelled or at their end."""
    if not by.is_system:
        require(by, Capability.END_RELATIONSHIP)
    _end(customer, by=by, action="remove_partner_customer_relationship")


def _end(customer: Customer, *, by: Actor, action: str) -> None:
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = lock_customer(customer, by=by)
        open_orders: OpenOrders = import_string(settings.OPEN_ORDERS)
        if found := open_orders(locked, at=at):
            raise Invalid(
                _("Cancel the customer's orders first: %(orders)s.")
                % {"orders": ", ".join(found[:MOST_NAMED])},
                data=found[:MOST_NAMED],
            )
        locked.ended_at = at
        locked.save(update_fields=["ended_at"])
        CustomerWord.objects.filter(partner_id=locked.partner_id, customer=locked).delete()
        trail.record(
            action=action,
            by=by,
            at=at,
            customer=locked,
            subject=locked.domain,
            resource_type="customer",
        )
