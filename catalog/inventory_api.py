"""Whether SKUs can be bought at present: ``POST /v1/extensions/product/checkinventory``."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from catalog import markets
from catalog.api import COUNTRY, Buyer
from catalog.models import Market, Sku
from catalog.pricelist import PriceList
from partnercenter.lib import clock
from partnercenter.lib.wire.body import Body, fold

MOST_ITEMS = 100
NOT_SOLD_THERE = "NotAvailableForMarket"


FindCustomer = Callable[..., Buyer]


class Target(NamedTuple):
    """A product, or one SKU of it; ids in capitals, as they are kept."""

    product_id: str
    sku_id: str

    def holds(self, sku: Sku) -> bool:
        """Whether the SKU is meant."""
        return self.product_id == sku.product_id and self.sku_id in {"", sku.sku_id}


class TargetBody(Body):
    product_id = serializers.CharField(max_length=40)
    sku_id = serializers.CharField(required=False, allow_blank=True, max_length=40)


class InventoryBody(Body):
    """``targetItems``, and what the SKUs' ``inventoryVariables`` ask for."""

    target_items: "serializers.ListSerializer[Any]" = serializers.ListSerializer(
        child=TargetBody(), max_length=MOST_ITEMS, allow_empty=False
    )
    inventory_context = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True, allow_null=True),
        required=False,
    )

    def targets(self) -> list[Target]:
        """The items in their order."""
        return [
            Target(item["product_id"].upper(), item.get("sku_id", "").upper())
            for item in self.validated_data["target_items"]
        ]

    def customer_id(self) -> str:
        """The customer of the context; "" where there is none."""
        context = self.validated_data.get("inventory_context", {})
        return next((v or "" for name, v in context.items() if fold(name) == "customerid"), "")


class CheckInventory(APIView):
    """Stock itself has no limit here; where a kind is not sold in a market, it is restricted."""

    capability = Capability.SEE_CATALOG
    find_customer: FindCustomer | None = None

    @extend_schema(
        operation_id="inventory_check",
        parameters=[COUNTRY],
        request=InventoryBody,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        """A bare list, one item for each SKU; what the market does not have is left out."""
        market = markets.known_code(request.query_params.get("country", ""))
        body = InventoryBody(data=request.data)
        body.is_valid(raise_exception=True)
        by = cast("Actor", request.user)
        countries = {market}
        if (customer_id := body.customer_id()) and self.find_customer:
            countries.add(self.find_customer(customer_id, by=by).country)
        at = clock.now(by.partner)
        targets = body.targets()
        skus = PriceList(market, at).skus_of({target.product_id for target in targets})
        closed = markets.refused_kinds(countries=countries, at=at)
        meant = [sku for sku in skus if any(target.holds(sku) for target in targets)]
        return Response([checked(sku, closed.get(sku.kind, ())) for sku in meant])


def checked(sku: Sku, closed: Sequence[Market]) -> Mapping[str, Any]:
    """One SKU with the markets that restrict it; values of properties are texts (clients.md)."""
    names = ", ".join(market.name for market in closed)
    restriction = {
        "reasonCode": NOT_SOLD_THERE,
        "description": _("Not sold in: %(markets)s.") % {"markets": names},
        "properties": {"type": "Market", "values": ",".join(market.code for market in closed)},
    }
    return {
        "productId": sku.product_id,
        "skuId": sku.sku_id,
        "isRestricted": bool(closed),
        "restrictions": [restriction] if closed else [],
    }


def urlpatterns(find_customer: FindCustomer) -> list[URLPattern]:
    """The check's address. ``find_customer`` finds the actor's customer, or answers 404."""
    view = CheckInventory.as_view(find_customer=find_customer)
    return [path("extensions/product/checkinventory", view)]
