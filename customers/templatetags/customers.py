"""Tags of pages that stand under a customer."""

from typing import Any
from uuid import UUID

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may, require
from accounts.rules import Capability
from customers.rules import countries
from partnercenter.lib.errors import Forbidden

register = template.Library()

MENU = (
    (_("Overview"), "customers:detail", Capability.SEE_CUSTOMERS),
    (_("Software"), "orders:software", Capability.SEE_SOFTWARE),
    (_("Azure reservations"), "software:reservations", Capability.SEE_SOFTWARE),
    (_("Order history"), "orders:history", Capability.SEE_ORDERS),
    (_("Account"), "customers:account", Capability.EDIT_CUSTOMER),
)
# Of pages that are no entry themselves: under which one they stand. An order is in the history.
STAND_UNDER = (("orders:add_products", "orders:history"), ("orders:cart", "orders:history"))


@register.simple_tag(takes_context=True)
def customer_menu(context: Context, customer_id: UUID) -> list[dict[str, Any]]:
    """Entries of the customer's menu that the actor may open."""
    request = context["request"]
    items: list[dict[str, Any]] = [
        {"label": label, "url": reverse(route, args=[customer_id]), "current": False}
        for label, route, capability in MENU
        if may(request.actor, capability)
    ]
    path = f"{request.path}/"
    for page, entry in STAND_UNDER:
        if path.startswith(f"{reverse(page, args=[customer_id])}/"):
            path = f"{reverse(entry, args=[customer_id])}/"
    # The overview's address is the beginning of all others: the longest one counts.
    under = [item for item in items if path.startswith(f"{item['url']}/")]
    if under:
        max(under, key=lambda item: len(item["url"]))["current"] = True
    return items


@register.simple_tag(takes_context=True)
def why_not(context: Context, capability: str) -> str:
    """Why the actor may not do this, for a control that is off; "" if he may."""
    try:
        require(context["request"].actor, Capability(capability))
    except Forbidden as refusal:
        return str(refusal)
    return ""


@register.filter
def country_name(code: str) -> str:
    """The country in the reader's language."""
    return countries(get_language() or "en").get(code, code)
