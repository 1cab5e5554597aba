"""Users: who may sign in, and with which roles.

Every verb checks what the actor may manage, and is recorded in the log.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from allauth.idp.oidc.models import Token
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import passwords, rules
from accounts.actors import Actor
from accounts.models import Partner, User
from accounts.permissions import known_roles, refuse_without, require
from accounts.rules import Capability, Role
from partnercenter.lib import clock, outbox, trail
from partnercenter.lib.errors import Conflict, Invalid, NotFound


class NewUser(NamedTuple):
    """The user, and the password that only this answer holds; it must be changed at first use."""

    user: User
    temporary_password: str


def add_user(
    *,
    email: str,
    first_name: str,
    last_name: str,
    roles: Iterable[str],
    by: Actor,
    phone: str = "",
    must_change_password: bool = True,
) -> NewUser:
    """A user of the actor's partner (F-SET-1); Invalid with ``field`` for a taken e-mail."""
    wanted = known_roles(roles)
    with transaction.atomic():
        partner = _lock_partner(by)
        _check_may_manage(by, wanted)
        at, password = clock.now(partner), passwords.temporary()
        user = User(
            partner=partner,
            email=email.strip().lower(),
            first_name=first_name,
            last_name=last_name,
            phone=phone,
            roles=wanted,
            must_change_password=must_change_password,
            created_at=at,
        )
        user.set_password(password)
        _insert(user)
        _mail(user, "welcome")
        _record("create_partner_user", user, by, at, roles=", ".join(wanted))
    return NewUser(user, password)


def set_roles(*, user: User, roles: Iterable[str], by: Actor) -> User:
    """Give and take roles; effective at the user's next request. The last Global admin stays."""
    wanted = known_roles(roles)
    with transaction.atomic():
        partner = _lock_partner(by)
        user = _lock_user(user.pk, partner)
        added = [role for role in wanted if role not in user.roles]
        removed = [role for role in user.roles if role not in wanted]
        _check_may_manage(by, [*added, *removed, *_protected(user)])
        if Role.GLOBAL_ADMIN in removed:
            _check_not_last(user)
        if added or removed:
            user.roles = wanted
            user.save(update_fields=["roles"])
            at = clock.now(partner)
            changes = {"added": ", ".join(added), "removed": ", ".join(removed)}
            _record("update_partner_user", user, by, at, **changes)
    return user


def deactivate_user(*, user: User, by: Actor) -> User:
    """End the user's access at his next request, sessions and tokens included."""
    with transaction.atomic():
        partner = _lock_partner(by)
        user = _lock_user(user.pk, partner)
        _check_may_manage(by, user.roles)
        if by.user is not None and by.user.pk == user.pk:
            raise Conflict(_("You cannot deactivate yourself. Ask another admin."))
        if user.is_active:
            _check_not_last(user)
            user.is_active = False
            user.save(update_fields=["is_active"])
            _end_access(user)
            _record("remove_partner_user", user, by, clock.now(partner))
    return user


def reactivate_user(*, user: User, by: Actor) -> User:
    """Let a deactivated user sign in again, with his old roles and password."""
    with transaction.atomic():
        partner = _lock_partner(by)
        user = _lock_user(user.pk, partner)
        _check_may_manage(by, user.roles)
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            _record("update_partner_user", user, by, clock.now(partner), change="reactivated")
    return user


def reset_password(*, user: User, by: Actor) -> str:
    """A new temporary password, shown once; the old one and all sessions end."""
    with transaction.atomic():
        partner = _lock_partner(by)
        user = _lock_user(user.pk, partner)
        _check_may_manage(by, user.roles)
        at, password = clock.now(partner), passwords.temporary()
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        _end_access(user)
        _mail(user, "password_was_reset")
        _record("update_partner_user", user, by, at, change="password reset")
    return password


def choose_password(*, user: User, password: str, by: Actor) -> None:
    """The user's own password in place of the old or temporary one; tokens in his name end."""
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        Token.objects.filter(user=user).delete()
        at = clock.now(by.partner)
        _record("update_partner_user", user, by, at, change="password changed")


def send_reset_mail(*, user: User) -> None:
    """Promise the mail by which somebody who forgot his password chooses a new one."""
    _mail(user, "password_reset")


def _lock_partner(by: Actor) -> Partner:
    """One change of a partner's users at a time, so that two cannot take the last Global admin."""
    return Partner.objects.select_for_update(no_key=True).get(pk=by.partner.pk)


def _lock_user(user_id: UUID, partner: Partner) -> User:
    user = User.objects.select_for_update().filter(partner=partner, pk=user_id).first()
    if user is None:
        raise NotFound(_("This user was not found."))
    user.partner = partner
    return user


def _protected(user: User) -> list[str]:
    """Whoever changes a Global admin, whatever it is, must be one."""
    return [role for role in user.roles if role == Role.GLOBAL_ADMIN]


def _check_may_manage(by: Actor, roles: Iterable[str]) -> None:
    if by.is_system:
        return
    require(by, Capability.MANAGE_USERS)
    needed = set(roles)
    if not needed <= rules.manageable_roles(by.roles):
        refuse_without(by, [role for role in Role if needed <= rules.manageable_roles([role])])


def _check_not_last(user: User) -> None:
    if Role.GLOBAL_ADMIN not in user.roles:
        return
    others = User.objects.filter(
        partner=user.partner, is_active=True, roles__contains=[Role.GLOBAL_ADMIN]
    ).exclude(pk=user.pk)
    if not others.exists():
        raise Conflict(_("This is the last Global admin. Make another user Global admin first."))


def _insert(user: User) -> None:
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise Invalid(_("A user with this email address exists already."), field="email") from error


def _end_access(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()
    Token.objects.filter(user=user).delete()


def _mail(user: User, template: str) -> None:
    outbox.put(
        topic="mail",
        partner_id=user.partner_id,
        payload={"template": template, "user_id": str(user.pk)},
        dedupe_key=str(uuid4()),
    )


def _record(action: str, user: User, by: Actor, at: datetime, **details: str) -> None:
    trail.record(
        action=action,
        by=by,
        at=at,
        resource_type="partner_user",
        subject=user.email,
        details=details,
    )
