"""Who sells through the partner: MPN ids, resellers, their agreement (contract 13 and 16)."""

from typing import Any, cast
from uuid import UUID

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actors import Actor
from accounts.rules import Capability
from customers import queries
from customers.api.scoped import Scoped
from customers.models import IndirectReseller
from partnercenter.lib.errors import Invalid, NotFound
from partnercenter.lib.wire import filters
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import collection
from partnercenter.lib.wire.links import self_link

NO_SUCH_VALUE = 900126
NO_SUCH_MPN_ID = 3000
MOST = 500
OF_PROVIDER, OF_RESELLER = "isindirectcloudsolutionproviderof", "isindirectresellerof"
# Refusals of the agreement's status: the documented codes.
MALFORMED, NOT_GIVEN, UNKNOWN_MPN, UNKNOWN_TENANT = 2000, 2001, 2200, 2205
UNSIGNED_BY_MPN, UNSIGNED_BY_TENANT = 2203, 2206


class Mpn(APIView):
    """``GET /v1/profiles/mpn``, and with ``mpnId`` the look-up of one."""

    capability = Capability.SEE_PARTNER_PROFILE
    needs_user = ("GET",)

    @extend_schema(
        operation_id="profiles_mpn_get",
        parameters=[OpenApiParameter("mpnId", str, description="Verify this one")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The partner's own MPN ID; or whether one is his or one of his resellers'."""
        by = cast("Actor", request.user)
        asked = _parameter(request, "mpnId")
        if not asked:
            return Response(_mpn_body(by.partner.mpn_id, by.partner.name))
        if asked == by.partner.mpn_id:
            return Response(_mpn_body(asked, by.partner.name))
        reseller = queries.resellers_of(by).filter(mpn_id=asked).first()
        if reseller is None:
            raise NotFound(
                _("Partner Organization with partner_id %(id)s could not be found")
                % {"id": asked[:20]},
                code=NO_SUCH_MPN_ID,
            )
        return Response(_mpn_body(asked, reseller.name))


class Relationships(APIView):
    """``GET /v1/relationships``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(
        operation_id="relationships_list",
        parameters=[
            OpenApiParameter(
                "relationship_type",
                str,
                required=True,
                enum=["IsIndirectCloudSolutionProviderOf", "IsIndirectResellerOf"],
            ),
            OpenApiParameter("filter", str, description="Name, starts_with"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """The resellers who sell through the partner; he himself is nobody's reseller."""
        kind = fold(_parameter(request, "relationship_type"))
        if kind not in {OF_PROVIDER, OF_RESELLER}:
            raise Invalid(
                _(
                    "relationship_type must be IsIndirectCloudSolutionProviderOf or "
                    "IsIndirectResellerOf."
                ),
                code=NO_SUCH_VALUE,
                field="relationship_type",
            )
        name = _name_filter(_parameter(request, "filter"))
        found: list[Any] = []
        if kind == OF_PROVIDER:
            rows = queries.resellers_of(cast("Actor", request.user))
            found = [_reseller_body(one) for one in rows.filter(name__istartswith=name)[:MOST]]
        return Response(collection(found, "/relationships"))


class OfCustomer(Scoped):
    """``GET /v1/customers/{customer_id}/relationships``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(operation_id="relationships_of_customer", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, customer_id: str) -> Response:  # noqa: ARG002 - see CustomerScoped
        """The reseller who serves the customer, if one does."""
        reseller = self.customer.reseller
        found = [_reseller_body(reseller)] if reseller else []
        return Response(collection(found, f"/customers/{self.customer.pk}/relationships"))


class AgreementStatus(APIView):
    """``GET /v1/compliance/csp/agreementstatus``."""

    capability = Capability.SEE_CUSTOMERS
    needs_user = ("GET",)

    @extend_schema(
        operation_id="compliance_agreementstatus",
        parameters=[OpenApiParameter("mpnId", str), OpenApiParameter("tenantId", str)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, program: str) -> Response:
        """Whether a reseller, by MPN ID or tenant, has signed the partner agreement."""
        if program.lower() != "csp":
            raise NotFound(_("There is no such program. Ask for csp."))
        mpn, tenant = _parameter(request, "mpnId"), _parameter(request, "tenantId")
        _check(mpn, tenant)
        mine = queries.resellers_of(cast("Actor", request.user))
        found = mine.filter(mpn_id=mpn) if mpn else mine.filter(tenant_id=tenant)
        reseller = found.first()
        who = {"id": mpn or tenant}
        if reseller is None and mpn:
            raise Invalid(
                _("No reseller of yours has the MPN ID %(id)s.") % who,
                code=UNKNOWN_MPN,
                field="mpnId",
            )
        if reseller is None:
            raise Invalid(
                _("No reseller of yours has the tenant %(id)s.") % who,
                code=UNKNOWN_TENANT,
                field="tenantId",
            )
        if not reseller.has_signed:
            raise Invalid(
                _("%(name)s has not signed the partner agreement. Ask for it.")
                % {"name": reseller.name},
                code=UNSIGNED_BY_MPN if mpn else UNSIGNED_BY_TENANT,
                field="mpnId" if mpn else "tenantId",
            )
        return Response({"isAgreementSigned": True})


def _check(mpn: str, tenant: str) -> None:
    """Exactly one of both, in its form."""
    if mpn and tenant:
        raise Invalid(_("Send mpnId or tenantId, not both."), code=MALFORMED)
    if not (mpn or tenant):
        raise Invalid(_("Send mpnId or tenantId."), code=NOT_GIVEN)
    if mpn and not (mpn.isascii() and mpn.isdigit()):
        raise Invalid(_("mpnId must be a number."), code=MALFORMED, field="mpnId")
    try:
        UUID(tenant or str(UUID(int=0)))
    except ValueError:
        raise Invalid(_("tenantId must be a GUID."), code=MALFORMED, field="tenantId") from None


def _parameter(request: Request, name: str) -> str:
    """A query parameter by its name in any case."""
    given = {fold(key): str(value) for key, value in request.query_params.items()}
    return given.get(fold(name), "").strip()


def _name_filter(text: str) -> str:
    wanted = filters.parse(text)
    if wanted is None:
        return ""
    if (wanted.field, wanted.operator) != ("name", "startswith"):
        raise filters.unsupported(_("Name with the operator starts_with"))
    return wanted.value


def _mpn_body(mpn_id: str, name: str) -> dict[str, Any]:
    return {
        "mpnId": mpn_id,
        "partnerName": name,
        "profileType": "MpnProfile",
        "links": self_link("/profiles/mpn"),
        "attributes": {"objectType": "MpnProfile"},
    }


def _reseller_body(reseller: IndirectReseller) -> dict[str, Any]:
    return {
        "id": reseller.tenant_id,
        "name": reseller.name,
        "relationshipType": "is_indirect_cloud_solution_provider_of",
        "state": "Active",
        "mpnId": reseller.mpn_id,
        "location": reseller.country,
        "attributes": {"objectType": "PartnerRelationship"},
    }


urlpatterns = [
    path("profiles/mpn", Mpn.as_view()),
    path("relationships", Relationships.as_view()),
    path("customers/<customer_id>/relationships", OfCustomer.as_view()),
    path("compliance/<program>/agreementstatus", AgreementStatus.as_view()),
]
