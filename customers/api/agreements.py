"""Agreements over REST: what there is, who confirmed, and the text (contract 17)."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import public
from accounts.rules import Capability
from customers import agreements, services
from customers.agreements import Template
from customers.api.scoped import Scoped
from customers.models import CustomerAgreement
from customers.rules import countries
from customers.services.agreements import EXISTS, Confirmation
from partnercenter.lib.errors import DomainError, Gone, Invalid, NotFound
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import pages
from partnercenter.lib.wire.body import Body, Instant
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.once import answer_once

TYPE = OpenApiParameter("agreementType", str, enum=[agreements.CLOUD, agreements.CUSTOMER, "*"])
LINK_SECONDS = 300
SALT = "agreement"
LANGUAGE_LENGTH = 20
MOST = 500
NO_SUCH_VALUE = 900126


class ContactBody(Body):
    first_name = serializers.CharField(max_length=50)
    last_name = serializers.CharField(max_length=50)
    email = serializers.EmailField(max_length=254)
    phone_number = serializers.CharField(max_length=30, required=False, allow_blank=True)


class AgreementBody(Body):
    primary_contact = ContactBody()
    date_agreed = Instant()
    template_id = serializers.UUIDField()
    type = serializers.CharField(max_length=50)

    def confirmation(self) -> Confirmation:
        """What the verb takes."""
        given = self.validated_data
        contact = dict(given["primary_contact"])
        return Confirmation(
            template_id=given["template_id"],
            type=given["type"],
            agreed_at=given["date_agreed"],
            phone=contact.pop("phone_number", ""),
            **contact,
        )


class Metadata(APIView):
    """``GET /v1/agreements``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(
        operation_id="agreements_metadata", parameters=[TYPE], responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request) -> Response:
        """The agreements of a type; without one, the cloud agreement."""
        found = _of_type(request.query_params.get("agreementType") or agreements.CLOUD)
        items = [
            {
                "templateId": one.id,
                "agreementType": one.type,
                "agreementLink": one.link,
                "versionRank": 0,
            }
            for one in found
        ]
        return Response(collection(items, "/agreements"))


class Agreements(Scoped):
    """``/v1/customers/{customer_id}/agreements``."""

    capability = Capability.SEE_CUSTOMERS
    capabilities = {"POST": Capability.CONFIRM_AGREEMENT}
    needs_user = ("GET", "POST")

    @extend_schema(
        operation_id="agreements_of_customer", parameters=[TYPE], responses=OpenApiTypes.OBJECT
    )
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """What was confirmed for the customer, the latest first; of all types without one."""
        wanted = _of_type(request.query_params.get("agreementType") or "*")
        rows = CustomerAgreement.objects.filter(
            partner=self.by.partner,
            customer=self.customer,
            template_id__in=[one.id for one in wanted],
        )
        items = [_body(row) for row in rows.order_by("-agreed_at")[:MOST]]
        return Response(collection(items, f"/customers/{self.customer.pk}/agreements"))

    @extend_schema(
        operation_id="agreements_create",
        request=AgreementBody,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Confirm that the customer has agreed."""
        body = AgreementBody(data=request.data)
        body.is_valid(raise_exception=True)

        def confirm() -> Answer:
            made = services.confirm_agreement(self.customer, body.confirmation(), by=self.by)
            return Answer(201, _body(made) | {"userId": made.confirmed_by})

        try:
            return answer_once(request, confirm)
        except DomainError as refusal:
            if refusal.code != EXISTS:
                raise
            return Response(_exists(refusal), status=refusal.status)


class DirectSigned(Scoped):
    """``…/directSignedMicrosoftCustomerAgreementStatus``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(operation_id="agreements_direct_signed_status", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002
        """Whether the customer signed by itself: never here, the partner confirms."""
        return Response({"isSigned": False})


class Document(APIView):
    """``GET /v1/agreementtemplates/{template_id}/document``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(
        operation_id="agreements_document",
        parameters=[OpenApiParameter("language", str), OpenApiParameter("country", str)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, template_id: str) -> Response:
        """Addresses of the text, new each time and good for five minutes."""
        template = _template(template_id)
        language = request.query_params.get("language") or "en-US"
        country = request.query_params.get("country") or "US"
        if country not in countries() or len(language) > LANGUAGE_LENGTH:
            raise Invalid(
                _("country must be an ISO 3166-1 code in capitals, language one such as en-US."),
                field="country",
            )
        token = signing.dumps([template.type, language, country], salt=SALT)
        address = f"{settings.PUBLIC_URL}/v1/agreementtemplates/{template.id}/files/{quote(token)}"
        return Response(
            {
                "displayUri": address,
                "downloadUri": f"{address}?download=true",
                "language": language,
                "country": country,
            }
        )


@public
@require_safe
def document_file(request: HttpRequest, template_id: str, token: str) -> HttpResponse:
    """The text behind an address of ``Document``; this installation keeps none of its own."""
    try:
        name, language, country = signing.loads(token, salt=SALT, max_age=LINK_SECONDS)
    except signing.BadSignature:
        return pages.refuse(
            request, Gone(_("This address is not valid any more. Ask for a new one."))
        )
    link = _template(template_id).link
    text = f"{name}\n{language} {country}\n{link}\n"
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    if "download" in request.GET:
        response["Content-Disposition"] = f'attachment; filename="{name}.txt"'
    return response


def _template(template_id: str) -> Template:
    try:
        found = agreements.template(UUID(template_id))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("There is no such agreement. GET /v1/agreements lists them."))
    return found


def _of_type(name: str) -> tuple[Template, ...]:
    found = agreements.of_type(name)
    if found is None:
        raise Invalid(
            _("agreementType must be %(types)s or *.")
            % {"types": f"{agreements.CLOUD}, {agreements.CUSTOMER}"},
            code=NO_SUCH_VALUE,
            field="agreementType",
        )
    return found


def _body(row: CustomerAgreement) -> dict[str, Any]:
    template = agreements.template(row.template_id)
    return {
        "primaryContact": {
            "firstName": row.first_name,
            "lastName": row.last_name,
            "email": row.email,
            "phoneNumber": row.phone,
        },
        "templateId": row.template_id,
        "dateAgreed": row.agreed_at,
        "type": template.type if template else "",
        "agreementLink": template.link if template else "",
    }


def _exists(refusal: DomainError) -> dict[str, Any]:
    """The refusal in the newer form that this one operation is documented with."""
    return pages.body(refusal.description, refusal.code) | {
        "message": str(refusal.description),
        "errorName": "PartnerConfirmedAgreementAlreadyExists",
        "isRetryable": False,
        "parameters": {},
        "errorMessageExtended": f"InternalErrorCode={refusal.code}",
    }


OF_CUSTOMER = "customers/<customer_id>"
urlpatterns = [
    path("agreements", Metadata.as_view()),
    path("agreementtemplates/<template_id>/document", Document.as_view()),
    path("agreementtemplates/<template_id>/files/<token>", document_file),
    path(f"{OF_CUSTOMER}/agreements", Agreements.as_view()),
    path(f"{OF_CUSTOMER}/directSignedMicrosoftCustomerAgreementStatus", DirectSigned.as_view()),
]
