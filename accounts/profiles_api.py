"""The partner's own profiles over REST: ``/v1/profiles/…`` (contract 13)."""

from typing import Any, ClassVar, cast

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.actors import Actor
from accounts.models import Partner
from accounts.profile_bodies import BODIES
from accounts.rules import Capability, ProfileKind
from accounts.services.profiles import Profile
from partnercenter.lib.errors import Invalid
from partnercenter.lib.idempotency import Answer
from partnercenter.lib.wire import etag
from partnercenter.lib.wire.body import fold, wire_name
from partnercenter.lib.wire.links import self_link
from partnercenter.lib.wire.once import answer_once

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER)
# ``profileType`` and ``objectType`` of each.
TYPES = {
    ProfileKind.LEGAL_BUSINESS: ("LegalBusinessProfile", "LegalBusinessProfile"),
    ProfileKind.ORGANIZATION: ("OrganizationProfile", "OrganizationProfile"),
    ProfileKind.BILLING: ("BillingProfile", "BillingProfile"),
    ProfileKind.SUPPORT: ("support_profile", "PartnerSupportProfile"),
}
VETTING_VERSIONS = ("none", "current", "lastfinalized")
NO_SUCH_VALUE = 900126


class OneProfile(APIView):
    """A profile that is read and replaced; its kind is in the address."""

    kind: ClassVar[ProfileKind]
    capability = Capability.SEE_PARTNER_PROFILE
    needs_user: ClassVar[tuple[str, ...]] = ("GET", "PUT")

    def answer(self, request: Request) -> Response:
        """The profile with its version."""
        partner = cast("Actor", request.user).partner
        found = services.partner_profile(self.kind, of=partner)
        return etag.tagged(Response(_body(self.kind, found, partner)))

    def change(self, request: Request) -> Response:
        """Change what the body gives; refuses another version's tag (2055)."""
        by = cast("Actor", request.user)
        body = BODIES[self.kind](data=request.data)
        body.is_valid(raise_exception=True)

        def update() -> Answer:
            changed = services.update_profile(
                self.kind, body.validated_data, by=by, if_match=etag.asked(request)
            )
            return Answer(200, _body(self.kind, changed, by.partner))

        return etag.tagged(answer_once(request, update))


class LegalBusiness(OneProfile):
    kind = ProfileKind.LEGAL_BUSINESS
    capabilities = {"PUT": Capability.EDIT_PARTNER_PROFILE}
    needs_user = ("PUT",)

    @extend_schema(
        operation_id="profiles_legalbusiness_get",
        parameters=[OpenApiParameter("vettingVersion", str, enum=["Current", "LastFinalized"])],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """Legal name and address, the contact, and who approves; nobody vets it here."""
        version = request.query_params.get("vettingVersion", "current")
        if fold(version) not in VETTING_VERSIONS:
            raise Invalid(
                _("vettingVersion must be Current or LastFinalized."),
                code=NO_SUCH_VALUE,
                field="vettingVersion",
            )
        return self.answer(request)

    @extend_schema(
        operation_id="profiles_legalbusiness_update",
        request=BODIES[ProfileKind.LEGAL_BUSINESS],
        parameters=[IF_MATCH],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request) -> Response:
        """Change name, address, contact or approver; the country stays."""
        return self.change(request)


class Organization(OneProfile):
    kind = ProfileKind.ORGANIZATION
    capabilities = {"PUT": Capability.EDIT_PARTNER_PROFILE}

    @extend_schema(operation_id="profiles_organization_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Name, domain, address and language of the organization."""
        return self.answer(request)

    @extend_schema(
        operation_id="profiles_organization_update",
        request=BODIES[ProfileKind.ORGANIZATION],
        parameters=[IF_MATCH],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request) -> Response:
        """Change name, address, e-mail or language; tenant, domain and country stay."""
        return self.change(request)


class Billing(OneProfile):
    kind = ProfileKind.BILLING
    capabilities = {"PUT": Capability.EDIT_BILLING_PROFILE}

    @extend_schema(operation_id="profiles_billing_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Where the partner's own invoices go, and in which currency."""
        return self.answer(request)

    @extend_schema(
        operation_id="profiles_billing_update",
        request=BODIES[ProfileKind.BILLING],
        parameters=[IF_MATCH],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request) -> Response:
        """Change address, contact, purchase order number or tax id; the currency stays."""
        return self.change(request)


class Support(OneProfile):
    kind = ProfileKind.SUPPORT
    capabilities = {"PUT": Capability.EDIT_PARTNER_PROFILE}
    needs_user = ("GET",)

    @extend_schema(operation_id="profiles_support_get", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Where customers get support: e-mail, telephone, website."""
        return self.answer(request)

    @extend_schema(
        operation_id="profiles_support_update",
        request=BODIES[ProfileKind.SUPPORT],
        parameters=[IF_MATCH],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request) -> Response:
        """Change e-mail, telephone or website: the address that the SDKs use."""
        return self.change(request)


class SupportAsDocumented(OneProfile):
    """``PUT /v1/profiles/supportprofile``: the same profile at the documented address."""

    kind = ProfileKind.SUPPORT
    capability = Capability.EDIT_PARTNER_PROFILE
    needs_user = ("PUT",)

    @extend_schema(
        operation_id="profiles_supportprofile_update",
        request=BODIES[ProfileKind.SUPPORT],
        parameters=[IF_MATCH],
        responses=OpenApiTypes.OBJECT,
    )
    def put(self, request: Request) -> Response:
        """Change e-mail, telephone or website: the documented address."""
        return self.change(request)


def _body(kind: ProfileKind, profile: Profile, partner: Partner) -> dict[str, Any]:
    profile_type, object_type = TYPES[kind]
    return {
        **_wired(profile.values),
        **_of_partner(kind, partner),
        "profileType": profile_type,
        "links": self_link(f"/profiles/{kind.value}"),
        "attributes": {"etag": str(profile.version), "objectType": object_type},
    }


def _of_partner(kind: ProfileKind, partner: Partner) -> dict[str, Any]:
    if kind is ProfileKind.ORGANIZATION:
        return {"id": partner.pk, "tenantId": partner.pk, "domain": partner.domain}
    if kind is ProfileKind.LEGAL_BUSINESS:
        return {"vettingStatus": "authorized", "vettingSubStatus": "none"}
    return {}


def _wired(values: dict[str, Any]) -> dict[str, Any]:
    return {
        wire_name(name): _wired(value) if isinstance(value, dict) else value
        for name, value in values.items()
    }


urlpatterns = [
    path("profiles/legalbusiness", LegalBusiness.as_view()),
    path("profiles/organization", Organization.as_view()),
    path("profiles/billing", Billing.as_view()),
    path("profiles/support", Support.as_view()),
    path("profiles/supportprofile", SupportAsDocumented.as_view()),
]
