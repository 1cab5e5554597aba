"""Software of a customer: our own endpoints, and the public API's entitlements."""

from typing import Any, cast

from django.http import HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actors import Actor
from accounts.rules import Capability
from catalog.rules import Kind
from customers.scope import CustomerScoped
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.collections import SeekList, collection
from partnercenter.lib.wire.links import self_link, uri
from software import queries, services, wire
from software.models import Entitlement

TYPES = {"software": False, "reservedinstance": True, "virtualmachinereservedinstance": True}


class Scoped(CustomerScoped):
    capability = Capability.SEE_SOFTWARE

    @property
    def by(self) -> Actor:
        return cast("Actor", self.request.user)


class SoftwareScoped(Scoped):
    """View of one software line: ``self.line()``, else 404."""

    def line(self) -> Entitlement:
        return queries.find_line(self.customer, self.kwargs["entitlement_id"], by=self.by)


class SoftwareList(Scoped):
    """``GET /v1/customers/{C}/software``: all software bought for the customer (S22, S23)."""

    @extend_schema(operation_id="software_list")
    def get(self, request: Request, **_kwargs: Any) -> Response:
        listing = SeekList(f"/customers/{self.customer.pk}/software")
        seek = listing.asked(request)
        rows = queries.bought_for(self.customer, by=self.by)
        page = listing.page(rows, seek, queries.NEWEST_FIRST)
        return Response(listing.body([wire.line(row) for row in page.items], seek, page))


class SoftwareLine(SoftwareScoped):
    """``GET …/software/{E}``: the line with its three selectors (S24, S25)."""

    @extend_schema(operation_id="software_get")
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        line = self.line()
        body = wire.line(line) | {"selectors": wire.selectors(queries.choices_of(line))}
        return Response(body | {"links": self_link(_address(line))})


class SoftwareOptions(SoftwareScoped):
    """``GET …/software/{E}/options``: every combination that exists (S26)."""

    @extend_schema(operation_id="software_options")
    def get(self, _request: Request, **_kwargs: Any) -> Response:
        line = self.line()
        items = [wire.choice(choice) for choice in queries.choices_of(line)]
        return Response(collection(items, uri(f"{_address(line)}/options")))


class SoftwareSearch(SoftwareScoped):
    """``POST …/software/{E}/search``: the files of one combination (S27)."""

    @extend_schema(operation_id="software_search")
    def post(self, request: Request, **_kwargs: Any) -> Response:
        line = self.line()
        chosen = _texts(request, *queries.SELECTORS)
        items = [wire.file(found) for found in queries.files_of(line, chosen)]
        return Response(collection(items, uri(f"{_address(line)}/search")))


class KeysAndDownloads(SoftwareScoped):
    """``POST …/software/{E}/keysanddownloads``: keys, and the live link of a file (S28, S33).

    Not kept for a repeated ``MS-RequestId``: a key must stand in no table, and a repeat gives
    the same link anyway. The service refuses, so that refused attempts are recorded.
    """

    capability = Capability.GET_KEYS
    enforced_in_service = True

    @extend_schema(operation_id="software_keys_and_downloads")
    def post(self, request: Request, **_kwargs: Any) -> HttpResponse:
        line = self.line()
        got = services.get_keys_and_downloads(line, self._file(request, line), by=self.by)
        response = Response(wire.keys_and_downloads(got))
        response["Cache-Control"] = "no-store"
        return response

    def _file(self, request: Request, line: Entitlement) -> Any:
        file_id = _texts(request, "fileId").get("fileId")
        if file_id:
            return queries.find_file(line, file_id)
        if queries.choices_of(line):
            raise Invalid(
                _("fileId is missing. Search for the product's files first."), field="fileId"
            )
        return None


class Entitlements(Scoped):
    """``GET /v1/customers/{C}/entitlements``: the public API's list, whole as there."""

    needs_user = ("GET",)

    @extend_schema(operation_id="entitlements_list")
    def get(self, request: Request, **_kwargs: Any) -> Response:
        query = {fold(name): str(value) for name, value in request.query_params.items()}
        rows = Entitlement.objects.visible_to(self.by).filter(customer=self.customer)
        rows = self._of_type(rows, query.get("entitlementtype", ""))
        show_expiry = query.get("showexpiry", "").lower() == "true"
        items = [
            wire.entitlement(row, show_expiry=show_expiry)
            for row in rows.order_by(*queries.NEWEST_FIRST)
        ]
        return Response(collection(items, uri(f"/customers/{self.customer.pk}/entitlements")))

    def _of_type(self, rows: Any, asked: str) -> Any:
        if not asked:
            return rows
        reservations = TYPES.get(fold(asked))
        if reservations is None:
            raise Invalid(
                _("entitlementType is one of: %(types)s.") % {"types": ", ".join(TYPES)},
                code=900126,
                field="entitlementType",
            )
        return rows.filter(kind=Kind.RESERVATION) if reservations else rows.software()


def _address(line: Entitlement) -> str:
    return f"/customers/{line.customer_id}/software/{line.pk}"


def _texts(request: Request, *names: str) -> dict[str, str]:
    """These fields of the body, in any spelling; a field that is no text counts as missing."""
    body = request.data if isinstance(request.data, dict) else {}
    folded = {fold(str(key)): value for key, value in body.items()}
    found = {name: folded.get(fold(name)) for name in names}
    return {name: value for name, value in found.items() if isinstance(value, str)}


SOFTWARE = "customers/<customer_id>/software"
LINE = f"{SOFTWARE}/<entitlement_id>"
urlpatterns = [
    path(SOFTWARE, SoftwareList.as_view()),
    path(LINE, SoftwareLine.as_view()),
    path(f"{LINE}/options", SoftwareOptions.as_view()),
    path(f"{LINE}/search", SoftwareSearch.as_view()),
    path(f"{LINE}/keysanddownloads", KeysAndDownloads.as_view()),
    path("customers/<customer_id>/entitlements", Entitlements.as_view()),
]
