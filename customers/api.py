"""Customers over REST, in the wire form of the real service (contract 2)."""

import secrets
import uuid
from typing import Any, cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from customers import services
from customers.models import BY_DOMAIN, BY_NAME, Customer, CustomerQuerySet
from customers.rules import Profile
from customers.scope import CustomerScoped
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import filters
from partnercenter.lib.wire.body import Body
from partnercenter.lib.wire.collections import SeekList
from partnercenter.lib.wire.links import self_link
from partnercenter.lib.wire.once import answer_once

LIST = SeekList("/customers")
LIST_COLUMNS = ("id", "company_name", "domain", "name_key")
CREDENTIAL_BYTES = 12


class AddressBody(Body):
    """``billingProfile.defaultAddress``; its contact stands for the whole profile."""

    country = serializers.CharField()
    city = serializers.CharField()
    address_line1 = serializers.CharField()
    address_line2 = serializers.CharField(required=False, allow_blank=True)
    state = serializers.CharField(required=False, allow_blank=True)
    region = serializers.CharField(required=False, allow_blank=True)
    postal_code = serializers.CharField(required=False, allow_blank=True)
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    phone_number = serializers.CharField(required=False, allow_blank=True)


class CompanyProfileBody(Body):
    domain = serializers.CharField()
    organization_registration_number = serializers.CharField(required=False, allow_blank=True)


class BillingProfileBody(Body):
    company_name = serializers.CharField()
    email = serializers.CharField()
    culture = serializers.CharField()
    language = serializers.CharField()
    default_address = AddressBody()


class CustomerBody(Body):
    company_profile = CompanyProfileBody()
    billing_profile = BillingProfileBody()

    def profile(self) -> Profile:
        """The profile that the verb takes."""
        company, billing = (
            self.validated_data["company_profile"],
            self.validated_data["billing_profile"],
        )
        address = dict(billing["default_address"])
        region = address.pop("region", "")
        return Profile(
            domain=company["domain"],
            organization_registration_number=company.get("organization_registration_number", ""),
            company_name=billing["company_name"],
            email=billing["email"],
            culture=billing["culture"],
            language=billing["language"],
            phone=address.pop("phone_number", ""),
            **{"state": region} | address,
        )


class Customers(APIView):
    """The partner's customers: ``/v1/customers``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"POST": Capability.ADD_CUSTOMER}

    @extend_schema(
        operation_id="customers_list",
        parameters=[
            OpenApiParameter("size", int, description="1 to 500; 100 without it"),
            OpenApiParameter("filter", str, description="CompanyName or Domain, starts_with"),
            OpenApiParameter("seekOperation", str, enum=["Next", "Previous", "First"]),
            OpenApiParameter("MS-ContinuationToken", str, OpenApiParameter.HEADER),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The partner's customers by company name, page by page."""
        seek = LIST.asked(request)
        rows, order = _filtered(
            Customer.objects.visible_to(cast("Actor", request.user)), seek.filter
        )
        page = LIST.page(rows.values(*LIST_COLUMNS), seek, order)
        return Response(LIST.body([_item(row) for row in page.items], seek, page))

    @extend_schema(
        operation_id="customers_create", request=CustomerBody, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """Add a customer; the same ``MS-RequestId`` again gives the same customer."""
        body = CustomerBody(data=request.data)
        body.is_valid(raise_exception=True)

        def add() -> Answer:
            customer = services.add_customer(body.profile(), by=cast("Actor", request.user))
            password = secrets.token_urlsafe(CREDENTIAL_BYTES)
            credentials = {"userName": "admin", "password": password}
            return Answer(201, customer_body(customer) | {"userCredentials": credentials})

        return answer_once(request, add)


class OneCustomer(CustomerScoped):
    """One of them: ``/v1/customers/{customer_id}``."""

    capability = Capability.SEE_CUSTOMERS

    @extend_schema(operation_id="customers_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """One customer with both profiles."""
        return Response(customer_body(self.customer) | {"allowDelegatedAccess": True})


def customer_body(customer: Customer) -> dict[str, Any]:
    """A customer as one resource: ``companyProfile``, ``billingProfile`` with its etag."""
    path = f"/customers/{customer.pk}"
    return {
        "id": customer.pk,
        "commerceId": uuid.uuid5(customer.pk, "commerce"),
        "companyProfile": _company_profile(customer, path),
        "billingProfile": _billing_profile(customer, path),
        "relationshipToPartner": "reseller",
        "customDomains": [customer.domain],
        "links": self_link(path),
        "attributes": {"objectType": "Customer"},
    }


def _company_profile(customer: Customer, path: str) -> dict[str, Any]:
    return {
        "tenantId": customer.pk,
        "domain": customer.domain,
        "companyName": customer.company_name,
        "address": {
            "country": customer.country,
            "region": customer.state or None,
            "city": customer.city,
            "addressLine1": customer.address_line1,
            "postalCode": customer.postal_code or None,
            "phoneNumber": customer.phone or None,
        },
        "email": customer.email,
        "organizationRegistrationNumber": customer.organization_registration_number or None,
        "links": self_link(f"{path}/profiles/company"),
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def _billing_profile(customer: Customer, path: str) -> dict[str, Any]:
    return {
        "id": customer.billing_profile_id,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "culture": customer.culture,
        "language": customer.language,
        "companyName": customer.company_name,
        "defaultAddress": {
            "country": customer.country,
            "city": customer.city,
            "state": customer.state or None,
            "addressLine1": customer.address_line1,
            "addressLine2": customer.address_line2 or None,
            "postalCode": customer.postal_code or None,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "phoneNumber": customer.phone,
        },
        "links": self_link(f"{path}/profiles/billing"),
        "attributes": {"objectType": "CustomerBillingProfile", "etag": str(customer.version)},
    }


def _item(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "companyProfile": {
            "tenantId": row["id"],
            "domain": row["domain"],
            "companyName": row["company_name"],
            "attributes": {"objectType": "CustomerCompanyProfile"},
        },
        "relationshipToPartner": "reseller",
        "links": self_link(f"/customers/{row['id']}"),
        "attributes": {"objectType": "Customer"},
    }


def _filtered(customers: CustomerQuerySet, text: str) -> tuple[CustomerQuerySet, tuple[str, ...]]:
    """The customers that the filter names, and the order in which they stand together."""
    wanted = filters.parse(text)
    if wanted is None:
        return customers, BY_NAME
    lists = {
        ("companyname", "startswith"): (customers.named, BY_NAME),
        ("domain", "startswith"): (customers.with_domain, BY_DOMAIN),
    }
    if (wanted.field, wanted.operator) not in lists:
        raise filters.unsupported(_("CompanyName and Domain with the operator starts_with"))
    starting_with, order = lists[wanted.field, wanted.operator]
    return starting_with(wanted.value), order


urlpatterns = [
    path("customers", Customers.as_view()),
    path("customers/<customer_id>", OneCustomer.as_view()),
]
