"""How django-allauth behaves here: nobody signs up, and tokens look like the original's."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client
from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import actors, services
from accounts.models import AppRegistration, User
from accounts.rules import API_SCOPE, GRANT_TYPES, RESPONSE_TYPES, SCOPES
from accounts.trace import client_ip, trace_of
from partnercenter.lib import tenancy

UNKNOWN_ADDRESS = "0.0.0.0"  # noqa: S104 - stands for "not known", nothing binds to it


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Accounts are made by user management only; mail goes through the outbox."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's hook
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only addresses of this very site; allauth would also take the other allowed hosts."""
        request = context.request
        return url_has_allowed_host_and_scheme(
            url, {request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request) or UNKNOWN_ADDRESS

    def set_password(self, user: User, password: str) -> None:
        actor = actors.from_user(user, **trace_of(context.request))
        with tenancy.acting_for(user.partner_id):
            services.choose_password(user=user, password=password, by=actor)

    def send_password_reset_mail(
        self,
        user: User,
        email: str,  # noqa: ARG002 - allauth's hook
        context: dict[str, Any],  # noqa: ARG002
    ) -> None:
        with tenancy.acting_for(user.partner_id):
            services.send_reset_mail(user=user)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """By account only: with the host in it, each of our hosts would allow the tries anew."""
        return str(credentials.get("email", "")).strip().lower()


class OIDCAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth has no types
    """Access tokens with the claims that clients of the original read (contract 1.2)."""

    def get_issuer(self) -> str:
        return str(settings.PUBLIC_URL)

    def populate_access_token(
        self,
        access_token: dict[str, Any],
        *,
        client: Client,
        scopes: Iterable[str],  # noqa: ARG002 - allauth's hook
        user: User | None,
        **_: Any,
    ) -> None:
        app = AppRegistration.objects.get(client=client)
        audience = access_token.get("aud") or [settings.PUBLIC_URL]
        access_token.update(
            aud=audience[0],
            tid=str(app.partner_id),
            appid=client.id,
            oid=str(user.pk if user else app.pk),
            nbf=access_token["iat"],
            ver="1.0",
        )
        access_token.pop("scope", None)
        if user:
            access_token.update(
                upn=user.email, unique_name=user.email, name=user.get_full_name(), scp=API_SCOPE
            )

    def get_claims(
        self, purpose: str, user: User, client: Client, scopes: Iterable[str], **more: Any
    ) -> dict[str, Any]:
        """Claims of ID tokens and of userinfo."""
        claims: dict[str, Any] = super().get_claims(purpose, user, client, scopes, **more)
        claims.update(oid=str(user.pk), tid=str(user.partner_id), ver="1.0")
        if "profile" in scopes:
            claims.update(
                upn=user.email,
                unique_name=user.email,
                preferred_username=user.email,
                name=user.get_full_name(),
            )
        if "email" in scopes:
            claims["email"] = user.email
        return claims

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """The addresses that exist here; the library would name its own."""
        data.pop("device_authorization_endpoint", None)
        data.update(
            authorization_endpoint=f"{settings.PUBLIC_URL}/common/oauth2/v2.0/authorize",
            token_endpoint=f"{settings.PUBLIC_URL}/common/oauth2/v2.0/token",
            grant_types_supported=list(GRANT_TYPES),
            response_types_supported=list(RESPONSE_TYPES),
            scopes_supported=list(SCOPES),
            token_endpoint_auth_methods_supported=["client_secret_post", "client_secret_basic"],
        )
