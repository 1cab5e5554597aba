"""Reads of users that several pages need; all start from the partner."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from accounts.models import AppRegistration, Partner, User
from accounts.rules import Role
from partnercenter.lib.errors import NotFound

SHOWN_HOLDERS = 3


def find_users(partner: Partner, *, text: str = "", role: str = "") -> QuerySet[User]:
    """The partner's users whose name or e-mail holds the text, with the role if one is given."""
    found = User.objects.filter(partner=partner)
    for word in text.split():
        found = found.filter(
            Q(email__icontains=word) | Q(first_name__icontains=word) | Q(last_name__icontains=word)
        )
    return found.filter(roles__contains=[role]) if role else found


def holders(partner: Partner, roles: Sequence[Role]) -> list[User]:
    """A few active users who hold one of the roles: whom to ask."""
    active = User.objects.filter(partner=partner, is_active=True, roles__overlap=list(roles))
    return list(active.order_by("email")[:SHOWN_HOLDERS])


def holders_by_role(partner: Partner) -> dict[Role, list[str]]:
    """For each role the e-mails of a few active users who hold it, in one query."""
    active = User.objects.filter(partner=partner, is_active=True)
    first, *rest = (
        active.filter(roles__contains=[role])
        .annotate(held=Value(role.value))
        .order_by("email")
        .values_list("held", "email")[:SHOWN_HOLDERS]
        for role in Role
    )
    found: dict[Role, list[str]] = {role: [] for role in Role}
    for held, email in first.union(*rest, all=True):
        found[Role(held)].append(email)
    return found


def find_user(partner: Partner, user_id: UUID) -> User:
    """The partner's user; foreign and unknown ids are the same NotFound."""
    user = User.objects.select_related("partner").filter(partner=partner, pk=user_id).first()
    if user is None:
        raise NotFound(_("This user was not found. It does not exist, or it is not yours."))
    return user


def find_apps(partner: Partner) -> QuerySet[AppRegistration]:
    """The partner's applications, revoked ones included."""
    return AppRegistration.objects.filter(partner=partner)


def find_app(partner: Partner, app_id: UUID) -> AppRegistration:
    """The partner's application; foreign and unknown ids are the same NotFound."""
    app = find_apps(partner).select_related("client").filter(pk=app_id).first()
    if app is None:
        raise NotFound(_("This application was not found. It does not exist, or it is not yours."))
    return app
