"""The Software page with what a cancellation did; the Cancel purchase window; several at once."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import require
from accounts.rules import Capability
from customers.scope import CustomerRequest, customer_page
from orders import cancel_page, cancel_review, cancellation, credited, services
from orders.cancel_page import Dialog
from partnercenter.lib.errors import DomainError
from software import queries
from software import views as software
from software.models import Entitlement

# What of the list's address stays when the window opens and closes.
KEPT = ("q", "sort", "rest", "after", "before")


@customer_page(Capability.SEE_SOFTWARE)
@require_safe
def software_page(request: CustomerRequest) -> HttpResponse:
    """P11, with P13 over it: ``?line=`` opens a row, ``&dialog=cancel`` the window, ``&order=``.

    ``&done=cancel`` keeps the confirmation in sight until it is dismissed (S65).
    """
    line = software.asked_line(request)
    if line is None or request.GET.get("dialog") != "cancel":
        return _page(request, line)
    require(request.actor, Capability.CANCEL_SOFTWARE)
    dialog = _dialog(request, line, request.GET)
    return _page(request, line, dialog, status=400 if dialog.form.errors else 200)


@customer_page(Capability.CANCEL_SOFTWARE, enforced_in_service=True)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: CustomerRequest, entitlement_id: UUID) -> HttpResponse:
    """Submit of the window: cancels the product in exactly one order (S59); may be sent twice.

    GET is where a reload of a refused Submit ends: it leads to the window.
    """
    line = queries.find_line(request.customer, entitlement_id, by=request.actor)
    if request.method != "POST":
        require(request.actor, Capability.CANCEL_SOFTWARE)
        return redirect(_address(request, line=line.pk, dialog="cancel"))
    own = cancellation.order_or_404(line.order_id, customer=request.customer, by=request.actor)
    services.may_cancel(own, by=request.actor)
    dialog = _dialog(request, line, request.POST)
    if dialog.state is None:
        return _page(request, line, dialog, status=400)
    order = dialog.state.found.order
    try:
        services.cancel_order(order, by=request.actor, lines=dialog.numbers)
    except DomainError as refusal:
        dialog = _dialog(request, line, request.POST)
        return _page(request, line, dialog, status=refusal.status, refusal=refusal)
    done = cancel_page.line_of(order, dialog.numbers, by=request.actor)
    return redirect(_address(request, line=done.pk, done="cancel"))


@customer_page(Capability.CANCEL_SOFTWARE, enforced_in_service=True)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_several(request: CustomerRequest) -> HttpResponse:
    """Review of the purchases that were ticked, ``?line=…&line=…``, and one Submit for all (C4).

    What is cancelled already stays so: sent again, it changes nothing.
    """
    if request.method == "POST":
        items = cancel_review.review(
            request.customer, request.POST.getlist("line"), by=request.actor
        )
        wanted = cancel_review.wanted(items)
        for order in wanted:
            services.may_cancel(order, by=request.actor)
        require(request.actor, Capability.CANCEL_SOFTWARE)
        services.cancel_orders(wanted, by=request.actor)
        there = reverse("orders:cancel_result", args=[request.customer.pk])
        lines = request.GET.getlist("line") or request.POST.getlist("line")
        return redirect(f"{there}?{urlencode({'line': lines}, doseq=True)}")
    require(request.actor, Capability.CANCEL_SOFTWARE)
    items = cancel_review.review(request.customer, request.GET.getlist("line"), by=request.actor)
    context = {"items": items, "summary": cancel_review.summary(items)}
    return render(request, "orders/cancel_several.html", context, status=200 if items else 400)


@customer_page(Capability.CANCEL_SOFTWARE)
@require_safe
def cancel_result(request: CustomerRequest) -> HttpResponse:
    """What became of each, as it stands now: a reload shows the same."""
    items = cancel_review.review(request.customer, request.GET.getlist("line"), by=request.actor)
    context = {"items": items, "summary": cancel_review.summary(items)}
    return render(request, "orders/cancel_result.html", context, status=200 if items else 400)


def _dialog(request: CustomerRequest, line: Entitlement, asked: Any) -> Dialog:
    return cancel_page.dialog(
        line,
        asked,
        by=request.actor,
        address=reverse("orders:software", args=[request.customer.pk]),
        submitted=request.method == "POST",
    )


def _page(
    request: CustomerRequest,
    line: Entitlement | None,
    dialog: Dialog | None = None,
    *,
    status: int = 200,
    refusal: DomainError | None = None,
) -> HttpResponse:
    more: dict[str, Any] = {"cancel": dialog, "refusal": refusal}
    if line:
        # Without a fragment: it would take the focus that goes back to what opened the window.
        more["cancel_close"] = _address(request, line=line.pk)
        more["kept"] = _kept(request)
    if line and line.revoked_at:
        more["credit"] = credited.credit_of(line, by=request.actor)
        if request.GET.get("done") == "cancel":
            more["done"] = credited.credit_of_product(line, by=request.actor)
    return software.list_page(request, line, status=status, **more)


def _address(request: CustomerRequest, **query: Any) -> str:
    there = reverse("orders:software", args=[request.customer.pk])
    return f"{there}?{urlencode(_kept(request) | query)}"


def _kept(request: CustomerRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in KEPT if name in request.GET}
