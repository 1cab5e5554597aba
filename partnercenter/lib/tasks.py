"""Ids in, one call."""

from celery import shared_task
from django.core.cache import cache

from partnercenter.lib import clock, idempotency, outbox

HEARTBEAT = "beat-heartbeat"


@shared_task
def relay_outbox() -> None:
    """Send what is not done. The sweeper and the relay are one: a row is open until it is done."""
    for message_id in outbox.open_ids():
        deliver.delay(message_id)


@shared_task
def deliver(message_id: int) -> None:
    outbox.deliver(message_id)


@shared_task
def forget_old_answers() -> None:
    idempotency.forget_old_answers()


@shared_task
def heartbeat() -> None:
    """Shows that beat sends and a worker works; readiness reports its age."""
    cache.set(HEARTBEAT, clock.now().isoformat(), timeout=600)
