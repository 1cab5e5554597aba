"""``/v1/invoices``: invoices, balances, and the lines that are on them or on none yet."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from billing import months, queries, wire
from billing.models import BillingLine
from billing.statement import pdf_answer
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import SeekList, collection
from partnercenter.lib.wire.links import link, uri

MOST = 2000
PROVIDERS = {"onetime", "all"}
# What the original also knows, and what never has a line here.
OTHER_PROVIDERS = {"office", "azure", "marketplace"}
LINE_TYPES = {"billinglineitems", "usagelineitems"}
PARAMETERS = ("provider", "invoicelineitemtype", "currencycode", "period")


class LineList(SeekList):
    """Pages of lines are larger than other pages, as in the original."""

    def _size(self, text: str) -> int:
        return _number(text, "size", least=1, most=MOST) if text not in {"", "0"} else MOST


class Invoices(APIView):
    """Newest first, by ``size`` and ``offset``: a partner has one a month."""

    capability = Capability.SEE_BILLING

    def get(self, request: Request) -> Response:
        size = _number(request.query_params.get("size") or "200", "size", least=1, most=MOST)
        offset = _number(request.query_params.get("offset") or "0", "offset", least=0, most=10**6)
        found = list(queries.invoices(by=_by(request))[offset : offset + size + 1])
        more = len(found) > size
        return Response(
            collection(
                [wire.invoice_body(invoice) for invoice in found[:size]],
                uri("/invoices", size=size, offset=offset),
                next_link=link(uri("/invoices", size=size, offset=offset + size)) if more else None,
            )
        )


class OneInvoice(APIView):
    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    def get(self, request: Request, invoice_id: str) -> Response:
        return Response(wire.invoice_body(queries.invoice_or_404(invoice_id, by=_by(request))))


class Statement(APIView):
    """The invoice as a PDF."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    def get(self, request: Request, invoice_id: str) -> HttpResponse:
        by = _by(request)
        return pdf_answer(queries.invoice_or_404(invoice_id, by=by), partner=by.partner)


class Summary(APIView):
    """The balance in the partner's own currency."""

    capability = Capability.SEE_BILLING

    def get(self, request: Request) -> Response:
        return Response(wire.summary_body(queries.balances(by=_by(request))[0]))


class Summaries(APIView):
    """One balance for each currency."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    def get(self, request: Request) -> Response:
        found = [wire.summary_body(balance) for balance in queries.balances(by=_by(request))]
        return Response(collection(found, "/invoices/summaries"))


class InvoiceLines(APIView):
    """``?provider=onetime&invoicelineitemtype=billinglineitems``, or both in the address."""

    capability = Capability.SEE_BILLING

    def get(
        self, request: Request, invoice_id: str, provider: str = "", line_type: str = ""
    ) -> Response:
        by = _by(request)
        invoice = queries.invoice_or_404(invoice_id, by=by)
        below = f"/{provider}/{line_type}" if provider else ""
        listing = LineList(f"/invoices/{invoice.number}/lineitems{below}", MOST, PARAMETERS)
        given = {"provider": provider, "invoicelineitemtype": line_type} if provider else {}
        return _lines(request, listing, queries.lines_of(invoice), given, number=invoice.number)


class UnbilledLines(APIView):
    """What is on no invoice yet: of this month (``period=current``), or from before."""

    capability = Capability.SEE_RECONCILIATION

    def get(self, request: Request) -> Response:
        by = _by(request)
        listing = LineList("/invoices/unbilled/lineitems", MOST, PARAMETERS)
        given = listing.asked(request).given
        rows = queries.unbilled(by=by)
        if currency := given.get("currencycode"):
            rows = rows.filter(currency=currency.upper())
        start = months.start(months.first_day(clock.now(by.partner)))
        match given.get("period", "current").lower():
            case "current":
                rows = rows.filter(booked_at__gte=start)
            case "previous":
                rows = rows.filter(booked_at__lt=start)
            case _other:
                raise Invalid(_("period must be current or previous."), field="period")
        return _lines(request, listing, rows, {}, number="")


class EstimateLinks(APIView):
    capability = Capability.SEE_RECONCILIATION

    def get(self, request: Request) -> Response:
        folded = {fold(name): str(value) for name, value in request.query_params.items()}
        currency = folded.get("currencycode", "").upper()
        if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):  # noqa: PLR2004
            raise Invalid(_("Send currencycode, for example USD."), field="currencycode")
        address = uri("/invoices/estimates/links", currencycode=currency)
        return Response(collection(wire.estimate_links(currency), address))


def _by(request: Request) -> Actor:
    return cast("Actor", request.user)


def _lines(
    request: Request,
    listing: LineList,
    rows: QuerySet[BillingLine],
    given: dict[str, str],
    *,
    number: str,
) -> Response:
    seek = listing.asked(request)
    asked = seek.given | given
    provider = asked.get("provider", "onetime").lower()
    line_type = asked.get("invoicelineitemtype", "billinglineitems").lower()
    if provider not in PROVIDERS | OTHER_PROVIDERS:
        raise Invalid(_("provider must be onetime."), field="provider")
    if line_type not in LINE_TYPES:
        raise Invalid(
            _("invoicelineitemtype must be billinglineitems."), field="invoicelineitemtype"
        )
    if provider not in PROVIDERS or line_type != "billinglineitems":
        rows = rows.none()
    page = listing.page(rows, seek, queries.AS_BOOKED)
    partner = _by(request).partner
    items: list[dict[str, Any]] = [
        wire.line_body(line, partner=partner, number=number) for line in page.items
    ]
    return Response(listing.body(items, seek, page))


def _number(text: str, field: str, *, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
        return int(text[:9])
    raise Invalid(
        _("%(field)s must be a number from %(least)d to %(most)d.")
        % {"field": field, "least": least, "most": most},
        field=field,
    )


urlpatterns = [
    path("invoices", Invoices.as_view()),
    path("invoices/summary", Summary.as_view()),
    path("invoices/summaries", Summaries.as_view()),
    path("invoices/estimates/links", EstimateLinks.as_view()),
    path("invoices/unbilled/lineitems", UnbilledLines.as_view()),
    path("invoices/<invoice_id>", OneInvoice.as_view()),
    path("invoices/<invoice_id>/documents/statement", Statement.as_view()),
    path("invoices/<invoice_id>/lineitems", InvoiceLines.as_view()),
    path("invoices/<invoice_id>/lineitems/<provider>/<line_type>", InvoiceLines.as_view()),
]
