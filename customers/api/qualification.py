"""Qualifications: ``…/qualification`` (a bare word) and ``…/qualifications`` (contract 19)."""

from typing import Any

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from customers import services
from customers.api.scoped import Scoped
from customers.rules import Segment
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import json
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.once import answer_once

NAMES = {
    Segment.COMMERCIAL: "None",
    Segment.EDUCATION: "Education",
    Segment.NONPROFIT: "Nonprofit",
    Segment.GOVERNMENT: "GovernmentCommunityCloud",
}
OBJECTS = {"type": "array", "items": {"type": "object"}}
# The enumeration's numbers are its places.
SEGMENTS = {name.lower(): segment for segment, name in NAMES.items()} | {
    str(number): segment for number, segment in enumerate(NAMES)
}


class Qualification(Scoped):
    """``/v1/customers/{customer_id}/qualification``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"PUT": Capability.EDIT_CUSTOMER}
    needs_user = ("PUT",)
    parser_classes = [json.AnyParser]

    @extend_schema(operation_id="qualification_get", responses=OpenApiTypes.STR)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """``"none"``, ``"education"``, ``"nonprofit"`` or ``"governmentcommunitycloud"``."""
        return Response(_word(self.customer.segment))

    @extend_schema(
        operation_id="qualification_update", request=OpenApiTypes.STR, responses=OpenApiTypes.STR
    )
    def put(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Set it by its name or number."""

        def qualify() -> Answer:
            changed = services.qualify_customer(self.customer, _asked(request.data), by=self.by)
            return Answer(200, _word(changed.segment))

        return answer_once(request, qualify)


class Qualifications(Scoped):
    """``/v1/customers/{customer_id}/qualifications``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"POST": Capability.EDIT_CUSTOMER}
    needs_user = ("POST",)
    parser_classes = [json.AnyParser]

    @extend_schema(operation_id="qualifications_list", responses={200: OBJECTS})
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """A bare list: the one qualification of the customer, or nothing."""
        customer = self.customer
        if customer.segment == Segment.COMMERCIAL:
            return Response([])
        found = {
            "qualification": NAMES[Segment(customer.segment)],
            "vettingStatus": "Approved",
            "vettingReason": "",
            "vettingCreatedDate": customer.qualified_at or customer.created_at,
        }
        return Response([found])

    @extend_schema(
        operation_id="qualifications_create",
        request=OpenApiTypes.OBJECT,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Ask for one. Nobody vets here: it counts at once, and the list shows it approved."""

        def qualify() -> Answer:
            changed = services.qualify_customer(self.customer, _asked(request.data), by=self.by)
            at = changed.qualified_at or changed.created_at
            return Answer(
                201,
                {
                    "qualification": NAMES[Segment(changed.segment)],
                    "vettingStatus": "InReview",
                    "vettingCreatedDate": at,
                    # The documented example spells it so.
                    "vettingCreateDate": at,
                },
            )

        return answer_once(request, qualify)


def _word(segment: str) -> str:
    return NAMES[Segment(segment)].lower()


def _asked(body: Any) -> str:
    """The segment that a body names; "" for what names none."""
    if isinstance(body, dict):
        folded = {fold(str(key)): value for key, value in body.items()}
        body = folded.get("qualification")
    return SEGMENTS.get(fold(str(body)), "")


urlpatterns = [
    path("customers/<customer_id>/qualification", Qualification.as_view()),
    path("customers/<customer_id>/qualifications", Qualifications.as_view()),
]
