"""How software, its links and entitlements look on the wire."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from catalog.media import Choice
from catalog.models import MediaFile
from catalog.rules import Kind
from partnercenter.lib.wire.dates import iso
from partnercenter.lib.wire.links import link
from software.models import Entitlement
from software.queries import SELECTORS
from software.rules import EntitlementStatus
from software.services import IssuedLink, KeysAndDownloads

RESERVED = {"reservationType": "virtualmachines"}


def link_address(token: str) -> str:
    """The address that a partner sends to his customer."""
    return f"{settings.PUBLIC_URL}/dl/{token}"


def line(entitlement: Entitlement) -> dict[str, Any]:
    until = entitlement.returnable_until
    return {
        "id": str(entitlement.pk),
        "productId": entitlement.product_id,
        "skuId": entitlement.sku_id,
        "title": entitlement.title,
        "quantity": 0 if entitlement.revoked_at else entitlement.quantity,
        "orderId": entitlement.order_id,
        "lineItemNumber": entitlement.line_number,
        "purchaseDate": iso(entitlement.purchased_at),
        "status": entitlement.status.value,
        "returnableUntil": iso(until) if until else None,
        "cancellationPolicy": _policy(entitlement),
        "attributes": {"objectType": "SoftwareLine"},
    }


def _policy(entitlement: Entitlement) -> dict[str, Any]:
    """The rule that was in force at the purchase (S46)."""
    until = entitlement.returnable_until
    days = (until - entitlement.purchased_at).days if until else None
    kind = {"support_only": "supportOnly"}.get(
        entitlement.cancellation_kind, entitlement.cancellation_kind
    )
    return {"type": kind, "days": days}


def selectors(choices: Sequence[Choice]) -> dict[str, Any]:
    """Label and values of each of the three drop-downs, in their order (S25)."""
    columns = zip(SELECTORS.items(), zip(*choices, strict=True), strict=False)
    values = {name: list(dict.fromkeys(column)) for (name, _label), column in columns}
    return {
        name: {"label": str(label), "values": values.get(name, [])}
        for name, label in SELECTORS.items()
    }


def choice(chosen: Choice) -> dict[str, str]:
    return {
        "version": chosen.version,
        "language": chosen.language,
        "fileType": chosen.file_type,
    }


def file(media: MediaFile) -> dict[str, Any]:
    return {
        "fileId": str(media.pk),
        "fileName": media.file_name,
        "sizeBytes": media.size_bytes,
        "sha256": media.sha256,
    }


def keys_and_downloads(got: KeysAndDownloads) -> dict[str, Any]:
    return {
        "keys": [{"key": text} for text in got.keys],
        "downloads": [_download(got.download, got)] if got.download else [],
        "attributes": {"objectType": "KeysAndDownloads"},
    }


def _download(issued: IssuedLink, got: KeysAndDownloads) -> dict[str, Any]:
    link = issued.link
    return {
        "fileId": str(link.file_id),
        "link": link_address(issued.token),
        "createdAt": iso(link.created_at),
        "expiresAt": iso(link.expires_at),
        "maxDownloads": link.max_downloads,
        "used": link.used,
        "status": link.status_at(got.at).value,
    }


def entitlement(of: Entitlement, *, show_expiry: bool) -> dict[str, Any]:
    """An entitlement as both SDKs read it: reservations alone have an artifact (clients.md 17)."""
    is_reservation = of.kind == Kind.RESERVATION
    is_active = of.status is EntitlementStatus.ACTIVE
    return {
        "includedEntitlements": [],
        "referenceOrder": {"id": of.order_id, "lineItemId": str(of.line_number)},
        "productId": of.product_id,
        "skuId": of.sku_id,
        "quantity": of.quantity if is_active else 0,
        "quantityDetails": [{"quantity": of.quantity, "status": of.status.value}],
        "entitledArtifacts": [_artifact(of)] if is_reservation else [],
        "entitlementType": "reservedinstance" if is_reservation else "software",
        "dynamicAttributes": RESERVED if is_reservation else None,
        "expiryDate": iso(of.term_end) if show_expiry and of.term_end else None,
    }


def _artifact(of: Entitlement) -> dict[str, Any]:
    """Where the reservation itself is: its group is the order, its resource this entitlement."""
    place = f"groups/{of.order_id}/lineitems/{of.line_number}/resource/{of.pk}"
    return {
        "artifactType": "reservedinstance",
        "resourceId": of.pk,
        "link": link(f"/customers/{of.customer_id}/artifacts/reservedinstance/{place}"),
        "dynamicAttributes": RESERVED,
    }
