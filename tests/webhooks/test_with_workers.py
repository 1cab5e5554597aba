"""With workers that are killed and a receiver that is away: every event arrives, in order."""

import os
import signal
import time

import pytest

from partnercenter import celery  # noqa: F401 - the app that sends
from partnercenter.lib import clock, tenancy
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import delivery, services, tasks
from partnercenter.webhooks.models import Attempt
from tests.webhooks.conftest import raise_event

RESOURCES = 6
NAMES = (EventName.ORDER_CREATED, EventName.SUBSCRIPTION_UPDATED, EventName.ORDER_CANCELLED)


def wait_for(found, seconds=30):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come to it"
        tasks.send_due.delay()  # what beat does
        time.sleep(0.2)


@pytest.fixture
def ready(committed_db, fabrikam, receiver, settings, monkeypatch):
    """Fabrikam with a webhook; the workers inherit what may be sent to."""
    monkeypatch.setenv("WEBHOOK_ALLOWED_HOSTS", ",".join(settings.WEBHOOK_ALLOWED_HOSTS))
    with fabrikam.visible():
        services.register(url=receiver.url, event_names=EventName, by=fabrikam.actor("ga"))
        fabrikam.partner.refresh_from_db()
    return fabrikam


def promise(org, prefix):
    """Three events on each of the resources, turn by turn."""
    with org.visible():
        for name in NAMES:
            for number in range(RESOURCES):
                raise_event(org, f"{prefix}{number}", name)


def all_delivered():
    with tenancy.everyone():
        return not Event.objects.filter(delivered_at=None).exists()


def told(receiver, resource):
    return [
        one.json["EventName"]
        for one in receiver.got
        if one.json["ResourceUri"].endswith(f"/v1/{resource}")
    ]


def test_two_workers_deliver_each_once_in_order_and_one_goes_on_alone(ready, receiver, cluster):
    promise(ready, "o")
    running = cluster(web=0, workers=2)
    wait_for(all_delivered)
    assert [told(receiver, f"o{number}") for number in range(RESOURCES)] == [[*NAMES]] * RESOURCES
    with tenancy.everyone():
        assert Attempt.objects.count() == RESOURCES * len(NAMES)

    # One dies between its claim and the sending; the claim ends by itself, here at once.
    with tenancy.everyone():
        promise(ready, "p")
        claimed = [one.event.pk for one in delivery._claim(clock.now())]
        Event.objects.filter(pk__in=claimed).update(due_at=clock.now())
    os.killpg(running.workers[0].process.pid, signal.SIGKILL)
    running.workers[0].process.wait()
    wait_for(all_delivered)
    for number in range(RESOURCES):
        # What it had sent and not noted comes twice.
        assert list(dict.fromkeys(told(receiver, f"p{number}"))) == [*NAMES]
