"""A customer's users: their accounts, passwords and directory roles (contract 14)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import passwords
from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from customers import directory
from customers.models import Customer, CustomerUser, RoleMember
from customers.queries import find_user
from customers.rules import countries
from partnercenter.lib import clock, tenancy, trail
from partnercenter.lib.errors import Conflict, Invalid, NotFound

Values = Mapping[str, Any]


class Changed(NamedTuple):
    """The user, and the new password where one was set."""

    user: CustomerUser
    password: str = ""


def add_user(customer: Customer, values: Values, *, by: Actor) -> CustomerUser:
    """A user of the customer; refuses a principal name that another has (409)."""
    _require(by)
    checked = _checked(values)
    with transaction.atomic():
        at = clock.now(by.partner)
        user = CustomerUser(
            partner_id=customer.partner_id, customer=customer, created_at=at, **checked
        )
        _save(user, force_insert=True)
        _record("create_customer_user", user, by, at)
    return user


def change_user(
    user: CustomerUser,
    values: Values,
    *,
    by: Actor,
    restores: bool = False,
    password: str | None = None,
) -> Changed:
    """Restore a deleted user, change what is given, set a password: together or not at all.

    ``password``: a new one, "" for one that is made, None for none; nothing keeps it.
    """
    _require(by)
    checked = _checked(values)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = _lock(user, by, deleted=restores)
        if restores and locked.deleted_at is not None:
            _restore(locked, by, at)
        _apply(locked, checked, by, at)
        if password is None:
            return Changed(locked)
        new = usable_password(password)
        _record("reset_customer_user_password", locked, by, at)
    return Changed(locked, new)


def usable_password(password: str) -> str:
    """A password that may be set: the one given, or a fresh one."""
    shortest, longest = directory.SHORTEST_PASSWORD, directory.LONGEST_PASSWORD
    if password and not shortest <= len(password) <= longest:
        raise Invalid(
            _("Send a password of %(shortest)d to %(longest)d characters, or none.")
            % {"shortest": shortest, "longest": longest},
            field="passwordProfile.password",
        )
    return password or passwords.temporary()


def delete_user(user: CustomerUser, *, by: Actor) -> None:
    """Delete a user, who can be restored for 30 days; he loses his roles at once."""
    _require(by)
    with transaction.atomic():
        at = clock.now(by.partner)
        locked = _lock(user, by)
        locked.deleted_at = at
        locked.save(update_fields=["deleted_at"])
        RoleMember.objects.filter(partner_id=locked.partner_id, user=locked).delete()
        _record("delete_customer_user", locked, by, at)


def forget_deleted_users() -> int:
    """Remove, of all partners, users who were deleted so long ago that nobody can restore them."""
    with tenancy.everyone():
        # A sandbox's clock is ahead of this one or with it, so that nobody is forgotten early.
        ended = CustomerUser.objects.filter(deleted_at__lte=clock.now() - directory.KEPT)
        return ended.delete()[0]


def add_member(user: CustomerUser, role_id: UUID, *, by: Actor) -> RoleMember:
    """Give the user a directory role; who has it keeps it."""
    _require(by)
    with transaction.atomic():
        locked = _lock(user, by)
        member, is_new = RoleMember.objects.get_or_create(
            partner_id=locked.partner_id,
            customer_id=locked.customer_id,
            user=locked,
            role_id=role_id,
        )
        if is_new:
            details = {"added": directory.ROLES[role_id]}
            _record("update_customer_user", locked, by, clock.now(by.partner), details)
    return member


def remove_member(user: CustomerUser, role_id: UUID, *, by: Actor) -> None:
    """Take the role from the user; NotFound if he does not have it."""
    _require(by)
    with transaction.atomic():
        locked = _lock(user, by)
        mine = RoleMember.objects.filter(partner_id=locked.partner_id, user=locked)
        if not mine.filter(role_id=role_id).delete()[0]:
            raise NotFound(_("The user does not have this role."))
        details = {"removed": directory.ROLES[role_id]}
        _record("update_customer_user", locked, by, clock.now(by.partner), details)


def _require(by: Actor) -> None:
    if not by.is_system:
        require(by, Capability.MANAGE_CUSTOMER_USERS)


def _lock(user: CustomerUser, by: Actor, *, deleted: bool = False) -> CustomerUser:
    """The user as he is now, his row held until the transaction ends."""
    CustomerUser.objects.select_for_update().get(pk=user.pk, partner=by.partner)
    return find_user(user.pk, customer=user.customer, by=by, deleted=deleted)


def _restore(user: CustomerUser, by: Actor, at: datetime) -> None:
    """Back without roles; refused if his name was taken meanwhile (409)."""
    user.deleted_at = None
    _save(user, update_fields=["deleted_at"])
    _record("restore_customer_user", user, by, at)


def _apply(user: CustomerUser, values: Values, by: Actor, at: datetime) -> None:
    """Write what differs; the log tells a new principal name from other changes."""
    changed = [name for name, new in values.items() if new != getattr(user, name)]
    if not changed:
        return
    for name in changed:
        setattr(user, name, values[name])
    _save(user, update_fields=changed)
    renamed = "_principal_name" if "user_principal_name" in changed else ""
    details = {"changed": ", ".join(sorted(changed))}
    _record(f"update_customer_user{renamed}", user, by, at, details)


def _checked(values: Values) -> dict[str, Any]:
    """The values as they are kept; raises Invalid for the first thing wrong with them."""
    kept = {name: str(value).strip() for name, value in values.items()}
    if "usage_location" in kept:
        kept["usage_location"] = kept["usage_location"].upper()
        if kept["usage_location"] not in countries():
            raise Invalid(
                _("usageLocation must be a country's ISO 3166-1 code of two letters."),
                field="usageLocation",
            )
    name = kept.get("user_principal_name")
    if name is not None and not directory.PRINCIPAL_NAME.fullmatch(name):
        raise Invalid(_("userPrincipalName must be like name@domain."), field="userPrincipalName")
    return kept


def _save(user: CustomerUser, **options: Any) -> None:
    try:
        with transaction.atomic():
            user.save(**options)
    except IntegrityError as error:
        raise Conflict(
            _("Another user of this customer has the name %(name)s. Choose another one.")
            % {"name": user.user_principal_name},
            field="userPrincipalName",
        ) from error
    user.refresh_from_db(fields=["name_key"])


def _record(
    action: str, user: CustomerUser, by: Actor, at: datetime, details: dict[str, str] | None = None
) -> None:
    trail.record(
        action=action,
        by=by,
        at=at,
        customer=user.customer,
        subject=user.user_principal_name,
        resource_type="customer_user",
        details=details,
    )
