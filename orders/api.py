"""Carts and orders over REST, in the wire form of the real service (contract 5 and 6)."""

from typing import cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.rules import Capability
from customers.scope import CustomerScoped
from orders import listed, queries, sent_order, services, wire
from orders.bodies import CartBody, OrderBody
from orders.models import Cart
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import etag, json
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import SeekList, collection
from partnercenter.lib.wire.once import answer_once

ALL_AT_ONCE = 500  # orders in one answer; the real service knows no pages here
BILLING_TYPES = {"monthly": "monthly", "annual": "annual", "onetime": "one_time", "none": "none"}
PRICE = OpenApiParameter("include_price", bool, description="With prices, net, tax and gross")


class Scoped(CustomerScoped):
    """A view under a customer that knows who acts."""

    @property
    def by(self) -> Actor:
        """The token's holder; ``CustomerScoped`` lets nobody else in."""
        return cast("Actor", self.request.user)


class Carts(Scoped):
    """New carts: ``/v1/customers/{customer_id}/carts``."""

    capability = Capability.BUY

    @extend_schema(
        operation_id="carts_create", request=CartBody, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """Make a cart; lines whose id leads to nothing are kept and carry ``error``."""
        body = CartBody(data=request.data)
        body.is_valid(raise_exception=True)

        def create() -> Answer:
            cart = services.create_cart(self.customer, body.items(), by=self.by)
            return Answer(201, _cart(cart, self.by))

        return answer_once(request, create)


class OneCart(Scoped):
    """One of them: ``/v1/customers/{customer_id}/carts/{cart_id}``."""

    capability = Capability.BUY

    @extend_schema(operation_id="carts_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str, cart_id: str) -> Response:  # noqa: ARG002
        """The cart with prices and refusals of this instant."""
        cart = queries.find_cart(cart_id, customer=self.customer, by=self.by)
        return etag.tagged(Response(_cart(cart, self.by)))

    @extend_schema(
        operation_id="carts_update", request=CartBody, responses={201: OpenApiTypes.OBJECT}
    )
    def put(self, request: Request, customer_id: str, cart_id: str) -> Response:  # noqa: ARG002
        """Replace the cart's lines."""
        cart = queries.find_cart(cart_id, customer=self.customer, by=self.by)
        body = CartBody(data=request.data)
        body.is_valid(raise_exception=True)

        if_match = etag.asked(request)

        def replace() -> Answer:
            changed = services.replace_lines(cart, body.items(), by=self.by, if_match=if_match)
            return Answer(201, _cart(changed, self.by))

        return etag.tagged(answer_once(request, replace))


class CheckoutCart(Scoped):
    """Buy a cart: ``/v1/customers/{customer_id}/carts/{cart_id}/checkout``."""

    capability = Capability.BUY
    enforced_in_service = True

    @extend_schema(
        operation_id="carts_checkout", request=None, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, customer_id: str, cart_id: str) -> Response:  # noqa: ARG002
        """Turn the cart into orders, once; the body is not read."""
        services.may_order(self.customer, by=self.by)
        cart = queries.find_cart(cart_id, customer=self.customer, by=self.by)

        def checkout() -> Answer:
            outcome = services.checkout(cart, by=self.by)
            orders = [_placed(placed, self.by, request) for placed in outcome.orders]
            return Answer(201, wire.checkout_body(outcome, orders))

        return answer_once(request, checkout)


class Orders(Scoped):
    """The customer's orders: ``/v1/customers/{customer_id}/orders``."""

    capabilities = {"GET": Capability.SEE_ORDERS, "POST": Capability.BUY}

    @property
    def enforced_in_service(self) -> bool:  # type: ignore[override]
        """Who may not order is refused, and recorded, by the verb."""
        return self.request.method == "POST"

    @extend_schema(
        operation_id="orders_list",
        parameters=[
            PRICE,
            OpenApiParameter("billingType", str, enum=["monthly", "annual", "none", "onetime"]),
            OpenApiParameter("size", int, description="1 to 500; 500 without it"),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str) -> Response:
        """Newest first; all of them up to 500, then page by page."""
        address = f"/customers/{self.customer.pk}/orders"
        orders = SeekList(address, ALL_AT_ONCE, ("billingType", "include_price"))
        seek = orders.asked(request)
        cycle = _billing_cycle(seek.given.get("billingType", ""))
        priced = _wants_prices(seek.given.get("include_price", ""))
        rows = (queries if priced else listed).orders_of(self.customer, by=self.by, cycle=cycle)
        page = orders.page(rows, seek, queries.NEWEST_FIRST)
        if priced:
            found = queries.with_lines(page.items, by=self.by)
            items = [order_body(row, self.by, prices=True) for row in found]
        else:
            customer_id = str(self.customer.pk)
            items = [wire.listed_body(row, customer_id=customer_id) for row in page.items]
        body = orders.body(items, seek, page)
        return Response(body | {"items": json.whole(body["items"])})

    @extend_schema(
        operation_id="orders_create", request=OrderBody, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Buy without a cart: all lines become one order."""
        services.may_order(self.customer, by=self.by)
        items = OrderBody.items(request.data)
        sent_order.refuse_own_mpn(items, by=self.by)

        def place() -> Answer:
            placed = services.place_order(self.customer, items, by=self.by)
            return Answer(201, _placed(placed, self.by, request))

        return answer_once(request, place)


class ProvisioningStatus(Scoped):
    """How far it is: ``/v1/customers/{customer_id}/orders/{order_id}/provisioningstatus``."""

    capability = Capability.SEE_ORDERS

    @extend_schema(operation_id="orders_provisioning_status", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str, order_id: str) -> Response:  # noqa: ARG002
        """One item for each line."""
        row = queries.find_order(order_id, customer=self.customer, by=self.by)
        items = [wire.provisioning_body(line) for line in row["lines"]]
        address = f"/customers/{self.customer.pk}/orders/{row['id']}/provisioningstatus"
        return Response(collection(items, address))


def _cart(cart: Cart, by: Actor) -> wire.Body:
    return wire.cart_body(cart, queries.reviewed(cart, by=by))


def _placed(placed: services.Placed, by: Actor, request: Request) -> wire.Body:
    row = queries.as_row(placed.order, placed.lines, placed.waiting)
    return wire.on_record(order_body(row, by, prices=asks_for_prices(request)), placed.lines)


def order_body(row: queries.Row, by: Actor, *, prices: bool) -> wire.Body:
    """An order on the wire, for this reader."""
    return wire.order_body(row, country=by.partner.country, include_price=prices)


def asks_for_prices(request: Request) -> bool:
    """Whether the query says ``include_price=true``."""
    return _wants_prices(request.query_params.get("include_price", ""))


def _wants_prices(text: str) -> bool:
    return fold(text) == "true"


def _billing_cycle(text: str) -> str | None:
    """The billing cycle that ``billingType`` asks for; None where all are wanted."""
    asked = fold(text)
    if asked in {"", "unknown"}:
        return None
    if asked not in BILLING_TYPES:
        raise Invalid(
            _("billingType must be monthly, annual, none or onetime."),
            code=900126,
            field="billingType",
        )
    return BILLING_TYPES[asked]


CUSTOMER = "customers/<customer_id>"
urlpatterns = [
    path(f"{CUSTOMER}/carts", Carts.as_view()),
    path(f"{CUSTOMER}/carts/<cart_id>", OneCart.as_view()),
    path(f"{CUSTOMER}/carts/<cart_id>/checkout", CheckoutCart.as_view()),
    path(f"{CUSTOMER}/orders", Orders.as_view()),
    path(f"{CUSTOMER}/orders/<order_id>/provisioningstatus", ProvisioningStatus.as_view()),
]
