"""One order over REST: read it, cancel it, ask whether that can be done (contract 6, S42-S64)."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from orders import activation, cancel_wire, cancellation, queries, sent_order, services, wire
from orders.api import ALL_AT_ONCE, CUSTOMER, PRICE, Scoped, asks_for_prices, order_body
from orders.bodies import OrderPatchBody
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import etag
from partnercenter.lib.wire.collections import SeekList, collection
from partnercenter.lib.wire.once import answer_once
from software import queries as software

LINE_NUMBER = OpenApiParameter("lineItemNumber", int, description="Only this line of the order")


class OneOrder(Scoped):
    """One order: ``/v1/customers/{customer_id}/orders/{order_id}``."""

    capabilities = {"GET": Capability.SEE_ORDERS, "PATCH": Capability.CANCEL_SOFTWARE}

    @property
    def enforced_in_service(self) -> bool:  # type: ignore[override]
        """Who may not cancel is refused, and recorded, by the verb."""
        return self.request.method == "PATCH"

    @extend_schema(operation_id="orders_get", parameters=[PRICE], responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str, order_id: str) -> Response:  # noqa: ARG002
        """One order with its lines and status."""
        row = queries.find_order(order_id, customer=self.customer, by=self.by)
        return etag.tagged(Response(self._body(row, request)))

    @extend_schema(
        operation_id="orders_cancel", request=OrderPatchBody, responses=OpenApiTypes.OBJECT
    )
    def patch(self, request: Request, customer_id: str, order_id: str) -> Response:
        """Cancel the order, or the lines that the body names; a repeat gives the same answer.

        Add-ons and another billing cycle, which this address also takes, no product here has.
        """
        order = cancellation.order_or_404(order_id, customer=self.customer, by=self.by)
        services.may_cancel(order, by=self.by)
        body = OrderPatchBody(data=request.data)
        body.is_valid(raise_exception=True)
        numbers = body.numbers()
        if_match = etag.asked(request)
        if not body.cancels:
            sent_order.refuse_other_changes(order, body.validated_data)
            return self.get(request, customer_id, order_id)
        sent_order.refuse_other_order(order, body.validated_data)

        def cancel() -> Answer:
            services.cancel_order(order, by=self.by, lines=numbers, if_match=if_match)
            row = queries.find_order(order.pk, customer=self.customer, by=self.by)
            found = self._body(row, request)
            if numbers is None and self.by.partner.is_sandbox:
                return Answer(200, cancel_wire.as_cancelled_in_sandbox(found, row))
            return Answer(200, cancel_wire.as_cancelled(found, country=self.by.partner.country))

        return etag.tagged(answer_once(request, cancel))

    def _body(self, row: queries.Row, request: Request) -> dict[str, Any]:
        return wire.tagged(order_body(row, self.by, prices=asks_for_prices(request)), row)


class CancellationEligibility(Scoped):
    """Whether and until when: ``…/orders/{order_id}/cancellationeligibility`` (S57, S61-S64)."""

    capability = Capability.CANCEL_SOFTWARE

    @extend_schema(
        operation_id="orders_cancellation_eligibility",
        parameters=[LINE_NUMBER],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str, order_id: str) -> Response:  # noqa: ARG002
        """State of the order, or of one of its lines, with the credit to the cent."""
        order = cancellation.order_or_404(order_id, customer=self.customer, by=self.by)
        numbers = _line_numbers(request.query_params.get("lineItemNumber", ""))
        found = cancellation.eligibility(order, by=self.by, numbers=numbers)
        return Response(cancel_wire.eligibility_body(found))


class ActivationLinks(Scoped):
    """``…/orders/{order_id}/activationlinks``, all or ``…/lineitems/{number}/activationlinks``."""

    capability = Capability.SEE_ORDERS

    def get(
        self, _request: Request, order_id: str, line_number: str = "", **_names: str
    ) -> Response:
        """Links of the lines that are fulfilled; 800071 for a line that is not there."""
        row = queries.find_order(order_id, customer=self.customer, by=self.by)
        numbers = _line_numbers(line_number)
        if numbers and numbers.isdisjoint(line["number"] for line in row["lines"]):
            raise Invalid(
                _("This order has the line item numbers 0 to %(last)s.")
                % {"last": len(row["lines"]) - 1},
                code=cancellation.BAD_LINE,
                field="lineItemNumber",
            )
        line = f"/lineitems/{line_number}" if line_number else ""
        address = f"/customers/{self.customer.pk}/orders/{row['id']}{line}/activationlinks"
        items = activation.links(row, by=self.by, numbers=numbers)
        return Response(collection(items, address))


def _described(operation: str) -> type[ActivationLinks]:
    view = type(f"ActivationLinks{operation.title()}", (ActivationLinks,), {})
    schema = extend_schema(operation_id=f"orders_{operation}", responses=OpenApiTypes.OBJECT)
    return extend_schema_view(get=schema)(view)


class SoftwareOrders(Scoped):
    """``GET …/software/{E}/orders``: the Order number list of the Cancel dialog (S58)."""

    capability = Capability.CANCEL_SOFTWARE

    @extend_schema(operation_id="software_orders", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, entitlement_id: str, **_kwargs: Any) -> Response:
        """Every order of the customer that holds this product, newest first."""
        line = software.find_line(self.customer, entitlement_id, by=self.by)
        address = f"/customers/{self.customer.pk}/software/{line.pk}/orders"
        listing = SeekList(address, ALL_AT_ONCE)
        seek = listing.asked(request)
        page = listing.page(cancellation.orders_with(line, by=self.by), seek, software.NEWEST_FIRST)
        items = cancel_wire.software_orders(page.items)
        return Response(listing.body(items, seek, page))


def _line_numbers(text: str) -> set[int] | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004 - an int
        raise Invalid(_("lineItemNumber must be a number."), field="lineItemNumber")
    return {int(text)}


ORDER = f"{CUSTOMER}/orders/<order_id>"
urlpatterns = [
    path(ORDER, OneOrder.as_view()),
    path(f"{ORDER}/cancellationeligibility", CancellationEligibility.as_view()),
    path(f"{ORDER}/activationlinks", _described("activation_links").as_view()),
    path(
        f"{ORDER}/lineitems/<line_number>/activationlinks",
        _described("line_activation_links").as_view(),
    ),
    path(f"{CUSTOMER}/software/<entitlement_id>/orders", SoftwareOrders.as_view()),
]
