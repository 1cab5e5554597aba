"""Indirect resellers: partners who sell through this one."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.actors import Actor
from customers.models import IndirectReseller
from partnercenter.lib import clock
from partnercenter.lib.errors import Conflict, Forbidden, Invalid

NOT_A_RESELLER, UNSIGNED = 800016, 900123


def add_reseller(
    *, name: str, tenant_id: UUID, mpn_id: str, country: str, by: Actor, has_signed: bool = True
) -> IndirectReseller:
    """Take a reseller under the partner, once for each tenant and MPN ID; the operator's deed."""
    try:
        with transaction.atomic():
            return IndirectReseller.objects.create(
                partner=by.partner,
                name=name,
                tenant_id=tenant_id,
                mpn_id=mpn_id,
                country=country,
                has_signed=has_signed,
                created_at=clock.now(by.partner),
            )
    except IntegrityError as error:
        raise Conflict(_("You already have this reseller."), field="tenant_id") from error


def find_reseller(tenant_id: str, *, by: Actor) -> IndirectReseller:
    """The partner's reseller with this tenant GUID; refuses any other (800016).

    One who has not signed the partner agreement is refused too (900123).
    """
    try:
        tenant = UUID(tenant_id.strip())
    except ValueError:
        raise _unknown() from None
    found = IndirectReseller.objects.filter(partner=by.partner, tenant_id=tenant).first()
    if found is None:
        raise _unknown()
    if not found.has_signed:
        raise Forbidden(
            _("%(name)s has not signed the partner agreement. Ask for it.") % {"name": found.name},
            code=UNSIGNED,
            field="associatedPartnerId",
        )
    return found


def _unknown() -> Invalid:
    return Invalid(
        _("associatedPartnerId is not the tenant of a reseller who sells through you."),
        code=NOT_A_RESELLER,
        field="associatedPartnerId",
    )
