"""Applications: integrators' programs, which ask for tokens with an id and a secret."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import passwords
from accounts.actors import Actor
from accounts.hashers import RandomSecretHasher
from accounts.models import AppRegistration
from accounts.permissions import known_roles, require
from accounts.rules import Capability
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Invalid, NotFound


class NewApp(NamedTuple):
    """The application, and the secret that only this answer holds."""

    app: AppRegistration
    client_secret: str


def register_app(
    *, name: str, roles: Iterable[str], by: Actor, expires_at: datetime | None = None
) -> NewApp:
    """An application of the actor's partner, which asks for tokens with its own id and secret."""
    wanted = known_roles(roles)
    at = clock.now()
    with transaction.atomic():
        if not by.is_system:
            require(by, Capability.MANAGE_APPS)
        if expires_at is not None and expires_at <= at:
            raise Invalid(_("Choose a day in the future."), field="expires_at")
        secret = passwords.client_secret()
        client = Client(
            id=str(uuid4()),
            name=name,
            type=Client.Type.CONFIDENTIAL,
            grant_types=Client.GrantType.CLIENT_CREDENTIALS,
            secret=make_password(secret, hasher=RandomSecretHasher.algorithm),
        )
        client.save(force_insert=True)
        app = AppRegistration.objects.create(
            partner=by.partner,
            client=client,
            name=name,
            roles=wanted,
            created_at=at,
            expires_at=expires_at,
        )
        _record_app("register_application", app, by, roles=", ".join(wanted))
    return NewApp(app, secret)


def revoke_app(*, app: AppRegistration, by: Actor) -> AppRegistration:
    """End the application for good; its tokens open nothing from the next request on."""
    with transaction.atomic():
        if not by.is_system:
            require(by, Capability.MANAGE_APPS)
        mine = AppRegistration.objects.select_for_update().filter(partner=by.partner, pk=app.pk)
        found = mine.first()
        if found is None:
            raise NotFound(_("This application was not found."))
        if found.revoked_at is None:
            found.revoked_at = clock.now()
            found.save(update_fields=["revoked_at"])
            Token.objects.filter(client_id=found.client_id).delete()
            _record_app("unregister_application", found, by)
    return found


def _record_app(action: str, app: AppRegistration, by: Actor, **details: str) -> None:
    trail.record(
        action=action,
        by=by,
        at=clock.now(by.partner),
        resource_type="application",
        subject=app.name,
        details={"applicationId": app.client_id} | details,
    )
