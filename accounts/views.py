"""Pages of the settings: what anybody sees of himself."""

from typing import NamedTuple, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import check_for_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import i18n
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.access import access_of
from accounts.actors import Actor
from accounts.forms import PreferencesForm
from accounts.models import User
from accounts.permissions import ROLE_NAMES, may, public, requires
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability, Role
from partnercenter.lib import clock


class Tile(NamedTuple):
    """One entry of the page "Account settings"."""

    route: str
    icon: str
    title: str | Promise
    text: str | Promise
    capability: Capability = Capability.SEE_OWN_PROFILE
    fragment: str = ""
    own_clock: bool = False


TILES = (
    Tile(
        "accounts:profile",
        "user",
        gettext_lazy("My profile"),
        gettext_lazy("Your details, language, password and second factor"),
    ),
    Tile(
        "accounts:profile",
        "gear",
        gettext_lazy("My access"),
        gettext_lazy("Your roles, and who can help where one is missing"),
        fragment="#access",
    ),
    Tile(
        "accounts:users",
        "customers",
        gettext_lazy("User management"),
        gettext_lazy("Who may sign in, and with which roles"),
        Capability.MANAGE_USERS,
    ),
    Tile(
        "activitylog:list",
        "log",
        gettext_lazy("Activity log"),
        gettext_lazy("Who accessed keys and downloaded software"),
        Capability.SEE_ACTIVITY_LOG,
    ),
    Tile(
        "accounts:developer",
        "external",
        gettext_lazy("API and webhooks"),
        gettext_lazy("Applications that act for your organization"),
        Capability.MANAGE_APPS,
    ),
    Tile(
        "catalog:policies",
        "scale",
        gettext_lazy("Policies"),
        gettext_lazy("Cancellation windows, download links, tax and markets, by date"),
        Capability.SEE_POLICIES,
    ),
    Tile(
        "clock",
        "time",
        gettext_lazy("Sandbox clock"),
        gettext_lazy("Move this organization's time forward"),
        Capability.MOVE_SANDBOX_CLOCK,
        own_clock=True,
    ),
)


def tiles_for(actor: Actor) -> list[Tile]:
    """The entries that this actor may open."""
    movable = clock.may_move(actor.partner)
    return [
        tile for tile in TILES if may(actor, tile.capability) and (movable or not tile.own_clock)
    ]


@requires(Capability.SEE_OWN_PROFILE)
@require_safe
def settings_index(request: ActorRequest) -> HttpResponse:
    """Account settings (P27): tiles by role."""
    return render(request, "accounts/settings.html", {"tiles": tiles_for(request.actor)})


@requires(Capability.SEE_OWN_PROFILE)
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: ActorRequest) -> HttpResponse:
    """My profile (P30): details, roles and permissions, preferences, security."""
    actor = request.actor
    person = cast("User", actor.user)
    form = PreferencesForm(
        sent(request), initial={"locale": person.locale, "time_zone": person.time_zone}
    )
    if request.method == "POST" and form.is_valid():
        services.set_preferences(by=actor, **form.cleaned_data)
        messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:profile")
    context = {
        "form": form,
        "person": person,
        "roles": [ROLE_NAMES[role] for role in Role if role in actor.roles],
        "access": access_of(actor),
    }
    return render(request, "accounts/profile.html", context, status=400 if form.errors else 200)


@public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """The switch in the top bar: kept in a cookie, and with the user where one is signed in."""
    actor = getattr(request, "actor", None)
    language = request.POST.get("language", "")
    if actor and check_for_language(language):
        services.set_preferences(by=actor, locale=language)
    return i18n.set_language(request)


@requires(Capability.SEE_OWN_PROFILE)
def no_such_page(request: HttpRequest) -> HttpResponse:
    """Stands before an address of allauth's that this product does not have."""
    raise Http404(request.path)
