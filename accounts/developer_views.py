"""Applications that integrators register (P33, F-SET-9)."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import AppForm, AppSettingsForm, SecretForm
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
                redirect_uris=form.cleaned_data["redirect_uris"],
                reuses_refresh_tokens=form.cleaned_data["reuses_refresh_tokens"],
                expires_at=form.expires_at(),
                by=request.actor,
            )
        except Invalid as refusal:
            _at_its_field(form, refusal)
        else:
            return _show_secret(request, new, _("The application is registered."))
    return render(
        request, "accounts/app_new.html", {"form": form}, status=400 if form.errors else 200
    )


@requires(Capability.MANAGE_APPS)
@require_http_methods(["GET", "HEAD", "POST"])
def app_detail(request: ActorRequest, app_id: UUID) -> HttpResponse:
    """One application: its roles and addresses; from here it gets a new secret."""
    app = find_app(request.actor.partner, app_id)
    form = AppSettingsForm(sent(request), initial=_settings_of(app))
    if request.method == "POST" and form.is_valid():
        try:
            services.update_app(app=app, by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            _at_its_field(form, refusal)
        else:
            messages.success(request, _("The application is saved."))
            return redirect("accounts:app", app.pk)
    context = {"form": form, "secret_form": SecretForm(), **_row(app)}
    return render(request, "accounts/app.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
@requires(Capability.MANAGE_APPS)
def app_secret(request: ActorRequest, app_id: UUID) -> HttpResponse:
    """A new secret; the answer shows it, this once."""
    app = find_app(request.actor.partner, app_id)
    form = SecretForm(request.POST)
    if form.is_valid():
        try:
            new = services.renew_secret(app=app, expires_at=form.expires_at(), by=request.actor)
        except Invalid as refusal:
            _at_its_field(form, refusal)
        else:
            return _show_secret(request, new, _("The old secret no longer works."))
    settings_form = AppSettingsForm(None, initial=_settings_of(app))
    context = {"form": settings_form, "secret_form": form, **_row(app)}
    return render(request, "accounts/app.html", context, status=400)


@require_POST
@requires(Capability.MANAGE_APPS)
def app_revoke(request: ActorRequest, app_id: UUID) -> HttpResponse:
    services.revoke_app(app=find_app(request.actor.partner, app_id), by=request.actor)
    messages.success(request, _("The application is revoked. Its tokens no longer work."))
    return redirect("accounts:developer")


def _show_secret(request: ActorRequest, new: services.NewApp, done: str) -> HttpResponse:
    context = {
        "app": new.app,
        "secret": new.client_secret,
        "done": done,
        "token_url": f"{settings.PUBLIC_URL}/{new.app.partner_id}/oauth2/v2.0/token",
    }
    return render(request, "accounts/app_secret.html", context)


def _settings_of(app: AppRegistration) -> dict[str, object]:
    return {
        "roles": app.roles,
        "redirect_uris": app.client.redirect_uris,
        "reuses_refresh_tokens": app.reuses_refresh_tokens,
    }


def _at_its_field(form: Form, refusal: Invalid) -> None:
    name = "expires_on" if refusal.field == "expires_at" else refusal.field
    form.add_error(name if name in form.fields else None, str(refusal))


def _row(app: AppRegistration) -> dict[str, object]:
    return {
        "app": app,
        "roles": [ROLE_NAMES[role] for role in Role if role in app.roles],
        "is_usable": app.is_usable(clock.now()),
    }
