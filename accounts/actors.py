"""Who acts: a user in a browser, an application, the product itself, the holder of a link."""

from dataclasses import dataclass, field

from accounts.models import AppRegistration, Partner, User

SYSTEM = "system"


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
    def is_system(self) -> bool:
        """The product itself, which no role limits."""
        return self.source == SYSTEM

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
    """The actor for a token: App-only has the application's roles, App+User the user's."""
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
    return Actor(partner=partner, name="system", source=SYSTEM)


def link_recipient(partner: Partner, *, ip: str, user_agent: str) -> Actor:
    """Whoever holds a copied link; there is no account behind it."""
    return Actor(
        partner=partner, name="link recipient", source="link", ip=ip, user_agent=user_agent
    )
