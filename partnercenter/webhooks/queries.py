"""What is registered, and what was sent; everything starts from the partner."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Partner
from partnercenter.lib.errors import NotFound
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks.models import Attempt, Registration

NOT_REGISTERED = _("No webhook is registered. Register one first.")
NO_EVENT = _("This event was not found. It does not exist, it is not yours, or it is too old.")


def registration_of(partner: Partner) -> Registration | None:
    return Registration.objects.filter(partner=partner).first()


def find_registration(partner: Partner) -> Registration:
    """The partner's registration; NotFound without one."""
    found = registration_of(partner)
    if found is None:
        raise NotFound(NOT_REGISTERED)
    return found


def find_events(partner: Partner) -> QuerySet[Event]:
    """Everything that the partner was to be told, for ``paging``."""
    return Event.objects.filter(partner=partner)


def find_event(partner: Partner, key: UUID) -> Event:
    """One event of the partner's; foreign and unknown keys are the same NotFound."""
    found = find_events(partner).filter(key=key).first()
    if found is None:
        raise NotFound(NO_EVENT)
    return found


def find_test(partner: Partner, key: UUID) -> Event:
    """One of the partner's test events."""
    found = find_event(partner, key)
    if found.name != EventName.TEST_CREATED:
        raise NotFound(NO_EVENT)
    return found


def attempts_of(event: Event) -> QuerySet[Attempt]:
    """The event's attempts, oldest first."""
    return Attempt.objects.filter(partner=event.partner_id, event=event).order_by("id")
