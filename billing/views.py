"""Billing: the balance, the invoices (P21, P22), and what is on none yet (P23)."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.permissions import may, requires
from accounts.requests import ActorRequest
from accounts.rules import Capability
from billing import months, queries, recon, services
from billing.chart import Month, chart
from billing.labels import CHARGE_TYPES, PAYMENT_DAYS
from billing.models import BillingLine, Invoice, ParkedRun
from billing.statement import pdf_answer
from partnercenter.lib import clock, formats, paging

SIZE = 24
MONTHS = 12


@requires(Capability.SEE_BILLING)
@require_safe
def overview(request: ActorRequest) -> HttpResponse:
    """P21: balance, latest invoice, history, charges and credits by month, trend."""
    by = request.actor
    invoices = queries.invoices(by=by)
    own = invoices.filter(currency=by.partner.currency)[:MONTHS]
    shown = [Month(formats.month(i.month), i.charges, i.credits) for i in reversed(own)]
    since = clock.now(by.partner) - timedelta(days=366)
    parked = ParkedRun.objects.select_related("partner").filter(partner=by.partner).first()
    context = {
        "balances": queries.balances(by=by),
        "credit_left": services.credit_left(by.partner),
        "latest": invoices.first(),
        "page": paging.for_request(request, invoices, order=queries.NEWEST_FIRST, size=SIZE),
        "months": shown,
        "chart": chart(shown),
        "by_customer": queries.trend(by=by, name="customer__company_name", since=since),
        "by_product": queries.trend(by=by, name="title", since=since),
        "currency": by.partner.currency,
        "parked": queries.parked_text(parked) if parked else "",
        "may_reconcile": may(by, Capability.SEE_RECONCILIATION),
    }
    return render(request, "billing/overview.html", context)


@requires(Capability.SEE_BILLING)
@require_safe
def invoice(request: ActorRequest, number: str) -> HttpResponse:
    """P22: one invoice and its lines; a credit leads to its order."""
    found = queries.invoice_or_404(number, by=request.actor)
    context = {
        "invoice": found,
        "period_end": months.end(found.month) - timedelta(days=1),
        "due": found.issued_at + timedelta(days=PAYMENT_DAYS),
        "may_reconcile": may(request.actor, Capability.SEE_RECONCILIATION),
        **_lines(request, queries.lines_of(found)),
    }
    return render(request, "billing/invoice.html", context)


@requires(Capability.SEE_BILLING)
@require_safe
def invoice_file(request: ActorRequest, number: str) -> HttpResponse:
    """The invoice as a PDF, in the reader's language."""
    found = queries.invoice_or_404(number, by=request.actor)
    return pdf_answer(found, partner=request.actor.partner)


@requires(Capability.SEE_RECONCILIATION)
@require_safe
def unbilled(request: ActorRequest) -> HttpResponse:
    """P23: charges and credits that the next invoice will have."""
    rows = queries.unbilled(by=request.actor)
    sums = rows.order_by("currency").values("currency")
    context = {
        "sums": sums.annotate(net=Sum("net"), tax=Sum("tax"), gross=Sum("gross")),
        **_lines(request, rows),
    }
    return render(request, "billing/unbilled.html", context)


@requires(Capability.SEE_RECONCILIATION)
@require_safe
def reconciliation(request: ActorRequest, number: str) -> HttpResponseBase:
    """The invoice's lines as the reconciliation file."""
    found: Invoice = queries.invoice_or_404(number, by=request.actor)
    return _csv(request, queries.lines_of(found), found.number, found.number)


@requires(Capability.SEE_RECONCILIATION)
@require_safe
def unbilled_file(request: ActorRequest) -> HttpResponseBase:
    """What is on no invoice yet, in the form of the reconciliation file."""
    return _csv(request, queries.unbilled(by=request.actor), "", "unbilled")


def _csv(
    request: ActorRequest, rows: QuerySet[BillingLine], number: str, name: str
) -> HttpResponseBase:
    return StreamingHttpResponse(
        recon.lines(rows, partner=request.actor.partner, number=number),
        headers={
            "Content-Type": "text/csv; charset=utf-8",
            "Content-Disposition": f'attachment; filename="reconciliation-{name}.csv"',
            "Cache-Control": "no-store",
        },
    )


def _lines(request: ActorRequest, rows: QuerySet[BillingLine]) -> dict[str, Any]:
    page = paging.for_request(request, rows, order=queries.AS_BOOKED)
    named = [(line, CHARGE_TYPES.get(line.charge_type, line.charge_type)) for line in page.items]
    return {
        "page": page,
        "rows": named,
        "may_open_orders": may(request.actor, Capability.SEE_ORDERS),
    }
