"""Look-ups of one customer and of its users, always among the partner's own."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from customers import directory
from customers.models import Customer, CustomerUser, IndirectReseller, RoleMember
from partnercenter.lib import clock
from partnercenter.lib.batch import Need, require
from partnercenter.lib.errors import NotFound
from partnercenter.lib.prepared import Statement, columns, read

NO_CUSTOMER = _("This customer was not found. It does not exist, or it is not yours.")
NO_USER = _("This user was not found. It does not exist, or it was deleted.")
TENANT_NOT_FOUND, USER_NOT_FOUND = 60003, 60002
FIND = Statement(
    "find_customer",
    f"""
SELECT {columns("c", Customer)} FROM {Customer._meta.db_table} c
WHERE c.partner_id = %(partner)s AND c.id = %(customer)s AND c.ended_at IS NULL
""",  # noqa: S608 - names of our own tables
)

KEEP = Need(
    "keep_customer",
    f"""
SELECT 1 FROM {Customer._meta.db_table}
WHERE partner_id = %(partner)s AND id = %(customer)s AND ended_at IS NULL
FOR KEY SHARE
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
    # The row was found by the partner; what follows needs no look-up for it.
    return read(iter(found[0]), Customer, partner=by.partner)


def lock_customer(customer: Customer, *, by: Actor) -> Customer:
    """The row, held until the transaction ends; NotFound if the customer left meanwhile."""
    locked = Customer.objects.visible_to(by).select_for_update().filter(pk=customer.pk).first()
    if locked is None:
        raise _not_found()
    locked.partner = by.partner
    return locked


def keep_customer(customer: Customer, *, by: Actor) -> None:
    """Let the customer not leave before the transaction ends; NotFound if it has left meanwhile.

    Others may keep it too, so orders do not wait for each other; leaving waits, and sees them.
    """

    def has_left() -> None:
        raise _not_found()

    require(KEEP, {"partner": by.partner.pk, "customer": customer.pk}, otherwise=has_left)


def resellers_of(by: Actor) -> QuerySet[IndirectReseller]:
    """Who sells through the actor's partner, by name."""
    return IndirectReseller.objects.filter(partner=by.partner).order_by("name", "id")


def users_of(customer: Customer, *, by: Actor, deleted: bool = False) -> QuerySet[CustomerUser]:
    """The customer's users, or those who were deleted and can still be restored."""
    mine = CustomerUser.objects.filter(partner=by.partner, customer=customer)
    return mine.filter(_restorable(by) if deleted else Q(deleted_at=None))


def members_of(customer: Customer, role_id: UUID, *, by: Actor) -> QuerySet[RoleMember]:
    """Who holds the directory role at this customer, with the users."""
    mine = RoleMember.objects.filter(partner=by.partner, customer=customer, role_id=role_id)
    return mine.select_related("user")


def find_user(
    user_id: UUID | str, *, customer: Customer, by: Actor, deleted: bool = False
) -> CustomerUser:
    """The customer's user, with ``deleted`` also one who can be restored; else NotFound (60002)."""
    try:
        key = user_id if isinstance(user_id, UUID) else UUID(user_id)
    except ValueError:
        raise NotFound(NO_USER, code=USER_NOT_FOUND) from None
    mine = CustomerUser.objects.filter(partner=by.partner, customer=customer)
    there = Q(deleted_at=None) | _restorable(by) if deleted else Q(deleted_at=None)
    user = mine.filter(there, pk=key).first()
    if user is None:
        raise NotFound(NO_USER, code=USER_NOT_FOUND)
    user.customer = customer
    return user


def _restorable(by: Actor) -> Q:
    return Q(deleted_at__gt=clock.now(by.partner) - directory.KEPT)


def _not_found() -> NotFound:
    return NotFound(NO_CUSTOMER, code=TENANT_NOT_FOUND)
