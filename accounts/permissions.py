"""Deny by default: every route names the capability it needs, or says that it is public."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, NoReturn

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts import rules
from accounts.actors import Actor
from accounts.queries import holders
from accounts.rules import Capability, Role
from partnercenter.lib.errors import Forbidden, Invalid

View = Callable[..., HttpResponseBase]
LOOKING = frozenset({"HEAD", "OPTIONS"})

ROLE_NAMES = {
    Role.GLOBAL_ADMIN: gettext_lazy("Global admin"),
    Role.ADMIN_AGENT: gettext_lazy("Admin agent"),
    Role.SALES_AGENT: gettext_lazy("Sales agent"),
    Role.HELPDESK_AGENT: gettext_lazy("Helpdesk agent"),
    Role.BILLING_ADMIN: gettext_lazy("Billing admin"),
    Role.USER_MANAGEMENT_ADMIN: gettext_lazy("User management admin"),
    Role.ACCOUNT_ADMIN: gettext_lazy("Account admin"),
    Role.REFERRAL_ADMIN: gettext_lazy("Referral admin"),
    Role.MARKETING_CONTENT_ADMIN: gettext_lazy("Marketing content admin"),
}

DEEDS = {
    Capability.SEE_CUSTOMERS: gettext_lazy("See and search customers"),
    Capability.ADD_CUSTOMER: gettext_lazy("Add a customer"),
    Capability.EDIT_CUSTOMER: gettext_lazy("Edit a customer's account"),
    Capability.END_RELATIONSHIP: gettext_lazy("Remove the relationship with a customer"),
    Capability.DELETE_CUSTOMER: gettext_lazy("Delete a customer of a sandbox"),
    Capability.MANAGE_CUSTOMER_USERS: gettext_lazy("Manage a customer's users and their roles"),
    Capability.CONFIRM_AGREEMENT: gettext_lazy("Confirm a customer's agreement"),
    Capability.SEE_CATALOG: gettext_lazy("See products and prices"),
    Capability.BUY: gettext_lazy("Add products and place orders"),
    Capability.SEE_ORDERS: gettext_lazy("See the order history"),
    Capability.CANCEL_SOFTWARE: gettext_lazy("Cancel software"),
    Capability.SEE_RETURNS: gettext_lazy("See what can still be returned, of all customers"),
    Capability.SEE_SOFTWARE: gettext_lazy("See a customer's software"),
    Capability.GET_KEYS: gettext_lazy("Get keys and downloads"),
    Capability.SEE_ACTIVITY_LOG: gettext_lazy("See and export the activity log"),
    Capability.MANAGE_USERS: gettext_lazy("Manage users and their roles"),
    Capability.MANAGE_APPS: gettext_lazy("Manage applications and webhooks"),
    Capability.MOVE_SANDBOX_CLOCK: gettext_lazy("Set the sandbox clock forward"),
    Capability.SEE_BILLING: gettext_lazy("See invoices and the account balance"),
    Capability.SEE_RECONCILIATION: gettext_lazy("See reconciliation files and unbilled charges"),
    Capability.SEE_OWN_PROFILE: gettext_lazy("See your profile, choose language and password"),
    Capability.SEE_PARTNER_PROFILE: gettext_lazy("See the company's profiles"),
    Capability.EDIT_PARTNER_PROFILE: gettext_lazy("Edit legal, organization and support profile"),
    Capability.EDIT_BILLING_PROFILE: gettext_lazy("Edit the billing profile"),
    Capability.USE_SUPPORT: gettext_lazy("Report a problem and follow your own support requests"),
    Capability.SEE_ALL_REQUESTS: gettext_lazy("See the support requests of all users"),
    Capability.USE_DESK: gettext_lazy("Work at the support desk"),
    Capability.SEE_POLICIES: gettext_lazy("See the policies of the installation"),
    Capability.CHANGE_POLICIES: gettext_lazy("Change the policies of the installation"),
}


def may(actor: Actor, capability: Capability) -> bool:
    """Whether the actor may do this, by the one matrix."""
    if capability in rules.OF_OPERATORS and _is_operator(actor):
        return True
    partner = actor.partner
    return rules.may(
        actor.roles,
        capability,
        is_csp=partner.is_csp,
        sales_agents_may_buy=partner.sales_agents_may_buy,
    )


def _is_operator(actor: Actor) -> bool:
    return actor.source == "portal" and actor.user is not None and actor.user.is_operator


def role_names(actor: Actor, capability: Capability) -> list[str]:
    """Names of the roles that would allow it, in the matrix's order and the reader's language."""
    roles = rules.roles_for(capability, sales_agents_may_buy=actor.partner.sales_agents_may_buy)
    return [str(ROLE_NAMES[role]) for role in Role if role in roles]


def require(actor: Actor, capability: Capability) -> None:
    """Refuse with the name of the missing role (403), or with "not enrolled in CSP" (2032, S2)."""
    if actor.is_system or may(actor, capability):
        return
    if capability in rules.OPERATORS_ONLY:
        raise Forbidden(_("This needs the role: Operator. It is given on the server."))
    if capability in rules.CSP_ONLY and not actor.partner.is_csp:
        raise Forbidden(
            _("Access denied. %(partner)s is not enrolled in the Cloud Solution Provider program.")
            % {"partner": actor.partner.name},
            code=2032,
        )
    roles = rules.roles_for(capability, sales_agents_may_buy=actor.partner.sales_agents_may_buy)
    refuse_without(actor, [role for role in Role if role in roles])


def refuse_without(actor: Actor, roles: Sequence[Role]) -> NoReturn:
    """Raise Forbidden: which roles would allow it, and who of the partner's users holds one."""
    text = _("This needs one of these roles: %(roles)s.") % {
        "roles": ", ".join(str(ROLE_NAMES[role]) for role in roles)
    }
    held_by = [str(user) for user in holders(actor.partner, roles)]
    if held_by:
        text += " " + _("Held by: %(people)s.") % {"people": ", ".join(held_by)}
    raise Forbidden(text + " " + _("A Global admin can assign it to you."))


def require_user(actor: Actor) -> None:
    """Refuse an application that acts in nobody's name (App-only)."""
    if actor.user is None:
        raise Forbidden(
            _(
                "An application alone may not do this. Ask for a token in the name of a user "
                "(App+User) and repeat the request with it."
            )
        )


def known_roles(roles: Iterable[str]) -> list[str]:
    """The roles in the matrix's order, each once; Invalid for one that is not in it."""
    asked = set(roles)
    if unknown := asked - set(Role):
        raise Invalid(
            _("There is no role %(role)s.") % {"role": ", ".join(sorted(unknown))}, field="roles"
        )
    return [role.value for role in Role if role in asked]


def requires(capability: Capability) -> Callable[[View], View]:
    """Function view that only actors with the capability reach."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            require(request.actor, capability)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: View) -> View:
    """View that needs no sign-in; the route check looks for this mark."""
    view.is_public = True  # type: ignore[attr-defined]
    return login_not_required(view)


class HasCapability(BasePermission):
    """Reads the view's ``capability`` or ``capabilities`` by method; with neither it refuses.

    Methods in the view's ``needs_user`` take no App-only token (contract 1.2).
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not hasattr(view, (request.method or "").lower()):
            return isinstance(request.user, Actor)  # nothing answers there: 405
        capability = capability_of(view, request.method or "")
        if capability is None or not isinstance(request.user, Actor):
            return False
        require(request.user, capability)
        if needs_user(view, request.method or ""):
            require_user(request.user)
        return True


def capability_of(view: Any, method: str) -> Capability | None:
    """The capability that a class view names for the method; what only looks needs GET's."""
    by_method = getattr(view, "capabilities", {})
    return by_method.get(_looked_up(method), getattr(view, "capability", None))


def needs_user(view: Any, method: str) -> bool:
    """Whether a class view's method acts for a signed-in user only, never for an application."""
    return _looked_up(method) in getattr(view, "needs_user", ())


def _looked_up(method: str) -> str:
    return "GET" if method in LOOKING else method
