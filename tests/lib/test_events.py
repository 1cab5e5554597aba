"""Events are promised with the deed, to those who asked for them, and cost the others nothing."""

import pytest
from django.db import transaction

from partnercenter.lib import clock, events
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event

pytestmark = pytest.mark.django_db
WANTED = EventName.ORDER_CREATED


@pytest.fixture(autouse=True)
def _visible(fabrikam):
    fabrikam.partner.webhook_events = [WANTED]
    with fabrikam.visible():
        yield


def put(org, name=WANTED, path="/v1/x"):
    return events.put(
        name, partner=org.partner, resource_name="x", resource_path=path, at=clock.now()
    )


def test_it_is_due_at_once(fabrikam):
    event = put(fabrikam)
    event.refresh_from_db()
    assert (event.name, event.resource_path, event.attempts) == (WANTED, "/v1/x", 0)
    assert event.due_at == event.raised_at
    assert (event.delivered_at, event.given_up_at) == (None, None)


def test_who_has_not_asked_for_it_pays_nothing(fabrikam, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert put(fabrikam, EventName.INVOICE_READY) is None


def test_it_is_undone_with_the_deed(fabrikam):
    with transaction.atomic():
        put(fabrikam)
        transaction.set_rollback(True)
    assert not Event.objects.exists()


def test_its_number_rises(fabrikam):
    numbers = [put(fabrikam).pk, put(fabrikam).pk]
    assert numbers == sorted(numbers)
