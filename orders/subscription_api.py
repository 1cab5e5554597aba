"""Subscriptions over REST: list them, read and change one (contract 8)."""

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from orders import queries, services, subscriptions
from orders import subscription_wire as wire
from orders.api import ALL_AT_ONCE, CUSTOMER, Scoped
from orders.subscription_wire import SubscriptionBody
from orders.subscriptions import Subscription
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import etag
from partnercenter.lib.wire.collections import SeekList, collection
from partnercenter.lib.wire.links import uri
from partnercenter.lib.wire.once import answer_once


class Subscriptions(Scoped):
    """A customer's subscriptions: ``/v1/customers/{customer_id}/subscriptions``."""

    capability = Capability.SEE_ORDERS

    @extend_schema(
        operation_id="subscriptions_list",
        parameters=[
            OpenApiParameter("order_id", str, description="Only those of this order"),
            OpenApiParameter("mpn_id", str, description="Only those of this partner on record"),
            OpenApiParameter("size", int, description="1 to 500; 500 without it"),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Newest first; all of them up to 500, then page by page."""
        base = f"/customers/{self.customer.pk}/subscriptions"
        listing = SeekList(base, ALL_AT_ONCE, ("order_id", "mpn_id"))
        seek = listing.asked(request)
        order_id = seek.given.get("order_id", "")
        if order_id:
            queries.find_order(order_id, customer=self.customer, by=self.by)
            of_order = subscriptions.of_order(order_id, customer=self.customer, by=self.by)
            return Response(collection(self._bodies(of_order), uri(base, order_id=order_id)))
        mpn_id = seek.given.get("mpn_id")
        rows = subscriptions.subscriptions_of(self.customer, by=self.by, mpn_id=mpn_id)
        page = listing.page(rows, seek, subscriptions.NEWEST_FIRST)
        found = subscriptions.shown(page.items, customer=self.customer, by=self.by)
        return Response(listing.body(self._bodies(found), seek, page))

    def _bodies(self, found: list[Subscription]) -> list[wire.Body]:
        country = self.by.partner.country
        return [wire.subscription_body(each, country=country) for each in found]


class SubscriptionScoped(Scoped):
    """View of one subscription: ``self.subscription()``, else 404 (20003)."""

    capability = Capability.SEE_ORDERS

    def subscription(self) -> Subscription:
        """The subscription that the address names."""
        named = self.kwargs["subscription_id"]
        return subscriptions.find_subscription(named, customer=self.customer, by=self.by)

    def answer(self, subscription: Subscription) -> wire.Body:
        """It on the wire, for this reader."""
        return wire.subscription_body(subscription, country=self.by.partner.country)


class OneSubscription(SubscriptionScoped):
    """One of them: ``/v1/customers/{customer_id}/subscriptions/{subscription_id}``."""

    capabilities = {"GET": Capability.SEE_ORDERS, "PATCH": Capability.BUY}

    @property
    def enforced_in_service(self) -> bool:  # type: ignore[override]
        """Who may not change it is refused, and recorded, by the verb."""
        return self.request.method == "PATCH"

    @extend_schema(operation_id="subscriptions_get", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_names: str) -> Response:
        """The subscription with its state, quantity and version."""
        return etag.tagged(Response(self.answer(self.subscription())))

    @extend_schema(
        operation_id="subscriptions_update",
        request=SubscriptionBody,
        responses=OpenApiTypes.OBJECT,
    )
    def patch(self, request: Request, **_names: str) -> Response:
        """Change what differs: quantity, name, suspended or active; the rest is refused."""
        subscription = self.subscription()
        services.may_change(subscription, by=self.by)
        body = SubscriptionBody(data=request.data)
        body.is_valid(raise_exception=True)
        wanted, if_match = body.wanted(), etag.asked(request)

        def update() -> Answer:
            changed = services.update_subscription(
                subscription, wanted, by=self.by, if_match=if_match
            )
            return Answer(200, self.answer(changed))

        return etag.tagged(answer_once(request, update))


SUBSCRIPTION = f"{CUSTOMER}/subscriptions/<subscription_id>"
urlpatterns = [
    path(f"{CUSTOMER}/subscriptions", Subscriptions.as_view()),
    path(SUBSCRIPTION, OneSubscription.as_view()),
]
