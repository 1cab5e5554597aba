"""Look-ups of one customer, always among the partner's own."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from customers.models import Customer
from partnercenter.lib.errors import NotFound
from partnercenter.lib.prepared import Statement, columns, read

NO_CUSTOMER = _("This customer was not found. It does not exist, or it is not yours.")
TENANT_NOT_FOUND = 60003
FIND = Statement(
    "find_customer",
    f"""
SELECT {columns("c", Customer)} FROM {Customer._meta.db_table} c
WHERE c.partner_id = %(partner)s AND c.id = %(customer)s AND c.ended_at IS NULL
""",  # noqa: S608 - names of our own tables
)


def find_customer(customer_id: UUID | str, *, by: Actor) -> Customer:
    """The actor's customer; foreign, unknown, left and malformed ids are the same NotFound."""
    try:
        tenant = customer_id if isinstance(customer_id, UUID) else UUID(customer_id)
    except ValueError:
        raise _not_found() from None
    found = FIND.rows({"partner": by.partner.pk, "customer": tenant})
    if not found:
        raise _not_found()
    customer = read(iter(found[0]), Customer)
    # The row was found by the partner; what follows needs no look-up for it.
    customer.partner = by.partner
    return customer


def lock_customer(customer: Customer, *, by: Actor) -> Customer:
    """The row, held until the transaction ends; NotFound if the customer left meanwhile."""
    locked = Customer.objects.visible_to(by).select_for_update().filter(pk=customer.pk).first()
    if locked is None:
        raise _not_found()
    locked.partner = by.partner
    return locked


def _not_found() -> NotFound:
    return NotFound(NO_CUSTOMER, code=TENANT_NOT_FOUND)
