"""With workers that are killed and a receiver that is away: every event arrives, in order."""

import os
import signal
import time

import pytest

from partnercenter import celery  # noqa: F401 - the app that sends
from partnercenter.lib import tenancy
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import delivery, rules, services, tasks
from partnercenter.webhooks.models import Attempt
from tests.webhooks.conftest import raise_event

RESOURCES, EACH = 6, 3
NAMES = (EventName.ORDER_CREATED, EventName.SUBSCRIPTION_UPDATED, EventName.ORDER_CANCELLED)


def wait_for(found, seconds=30):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come to it"
        tasks.send_due.delay()  # what beat does
        time.sleep(0.2)


@pytest.fixture
def ready(committed_db, fabrikam, receiver, settings, monkeypatch):
    """Fabrikam with events to be told; the workers inherit what may be sent to."""
    monkeypatch.setenv("WEBHOOK_ALLOWED_HOSTS", ",".join(settings.WEBHOOK_ALLOWED_HOSTS))
    with fabrikam.visible():
        services.register(url=receiver.url, event_names=EventName, by=fabrikam.actor("ga"))
        fabrikam.partner.refresh_from_db()
        for name in NAMES:
            for number in range(RESOURCES):
                raise_event(fabrikam, f"o{number}", name)
    return fabrikam


def all_delivered():
    with tenancy.everyone():
        return not Event.objects.filter(delivered_at=None).exists()


def test_two_workers_deliver_each_once_and_in_order(ready, receiver, cluster):
    cluster(web=0, workers=2)
    wait_for(all_delivered)
    for number in range(RESOURCES):
        told = [one for one in receiver.got if one.json["ResourceUri"].endswith(f"/o{number}")]
        assert [one.json["EventName"] for one in told] == list(NAMES)
    with tenancy.everyone():
        assert Attempt.objects.count() == RESOURCES * EACH


def test_what_a_killed_worker_had_in_hand_another_sends(ready, receiver, cluster):
    # The worker died between its claim and the answer: the claim ends by itself.
    with tenancy.everyone():
        claimed = delivery._claim(delivery.clock.now())
        assert len(claimed) == RESOURCES
        Event.objects.filter(pk__in=[one.event.pk for one in claimed]).update(
            due_at=delivery.clock.now() - rules.LEASE
        )
    running = cluster(web=0, workers=2)
    wait_for(lambda: len(receiver.got) > 2)
    os.killpg(running.workers[0].process.pid, signal.SIGKILL)
    running.workers[0].process.wait()
    with tenancy.everyone():
        # As if the lease of what it had claimed were over.
        Event.objects.filter(delivered_at=None).update(due_at=delivery.clock.now())
    wait_for(all_delivered)
    for number in range(RESOURCES):
        told = [one for one in receiver.got if one.json["ResourceUri"].endswith(f"/o{number}")]
        names = [one.json["EventName"] for one in told]
        assert list(dict.fromkeys(names)) == list(NAMES)
