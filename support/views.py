"""Support for the partner's users: own requests (P24), the form (P25), one request (P26)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import may, requires
from accounts.requests import ActorRequest
from accounts.rules import Capability
from partnercenter.lib import paging
from partnercenter.lib.errors import DomainError, Forbidden
from support import labels, prefill, queries, services
from support.forms import (
    FilesForm,
    FilterForm,
    RequestForm,
    TextForm,
    contact_of,
    entered_in,
)
from support.models import NEWEST_FIRST, Attachment, ServiceRequest
from support.rules import ScanState

ALL = gettext_lazy("All")
# What a browser may never do with a file from outside, beside not opening it.
FILE_HEADERS = {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, no-store",
}


@requires(Capability.USE_SUPPORT)
@require_safe
def request_list(request: ActorRequest) -> HttpResponse:
    """P24: the user's own requests and drafts, last changed first; a Global admin sees all."""
    form = FilterForm(request.GET, everything=ALL)
    rows = ServiceRequest.objects.visible_to(request.actor)
    if form.is_valid() and form.cleaned_data["status"]:
        rows = rows.filter(status=form.cleaned_data["status"])
    context = {
        "form": form,
        "page": paging.for_request(request, rows, order=NEWEST_FIRST),
        "sees_all": may(request.actor, Capability.SEE_ALL_REQUESTS),
        "labels": labels,
    }
    return render(request, "support/list.html", context, status=200 if form.is_valid() else 400)


@requires(Capability.USE_SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: ActorRequest) -> HttpResponse:
    """P25: report a problem (S75-S81), with an order's facts filled in for ``?order=``."""
    if request.method == "POST":
        return _entered(request, None)
    initial: dict[str, Any] = contact_of(request.actor)
    asked = None
    if order_id := request.GET.get("order", ""):
        initial |= prefill.of_order(order_id, by=request.actor)
        asked = queries.asked_already(order_id, by=request.actor)
    return _form_page(request, RequestForm(by=request.actor, initial=initial), asked=asked)


@requires(Capability.USE_SUPPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ActorRequest, draft_id: str) -> HttpResponse:
    """P25 again, for a draft."""
    draft = queries.find_request(draft_id, by=request.actor, drafts=True)
    if request.method == "POST":
        return _entered(request, draft)
    return _form_page(request, RequestForm(by=request.actor, initial=entered_in(draft)), draft)


def _entered(request: ActorRequest, draft: ServiceRequest | None) -> HttpResponse:
    """Submit, Save draft, or Write description, as the button says; what is wrong is shown."""
    verb = request.POST.get("verb", "submit")
    form = RequestForm(
        request.POST,
        request.FILES,
        by=request.actor,
        is_complete=verb == "submit",
        request=request,
    )
    if not form.is_valid():
        return _form_page(request, form, draft, status=form.status)
    if verb == "describe":
        form.show_composed()
        return _form_page(request, form, draft)
    save = services.save_draft if verb == "draft" else services.submit
    try:
        saved = save(
            form.content(), by=request.actor, draft=draft, uploads=form.cleaned_data["attachments"]
        )
    except DomainError as refusal:
        form.refuse(refusal)
        return _form_page(request, form, draft, status=refusal.status)
    if saved.is_draft:
        messages.success(request, _("The draft was saved. Only you can see it."))
        return redirect("support:edit", saved.number)
    messages.success(
        request, _("Your request %(number)s was submitted.") % {"number": saved.number}
    )
    return redirect("support:detail", saved.number)


def _form_page(
    request: HttpRequest,
    form: RequestForm,
    draft: ServiceRequest | None = None,
    status: int = 200,
    asked: ServiceRequest | None = None,
) -> HttpResponse:
    files = queries.files_of(draft) if draft else []
    context = {"form": form, "draft": draft, "files": files, "asked": asked}
    return render(request, "support/report.html", context, status=status)


@requires(Capability.USE_SUPPORT)
@require_safe
def detail(request: ActorRequest, request_id: str) -> HttpResponse:
    """P26: the request's facts, thread and files; a draft leads to its form."""
    if queries.is_draft_of(request_id, by=request.actor):
        return redirect("support:edit", request_id)
    return _detail_page(request, queries.find_request(request_id, by=request.actor))


def _detail_page(
    request: HttpRequest, found: ServiceRequest, status: int = 200, **forms: Any
) -> HttpResponse:
    context = {
        "found": found,
        "notes": queries.thread(found),
        "files": queries.files_of(found),
        "note_form": TextForm(),
        "files_form": FilesForm(),
        "labels": labels,
    }
    return render(request, "support/detail.html", context | forms, status=status)


@requires(Capability.USE_SUPPORT)
@require_POST
def note(request: ActorRequest, request_id: str) -> HttpResponse:
    """Add a note to the thread."""
    found = queries.find_request(request_id, by=request.actor)
    form = TextForm(request.POST)
    status = 400
    if form.is_valid():
        try:
            services.add_note(found, form.cleaned_data["text"], by=request.actor)
        except DomainError as refusal:
            form.add_error("text", str(refusal))
            status = refusal.status
        else:
            messages.success(request, _("Your note was added."))
            return redirect("support:detail", request_id)
    return _detail_page(request, found, status, note_form=form)


@requires(Capability.USE_SUPPORT)
@require_POST
def files(request: ActorRequest, request_id: str) -> HttpResponse:
    """Add files to the request (S80)."""
    found = queries.find_request(request_id, by=request.actor)
    form = FilesForm(request.POST, request.FILES, request=request)
    if form.is_valid():
        try:
            services.add_files(found, form.cleaned_data["attachments"], by=request.actor)
        except DomainError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The files were added."))
            return redirect("support:detail", request_id)
    return _detail_page(request, found, form.status, files_form=form)


@requires(Capability.USE_SUPPORT)
@require_POST
def close(request: ActorRequest, request_id: str) -> HttpResponse:
    services.close(queries.find_request(request_id, by=request.actor), by=request.actor)
    messages.success(request, _("The request is closed."))
    return redirect("support:detail", request_id)


@requires(Capability.USE_SUPPORT)
@require_POST
def reopen(request: ActorRequest, request_id: str) -> HttpResponse:
    services.reopen(queries.find_request(request_id, by=request.actor), by=request.actor)
    messages.success(request, _("The request is open again."))
    return redirect("support:detail", request_id)


@requires(Capability.USE_SUPPORT)
@require_safe
def file(request: ActorRequest, request_id: str, attachment_id: UUID) -> HttpResponseBase:
    """One file of a request or draft, only ever to be saved."""
    drafts = queries.is_draft_of(request_id, by=request.actor)
    found = queries.find_request(request_id, by=request.actor, drafts=drafts)
    return to_be_saved(queries.find_file(found, attachment_id))


@requires(Capability.USE_SUPPORT)
@require_POST
def remove_file(request: ActorRequest, draft_id: str, attachment_id: UUID) -> HttpResponse:
    """Take a file out of a draft."""
    draft = queries.find_request(draft_id, by=request.actor, drafts=True)
    services.delete_file(draft, attachment_id, by=request.actor)
    messages.success(request, _("The file was removed."))
    return redirect("support:edit", draft_id)


def to_be_saved(found: Attachment) -> HttpResponseBase:
    """The file as an attachment that no browser interprets; not one in quarantine."""
    if found.scan_state == ScanState.INFECTED:
        raise Forbidden(_("A virus was found in this file. It is not handed out."))
    stored = default_storage.open(found.storage_name)
    response = FileResponse(stored, as_attachment=True, filename=found.file_name)
    for name, value in FILE_HEADERS.items():
        response[name] = value
    return response
