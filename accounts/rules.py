"""Who may do what: the one matrix that feeds pages, API, templates and tests (portal.md B.1)."""

from collections.abc import Collection, Iterable
from enum import StrEnum
from urllib.parse import urlsplit


class Role(StrEnum):
    GLOBAL_ADMIN = "global_admin"
    ADMIN_AGENT = "admin_agent"
    SALES_AGENT = "sales_agent"
    HELPDESK_AGENT = "helpdesk_agent"
    BILLING_ADMIN = "billing_admin"
    USER_MANAGEMENT_ADMIN = "user_management_admin"
    ACCOUNT_ADMIN = "account_admin"
    REFERRAL_ADMIN = "referral_admin"
    MARKETING_CONTENT_ADMIN = "marketing_content_admin"


class Capability(StrEnum):
    SEE_CUSTOMERS = "customers.see"
    ADD_CUSTOMER = "customers.add"
    EDIT_CUSTOMER = "customers.edit"
    END_RELATIONSHIP = "customers.end"
    DELETE_CUSTOMER = "customers.delete"
    MANAGE_CUSTOMER_USERS = "customers.users"
    CONFIRM_AGREEMENT = "customers.agreements"
    SEE_CATALOG = "catalog.see"
    BUY = "orders.buy"
    SEE_ORDERS = "orders.see"
    CANCEL_SOFTWARE = "orders.cancel"
    SEE_RETURNS = "orders.returns"
    SEE_SOFTWARE = "software.see"
    GET_KEYS = "software.keys"
    SEE_ACTIVITY_LOG = "activityLog.software"
    MANAGE_USERS = "users.manage"
    MANAGE_APPS = "apps.manage"
    MOVE_SANDBOX_CLOCK = "sandbox.clock"
    SEE_BILLING = "billing.see"
    SEE_RECONCILIATION = "billing.reconciliation"
    SEE_OWN_PROFILE = "profile.see"
    SEE_PARTNER_PROFILE = "partner.see"
    EDIT_PARTNER_PROFILE = "partner.edit"
    EDIT_BILLING_PROFILE = "partner.billing"
    USE_SUPPORT = "support.use"
    SEE_ALL_REQUESTS = "support.all"
    USE_DESK = "desk.use"
    SEE_POLICIES = "policies.see"
    CHANGE_POLICIES = "policies.change"


class ProfileKind(StrEnum):
    """The profiles of a partner, as the addresses below ``/v1/profiles`` name them."""

    LEGAL_BUSINESS = "legalbusiness"
    ORGANIZATION = "organization"
    BILLING = "billing"
    SUPPORT = "support"


GA, AA, SA, HA = Role.GLOBAL_ADMIN, Role.ADMIN_AGENT, Role.SALES_AGENT, Role.HELPDESK_AGENT
BA, UMA = Role.BILLING_ADMIN, Role.USER_MANAGEMENT_ADMIN
ACA, RA, MCA = Role.ACCOUNT_ADMIN, Role.REFERRAL_ADMIN, Role.MARKETING_CONTENT_ADMIN
EVERYBODY = frozenset(Role)

MATRIX: dict[Capability, frozenset[Role]] = {
    Capability.SEE_CUSTOMERS: frozenset({AA, GA, SA, HA, BA}),
    Capability.ADD_CUSTOMER: frozenset({GA, UMA, AA, SA}),
    Capability.EDIT_CUSTOMER: frozenset({AA, GA, SA, HA}),
    Capability.END_RELATIONSHIP: frozenset({GA}),
    Capability.DELETE_CUSTOMER: frozenset({GA, AA}),
    Capability.MANAGE_CUSTOMER_USERS: frozenset({GA, UMA, AA}),
    Capability.CONFIRM_AGREEMENT: frozenset({AA, SA}),
    Capability.SEE_CATALOG: frozenset({GA, UMA, AA, SA, BA}),
    Capability.BUY: frozenset({AA, GA}),
    Capability.SEE_ORDERS: frozenset({AA, GA, SA, HA, BA}),
    Capability.CANCEL_SOFTWARE: frozenset({AA}),
    Capability.SEE_RETURNS: frozenset({AA, GA}),
    Capability.SEE_SOFTWARE: frozenset({AA, GA, SA, HA}),
    Capability.GET_KEYS: frozenset({AA}),
    Capability.SEE_ACTIVITY_LOG: frozenset({GA, ACA, RA, MCA}),
    Capability.MANAGE_USERS: frozenset({GA, UMA, ACA}),
    Capability.MANAGE_APPS: frozenset({GA}),
    Capability.MOVE_SANDBOX_CLOCK: frozenset({GA, AA}),
    Capability.SEE_BILLING: frozenset({GA, BA, AA}),
    Capability.SEE_RECONCILIATION: frozenset({GA, BA}),
    Capability.SEE_OWN_PROFILE: EVERYBODY,
    Capability.SEE_PARTNER_PROFILE: frozenset({GA, ACA, AA, SA, HA, BA}),
    Capability.EDIT_PARTNER_PROFILE: frozenset({GA, ACA}),
    Capability.EDIT_BILLING_PROFILE: frozenset({GA, BA}),
    Capability.USE_SUPPORT: EVERYBODY,
    Capability.SEE_ALL_REQUESTS: frozenset({GA}),
    Capability.SEE_POLICIES: frozenset({GA}),
    Capability.USE_DESK: frozenset(),
    Capability.CHANGE_POLICIES: frozenset(),
}

# No role of a partner gives these: the installation's operators have them (``User.is_operator``).
OPERATORS_ONLY = frozenset({Capability.USE_DESK, Capability.CHANGE_POLICIES})
OF_OPERATORS = OPERATORS_ONLY | {Capability.SEE_POLICIES}

# Roles of the portal alone; the others come with the directory (portal.md B.1).
PORTAL_ONLY = frozenset({ACA, RA, MCA})

# What tokens may be asked for: the original's two names of this API (clients.md 12).
AUDIENCES = ("https://graph.windows.net", "https://api.partnercenter.microsoft.com")
USERS_AUDIENCE = AUDIENCES[1]  # where a request in a user's name does not say which

# A refresh token dies when it rests this long, and in any case this long after the sign-in.
REFRESH_DAYS = 90
SIGN_IN_DAYS = 365

# What a user can let an application do; the last is the API itself.
API_SCOPE = "user_impersonation"
SCOPES = ("openid", "profile", "email", "offline_access", API_SCOPE)

# What applications that users sign in to may ask for; without redirect URIs only the first grant.
GRANT_TYPES = ("client_credentials", "authorization_code", "refresh_token")
RESPONSE_TYPES = ("code", "code id_token")
RESPONSE_MODES = ("query", "fragment", "form_post")

# Where codes may be sent: https, or this machine.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_REDIRECT_URIS = 10
MAX_URI_LENGTH = 500

# Everyone who can sign in has these, even the default user who holds no role.
ROLELESS = frozenset({Capability.SEE_OWN_PROFILE, Capability.USE_SUPPORT})

# The subject of the portal: only partners enrolled in CSP have it (S2).
CSP_ONLY = frozenset(Capability) - {
    Capability.SEE_OWN_PROFILE,
    Capability.SEE_PARTNER_PROFILE,
    Capability.EDIT_PARTNER_PROFILE,
    Capability.EDIT_BILLING_PROFILE,
    Capability.MANAGE_USERS,
    Capability.MANAGE_APPS,
    Capability.SEE_ACTIVITY_LOG,
    Capability.MOVE_SANDBOX_CLOCK,
    Capability.USE_SUPPORT,
    Capability.SEE_ALL_REQUESTS,
    Capability.USE_DESK,
    Capability.SEE_POLICIES,
    Capability.CHANGE_POLICIES,
}


def roles_for(capability: Capability, *, sales_agents_may_buy: bool = False) -> frozenset[Role]:
    """Roles that hold the capability; Sales agents buy where the partner lets them (ruling 13)."""
    roles = MATRIX[capability]
    if capability is Capability.BUY and sales_agents_may_buy:
        return roles | {Role.SALES_AGENT}
    return roles


def may(
    roles: Iterable[str], capability: Capability, *, is_csp: bool, sales_agents_may_buy: bool
) -> bool:
    """Whether somebody with these roles may; rights of several roles add up."""
    if capability in CSP_ONLY and not is_csp:
        return False
    if capability in ROLELESS:
        return True
    return not roles_for(capability, sales_agents_may_buy=sales_agents_may_buy).isdisjoint(roles)


def manageable_roles(roles: Collection[str]) -> frozenset[Role]:
    """Roles that somebody with these roles may give, take, and whose holders he may manage."""
    if Role.GLOBAL_ADMIN in roles:
        return EVERYBODY
    managed: frozenset[Role] = frozenset()
    if Role.USER_MANAGEMENT_ADMIN in roles:
        managed |= EVERYBODY - {Role.GLOBAL_ADMIN}
    if Role.ACCOUNT_ADMIN in roles:
        managed |= PORTAL_ONLY
    return managed


def is_redirect_uri(text: str) -> bool:
    """Whether codes may be sent there: a plain https address, or http on the same machine."""
    if not text.isascii() or not text.isprintable() or set(text) & set(" *\\\"'<>"):
        return False
    try:
        parts = urlsplit(text)
        port_is_good = parts.port != 0
    except ValueError:
        return False
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    return bool(host) and port_is_good and is_safe and "#" not in text and "@" not in parts.netloc
