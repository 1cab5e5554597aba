"""What a customer cost in the month billed last: ``…/servicecosts/mostrecent`` (contract 9)."""

from datetime import timedelta
from typing import Any, cast

from django.db.models import QuerySet, Sum
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.rules import Capability
from billing import months, queries, wire
from billing.lines_api import MOST, LineList
from billing.models import BillingLine, Invoice
from billing.recon import PUBLISHER, term_and_cycle
from customers.scope import CustomerScoped
from partnercenter.lib.errors import NotFound
from partnercenter.lib.money import ZERO
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.links import link, self_link

Body = dict[str, Any]
PERIOD = "MostRecent"


class ServiceCosts(CustomerScoped):
    """Sums: ``/v1/customers/{customer_id}/servicecosts/mostrecent``."""

    capability = Capability.SEE_BILLING
    needs_user = ("GET",)

    @property
    def address(self) -> str:
        """Where the sums are, below ``/v1``."""
        return f"/customers/{self.customer.pk}/servicecosts/{PERIOD}"

    @extend_schema(operation_id="servicecosts_summary", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, billing_period: str, **_names: str) -> Response:
        """Before tax, tax and after tax, of the last invoice in the partner's own currency."""
        invoice = self.invoice(request, billing_period)
        sums = self.lines(invoice).aggregate(net=Sum("net"), tax=Sum("tax"), gross=Sum("gross"))
        summary: Body = {
            "billingStartDate": months.start(invoice.month),
            "billingEndDate": months.end(invoice.month) - timedelta(seconds=1),
            "pretaxTotal": sums["net"] or ZERO,
            "tax": sums["tax"] or ZERO,
            "afterTaxTotal": sums["gross"] or ZERO,
            "currencyCode": invoice.currency,
            "currencySymbol": wire.symbol(invoice.currency),
            "customerId": self.customer.pk,
            "attributes": {"objectType": "ServiceCostsSummary"},
        }
        detail = {"invoiceType": wire.KIND, "summary": summary | {"links": {}}}
        to_lines = {"serviceCostLineItems": link(f"{self.address}/lineitems")}
        links = to_lines | self_link(self.address)
        return Response(summary | {"details": [detail], "links": links})

    def invoice(self, request: Request, period: str) -> Invoice:
        """The partner's last invoice; only the most recent period is known (else NotFound)."""
        by = cast("Actor", request.user)
        rows = queries.invoices(by=by).filter(currency=by.partner.currency)
        found = rows.first() if fold(period) == fold(PERIOD) else None
        if found is None:
            raise NotFound(_("There are costs of the period mostrecent alone, once it is billed."))
        return found

    def lines(self, invoice: Invoice) -> QuerySet[BillingLine]:
        """The customer's lines on it."""
        return queries.lines_of(invoice).filter(customer=self.customer)


class ServiceCostLines(ServiceCosts):
    """Line by line: ``…/servicecosts/mostrecent/lineitems``."""

    @extend_schema(operation_id="servicecosts_lineitems", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, billing_period: str, **_names: str) -> Response:
        """Charges and credits as they were booked."""
        invoice = self.invoice(request, billing_period)
        listing = LineList(f"{self.address}/lineitems", MOST)
        seek = listing.asked(request)
        page = listing.page(self.lines(invoice), seek, queries.AS_BOOKED)
        items = [cost_body(line, invoice) for line in page.items]
        return Response(listing.body(items, seek, page))


def cost_body(line: BillingLine, invoice: Invoice) -> Body:
    """A charge or credit of one customer."""
    return {
        "startDate": line.period_start,
        "endDate": line.period_end or line.period_start,
        "subscriptionFriendlyName": line.title,
        "subscriptionId": line.subscription_id or "",
        "orderId": line.order_id,
        "offerId": f"{line.product_id}:{line.sku_id}:{line.availability_id}",
        "offerName": line.title,
        "resellerMPNId": line.reseller_mpn_id or "-1",
        "chargeType": line.charge_type,
        "quantity": line.quantity,
        "unitPrice": line.unit_price.normalize(),
        "pretaxTotal": line.net,
        "tax": line.tax,
        "afterTaxTotal": line.gross,
        "currencyCode": line.currency,
        "currencySymbol": wire.symbol(line.currency),
        "customerId": line.customer_id,
        "customerName": line.customer.company_name,
        "invoiceNumber": invoice.number,
        "invoiceType": wire.KIND,
        "productId": line.product_id,
        "productName": line.product_title or line.title,
        "skuId": line.sku_id,
        "skuName": line.title,
        "availabilityId": line.availability_id,
        "publisherId": "",
        "publisherName": line.publisher or PUBLISHER,
        "termAndBillingCycle": term_and_cycle(line),
        "discountDetails": "",
    }


COSTS = "customers/<customer_id>/servicecosts/<billing_period>"
urlpatterns = [
    path(COSTS, ServiceCosts.as_view()),
    path(f"{COSTS}/lineitems", ServiceCostLines.as_view()),
]
