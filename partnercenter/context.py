"""What the frame around every page shows: menus by capability, theme, search."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import may
from accounts.rules import Capability
from partnercenter.lib import clock
from partnercenter.preferences import theme_of


class Entry(NamedTuple):
    """One line of a menu: who sees it and where it leads."""

    key: str
    label: str | Promise
    icon: str
    route: str
    capability: Capability | None = None
    fragment: str = ""


NAV = (
    Entry("home", _("Home"), "home", "home"),
    Entry("customers", _("Customers"), "customers", "customers:list", Capability.SEE_CUSTOMERS),
    Entry("returns", _("Software returns"), "time", "software:returns", Capability.SEE_RETURNS),
    Entry("billing", _("Billing"), "billing", "billing:overview", Capability.SEE_BILLING),
    Entry("support", _("Support"), "support", "support:list", Capability.USE_SUPPORT),
    Entry("desk", _("Support desk"), "log", "desk:queue", Capability.USE_DESK),
    Entry("settings", _("Settings"), "gear", "settings:index"),
)
GEAR = (
    Entry("settings", _("Account settings"), "gear", "settings:index"),
    Entry(
        "activity-log",
        _("Activity log"),
        "log",
        "activitylog:list",
        Capability.SEE_ACTIVITY_LOG,
    ),
    Entry("users", _("User management"), "customers", "accounts:users", Capability.MANAGE_USERS),
    Entry("profile", _("My profile"), "user", "accounts:profile"),
    Entry("prefs", _("Language and time zone"), "language", "accounts:profile", fragment="#prefs"),
)


def frame(request: HttpRequest) -> dict[str, Any]:
    """Variables that ``base.html`` and ``plain.html`` rely on, signed in or not."""
    actor = getattr(request, "actor", None)
    theme = theme_of(request)
    if actor is None:
        return {"theme": theme, "actor": None, "nav": [], "gear": [], "layout": "plain.html"}

    def allowed(entry: Entry) -> bool:
        return entry.capability is None or may(actor, entry.capability)

    search_url = _address("customers:list") if may(actor, Capability.SEE_CUSTOMERS) else ""
    return {
        "theme": theme,
        "actor": actor,
        "nav": _menu(NAV, allowed, request.path),
        "gear": _menu(GEAR, allowed, request.path),
        "search_url": search_url,
        "profile_url": _address("accounts:profile"),
        "page_time": clock.now(actor.partner),
        "layout": "base.html",
    }


def _menu(
    entries: tuple[Entry, ...], allowed: Callable[[Entry], bool], path: str
) -> list[dict[str, Any]]:
    shown = [
        {
            "key": entry.key,
            "label": entry.label,
            "icon": entry.icon,
            "url": url + entry.fragment,
            "current": False,
        }
        for entry in entries
        if allowed(entry) and (url := _address(entry.route))
    ]
    # The longest address that the path lies under: /dashboard is above all others.
    under = [item for item in shown if path == item["url"] or path.startswith(f"{item['url']}/")]
    if under:
        max(under, key=lambda item: len(str(item["url"])))["current"] = True
    return shown


def _address(route: str) -> str:
    """The route's address; empty where this installation does not have it."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""
