"""What a reservation gives: ``/v1/customers/{C}/artifacts/…`` of an entitlement (contract 7)."""

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from orders.api import CUSTOMER, Scoped
from orders.models import OrderLine
from partnercenter.lib.errors import NotFound
from partnercenter.lib.wire.pages import NOT_FOUND
from partnercenter.lib.wire.routes import GUID
from software import queries
from software.models import Entitlement
from software.rules import EntitlementStatus

ARTIFACT = "groups/<order_id>/lineitems/<line_number>/resource/<entitlement_id>"


class Artifact(Scoped):
    """One reservation; its group is the order, its resource the entitlement."""

    capability = Capability.SEE_SOFTWARE
    needs_user = ("GET",)

    def reservation(self, order_id: str, line_number: str, entitlement_id: str) -> dict[str, Any]:
        """The reservation on the wire, else 404."""
        rows = queries.reservations_of(self.customer, by=self.by)
        known = GUID.fullmatch(entitlement_id)
        held = rows.filter(pk=UUID(entitlement_id)).first() if known else None
        if held is None or (held.order_id, str(held.line_number)) != (order_id, line_number):
            raise NotFound(NOT_FOUND)
        line = OrderLine.objects.get(
            partner=self.by.partner, order_id=held.order_id, number=held.line_number
        )
        return reservation_body(held, line.provisioning_context)


class ReservedInstance(Artifact):
    """``…/artifacts/reservedinstance/…``."""

    @extend_schema(operation_id="artifacts_reservedinstance_get", responses=OpenApiTypes.OBJECT)
    def get(
        self, _request: Request, order_id: str, line_number: str, entitlement_id: str, **_names: str
    ) -> Response:
        """Its reservations, under the names of both documentations."""
        found = [self.reservation(order_id, line_number, entitlement_id)]
        return Response(
            {"type": "reservedinstance", "reservations": found, "virtualMachineReservations": found}
        )


class VirtualMachineReservedInstance(Artifact):
    """``…/artifacts/virtualmachinereservedinstance/…``, the older form."""

    @extend_schema(
        operation_id="artifacts_virtualmachinereservedinstance_get", responses=OpenApiTypes.OBJECT
    )
    def get(
        self, _request: Request, order_id: str, line_number: str, entitlement_id: str, **_names: str
    ) -> Response:
        """Its reservations."""
        found = [self.reservation(order_id, line_number, entitlement_id)]
        return Response(
            {"type": "virtual_machine_reserved_instance", "virtualMachineReservations": found}
        )


def reservation_body(held: Entitlement, context: dict[str, str]) -> dict[str, Any]:
    """A reservation with the scope that its order asked for; shared unless it said single."""
    single = context.get("scope", "").lower() == "single"
    applied = context.get("subscriptionId", "")
    return {
        "reservationId": held.pk,
        "scopeType": "Single" if single else "Shared",
        "displayName": held.title,
        "appliedScopes": [applied] if single and applied else None,
        "quantity": held.quantity if held.status is EntitlementStatus.ACTIVE else 0,
        "expiryDateTime": held.term_end,
        "effectiveDateTime": held.purchased_at,
        "provisioningState": "Created",
    }


urlpatterns = [
    path(f"{CUSTOMER}/artifacts/reservedinstance/{ARTIFACT}", ReservedInstance.as_view()),
    path(
        f"{CUSTOMER}/artifacts/virtualmachinereservedinstance/{ARTIFACT}",
        VirtualMachineReservedInstance.as_view(),
    ),
]
