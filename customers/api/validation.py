"""Checks before a customer is made: addresses, domains, rules of countries (contract 3)."""

from typing import Any, cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from customers import countries, services
from customers.api.scoped import Scoped
from customers.bodies import optional
from customers.countries import CountryRules
from customers.rules import Problem
from partnercenter.lib.errors import Invalid, NotFound
from partnercenter.lib.wire import json
from partnercenter.lib.wire.body import Body

CLIENT = "MS-PartnerCenter-Client"
BAD_ADDRESS = 2007
ADDRESS_CODE = "60071"
REASONS = {"country": "CountryInvalid", "state": "StateInvalid", "postal_code": "ZipCityInvalid"}
ONMICROSOFT = "onmicrosoft.com"
OBJECTS = {"type": "array", "items": {"type": "object"}}


class PlainAddressBody(Body):
    address_line1 = serializers.CharField()
    address_line2 = optional()
    city = serializers.CharField()
    state = optional()
    region = optional()
    postal_code = optional()
    country = serializers.CharField()


class Address(APIView):
    """``POST /v1/validations/address``."""

    capability = Capability.ADD_CUSTOMER

    @extend_schema(
        operation_id="validations_address",
        request=PlainAddressBody,
        responses={200: None},
    )
    def post(self, request: Request) -> Response:
        """200 for an address that a customer can have, 400 with what is wrong with another."""
        body = PlainAddressBody(data=request.data)
        body.is_valid(raise_exception=True)
        address = {name: value.strip() for name, value in body.validated_data.items()}
        address["state"] = address.get("state") or address.get("region", "")
        for problem in countries.address_problems(address):
            raise _bad_address(problem, address)
        return Response(_verified(request.headers.get(CLIENT, ""), request.data))


class Domain(APIView):
    """``HEAD /v1/domains/{domain}``: 200 for one that is taken, 404 for one that is free."""

    capability = Capability.ADD_CUSTOMER

    @extend_schema(operation_id="domains_exists", responses={200: None, 404: None})
    def get(self, request: Request, domain: str) -> Response:
        """Whether one of your customers has this domain; no body when it is so."""
        if not services.is_domain_taken(domain, by=cast("Actor", request.user)):
            raise NotFound(_("No customer of yours has this domain; it is free."))
        return Response(None)


class DomainPrefix(APIView):
    """``GET /v1/validations/checkdomainavailability/{prefix}``."""

    capability = Capability.ADD_CUSTOMER

    @extend_schema(operation_id="validations_check_domain_prefix", responses=OpenApiTypes.BOOL)
    def get(self, request: Request, prefix: str) -> Response:
        """``true`` if the prefix is free below onmicrosoft.com."""
        domain = f"{prefix}.{ONMICROSOFT}"
        return Response(not services.is_domain_taken(domain, by=cast("Actor", request.user)))


class Country(APIView):
    """``GET /v1/countryvalidationrules/{country}``."""

    capability = Capability.ADD_CUSTOMER

    @extend_schema(operation_id="countryvalidationrules_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, country: str) -> Response:  # noqa: ARG002
        """What a customer's address and contact must be like in this country."""
        rules = countries.rules_of(country)
        if rules is None:
            raise NotFound(_("There is no such country. Send its ISO 3166-1 code of two letters."))
        return Response(_country_body(rules))


class ValidationCodes(APIView):
    """``GET /v1/customers/all/validations``: codes for government clouds, which nobody has here."""

    capability = Capability.SEE_CUSTOMERS

    @extend_schema(operation_id="validations_codes", responses={200: OBJECTS})
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """The partner's validation codes: none."""
        return Response([])


class CustomerValidationCodes(Scoped):
    """``GET /v1/customers/{customer_id}/validations``."""

    capability = Capability.SEE_CUSTOMERS

    @extend_schema(operation_id="validations_customer_codes", responses={200: OBJECTS})
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """The customer's validation codes: none."""
        return Response([])


class ValidationStatus(Scoped):
    """``GET /v1/customers/{customer_id}/validationStatus?type=Account``."""

    capability = Capability.SEE_CUSTOMERS

    @extend_schema(operation_id="validations_status", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Where the check of the customer's account stands: passed when it was added."""
        kind = request.query_params.get("type", "account")
        if kind.lower() != "account":
            raise Invalid(_("type must be Account."), field="type")
        return Response(
            {
                "type": "account",
                "status": "allowed",
                "lastUpdateDateTime": self.customer.created_at,
            }
        )


def _bad_address(problem: Problem, address: dict[str, str]) -> Invalid:
    """The documented refusal: its description is a JSON document for programs."""
    text = {
        "code": ADDRESS_CODE,
        "reason": f"{REASONS[problem.field]} - Details: {services.refusal(problem)}",
        "corrected_address": {
            "country": address["country"].upper(),
            "region": address["state"],
            "city": address["city"],
            "address_line1": address["address_line1"],
            "postal_code": address.get("postal_code", ""),
        },
        "object_type": "AddressValidation",
        "resource_status": "Active",
    }
    return Invalid(json.dumps(text).decode(), code=BAD_ADDRESS)


def _verified(client: str, address: Any) -> Any:
    """What the client can read: Java wants ``true``, .NET an object, the docs have no body."""
    if "Java" in client:
        return True
    if ".NET" in client:
        return {"originalAddress": address, "suggestedAddresses": [], "status": "Verified"}
    return None


def _country_body(rules: CountryRules) -> dict[str, Any]:
    lists = {
        "states": rules.states,
        "supportedLanguages": rules.languages,
        "supportedCultures": rules.cultures,
        "countryCallingCodes": rules.calling_codes,
    }
    return {
        "iso2Code": rules.code,
        "defaultCulture": rules.cultures[0],
        "isStateRequired": bool(rules.states),
        "isPostalCodeRequired": bool(rules.postal_code),
        "postalCodeRegex": rules.postal_code,
        "isCityRequired": True,
        "isVatIdSupported": False,
        "taxIdFormat": f"{rules.code}######",
        "taxIdSample": f"{rules.code}999965",
        "phoneNumberRegex": rules.phone,
        "isTaxIdSupported": True,
        "isTaxIdOptional": True,
        "isRegistrationNumberSupported": bool(rules.registration_number),
        "resellerAgreementRegion": rules.agreement_region,
        "geographicRegion": rules.region,
        # The SDKs read the flat lists, the documentation prints the wrapped ones.
        **{f"{name}List": values for name, values in _sdk_names(lists).items()},
        **{name: {"value": values} for name, values in lists.items()},
        "attributes": {"objectType": "CountryInformation"},
    }


def _sdk_names(lists: dict[str, Any]) -> dict[str, Any]:
    return {"supportedStates" if name == "states" else name: lists[name] for name in lists}


urlpatterns = [
    path("validations/address", Address.as_view()),
    path("validations/checkdomainavailability/<prefix>", DomainPrefix.as_view()),
    path("domains/<domain>", Domain.as_view()),
    path("countryvalidationrules/<country>", Country.as_view()),
    path("customers/all/validations", ValidationCodes.as_view()),
    path("customers/<customer_id>/validations", CustomerValidationCodes.as_view()),
    path("customers/<customer_id>/validationStatus", ValidationStatus.as_view()),
]
