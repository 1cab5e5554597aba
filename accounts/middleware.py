"""Puts the signed-in user behind a request: as its actor, with his partner's rows and language."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from accounts import actors
from accounts.actors import Actor
from accounts.models import Partner, User
from accounts.trace import trace_of
from partnercenter.lib import tenancy

CHANGE_PASSWORD = "account_change_password"  # noqa: S105 - a route
OPEN_BEFORE_CHANGE = frozenset({CHANGE_PASSWORD, "account_reauthenticate"})


class ActingUser:
    """``request.actor`` for whoever is signed in; anonymous requests have none.

    The rows stay visible until the answer is rendered, then the connection shows nothing again.
    A token's holder is put in place later, by ``accounts.authentication``, within the same scope.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as scope:
            request.tenant_scope = scope  # type: ignore[attr-defined]
            user = request.user
            if isinstance(user, User):
                put_in_place(request, actors.from_user(user, **trace_of(request)))
                _speak_language_of(user, request)
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], *_: Any
    ) -> HttpResponse | None:
        """Lead a user with a temporary password to the page that replaces it, whatever he asks."""
        user = request.user
        if not isinstance(user, User) or not user.must_change_password:
            return None
        match = request.resolver_match
        is_open = not getattr(view, "login_required", True)
        if is_open or (match and match.url_name in OPEN_BEFORE_CHANGE):
            return None
        return redirect(CHANGE_PASSWORD)


def put_in_place(request: HttpRequest, actor: Actor) -> None:
    """Make this the request's actor and show his partner's rows until the answer is rendered."""
    request.actor = actor  # type: ignore[attr-defined]
    show_rows(request, actor.partner)


def show_rows(request: HttpRequest, partner: Partner, *, shown: bool = False) -> None:
    """Show the partner's rows until the answer is rendered; ``shown`` as for ``acting_for``."""
    request.tenant_scope.enter_context(  # type: ignore[attr-defined]
        tenancy.acting_for(partner.pk, shown=shown)
    )


def _speak_language_of(user: User, request: HttpRequest) -> None:
    if user.locale:
        translation.activate(user.locale)
        request.LANGUAGE_CODE = translation.get_language()
