"""Support requests in the wire form of the real service (contract 11)."""

from collections.abc import Sequence
from typing import Any

from partnercenter.lib.wire import dates
from partnercenter.lib.wire.links import self_link
from support import labels
from support.models import Attachment, Note, ServiceRequest

Body = dict[str, Any]
# Clients take no null for a date; this is what the real service sends for "never".
NEVER = "0001-01-01T00:00:00Z"
PATH = "/servicerequests"


def topic_body(topic: str) -> Body:
    return {
        "name": labels.TOPICS[topic],
        "description": labels.TOPIC_HELP[topic],
        "id": int(topic),
        "attributes": {"objectType": "SupportTopic"},
    }


def request_body(
    request: ServiceRequest, notes: Sequence[Note] = (), files: Sequence[Attachment] = ()
) -> Body:
    """One request; the four facts of a refund and its decision are members of our own."""
    organization = {"id": request.partner_id, "name": request.partner.name}
    contact = {
        "organization": organization,
        "contactId": request.creator,
        "lastName": request.last_name,
        "firstName": request.first_name,
        "email": request.email,
        "phoneNumber": request.phone,
    }
    return {
        "id": request.number,
        "title": request.title,
        "description": request.description,
        "severity": request.impact or "unknown",
        "supportTopicId": request.topic,
        "supportTopicName": labels.TOPICS.get(request.topic),
        # Of a product, where a request is about one; topics of ours are about none.
        "productId": "",
        "status": request.status,
        "organization": organization | {"phoneNumber": request.phone},
        "primaryContact": contact,
        "lastUpdatedBy": {"organization": organization, "email": request.updated_by},
        "createdDate": dates.iso(request.created_at),
        "lastModifiedDate": dates.iso(request.updated_at),
        "lastClosedDate": dates.iso(request.closed_at) if request.closed_at else NEVER,
        "countryCode": request.country,
        "notes": [note_body(note) for note in notes],
        "fileLinks": [file_body(file) for file in files],
        **_facts(request),
        "refund": _refund(request),
        "links": self_link(f"{PATH}/{request.number}"),
        "attributes": {"objectType": "ServiceRequest"},
    }


def note_body(note: Note) -> Body:
    return {
        "createdByName": note.author,
        "createdDate": dates.iso(note.created_at),
        "text": note.text,
    }


def file_body(file: Attachment) -> Body:
    stem, _dot, ending = file.file_name.rpartition(".")
    return {
        "id": file.pk,
        "fileNameWithoutExtension": stem,
        "fileExtension": ending,
        "fileSize": file.size_bytes,
    }


def _refund(request: ServiceRequest) -> Body | None:
    """What the desk decided, and what that booked; a member of our own."""
    if not request.decision:
        return None
    return {
        "decision": request.decision,
        "decidedDate": dates.iso(request.decided_at) if request.decided_at else None,
        "credit": request.credited,
        "currencyCode": request.credited_currency or None,
    }


def _facts(request: ServiceRequest) -> Body:
    amount = request.fact_amount
    return {
        "context": {"orderId": request.order_id} if request.order_id else None,
        "customer": request.fact_customer or None,
        "orderOrSubscriptionId": request.fact_order or None,
        "refundReason": request.fact_reason or None,
        "amountRequested": amount,
        "currencyCode": request.fact_currency or None if amount is not None else None,
    }
