"""``/v1/invoices/…/lineitems``: the lines that are on an invoice, or on none yet."""

from typing import Any, cast

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from billing import months, queries, wire
from billing.models import BillingLine
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.collections import Seek, SeekList, collection
from partnercenter.lib.wire.links import uri

MOST = 2000
PROVIDERS = {"onetime", "all"}
# What the original also knows, and what never has a line here.
BY_OFFSET = {"office", "azure"}
OTHER_PROVIDERS = {*BY_OFFSET, "marketplace"}
LINE_TYPES = {"billinglineitems", "usagelineitems"}
PARAMETERS = (
    "provider", "invoicelineitemtype", "currencycode", "period", "hasPartnerEarnedCredit"
)  # fmt: skip


class LineList(SeekList):
    """Pages of lines are larger than other pages, as in the original."""

    def _size(self, text: str) -> int:
        return number_of(text, "size", least=1, most=MOST) if text not in {"", "0"} else MOST


class InvoiceLines(APIView):
    """``?provider=onetime&invoicelineitemtype=billinglineitems``, or both in the address."""

    capability = Capability.SEE_BILLING

    @extend_schema(operation_id="invoices_lineitems")
    def get(
        self, request: Request, invoice_id: str, provider: str = "", line_type: str = ""
    ) -> Response:
        by = actor_of(request)
        invoice = queries.invoice_or_404(invoice_id, by=by)
        below = f"/{provider}/{line_type}" if provider else ""
        listing = LineList(f"/invoices/{invoice.number}/lineitems{below}", MOST, PARAMETERS)
        given = {"provider": provider, "invoicelineitemtype": line_type} if provider else {}
        return _lines(request, listing, queries.lines_of(invoice), given, number=invoice.number)


class InvoiceLinesByPath(InvoiceLines):
    """The older form: ``…/lineitems/OneTime/BillingLineItems``."""

    @extend_schema(operation_id="invoices_lineitems_by_path")
    def get(
        self, request: Request, invoice_id: str, provider: str = "", line_type: str = ""
    ) -> Response:
        return super().get(request, invoice_id, provider, line_type)


class UnbilledLines(APIView):
    """What is on no invoice yet: of this month (``period=current``), or from before."""

    capability = Capability.SEE_RECONCILIATION

    @extend_schema(operation_id="invoices_unbilled_lineitems")
    def get(self, request: Request) -> Response:
        by = actor_of(request)
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


def actor_of(request: Request) -> Actor:
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
    if provider in BY_OFFSET:
        return Response(_nothing_by_offset(request, listing, seek))
    if provider not in PROVIDERS or line_type != "billinglineitems":
        rows = rows.none()
    page = listing.page(rows, seek, queries.AS_BOOKED)
    partner = actor_of(request).partner
    items: list[dict[str, Any]] = [
        wire.line_body(line, partner=partner, number=number) for line in page.items
    ]
    return Response(listing.body(items, seek, page))


def _nothing_by_offset(request: Request, listing: LineList, seek: Seek) -> dict[str, Any]:
    """The lines of licences and of usage, of which there are none: pages by number there."""
    offset = number_of(request.query_params.get("offset") or "0", "offset", least=0, most=10**6)
    return collection([], uri(listing.path, **seek.given, size=seek.size, offset=offset))


def number_of(text: str, field: str, *, least: int, most: int) -> int:
    if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
        return int(text[:9])
    raise Invalid(
        _("%(field)s must be a number from %(least)d to %(most)d.")
        % {"field": field, "least": least, "most": most},
        field=field,
    )


urlpatterns = [
    path("invoices/unbilled/lineitems", UnbilledLines.as_view()),
    path("invoices/<invoice_id>/lineitems", InvoiceLines.as_view()),
    path("invoices/<invoice_id>/lineitems/<provider>/<line_type>", InvoiceLinesByPath.as_view()),
]
