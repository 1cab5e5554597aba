"""``/v1/invoices``: invoices, balances, links to what is on no invoice yet."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.rules import Capability
from activitylog.rules import after_day
from billing import lines_api, queries, wire
from billing.lines_api import MOST, actor_of, number_of
from billing.models import Invoice
from billing.statement import pdf_answer
from partnercenter.lib.errors import Invalid, NotFound
from partnercenter.lib.wire import dates, filters
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.links import link, uri

# Operators of a filter on the date of invoices; "" means the whole day.
COMPARED = {
    "equals": "",
    "greaterthan": "gt",
    "greaterthanorequals": "gte",
    "lessthan": "lt",
    "lessthanorequals": "lte",
}


class Invoices(APIView):
    """Newest first, by ``size`` and ``offset``: a partner has one a month."""

    capability = Capability.SEE_BILLING

    @extend_schema(operation_id="invoices_list")
    def get(self, request: Request) -> Response:
        size = number_of(request.query_params.get("size") or "200", "size", least=1, most=MOST)
        offset = number_of(request.query_params.get("offset") or "0", "offset", least=0, most=10**6)
        text = request.query_params.get("filter", "")
        rows = _dated(queries.invoices(by=actor_of(request)), text)
        found = list(rows[offset : offset + size + 1])

        def address(start: int) -> str:
            return uri("/invoices", size=size, offset=start, filter=text or None)

        return Response(
            collection(
                [wire.invoice_body(invoice) for invoice in found[:size]],
                address(offset),
                next_link=link(address(offset + size)) if len(found) > size else None,
                previous_link=link(address(max(0, offset - size))) if offset else None,
            )
        )


class OneInvoice(APIView):
    """One invoice, by its number or the prefixed id of the links."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    @extend_schema(operation_id="invoices_get")
    def get(self, request: Request, invoice_id: str) -> Response:
        return Response(wire.invoice_body(queries.invoice_or_404(invoice_id, by=actor_of(request))))


class Statement(APIView):
    """The invoice as a PDF."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    @extend_schema(operation_id="invoices_statement")
    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        by = actor_of(request)
        return pdf_answer(queries.invoice_or_404(invoice_id, by=by), partner=by.partner)


class ReceiptStatement(APIView):
    """A tax receipt as a PDF: only Taiwan issues them, so no invoice here has one."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    @extend_schema(operation_id="invoices_receipt_statement")
    def get(self, request: Request, invoice_id: str, receipt_id: str) -> HttpResponse:
        invoice = queries.invoice_or_404(invoice_id, by=actor_of(request))
        raise NotFound(
            _("Invoice %(number)s has no tax receipt %(receipt)s.")
            % {"number": invoice.number, "receipt": receipt_id[:40]}
        )


class Summary(APIView):
    """The balance in the partner's own currency."""

    capability = Capability.SEE_BILLING

    @extend_schema(operation_id="invoices_summary")
    def get(self, request: Request) -> Response:
        return Response(wire.summary_body(queries.balances(by=actor_of(request))[0]))


class Summaries(APIView):
    """One balance for each currency."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    @extend_schema(operation_id="invoices_summaries")
    def get(self, request: Request) -> Response:
        found = [wire.summary_body(balance) for balance in queries.balances(by=actor_of(request))]
        return Response(collection(found, "/invoices/summaries"))


class EstimateLinks(APIView):
    """Where the lines are that stand on no invoice yet."""

    capability = Capability.SEE_RECONCILIATION

    @extend_schema(operation_id="invoices_estimate_links")
    def get(self, request: Request) -> Response:
        folded = {fold(name): str(value) for name, value in request.query_params.items()}
        currency = folded.get("currencycode", "").upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):  # noqa: PLR2004
            raise Invalid(_("Send currencycode, for example USD."), field="currencycode")
        address = uri("/invoices/estimates/links", currencycode=currency)
        return Response(collection(wire.estimate_links(currency), address))


def _dated(rows: QuerySet[Invoice], text: str) -> QuerySet[Invoice]:
    """Those whose date compares as a filter on ``InvoiceDate`` asks."""
    wanted = filters.parse(text)
    if wanted is None:
        return rows
    lookup = COMPARED.get(wanted.operator)
    if wanted.field != "invoicedate" or lookup is None:
        raise filters.unsupported("InvoiceDate equals, greater_than, less_than, ..._or_equals")
    day = dates.parse(wanted.value, field="filter")
    if lookup == "":
        return rows.filter(issued_at__gte=day, issued_at__lt=after_day(day.date()))
    return rows.filter(**{f"issued_at__{lookup}": day})


urlpatterns = [
    path("invoices", Invoices.as_view()),
    path("invoices/summary", Summary.as_view()),
    path("invoices/summaries", Summaries.as_view()),
    path("invoices/estimates/links", EstimateLinks.as_view()),
    path("invoices/<invoice_id>", OneInvoice.as_view()),
    path("invoices/<invoice_id>/documents/statement", Statement.as_view()),
    path(
        "invoices/<invoice_id>/receipts/<receipt_id>/documents/statement",
        ReceiptStatement.as_view(),
    ),
    *lines_api.urlpatterns,
]
