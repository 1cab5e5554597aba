"""User management (P29)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import rules, services
from accounts.forms import RolesForm, UserFilter, UserForm
from accounts.models import User
from accounts.permissions import ROLE_NAMES, requires
from accounts.queries import find_user, find_users
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability, Role
from partnercenter.lib import paging
from partnercenter.lib.errors import Conflict, Invalid


@requires(Capability.MANAGE_USERS)
@require_safe
def users(request: ActorRequest) -> HttpResponse:
    """The partner's users, by e-mail; search and filter stand in the address."""
    form = UserFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = find_users(request.actor.partner, text=wanted.get("q", ""), role=wanted.get("role", ""))
    page = paging.for_request(request, found, order=["email"])
    context = {"form": form, "page": page, "rows": [_row(user) for user in page.items]}
    return render(request, "accounts/users.html", context)


@never_cache
@requires(Capability.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_new(request: ActorRequest) -> HttpResponse:
    """Add user; the answer shows the temporary password, this once."""
    form = UserForm(sent(request), manageable=rules.manageable_roles(request.actor.roles))
    if request.method == "POST" and form.is_valid():
        try:
            new = services.add_user(by=request.actor, **form.cleaned_data)
        except Invalid as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            return _show_password(request, new.user, new.temporary_password, is_new=True)
    return render(
        request, "accounts/user_new.html", {"form": form}, status=400 if form.errors else 200
    )


@requires(Capability.MANAGE_USERS)
@require_http_methods(["GET", "HEAD", "POST"])
def user_detail(request: ActorRequest, user_id: UUID) -> HttpResponse:
    """One user; a POST gives and takes the roles that the actor may."""
    user = find_user(request.actor.partner, user_id)
    manageable = rules.manageable_roles(request.actor.roles)
    form = RolesForm(sent(request), manageable=manageable, initial={"roles": user.roles})
    if request.method == "POST" and form.is_valid():
        kept = set(user.roles) - manageable
        try:
            services.set_roles(
                user=user, roles={*form.cleaned_data["roles"], *kept}, by=request.actor
            )
        except Conflict as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles are saved. They apply from the next request."))
            return redirect("accounts:user", user_id=user.pk)
    context = {
        "form": form,
        "person": user,
        "roles": _row(user)["roles"],
        "may_manage": manageable.issuperset(user.roles),
        "dialog": request.GET.get("dialog", ""),
    }
    return render(request, "accounts/user.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
@requires(Capability.MANAGE_USERS)
def user_password(request: ActorRequest, user_id: UUID) -> HttpResponse:
    """Reset password; the answer shows the temporary one, this once."""
    user = find_user(request.actor.partner, user_id)
    password = services.reset_password(user=user, by=request.actor)
    return _show_password(request, user, password, is_new=False)


@require_POST
@requires(Capability.MANAGE_USERS)
def user_deactivate(request: ActorRequest, user_id: UUID) -> HttpResponse:
    user = find_user(request.actor.partner, user_id)
    try:
        services.deactivate_user(user=user, by=request.actor)
    except Conflict as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The user is deactivated and signed out."))
    return redirect("accounts:user", user_id=user.pk)


@require_POST
@requires(Capability.MANAGE_USERS)
def user_reactivate(request: ActorRequest, user_id: UUID) -> HttpResponse:
    user = find_user(request.actor.partner, user_id)
    services.reactivate_user(user=user, by=request.actor)
    messages.success(request, _("The user may sign in again."))
    return redirect("accounts:user", user_id=user.pk)


def _row(user: User) -> dict[str, object]:
    return {"user": user, "roles": [ROLE_NAMES[role] for role in Role if role in user.roles]}


def _show_password(
    request: ActorRequest, user: User, password: str, *, is_new: bool
) -> HttpResponse:
    context = {"person": user, "password": password, "is_new": is_new}
    return render(request, "accounts/temporary_password.html", context)
