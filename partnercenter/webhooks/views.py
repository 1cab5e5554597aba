"""The webhook's page: its registration, what was sent, and what came back (P33, F-SET-10, C14)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import requires
from accounts.requests import ActorRequest, sent
from accounts.rules import Capability
from partnercenter.lib import paging
from partnercenter.lib.errors import Conflict, Invalid, TooMany
from partnercenter.lib.models import Event
from partnercenter.webhooks import queries, rules, services, signing, wire
from partnercenter.webhooks.forms import OFFERED, RegistrationForm
from partnercenter.webhooks.models import Attempt
from partnercenter.webhooks.rules import Trouble

PAGE = "webhooks:page"
LABELS = {name.value: label for name, label in OFFERED}
TROUBLES = {
    Trouble.NOT_PUBLIC: gettext_lazy("The address is not public."),
    Trouble.UNKNOWN_HOST: gettext_lazy("The host name is not known."),
    Trouble.NO_CONNECTION: gettext_lazy("No connection."),
    Trouble.TIMEOUT: gettext_lazy("No answer within 10 seconds."),
    Trouble.TLS: gettext_lazy("The receiver's certificate is not valid."),
    Trouble.BROKEN_OFF: gettext_lazy("The connection broke off."),
}


@requires(Capability.MANAGE_APPS)
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: ActorRequest) -> HttpResponse:
    """The registration as a form, and the events beneath it, newest first."""
    found = queries.registration_of(request.actor.partner)
    form = RegistrationForm(sent(request), initial=RegistrationForm.values_of(found))
    if request.method == "POST" and form.is_valid():
        save = services.update if found else services.register
        try:
            save(**form.values(found), by=request.actor)
        except Invalid as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("The webhook is saved."))
            return redirect(PAGE)
    context = {
        "form": form,
        "registration": found,
        "removing": request.GET.get("dialog") == "remove" and found is not None,
        "certificate_url": signing.certificate_url(),
        **_log(request),
    }
    status = 400 if form.errors else 200
    return render(request, "webhooks/webhooks.html", context, status=status)


@require_POST
@requires(Capability.MANAGE_APPS)
def test(request: ActorRequest) -> HttpResponse:
    """Send a test event."""
    return _do(request, lambda: services.send_test(by=request.actor), _("A test event is sent."))


@require_POST
@requires(Capability.MANAGE_APPS)
def remove(request: ActorRequest) -> HttpResponse:
    text = _("The webhook is removed. Nothing is sent any more.")
    return _do(request, lambda: services.remove(by=request.actor), text)


@require_POST
@requires(Capability.MANAGE_APPS)
def resume(request: ActorRequest) -> HttpResponse:
    text = _("Sending is resumed. Events that waited are sent now.")
    return _do(request, lambda: services.resume(by=request.actor), text)


@require_POST
@requires(Capability.MANAGE_APPS)
def replay(request: ActorRequest, event_key: UUID) -> HttpResponse:
    """Send an event once more."""
    text = _("The event is sent again.")
    return _do(request, lambda: services.replay(event_key, by=request.actor), text)


def _do(request: ActorRequest, act: Any, text: str) -> HttpResponse:
    """The verb, and back to the page, which says what became of it."""
    try:
        act()
    except (TooMany, Invalid, Conflict) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, text)
    return redirect(PAGE)


def _log(request: ActorRequest) -> dict[str, Any]:
    """A page of events, and the attempts of the one that is opened."""
    events = queries.find_events(request.actor.partner)
    page = paging.for_request(request, events, order=["-id"])
    asked = request.GET.get("event", "")
    opened = next((event for event in page.items if str(event.key) == asked), None)
    return {
        "page": page,
        "body": wire.event_body(opened).decode() if opened else "",
        "attempts": [_attempt(one) for one in queries.attempts_of(opened)] if opened else [],
        "rows": [_row(event, opened) for event in page.items],
    }


def _row(event: Event, opened: Event | None) -> dict[str, Any]:
    next_at = None
    if event.delivered_at:
        kind, text = "success", _("Delivered")
    elif event.given_up_at:
        kind, text = "error", _("Given up")
    elif event.attempts:
        kind, text, next_at = "warning", _("Next attempt:"), event.due_at
    else:
        kind, text = "info", _("On its way")
    return {
        "event": event,
        "label": LABELS.get(event.name, event.name),
        "kind": kind,
        "text": text,
        "next_at": next_at,
        "is_opened": event == opened,
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "trouble": TROUBLES[Trouble(attempt.trouble)] if attempt.trouble else "",
        "code": f"{attempt.status} {rules.response_code(attempt.status)}",
        "is_delivered": rules.is_delivered(attempt.status),
    }
