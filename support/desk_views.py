"""The operator's desk (P38): the queue of every partner's requests, answers and decisions."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import requires
from accounts.requests import ActorRequest
from accounts.rules import Capability
from partnercenter.lib import clock, paging, tenancy
from partnercenter.lib.errors import DomainError, NotFound
from support import labels, queries, refunds, services
from support.forms import FilterForm, TextForm
from support.models import NEWEST_FIRST, ServiceRequest
from support.refund_form import RefundForm
from support.refunds import Refund
from support.rules import needs_facts
from support.views import to_be_saved

WAITING = gettext_lazy("All that are not closed")
ANSWER = gettext_lazy("Answer")
Verb = Callable[..., ServiceRequest]
Form = TextForm | RefundForm


@requires(Capability.USE_DESK)
@require_safe
def queue(request: ActorRequest) -> HttpResponse:
    """Requests of all partners, last changed first."""
    form = FilterForm(request.GET, everything=WAITING, drafts=False)
    status = form.cleaned_data["status"] if form.is_valid() else ""
    with tenancy.everyone():
        page = paging.for_request(request, queries.desk_queue(status), order=NEWEST_FIRST)
    context = {"form": form, "page": page, "labels": labels}
    return render(request, "support/desk.html", context, status=200 if form.is_valid() else 400)


@requires(Capability.USE_DESK)
@require_safe
def desk_request(request: ActorRequest, request_id: str) -> HttpResponse:
    """One request with its thread and files; that it was read is logged."""
    found = services.look(request_id, by=request.actor)
    return _page(request, found)


def _page(
    request: ActorRequest, found: ServiceRequest, status: int = 200, form: Form | None = None
) -> HttpResponse:
    with tenancy.acting_for(found.partner_id):
        refund = _refund(found)
        context: dict[str, Any] = {
            "found": found,
            "notes": queries.thread(found),
            "files": queries.files_of(found),
            "form": form or RefundForm(refund=refund, label=ANSWER),
            "may_decide": needs_facts(found.topic) and not found.decision,
            "refund": refund,
            "labels": labels,
        }
    return render(request, "support/desk_request.html", context, status=status)


def _refund(found: ServiceRequest) -> Refund | None:
    """What approving it now would give back; None where there is nothing to decide."""
    if found.decision or not needs_facts(found.topic):
        return None
    return refunds.of_request(found, at=clock.now(found.partner))


@requires(Capability.USE_DESK)
@require_POST
def answer(request: ActorRequest, request_id: str) -> HttpResponse:
    return _say(request, request_id, services.answer, _("The answer was sent."))


@requires(Capability.USE_DESK)
@require_POST
def ask(request: ActorRequest, request_id: str) -> HttpResponse:
    return _say(request, request_id, services.ask, _("The question was sent."))


@requires(Capability.USE_DESK)
@require_POST
def approve(request: ActorRequest, request_id: str) -> HttpResponse:
    """Cancel and credit; of an order with several purchases, those that are ticked."""
    found = services.look(request_id, by=request.actor)
    with tenancy.acting_for(found.partner_id):
        form = RefundForm(request.POST, refund=_refund(found), label=ANSWER)
    done = _("The refund was approved. The credit is booked.")
    return _send(request, request_id, form, services.approve, done)


@requires(Capability.USE_DESK)
@require_POST
def refuse(request: ActorRequest, request_id: str) -> HttpResponse:
    return _say(request, request_id, services.refuse, _("The refund was refused."))


def _say(request: ActorRequest, request_id: str, verb: Verb, done: str) -> HttpResponse:
    return _send(request, request_id, TextForm(request.POST, label=ANSWER), verb, done)


def _send(
    request: ActorRequest, request_id: str, form: Form, verb: Verb, done: str
) -> HttpResponse:
    status = 400
    if form.is_valid():
        try:
            verb(request_id, **form.cleaned_data, by=request.actor)
        except DomainError as refusal:
            if isinstance(refusal, NotFound):
                raise
            form.add_error(refusal.field if refusal.field in form.fields else "text", str(refusal))
            status = refusal.status
        else:
            messages.success(request, done)
            return redirect("desk:request", request_id)
    return _page(request, services.look(request_id, by=request.actor), status, form)


@requires(Capability.USE_DESK)
@require_safe
def desk_file(request: ActorRequest, request_id: str, attachment_id: UUID) -> HttpResponseBase:
    """One file; that it was read is logged."""
    return to_be_saved(services.look_at_file(request_id, attachment_id, by=request.actor))
