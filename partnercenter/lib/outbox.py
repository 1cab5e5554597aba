"""Effects outside the transaction: promised in a row, delivered by a worker, once.

The message on the queue carries only the row's id. Valkey may lose it or repeat it: the worker
claims the row in the database, does the effect and marks it done in one transaction, and the
sweeper sends again what is not done.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from partnercenter.lib import clock, tenancy
from partnercenter.lib.models import OutboxMessage

log = logging.getLogger("partnercenter.outbox")
Handler = Callable[[Mapping[str, Any]], None]
MAX_ATTEMPTS = 5
BATCH = 500


def put(
    *, topic: str, partner_id: UUID | None, payload: Mapping[str, Any], dedupe_key: str
) -> OutboxMessage:
    """Promise an effect. Call inside the deed's transaction; ``dedupe_key`` makes it once."""
    at = clock.now()
    return OutboxMessage.objects.create(
        topic=topic,
        partner_id=partner_id,
        payload=dict(payload),
        dedupe_key=f"{topic}:{dedupe_key}",
        created_at=at,
        not_before=at,
    )


def open_ids() -> list[int]:
    """Messages that wait for delivery now, oldest first."""
    with tenancy.everyone():
        waiting = OutboxMessage.objects.filter(
            done_at=None, parked_at=None, not_before__lte=clock.now()
        )
        return list(waiting.order_by("not_before", "id").values_list("id", flat=True)[:BATCH])


def deliver(message_id: int) -> bool:
    """Do one message's effect and mark it done in one transaction; False if another has it."""
    with tenancy.everyone():
        try:
            with transaction.atomic():
                message = _claim(message_id)
                if message is None:
                    return False
                handler: Handler = import_string(settings.OUTBOX_HANDLERS[message.topic])
                handler(message.payload)
                OutboxMessage.objects.filter(pk=message_id).update(done_at=clock.now())
        except Exception as error:
            log.exception("outbox message %s failed", message_id)
            _note_failure(message_id, error)
            return False
        return True


def _claim(message_id: int) -> OutboxMessage | None:
    return (
        OutboxMessage.objects.select_for_update(skip_locked=True)
        .filter(pk=message_id, done_at=None, parked_at=None)
        .first()
    )


def _note_failure(message_id: int, error: Exception) -> None:
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update().get(pk=message_id)
        attempts = message.attempts + 1
        at = clock.now()
        OutboxMessage.objects.filter(pk=message_id).update(
            attempts=F("attempts") + 1,
            last_error=f"{type(error).__name__}: {error}"[:500],
            not_before=at + timedelta(seconds=5 * 2**attempts),
            parked_at=at if attempts >= MAX_ATTEMPTS else None,
        )
