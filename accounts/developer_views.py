"""Applications that integrators register (P33, F-SET-9)."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import AppForm
from accounts.models import AppRegistration
from accounts.permissions import ROLE_NAMES, requires
from accounts.queries import find_app, find_apps
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability, Role
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import Invalid


@requires(Capability.MANAGE_APPS)
@require_safe
def developer(request: ActorRequest) -> HttpResponse:
    """The partner's applications, newest first."""
    page = paging.for_request(
        request, find_apps(request.actor.partner), order=["-created_at", "-id"]
    )
    asked = request.GET.get("app", "") if request.GET.get("dialog") == "revoke" else ""
    rows = [_row(app) for app in page.items]
    context = {
        "page": page,
        "rows": rows,
        "revoking": next((app for app in page.items if str(app.pk) == asked), None),
    }
    return render(request, "accounts/developer.html", context)


@never_cache
@requires(Capability.MANAGE_APPS)
@require_http_methods(["GET", "HEAD", "POST"])
def app_new(request: ActorRequest) -> HttpResponse:
    """Register an application; the answer shows its secret, this once."""
    form = AppForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            new = services.register_app(
                name=form.cleaned_data["name"],
                roles=form.cleaned_data["roles"],
                expires_at=form.expires_at(),
                by=request.actor,
            )
        except Invalid as refusal:
            form.add_error("expires_on", str(refusal))
        else:
            context = {
                "app": new.app,
                "secret": new.client_secret,
                "token_url": f"{settings.PUBLIC_URL}/{new.app.partner_id}/oauth2/v2.0/token",
            }
            return render(request, "accounts/app_secret.html", context)
    return render(
        request, "accounts/app_new.html", {"form": form}, status=400 if form.errors else 200
    )


@require_POST
@requires(Capability.MANAGE_APPS)
def app_revoke(request: ActorRequest, app_id: UUID) -> HttpResponse:
    services.revoke_app(app=find_app(request.actor.partner, app_id), by=request.actor)
    messages.success(request, _("The application is revoked. Its tokens no longer work."))
    return redirect("accounts:developer")


def _row(app: AppRegistration) -> dict[str, object]:
    return {
        "app": app,
        "roles": [ROLE_NAMES[role] for role in Role if role in app.roles],
        "is_usable": app.is_usable(clock.now()),
    }
