"""The catalogue over REST: by country, by customer, and the unavailable markets."""

from typing import Any, NamedTuple, Protocol, cast

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.models import Partner
from accounts.rules import Capability
from catalog import markets, wire
from catalog.pricelist import VIEWS, PriceList, View
from catalog.wire import Place
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.links import uri

SEGMENTS = {name: segment.value for segment, name in wire.SEGMENTS.items()}
UNREADABLE_CHOICE = 900126
QUERY = ("country", "targetView", "targetSegment", "reservationScope")
COUNTRY = OpenApiParameter("country", str, required=True, description="ISO2 code of the market")
TARGET_VIEW = OpenApiParameter("targetView", str, required=True, enum=list(VIEWS))
TARGET_SEGMENT = OpenApiParameter("targetSegment", str, enum=list(SEGMENTS))


class Lists(APIView):
    """What every view of a price list shares: which list, and where it is read."""

    capability = Capability.SEE_CATALOG

    def price_list(self, request: Request) -> tuple[PriceList, Place]:
        """The list of the market that ``country`` names."""
        country = markets.known_code(request.query_params.get("country", ""))
        at = clock.now(_partner(request))
        closed = markets.refused_kinds(countries=[country], at=at)
        found = PriceList(country, at, segment=_segment(request), closed_kinds=closed)
        return found, Place("/products", {"country": country})


class Products(Lists):
    """``GET /v1/products``: what a view of the market's list shows."""

    def get(self, request: Request, **_names: str) -> Response:
        """Products of the market with at least one SKU in the view."""
        view = _view(request)
        listed, place = self.price_list(request)
        items = [wire.product_body(*found, place) for found in listed.products(view)]
        return Response(collection(items, _own_uri(place.root, request)))


class OneProduct(Lists):
    def get(self, request: Request, product_id: str, **_names: str) -> Response:
        """One product; 400013 where this market does not have it."""
        listed, place = self.price_list(request)
        return Response(wire.product_body(*listed.product(product_id), place))


class Skus(Lists):
    def get(self, request: Request, product_id: str, **_names: str) -> Response:
        """The product's SKUs in this market."""
        listed, place = self.price_list(request)
        items = [wire.sku_body(sku, place) for sku in listed.skus(product_id)]
        address = f"{place.root}/{product_id.upper()}/skus"
        return Response(collection(items, _own_uri(address, request)))


class OneSku(Lists):
    def get(self, request: Request, product_id: str, sku_id: str, **_names: str) -> Response:
        """One SKU with its return rule and benefit."""
        listed, place = self.price_list(request)
        return Response(wire.sku_body(listed.sku(product_id, sku_id), place))


class Availabilities(Lists):
    def get(self, request: Request, product_id: str, sku_id: str, **_names: str) -> Response:
        """How the SKU is sold in this market: catalogue item ids, terms, prices."""
        listed, place = self.price_list(request)
        found = listed.availabilities(product_id, sku_id)
        items = [wire.availability_body(one, place) for one in found]
        parts = [place.root, product_id.upper(), "skus", sku_id.upper(), "availabilities"]
        return Response(collection(items, _own_uri("/".join(parts), request)))


class OneAvailability(Lists):
    def get(
        self, request: Request, product_id: str, sku_id: str, availability_id: str, **_names: str
    ) -> Response:
        """One availability; 400019 where this market does not have it."""
        listed, place = self.price_list(request)
        found = listed.availability(product_id, sku_id, availability_id)
        return Response(wire.availability_body(found, place))


class UnavailableMarkets(APIView):
    """``GET /v1/markets?reservations=unavailable`` (S9-S11)."""

    capability = Capability.SEE_CATALOG

    @extend_schema(
        operation_id="markets_unavailable",
        parameters=[
            OpenApiParameter("reservations", str, required=True, enum=["unavailable"]),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The markets in which reservations are not sold, with the date of the list."""
        if request.query_params.get("reservations", "").lower() != "unavailable":
            raise Invalid(_("Send reservations=unavailable."), field="reservations")
        at = clock.now(_partner(request))
        return Response(wire.unavailable_body(markets.unavailable_markets(at)))


class Buyer(Protocol):
    """What the catalogue needs to know of a customer."""

    pk: Any
    country: str


class ForCustomer:
    """The partner's own list, without what may not be sold in the customer's country (ruling 7)."""

    customer: Buyer

    def price_list(self, request: Request) -> tuple[PriceList, Place]:
        """The list that this customer's carts are priced by (ruling 8)."""
        partner = _partner(request)
        at = clock.now(partner)
        countries = {partner.country, self.customer.country}
        found = PriceList(
            partner.country,
            at,
            currency=partner.currency,
            segment=_segment(request),
            closed_kinds=markets.refused_kinds(countries=countries, at=at),
        )
        return found, Place(f"/customers/{self.customer.pk}/products", {})


class Route(NamedTuple):
    """One address of the catalogue, the same by country and by customer."""

    below: str
    view: type[Lists]
    operation: str
    parameters: tuple[OpenApiParameter, ...] = ()

    def described(
        self, prefix: str, *bases: type[Any], more: tuple[OpenApiParameter, ...] = ()
    ) -> type[APIView]:
        """A view of its own, with its place in the API's description."""
        view = type(f"{prefix.title().strip('_')}{self.view.__name__}", (*bases, self.view), {})
        schema = extend_schema(
            operation_id=prefix + self.operation,
            parameters=[*more, *self.parameters],
            responses=OpenApiTypes.OBJECT,
        )
        return extend_schema_view(get=schema)(view)


SKU = "/<product_id>/skus/<sku_id>"
ROUTES = (
    Route("", Products, "products_list", (TARGET_VIEW, TARGET_SEGMENT)),
    Route("/<product_id>", OneProduct, "products_get"),
    Route("/<product_id>/skus", Skus, "skus_list", (TARGET_SEGMENT,)),
    Route(SKU, OneSku, "skus_get"),
    Route(f"{SKU}/availabilities", Availabilities, "availabilities_list", (TARGET_SEGMENT,)),
    Route(f"{SKU}/availabilities/<availability_id>", OneAvailability, "availabilities_get"),
)


def customer_urlpatterns(scope: type[APIView]) -> list[URLPattern]:
    """The same routes below a customer. ``scope`` finds the customer, or answers 404."""
    return [
        path(
            f"customers/<customer_id>/products{route.below}",
            route.described("customer_", scope, ForCustomer).as_view(),
        )
        for route in ROUTES
    ]


def _partner(request: Request) -> Partner:
    return cast("Actor", request.user).partner


def _view(request: Request) -> View:
    asked = request.query_params.get("targetView", "")
    if not asked:
        raise Invalid(_("targetView is missing."), field="targetView")
    view = VIEWS.get(fold(asked))
    if view is None:
        raise Invalid(
            _("targetView %(view)s is not known.") % {"view": asked},
            code=UNREADABLE_CHOICE,
            field="targetView",
        )
    return view


def _segment(request: Request) -> str:
    """The sheet's word for ``targetSegment``; "" where none is asked for."""
    asked = request.query_params.get("targetSegment", "")
    if not asked:
        return ""
    segment = SEGMENTS.get(fold(asked))
    if segment is None:
        raise Invalid(
            _("targetSegment %(segment)s is not known.") % {"segment": asked},
            code=UNREADABLE_CHOICE,
            field="targetSegment",
        )
    return segment


def _own_uri(address: str, request: Request) -> str:
    """The address of the list with the query it was asked by."""
    return uri(address, **{name: request.query_params.get(name) for name in QUERY})


urlpatterns = [
    *[
        path(f"products{route.below}", route.described("", more=(COUNTRY,)).as_view())
        for route in ROUTES
    ],
    path("markets", UnavailableMarkets.as_view()),
]
