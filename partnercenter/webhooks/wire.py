"""What goes over the wire: registrations as documented in PascalCase, tests in camelCase."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import orjson
from django.conf import settings

from partnercenter.lib.models import Event
from partnercenter.lib.wire.dates import iso
from partnercenter.webhooks import rules
from partnercenter.webhooks.models import Attempt, Registration

Body = dict[str, Any]


def event_body(event: Event) -> bytes:
    """The body of a delivery: the same bytes at every attempt; ``AuditUri`` is a real null."""
    changed = event.changed_at.astimezone(UTC)
    return orjson.dumps(
        {
            "EventName": event.name,
            "ResourceUri": f"{settings.PUBLIC_URL}{event.resource_path}",
            "ResourceName": event.resource_name,
            "AuditUri": None,
            "ResourceChangeUtcDate": changed.isoformat(timespec="microseconds"),
        }
    )


def registration_body(found: Registration) -> Body:
    return {"WebhookUrl": found.url, "WebhookEvents": found.events}


def registered_body(found: Registration) -> Body:
    """As the registration itself, with the id that it got."""
    return {"SubscriberId": str(found.pk), **registration_body(found)}


def test_body(event: Event, attempts: Sequence[Attempt], *, url: str) -> Body:
    """How far a test event has come: one result for each attempt."""
    is_over = event.delivered_at or event.given_up_at
    return {
        "correlationId": str(event.key),
        "partnerId": str(event.partner_id),
        "status": "completed" if is_over else "pending",
        "callbackUrl": attempts[-1].url if attempts else url,
        "results": [_result(attempt) for attempt in attempts],
    }


def _result(attempt: Attempt) -> Body:
    return {
        "responseCode": rules.response_code(attempt.status),
        "responseMessage": attempt.trouble or attempt.answer,
        "systemError": not attempt.status,
        "dateTimeUtc": iso(attempt.at),
    }
