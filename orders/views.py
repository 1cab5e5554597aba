"""Pages of buying (P6 to P8) and of what was bought (P9, P10)."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import require
from accounts.rules import Capability
from billing import services as billing
from customers.scope import CustomerRequest, customer_page
from orders import queries, review, services
from orders.forms import AZURE, SOFTWARE, AddForm, LineForm, ShelfForm
from orders.models import Cart
from orders.services import AlreadyOrdered, Item
from orders.shelf import shelf
from partnercenter.lib import clock, paging
from partnercenter.lib.errors import DomainError
from software.page import why_not

STEPS = (
    gettext_lazy("Choose products"),
    gettext_lazy("Review order"),
    gettext_lazy("Confirmation"),
)


@customer_page(Capability.BUY)
@require_http_methods(["GET", "HEAD", "POST"])
def add_products(request: CustomerRequest) -> HttpResponse:
    """P6: what is for sale, with price, tax label and return rule (S4, S9, S15).

    POST puts a product into the cart; a refusal is shown at its row.
    """
    if request.method != "POST":
        return _shelf_page(request)
    form = AddForm(request.POST)
    try:
        services.add_to_cart(request.customer, _item(form), by=request.actor)
    except DomainError as refusal:
        told = {"refused": form.data.get("item", ""), "refusal": refusal}
        return _shelf_page(request, status=refusal.status, **told)
    messages.success(request, _("Added to the cart. Select Review when it holds everything."))
    return redirect(request.get_full_path())


@customer_page(Capability.BUY)
@require_http_methods(["GET", "HEAD", "POST"])
def cart(request: CustomerRequest) -> HttpResponse:
    """P7: what is about to be ordered, with totals, tax, credit and return rules (S16).

    POST changes a line's quantity, or removes it; a refusal is shown at the line.
    """
    if request.method != "POST":
        return _cart_page(request)
    form = LineForm(request.POST)
    try:
        number, quantity = _number(form, "line"), _number(form, "quantity")
        services.set_quantity(_own_cart(request), number, quantity, by=request.actor)
    except DomainError as refusal:
        told = {"refused": form.cleaned_data.get("line"), "refusal": refusal}
        return _cart_page(request, status=refusal.status, **told)
    return redirect("orders:cart", request.customer.pk)


@customer_page(Capability.BUY)
@require_POST
def cart_restore(request: CustomerRequest) -> HttpResponse:
    """Take up the expired cart again."""
    services.restore_cart(_own_cart(request), by=request.actor)
    messages.success(request, _("The cart is open again. Its prices are those of today."))
    return redirect("orders:cart", request.customer.pk)


@customer_page(Capability.BUY, enforced_in_service=True)
@require_http_methods(["GET", "HEAD", "POST"])
def buy(request: CustomerRequest) -> HttpResponse:
    """Place the orders of a cart; sent twice, it leads to the same confirmation (F-CAT-8).

    GET is where a reload of a refused order ends: it leads to the cart.
    """
    if request.method != "POST":
        require(request.actor, Capability.BUY)
        return redirect("orders:cart", request.customer.pk)
    services.may_order(request.customer, by=request.actor)
    given = request.POST.get("cart", "")
    mine = queries.find_cart(given, customer=request.customer, by=request.actor)
    try:
        outcome = services.checkout(mine, by=request.actor)
        order_id = outcome.orders[0].pk
    except AlreadyOrdered:
        order_id = queries.of_cart(mine.pk, customer=request.customer, by=request.actor)[0]["id"]
    except DomainError as refusal:
        return _cart_page(request, status=refusal.status, refusal=refusal)
    return redirect("orders:confirmation", request.customer.pk, order_id)


@customer_page(Capability.BUY)
@require_safe
def confirmation(request: CustomerRequest, order_id: str) -> HttpResponse:
    """P8: the orders of one checkout, what failed, and what comes next (F-CAT-10)."""
    customer, by = request.customer, request.actor
    order = queries.find_order(order_id, customer=customer, by=by)
    orders, failures = [order], []
    if order["cart_id"]:
        orders = queries.of_cart(order["cart_id"], customer=customer, by=by)
        failures = queries.find_cart(order["cart_id"], customer=customer, by=by).failures
    context = {"orders": orders, "failures": failures, "steps": STEPS}
    return render(request, "orders/confirmation.html", context)


@customer_page(Capability.SEE_ORDERS)
@require_safe
def history(request: CustomerRequest) -> HttpResponse:
    """P9: the customer's orders, newest first (S60, F-ORD-1)."""
    rows = queries.orders_of(request.customer, by=request.actor)
    page = paging.for_request(request, rows, order=queries.NEWEST_FIRST)
    context = {
        "orders": queries.with_lines(page.items, by=request.actor),
        "page": page,
        "now": clock.now(request.actor.partner),
    }
    return render(request, "orders/history.html", context)


@customer_page(Capability.SEE_ORDERS)
@require_safe
def detail(request: CustomerRequest, order_id: str) -> HttpResponse:
    """P10: one order with its lines, its track and the copies of that day (F-ORD-2)."""
    order = queries.find_order(order_id, customer=request.customer, by=request.actor)
    software_ids = queries.entitlement_ids(order["id"], by=request.actor)
    for line in order["lines"]:
        line["software_id"] = software_ids.get(line["number"])
    active = [line["software_id"] for line in order["lines"] if not line["cancelled_at"]]
    context = {
        "order": order,
        "to_cancel": urlencode({"line": [each for each in active if each]}, doseq=True),
        "why_not_cancel": why_not(request.actor, Capability.CANCEL_SOFTWARE),
        "now": clock.now(request.actor.partner),
    }
    return render(request, "orders/detail.html", context)


def _item(form: AddForm) -> Item:
    return Item(str(form.data.get("item", ""))[:40], _number(form, "quantity"))


def _number(form: forms.Form, name: str) -> int:
    """A number that was entered; raises the form's own words as a refusal."""
    form.full_clean()
    if name in form.cleaned_data:
        return int(form.cleaned_data[name])
    raise review.wrong_number(str(form.errors[name][0]), field=name)


def _shelf_page(request: CustomerRequest, *, status: int = 200, **told: Any) -> HttpResponse:
    form, query = ShelfForm(request.GET), request.GET
    found = None
    if form.is_valid():
        found = shelf(
            customer=request.customer,
            by=request.actor,
            kinds=form.kinds,
            chosen=form.cleaned_data,
            after=query.get("after", ""),
        )
    shown = {row.offer.catalog_item_id for row in found.rows} if found else set()
    kept = query.copy()
    for name in ("after", "offer"):
        kept.pop(name, None)
    context = {
        "form": form,
        "shelf": found,
        "category": AZURE if query.get("category") == AZURE else SOFTWARE,
        "kept": kept.urlencode(),
        "opened": query.get("offer", ""),
        "refusal_has_row": told.get("refused") in shown,
        "in_cart": queries.lines_in_cart(request.customer, by=request.actor),
        "steps": STEPS,
        **told,
    }
    status = status if found else HTTPStatus.BAD_REQUEST
    return render(request, "orders/add_products.html", context, status=status)


def _cart_page(request: CustomerRequest, *, status: int = 200, **told: Any) -> HttpResponse:
    by = request.actor
    mine = queries.portal_cart(request.customer, by=by)
    lines = queries.reviewed(mine, by=by) if mine else []
    context = {
        "cart": mine,
        "expired": bool(mine and mine.expires_at <= clock.now(by.partner)),
        "order": review.summary(lines, credit=billing.credit_left(by.partner), by=by),
        "steps": STEPS,
        **told,
    }
    return render(request, "orders/cart.html", context, status=status)


def _own_cart(request: CustomerRequest) -> Cart:
    mine = queries.portal_cart(request.customer, by=request.actor)
    return mine or queries.find_cart("", customer=request.customer, by=request.actor)
