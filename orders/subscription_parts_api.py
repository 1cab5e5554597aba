"""What stands below a subscription over REST: registration, activation, support contact."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules import Capability
from orders import activation, queries, services
from orders import subscription_wire as wire
from orders.subscription_api import SUBSCRIPTION, SubscriptionScoped
from orders.subscription_wire import SupportContactBody
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.once import answer_once

# Lists that are empty for every product that is sold here: none is a usage plan of Azure, has
# add-ons, is a trial, or can be moved to another product.
ALWAYS_EMPTY = {
    "addons": "addons",
    "azureEntitlements": "azure_entitlements",
    "conversions": "conversions_list",
    "upgrades": "upgrades_list",
    "transitions": "transitions_list",
    "transitioneligibilities": "transition_eligibilities",
}


class Verb(SubscriptionScoped):
    """What changes it: who may not is refused, and recorded, by the verb."""

    capability = Capability.BUY
    enforced_in_service = True


class Nothing(SubscriptionScoped):
    """A list that is empty for every subscription that is sold here."""

    part = ""

    def get(self, _request: Request, **_names: str) -> Response:
        """The empty list."""
        return Response(collection([], f"{wire.address(self.subscription())}/{self.part}"))


class Provisioning(SubscriptionScoped):
    """How far it is: ``…/provisioningstatus``."""

    needs_user = ("GET",)

    @extend_schema(operation_id="subscriptions_provisioning_status", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_names: str) -> Response:
        """Pending until its key has come, then success."""
        return Response(wire.provisioning_body(self.subscription()))


class Registrations(Verb):
    """Register it for Azure reservations: ``…/registrations``."""

    @extend_schema(operation_id="subscriptions_register", request=None, responses={202: None})
    def post(self, request: Request, **_names: str) -> Response:
        """202 without a body; where to look for the outcome is in ``Location``."""
        subscription = self.subscription()

        def register() -> Answer:
            services.register_subscription(subscription, by=self.by)
            return Answer(202, None)

        response = answer_once(request, register)
        response["Location"] = f"{wire.address(subscription)}/registrationstatus"
        return response


class RegistrationStatus(SubscriptionScoped):
    """What became of it: ``…/registrationstatus``."""

    @extend_schema(operation_id="subscriptions_registration_status", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_names: str) -> Response:
        """Registered or not."""
        return Response(wire.registration_body(self.subscription()))


class ActivationLinks(SubscriptionScoped):
    """Where its buyer activates it: ``…/activationlinks``."""

    @extend_schema(operation_id="subscriptions_activation_links", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_names: str) -> Response:
        """A link that leads nowhere in a sandbox; none in production."""
        subscription = self.subscription()
        order = queries.find_order(subscription.row["order"], customer=self.customer, by=self.by)
        items = activation.links(order, by=self.by, numbers={subscription.row["number"]})
        return Response(collection(items, f"{wire.address(subscription)}/activationlinks"))


class Activation(Verb):
    """Activate it as its buyer would, in a sandbox: ``…/activate``."""

    @extend_schema(
        operation_id="subscriptions_activate", request=None, responses=OpenApiTypes.OBJECT
    )
    def post(self, request: Request, **_names: str) -> Response:
        """Once; in production it is refused (900127)."""
        subscription = self.subscription()

        def activate() -> Answer:
            found = services.activate_subscription(subscription, by=self.by)
            return Answer(200, wire.activation_body(found))

        return answer_once(request, activate)


class SupportContact(SubscriptionScoped):
    """Who supports it: ``…/supportcontact``."""

    needs_user = ("GET", "PUT")
    capabilities = {"GET": Capability.SEE_ORDERS, "PUT": Capability.BUY}

    @extend_schema(operation_id="subscriptions_support_contact_get", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request, **_names: str) -> Response:
        """The partner itself."""
        return Response(wire.support_contact_body(self.subscription(), self.by.partner))

    @extend_schema(
        operation_id="subscriptions_support_contact_update",
        request=SupportContactBody,
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request, **_names: str) -> Response:
        """Accepts the partner itself; a reseller it has no relationship with is 800016."""
        subscription, partner = self.subscription(), self.by.partner
        body = SupportContactBody(data=request.data)
        body.is_valid(raise_exception=True)
        named: dict[str, Any] = body.validated_data
        ours = {"support_tenant_id": str(partner.pk), "support_mpn_id": partner.mpn_id}
        if any(fold(value) != fold(ours[name]) for name, value in named.items() if value):
            raise Invalid(
                _("Only a reseller that has a relationship with you can be the support contact."),
                code=800016,
                field="supportTenantId",
            )
        return Response(wire.support_contact_body(subscription, partner))


def _empty_list(part: str, operation: str) -> type[Nothing]:
    needs = {"needs_user": ("GET",)} if part == "conversions" else {}
    view = type(f"{part.title()}", (Nothing,), {"part": part, **needs})
    schema = extend_schema(operation_id=f"subscriptions_{operation}", responses=OpenApiTypes.OBJECT)
    return extend_schema_view(get=schema)(view)


urlpatterns = [
    path(f"{SUBSCRIPTION}/provisioningstatus", Provisioning.as_view()),
    path(f"{SUBSCRIPTION}/registrations", Registrations.as_view()),
    path(f"{SUBSCRIPTION}/registrationstatus", RegistrationStatus.as_view()),
    path(f"{SUBSCRIPTION}/activationlinks", ActivationLinks.as_view()),
    path(f"{SUBSCRIPTION}/activate", Activation.as_view()),
    path(f"{SUBSCRIPTION}/supportcontact", SupportContact.as_view()),
    *[
        path(f"{SUBSCRIPTION}/{part}", _empty_list(part, operation).as_view())
        for part, operation in ALWAYS_EMPTY.items()
    ],
]
