"""Applications: integrators' programs, which ask for tokens with an id and a secret."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import uuid4

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import passwords, rules
from accounts.actors import Actor
from accounts.hashers import RandomSecretHasher
from accounts.models import AppRegistration
from accounts.permissions import known_roles, require
from accounts.rules import Capability
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Conflict, Invalid, NotFound


class NewApp(NamedTuple):
    """The application, and the secret that only this answer holds."""

    app: AppRegistration
    client_secret: str


def register_app(
    *,
    name: str,
    roles: Iterable[str],
    by: Actor,
    expires_at: datetime | None = None,
    redirect_uris: Iterable[str] = (),
    reuses_refresh_tokens: bool = False,
) -> NewApp:
    """An application of the actor's partner, which asks for tokens with its own id and secret.

    Users can let it act in their name where it has an address to send them back to. Its refresh
    tokens are worth one use, unless ``reuses_refresh_tokens``.
    """
    wanted, uris = known_roles(roles), _known_uris(redirect_uris)
    at = clock.now()
    with transaction.atomic():
        require(by, Capability.MANAGE_APPS)
        _check_end(expires_at, at)
        secret = passwords.client_secret()
        client = Client(
            id=str(uuid4()),
            name=name,
            type=Client.Type.CONFIDENTIAL,
            secret=_hashed(secret),
        )
        _let_users_sign_in(client, uris)
        client.save(force_insert=True)
        app = AppRegistration.objects.create(
            partner=by.partner,
            client=client,
            name=name,
            roles=wanted,
            created_at=at,
            expires_at=expires_at,
            reuses_refresh_tokens=reuses_refresh_tokens,
        )
        _record_app("register_application", app, by, roles=", ".join(wanted))
    return NewApp(app, secret)


def update_app(
    *,
    app: AppRegistration,
    roles: Iterable[str],
    redirect_uris: Iterable[str],
    by: Actor,
    reuses_refresh_tokens: bool = False,
) -> AppRegistration:
    """Other roles and addresses; without an address, what users let it do ends at once."""
    wanted, uris = known_roles(roles), _known_uris(redirect_uris)
    with transaction.atomic():
        found = _lock_app(app, by)
        before = (found.roles, found.client.get_redirect_uris(), found.reuses_refresh_tokens)
        if before == (wanted, uris, reuses_refresh_tokens):
            return found
        found.roles, found.reuses_refresh_tokens = wanted, reuses_refresh_tokens
        found.save(update_fields=["roles", "reuses_refresh_tokens"])
        _let_users_sign_in(found.client, uris)
        found.client.save(
            update_fields=["redirect_uris", "grant_types", "response_types", "scopes"]
        )
        if not uris:
            Token.objects.filter(client_id=found.client_id, user__isnull=False).delete()
        details = {"roles": ", ".join(wanted), "redirectUris": ", ".join(uris)}
        if reuses_refresh_tokens:
            details["reusesRefreshTokens"] = "yes"
        _record_app("update_application", found, by, **details)
    return found


def renew_secret(*, app: AppRegistration, by: Actor, expires_at: datetime | None = None) -> NewApp:
    """Another secret in place of the old one, which gets no token from now on.

    Tokens that were given already live on; whoever fears for them revokes the application.
    """
    with transaction.atomic():
        found = _lock_app(app, by)
        _check_end(expires_at, clock.now())
        secret = passwords.client_secret()
        found.client.secret = _hashed(secret)
        found.client.save(update_fields=["secret"])
        found.expires_at = expires_at
        found.save(update_fields=["expires_at"])
        _record_app("add_application_credential", found, by)
    return NewApp(found, secret)


def revoke_app(*, app: AppRegistration, by: Actor) -> AppRegistration:
    """End the application for good; its tokens open nothing from the next request on."""
    with transaction.atomic():
        found = _lock_app(app, by, alive=False)
        if found.revoked_at is None:
            found.revoked_at = clock.now()
            found.save(update_fields=["revoked_at"])
            Token.objects.filter(client_id=found.client_id).delete()
            _record_app("unregister_application", found, by)
    return found


def _lock_app(app: AppRegistration, by: Actor, *, alive: bool = True) -> AppRegistration:
    require(by, Capability.MANAGE_APPS)
    mine = AppRegistration.objects.select_for_update().filter(partner=by.partner, pk=app.pk)
    found: AppRegistration | None = mine.first()
    if found is None:
        raise NotFound(_("This application was not found."))
    if alive and found.revoked_at is not None:
        raise Conflict(_("This application is revoked. Register a new one."))
    return found


def _check_end(expires_at: datetime | None, at: datetime) -> None:
    if expires_at is not None and expires_at <= at:
        raise Invalid(_("Choose a day in the future."), field="expires_at")


def _known_uris(uris: Iterable[str]) -> list[str]:
    """The addresses, each once; Invalid for one that no code may be sent to."""
    wanted = list(dict.fromkeys(uris))
    if len(wanted) > rules.MAX_REDIRECT_URIS:
        raise Invalid(
            _("No more than %(count)s redirect URIs.") % {"count": rules.MAX_REDIRECT_URIS},
            field="redirect_uris",
        )
    for uri in wanted:
        if len(uri) > rules.MAX_URI_LENGTH or not rules.is_redirect_uri(uri):
            raise Invalid(
                _(
                    "“%(uri)s” is not a redirect URI. Use an https address, or http on localhost, "
                    "without # and *."
                )
                % {"uri": uri[:100]},
                field="redirect_uris",
            )
    return wanted


def _let_users_sign_in(client: Client, uris: list[str]) -> None:
    """Grants and answers of an application with these addresses."""
    client.set_redirect_uris(uris)
    client.set_grant_types(list(rules.GRANT_TYPES if uris else rules.GRANT_TYPES[:1]))
    client.set_response_types(list(rules.RESPONSE_TYPES))
    client.set_scopes(list(rules.SCOPES))


def _hashed(secret: str) -> str:
    return make_password(secret, hasher=RandomSecretHasher.algorithm)


def _record_app(action: str, app: AppRegistration, by: Actor, **details: str) -> None:
    trail.record(
        action=action,
        by=by,
        at=clock.now(by.partner),
        resource_type="application",
        subject=app.name,
        details={"applicationId": app.client_id} | details,
    )
