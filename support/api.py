"""Support requests over REST, in the wire form of the real service (contract 11).

Files are added in the portal: the real service has no endpoint for them.
"""

from typing import cast

from django.urls import path, register_converter
from django.urls.converters import StringConverter
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from customers.scope import CustomerScoped
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import filters
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.links import link, uri
from partnercenter.lib.wire.once import answer_once
from support import queries, services, wire
from support.bodies import ChangeBody, RequestBody
from support.models import NEWEST_FIRST, RequestQuerySet, ServiceRequest
from support.rules import Status, Topic

DEFAULT_SIZE, MAX_SIZE, MAX_OFFSET = 100, 1000, 10_000
STATUS_NAMES = {fold(status): status for status in Status}


PAGE = [
    OpenApiParameter("size", int, description="1 to 1000; 100 without it"),
    OpenApiParameter("offset", int, description="how many to pass over"),
    OpenApiParameter("filter", str, description="Field Status, Operator equals"),
    OpenApiParameter("status", str, enum=["open", "closed", "attention_needed"]),
]
CUSTOMER = OpenApiParameter("customer_id", str, OpenApiParameter.PATH)


class View(APIView):
    capability = Capability.USE_SUPPORT

    @property
    def by(self) -> Actor:
        """The token's holder."""
        return cast("Actor", self.request.user)


class SupportTopics(View):
    """Types of problem: ``/v1/servicerequests/supporttopics``."""

    @extend_schema(operation_id="servicerequests_support_topics", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All of them, in the reader's language."""
        items = [wire.topic_body(topic) for topic in Topic]
        return Response(collection(items, f"{wire.PATH}/supporttopics"))


class ServiceRequests(View):
    """The caller's requests: ``/v1/servicerequests``."""

    @extend_schema(
        operation_id="servicerequests_list", parameters=PAGE, responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        """Last changed first; a Global admin sees those of all users."""
        rows = ServiceRequest.objects.visible_to(self.by)
        return _listed(request, rows, wire.PATH)


class OfCustomer(CustomerScoped, View):
    """Under a customer; the requests are the caller's own, as elsewhere."""

    @property
    def rows(self) -> RequestQuerySet:
        """Those that name the customer, or an order of his."""
        return ServiceRequest.objects.visible_to(self.by).filter(customer=self.customer)


class CustomerServiceRequests(OfCustomer):
    """About one customer: ``/v1/customers/{customer_id}/servicerequests``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(
        operation_id="customer_servicerequests_list",
        parameters=[CUSTOMER, *PAGE],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Last changed first; a Global admin sees those of all users."""
        return _listed(request, self.rows, f"/customers/{self.customer.pk}{wire.PATH}")


class CustomerServiceRequest(OfCustomer):
    """One of them: ``/v1/customers/{customer_id}/servicerequests/{request_id}``."""

    @extend_schema(
        operation_id="customer_servicerequests_get",
        parameters=[CUSTOMER],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, customer_id: str, request_id: str) -> Response:  # noqa: ARG002
        """The request with its notes and the list of its files."""
        return Response(_whole(queries.find_request(request_id, by=self.by, among=self.rows)))

    @extend_schema(
        operation_id="customer_servicerequests_update",
        parameters=[CUSTOMER],
        request=ChangeBody,
        responses=OpenApiTypes.OBJECT,
    )
    def patch(self, request: Request, customer_id: str, request_id: str) -> Response:  # noqa: ARG002
        """As without the customer."""
        found = queries.find_request(request_id, by=self.by, among=self.rows)
        return _changed(request, found, by=self.by)


class AgentLocale(StringConverter):
    """What the address of a new request ends in, such as ``en-US``."""

    regex = "[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}"


class NewServiceRequest(View):
    """A new one: ``/v1/servicerequests/{agent_locale}``."""

    @extend_schema(
        operation_id="servicerequests_create",
        parameters=[OpenApiParameter("agent_locale", str, OpenApiParameter.PATH)],
        request=RequestBody,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, agent_locale: str) -> Response:  # noqa: ARG002
        """Submit a request (S74-S81)."""
        body = RequestBody(data=request.data)
        body.is_valid(raise_exception=True)

        def create() -> Answer:
            made = services.submit(body.content(self.by), by=self.by)
            return Answer(201, _whole(made))

        return answer_once(request, create)


class OneServiceRequest(View):
    """One of them: ``/v1/servicerequests/{request_id}``."""

    needs_user = ("GET", "PATCH")

    @extend_schema(operation_id="servicerequests_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, request_id: str) -> Response:  # noqa: ARG002
        """The request with its notes and the list of its files."""
        return Response(_whole(queries.find_request(request_id, by=self.by)))

    @extend_schema(
        operation_id="servicerequests_update", request=ChangeBody, responses=OpenApiTypes.OBJECT
    )
    def patch(self, request: Request, request_id: str) -> Response:
        """Change what is sent: title, description, severity, status; ``newNote`` adds a note."""
        return _changed(request, queries.find_request(request_id, by=self.by), by=self.by)


def _listed(request: Request, rows: RequestQuerySet, path: str) -> Response:
    """A page of the submitted ones among the rows, by ``size`` and ``offset``."""
    size = _number(request, "size", MAX_SIZE) or DEFAULT_SIZE
    offset = _number(request, "offset", MAX_OFFSET)
    rows, status = rows.submitted().select_related("partner"), _status(request)
    if status:
        rows = rows.filter(status=status)
    found = list(rows.order_by(*NEWEST_FIRST)[offset : offset + size + 1])
    asked = {"size": size, "status": status or None}
    beyond = uri(path, **asked, offset=offset + size)
    before = uri(path, **asked, offset=max(0, offset - size))
    body = collection(
        [wire.request_body(row) for row in found[:size]],
        uri(path, **asked, offset=offset or None),
        next_link=link(beyond) if len(found) > size else None,
        previous_link=link(before) if offset else None,
    )
    return Response(body)


def _changed(request: Request, found: ServiceRequest, *, by: Actor) -> Response:
    body = ChangeBody(data=request.data)
    body.is_valid(raise_exception=True)

    def change() -> Answer:
        return Answer(200, _whole(services.change(found, body.changes(), by=by)))

    return answer_once(request, change)


def _whole(request: ServiceRequest) -> wire.Body:
    return wire.request_body(request, queries.thread(request), queries.files_of(request))


def _number(request: Request, name: str, most: int) -> int:
    text = request.query_params.get(name, "")
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and int(text[:9]) <= most):
        raise Invalid(
            _("%(name)s must be a number from 0 to %(most)d.") % {"name": name, "most": most},
            field=name,
        )
    return int(text)


def _status(request: Request) -> str:
    """The status asked for by ``filter`` or ``status``; "" for all."""
    asked = filters.parse(request.query_params.get("filter", ""))
    if asked and (asked.field, asked.operator) != ("status", "equals"):
        raise filters.unsupported("Status equals")
    text = asked.value if asked else request.query_params.get("status", "")
    if not text:
        return ""
    if fold(text) not in STATUS_NAMES:
        raise Invalid(_("The status must be open, closed or attention_needed."), field="status")
    return STATUS_NAMES[fold(text)]


register_converter(AgentLocale, "agent_locale")
urlpatterns = [
    path("servicerequests/supporttopics", SupportTopics.as_view()),
    path("servicerequests", ServiceRequests.as_view()),
    path("servicerequests/<agent_locale:agent_locale>", NewServiceRequest.as_view()),
    path("servicerequests/<request_id>", OneServiceRequest.as_view()),
    path("customers/<customer_id>/servicerequests", CustomerServiceRequests.as_view()),
    path("customers/<customer_id>/servicerequests/<request_id>", CustomerServiceRequest.as_view()),
]
