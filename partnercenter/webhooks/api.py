"""``/webhooks/v1``: the registration, its events, and test events (contract 12)."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.permissions import public
from accounts.rules import Capability
from partnercenter.lib.errors import NotFound
from partnercenter.lib.events import EventName
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire.body import Body
from partnercenter.lib.wire.once import answer_once
from partnercenter.lib.wire.pages import NOT_FOUND
from partnercenter.webhooks import queries, services, signing, wire


class RegistrationBody(Body):
    """``WebhookUrl``, ``WebhookEvents``, ``SignatureTokenToMsSignatureHeader`` in any case."""

    webhook_url = serializers.CharField(max_length=2000)
    webhook_events = serializers.ListField(
        child=serializers.CharField(max_length=100), max_length=50
    )
    signature_token_to_ms_signature_header = serializers.BooleanField(default=False)

    def values(self) -> dict[str, Any]:
        """As ``services.register`` takes them."""
        data = self.validated_data
        return {
            "url": data["webhook_url"],
            "event_names": data["webhook_events"],
            "signs_in_own_header": data["signature_token_to_ms_signature_header"],
        }


class Webhooks(APIView):
    """Whoever manages applications manages the webhook too (portal.md B.1)."""

    capability = Capability.MANAGE_APPS

    @property
    def by(self) -> Actor:
        return cast("Actor", self.request.user)


class EventNames(Webhooks):
    """``GET registration/events``: a bare array of what may be asked for."""

    @extend_schema(operation_id="webhooks_events", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        return Response([name.value for name in EventName])


class OneRegistration(Webhooks):
    """The partner's registration."""

    @extend_schema(operation_id="webhooks_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        found = queries.find_registration(self.by.partner)
        return Response(wire.registration_body(found))

    @extend_schema(
        operation_id="webhooks_register", request=RegistrationBody, responses=OpenApiTypes.OBJECT
    )
    def post(self, request: Request) -> Response:
        """Register an address; 409 where there is one already."""
        values = _read(request)

        def act() -> Answer:
            return Answer(200, wire.registered_body(services.register(**values, by=self.by)))

        return answer_once(request, act)

    @extend_schema(
        operation_id="webhooks_update", request=RegistrationBody, responses=OpenApiTypes.OBJECT
    )
    def put(self, request: Request) -> Response:
        """Change address and events; sending that had ended begins again."""
        values = _read(request)

        def act() -> Answer:
            return Answer(200, wire.registered_body(services.update(**values, by=self.by)))

        return answer_once(request, act)

    @extend_schema(operation_id="webhooks_delete", responses={204: None})
    def delete(self, request: Request) -> Response:  # noqa: ARG002
        """End the registration. The original has no such call."""
        services.remove(by=self.by)
        return Response(status=204)


class TestEvents(Webhooks):
    """``POST registration/validationEvents``: send ``test-created``, twice a minute at most."""

    @extend_schema(
        operation_id="webhooks_validation_event_create",
        request=None,
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        def act() -> Answer:
            return Answer(200, {"correlationId": str(services.send_test(by=self.by).key)})

        return answer_once(request, act)


class TestEvent(Webhooks):
    """``GET registration/validationEvents/{id}``: how far it has come."""

    @extend_schema(operation_id="webhooks_validation_event_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, event_key: Any) -> Response:  # noqa: ARG002
        event = queries.find_test(self.by.partner, event_key)
        registration = queries.registration_of(self.by.partner)
        attempts = list(queries.attempts_of(event))
        url = registration.url if registration else ""
        return Response(wire.test_body(event, attempts, url=url))


@public
def certificate(request: HttpRequest, kid: str) -> HttpResponse:  # noqa: ARG001 - Django's hook
    """The certificate that receivers check signatures with; no secret is in it."""
    found = signing.certificate(kid)
    if found is None:
        raise NotFound(NOT_FOUND)
    return HttpResponse(found, content_type="application/pkix-cert")


def _read(request: Request) -> dict[str, Any]:
    body = RegistrationBody(data=request.data)
    body.is_valid(raise_exception=True)
    return body.values()


urlpatterns = [
    path("registration/events", EventNames.as_view()),
    path("registration", OneRegistration.as_view()),
    path("registration/validationEvents", TestEvents.as_view()),
    path("registration/validationEvents/<uuid:event_key>", TestEvent.as_view()),
    path("certificates/<str:kid>.cer", certificate),
]
