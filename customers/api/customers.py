"""The partner's customers: ``/v1/customers`` and what is below one of them."""

import secrets
from typing import cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.permissions import require_user
from accounts.rules import Capability
from customers import services, wire
from customers.api.scoped import Scoped
from customers.bodies import ChangedBillingProfileBody, CustomerBody, RelationshipBody
from customers.models import BY_DOMAIN, BY_NAME, Customer, CustomerQuerySet
from partnercenter.lib.errors import NotFound
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import etag, filters
from partnercenter.lib.wire.collections import MAX_SIZE, SeekList
from partnercenter.lib.wire.once import answer_once, is_answered

# Clients that know no pages take the first answer for the whole.
LIST = SeekList("/customers", MAX_SIZE)
LIST_COLUMNS = ("id", "company_name", "domain", "name_key")
CREDENTIAL_BYTES = 12
FILTERS = "CompanyName, Domain, IndirectReseller or IndirectCloudSolutionProvider, starts_with"


class Customers(APIView):
    """The partner's customers: ``/v1/customers``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"POST": Capability.ADD_CUSTOMER}

    @extend_schema(
        operation_id="customers_list",
        parameters=[
            OpenApiParameter("size", int, description="1 to 500; 500 without it"),
            OpenApiParameter("filter", str, description=FILTERS),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The partner's customers by company name, page by page."""
        seek, by = LIST.asked(request), cast("Actor", request.user)
        rows, order = _filtered(Customer.objects.visible_to(by), seek.filter, by)
        page = LIST.page(rows.values(*LIST_COLUMNS), seek, order)
        return Response(LIST.body([wire.item(row) for row in page.items], seek, page))

    @extend_schema(
        operation_id="customers_create", request=CustomerBody, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Add a customer; the same ``MS-RequestId`` again gives the same customer."""
        body, by = CustomerBody(data=request.data), cast("Actor", request.user)
        body.is_valid(raise_exception=True)
        if body.reseller:
            require_user(by)

        def add() -> Answer:
            customer = services.add_customer(body.profile(), by=by, reseller=body.reseller)
            password = secrets.token_urlsafe(CREDENTIAL_BYTES)
            credentials = {"userName": "admin", "password": password}
            return Answer(201, wire.customer_body(customer) | {"userCredentials": credentials})

        return answer_once(request, add)


class OneCustomer(Scoped):
    """One of them: ``/v1/customers/{customer_id}``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"DELETE": Capability.DELETE_CUSTOMER, "PATCH": Capability.END_RELATIONSHIP}
    needs_user = ("PATCH",)

    def check_permissions(self, request: Request) -> None:
        """A repeat of the request by which the customer left gets the first answer, no 404."""
        try:
            super().check_permissions(request)
        except NotFound:
            if not is_answered(request):
                raise

    @extend_schema(operation_id="customers_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """One customer with both profiles."""
        return Response(wire.customer_body(self.customer))

    @extend_schema(operation_id="customers_delete", responses={204: None})
    def delete(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Purge a customer; in a sandbox only, once its orders are cancelled."""

        def delete() -> Answer:
            services.delete_customer(self.customer, by=self.by)
            return Answer(204, None)

        return answer_once(request, delete)

    @extend_schema(
        operation_id="customers_remove_relationship",
        request=RelationshipBody,
        responses=OpenApiTypes.OBJECT,
    )
    def patch(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """End the reseller relationship; afterwards the customer is not found any more."""
        RelationshipBody(data=request.data).is_valid(raise_exception=True)

        def end() -> Answer:
            services.remove_relationship(self.customer, by=self.by)
            return Answer(200, wire.ended(self.customer))

        return answer_once(request, end)


class CompanyProfile(Scoped):
    """``/v1/customers/{customer_id}/profiles/company``: read only, as in the real service."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(operation_id="customers_company_profile_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Name, domain and address of the company."""
        return Response(wire.company_profile(self.customer))


class BillingProfile(Scoped):
    """``/v1/customers/{customer_id}/profiles/billing``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"PUT": Capability.EDIT_CUSTOMER}

    @extend_schema(operation_id="customers_billing_profile_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Contact and bill-to address, with the etag that a change names."""
        return etag.tagged(Response(wire.billing_profile(self.customer)))

    @extend_schema(
        operation_id="customers_billing_profile_update",
        request=ChangedBillingProfileBody,
        parameters=[OpenApiParameter("If-Match", str, OpenApiParameter.HEADER)],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Replace contact and address; the country stays."""
        body = ChangedBillingProfileBody(data=request.data)
        body.is_valid(raise_exception=True)

        def update() -> Answer:
            changed = services.update_customer(
                self.customer,
                body.profile(self.customer),
                by=self.by,
                if_match=etag.asked(request),
            )
            return Answer(200, wire.billing_profile(changed))

        return etag.tagged(answer_once(request, update))


def _filtered(
    customers: CustomerQuerySet, text: str, by: Actor
) -> tuple[CustomerQuerySet, tuple[str, ...]]:
    """The customers that the filter names, and the order in which they stand together."""
    wanted = filters.parse(text)
    if wanted is None:
        return customers, BY_NAME
    lists = {
        "companyname": (customers.named, BY_NAME),
        "domain": (customers.with_domain, BY_DOMAIN),
        "indirectreseller": (customers.of_reseller, BY_NAME),
        # A reseller's own list by provider: nobody here is the reseller of another.
        "indirectcloudsolutionprovider": (lambda _value: customers.none(), BY_NAME),
    }
    if wanted.field not in lists or wanted.operator != "startswith":
        raise filters.unsupported(
            _(
                "CompanyName, Domain, IndirectReseller and IndirectCloudSolutionProvider with the"
                " operator starts_with"
            )
        )
    if wanted.field.startswith("indirect"):
        require_user(by)
    starting_with, order = lists[wanted.field]
    return starting_with(wanted.value), order


urlpatterns = [
    path("customers", Customers.as_view()),
    path("customers/<customer_id>", OneCustomer.as_view()),
    path("customers/<customer_id>/profiles/company", CompanyProfile.as_view()),
    path("customers/<customer_id>/profiles/billing", BillingProfile.as_view()),
]
