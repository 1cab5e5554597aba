"""A row of the log as the public API's AuditRecord."""

import json
from datetime import UTC, datetime
from typing import Any

from activitylog.models import ActivityRecord
from activitylog.rules import api_operation
from partnercenter.lib.wire.dates import iso

MOST_DIGITS = 19
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


def audit_record(record: ActivityRecord) -> dict[str, Any]:
    """Names and values that both SDKs read; the text of a key is in no row, so in none of these."""
    operation = api_operation(record.action)
    story = {"ProductName": record.subject} if record.subject else {}
    story |= {key[:1].upper() + key[1:]: str(value) for key, value in record.details.items()}
    return {
        "id": _id(record, operation),
        "partnerId": str(record.partner_id),
        "customerId": str(record.customer_id) if record.customer_id else None,
        "customerName": record.customer_name or None,
        "userPrincipalName": None if _is_app_only(record) else record.actor_name,
        "applicationId": record.application_id or None,
        "resourceType": record.resource_type,
        "resourceNewValue": json.dumps(story, ensure_ascii=False),
        "operationType": operation,
        "originalCorrelationId": record.correlation_id or None,
        "operationDate": iso(record.at),
        "operationStatus": record.status,
        "customizedData": [{"key": key, "value": value} for key, value in story.items()],
        "attributes": {"objectType": "AuditRecord"},
    }


def _is_app_only(record: ActivityRecord) -> bool:
    return bool(record.application_id) and record.actor_user_id is None


def _id(record: ActivityRecord, operation: str) -> str:
    """``{partner}_{customer}_{resource}_{operation}_{ticks}_{number}``, unique by its end."""
    ticks = (record.at - BEGINNING).days * 864_000_000_000
    ticks += (record.at - BEGINNING).seconds * 10_000_000 + record.at.microsecond * 10
    parts = (record.partner_id, record.customer_id or "", record.resource_type, operation)
    return f"{'_'.join(map(str, parts))}_{ticks}_{record.number}".lower()


def number_of(audit_id: str) -> int:
    """The record's number, by which it is looked up; -1 for what is no id of ours."""
    last = audit_id.rpartition("_")[2]
    return int(last) if last.isascii() and last.isdigit() and len(last) < MOST_DIGITS else -1
