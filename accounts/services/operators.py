"""Operators: whoever runs the installation names them, on the server; no role of a partner does."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import actors
from accounts.models import User
from partnercenter.lib import clock, tenancy, trail
from partnercenter.lib.errors import NotFound


def set_operator(*, email: str, is_operator: bool, dry_run: bool = False) -> User:
    """Give the support desk to a user, or take it back; NotFound for an unknown e-mail."""
    with transaction.atomic():
        locked = User.objects.select_for_update(of=("self",)).select_related("partner")
        user = locked.filter(email__iexact=email.strip()).first()
        if user is None:
            raise NotFound(_("This user was not found."))
        if dry_run or user.is_operator == is_operator:
            return user
        user.is_operator = is_operator
        user.save(update_fields=["is_operator"])
        with tenancy.acting_for(user.partner_id):
            trail.record(
                action="update_partner_user",
                by=actors.system(user.partner),
                at=clock.now(user.partner),
                resource_type="partner_user",
                subject=user.email,
                details={"change": "operator" if is_operator else "no operator"},
            )
    return user
