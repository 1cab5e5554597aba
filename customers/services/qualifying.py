from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from customers.models import Customer
from customers.queries import lock_customer
from customers.rules import Segment
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Invalid

SETTABLE = frozenset({Segment.EDUCATION, Segment.GOVERNMENT})
NO_SUCH_VALUE = 900126


def qualify_customer(customer: Customer, segment: str, *, by: Actor) -> Customer:
    """Make it an education or government customer, with the offers that only these may buy."""
    if not by.is_system:
        require(by, Capability.EDIT_CUSTOMER)
    if segment not in SETTABLE:
        raise Invalid(
            _("Only Education and GovernmentCommunityCloud can be set."),
            code=NO_SUCH_VALUE,
            field="qualification",
        )
    with transaction.atomic():
        locked = lock_customer(customer, by=by)
        if locked.segment != segment:
            at = clock.now(by.partner)
            locked.segment, locked.qualified_at = segment, at
            locked.save(update_fields=["segment", "qualified_at"])
            trail.record(
                action="update_customer_qualification",
                by=by,
                at=at,
                customer=locked,
                subject=segment,
                resource_type="customer",
            )
    return locked
