"""Who acts: a user in a browser, an application with a token, the product itself, a link's holder."""

from dataclasses import dataclass, field

from accounts.models import AppRegistration, Partner, User


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who does something for a partner; the ``by=`` of every verb."""

    partner: Partner
    name: str
    source: str
    roles: frozenset[str] = frozenset()
    user: User | None = None
    application_id: str = ""
    ip: str = field(default="", compare=False)
    user_agent: str = field(default="", compare=False)
    correlation_id: str = field(default="", compare=False)

    # DRF and django-csp's peers ask the request's user for these.
    is_authenticated = True
    is_active = True

    @property
    def pk(self) -> str:
        return str(self.user.pk) if self.user else self.application_id


def from_user(user: User, *, source: str = "portal", **trace: str) -> Actor:
    """The actor for a signed-in user."""
    return Actor(
        partner=user.partner,
        name=user.email,
        source=source,
        roles=frozenset(user.roles),
        user=user,
        **trace,
    )


def from_application(app: AppRegistration, *, user: User | None = None, **trace: str) -> Actor:
    """The actor for a token: App-only acts with the application's roles, App+User with the user's."""
    return Actor(
        partner=app.partner,
        name=user.email if user else app.name,
        source="api",
        roles=frozenset(user.roles if user else app.roles),
        user=user,
        application_id=app.client_id,
        **trace,
    )


def system(partner: Partner) -> Actor:
    """The product itself: due work and sweeps."""
    return Actor(partner=partner, name="system", source="system")


def link_recipient(partner: Partner, *, ip: str, user_agent: str) -> Actor:
    """Whoever holds a copied link; there is no account behind it."""
    return Actor(
        partner=partner, name="link recipient", source="link", ip=ip, user_agent=user_agent
    )
