"""Send what is due: claim, send outside every transaction, note what came back.

A claim is a due time in the near future: if the worker dies, another one sends again, so an event
arrives at least once. Events on one resource go one after the other, in the order of the deeds;
different resources and different partners at the same time, so that a receiver who does not
answer holds up nobody else's.
"""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts import actors
from accounts.models import Partner
from accounts.queries import holders
from accounts.rules import Role
from partnercenter.lib import clock, outbox, tenancy, trail
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import egress, rules, signing, wire
from partnercenter.webhooks.egress import Outcome
from partnercenter.webhooks.models import Attempt, Registration
from partnercenter.webhooks.rules import Trouble

log = logging.getLogger("partnercenter.webhooks")
AT_ONCE, OF_ONE_PARTNER = 32, 8
ROUND_SECONDS = 30.0
AGENT = "PartnerCenter-Webhooks/1.0"

EVENTS, REGISTRATIONS = Event._meta.db_table, Registration._meta.db_table
# The first due event of each resource, so many of a partner.
DUE = f"""
SELECT e.id FROM {REGISTRATIONS} r CROSS JOIN LATERAL (
  SELECT e.id, e.due_at FROM {EVENTS} e
  WHERE e.partner_id = r.partner_id AND e.delivered_at IS NULL AND e.given_up_at IS NULL
    AND e.due_at <= %(at)s AND NOT EXISTS (
      SELECT FROM {EVENTS} b WHERE b.partner_id = e.partner_id
        AND b.resource_path = e.resource_path AND b.id < e.id
        AND b.delivered_at IS NULL AND b.given_up_at IS NULL)
  ORDER BY e.due_at, e.id LIMIT {OF_ONE_PARTNER}
) e WHERE r.disabled_at IS NULL
ORDER BY e.due_at, e.id LIMIT {AT_ONCE}
"""  # noqa: S608 - our own tables


class Parcel(NamedTuple):
    """An event on its way: everything that sending needs, and nothing of the database."""

    event: Event
    registration: Registration
    body: bytes


def deliver_due() -> int:
    """Send until nothing is due, or for half a minute; how many requests were made."""
    end, sent = time.monotonic() + ROUND_SECONDS, 0
    while time.monotonic() < end and (made := deliver_once()):
        sent += made
    return sent


def deliver_once() -> int:
    """Send what is due now, side by side; how many requests were made."""
    with tenancy.everyone():
        parcels = _claim(clock.now())
        if not parcels:
            return 0
        with ThreadPoolExecutor(len(parcels)) as senders:
            results = list(senders.map(_try_to_send, parcels))
        for parcel, (outcome, milliseconds) in zip(parcels, results, strict=True):
            _note(parcel, outcome, milliseconds)
        return len(parcels)


def forget_old() -> int:
    """Take out what is too old to be looked at; how many events. Attempts go with them."""
    at = clock.now()
    with tenancy.everyone():
        tests = Event.objects.filter(
            name=EventName.TEST_CREATED, raised_at__lt=at - rules.TESTS_KEPT
        )
        old = Event.objects.filter(raised_at__lt=at - rules.KEPT)
        # The database takes the attempts out with them: nothing has to be read for it.
        return (tests | old)._raw_delete(connection.alias)  # noqa: SLF001


def _claim(at: datetime) -> list[Parcel]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(DUE, {"at": at})
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return []
        mine = Event.objects.select_for_update(skip_locked=True, no_key=True).filter(
            pk__in=ids, due_at__lte=at, delivered_at=None, given_up_at=None
        )
        claimed = list(mine.order_by("id"))
        Event.objects.filter(pk__in=[event.pk for event in claimed]).update(due_at=at + rules.LEASE)
    partners = {event.partner_id for event in claimed}
    of = {found.partner_id: found for found in Registration.objects.filter(partner__in=partners)}
    return [
        Parcel(event, of[event.partner_id], wire.event_body(event))
        for event in claimed
        if event.partner_id in of
    ]


def _try_to_send(parcel: Parcel) -> tuple[Outcome, int]:
    """A defect that one address brings to light must not hold up the others."""
    try:
        return _send(parcel)
    except Exception:
        log.exception("event %s could not be sent", parcel.event.key)
        return Outcome(0, trouble=Trouble.BROKEN_OFF), 0


def _send(parcel: Parcel) -> tuple[Outcome, int]:
    """Outside the database: threads have no connection of their own here."""
    started = time.monotonic()
    headers = signing.headers(
        parcel.body, in_own_header=parcel.registration.signs_in_own_header
    ) | {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "MS-CorrelationId": str(parcel.event.key),
    }
    outcome = egress.post(parcel.registration.url, body=parcel.body, headers=headers)
    return outcome, int((time.monotonic() - started) * 1000)


def _note(parcel: Parcel, outcome: Outcome, milliseconds: int) -> None:
    at = clock.now()
    event = parcel.event
    log.info("event %s: status %s %s", event.key, outcome.status, outcome.trouble)
    with transaction.atomic():
        Attempt.objects.create(
            partner_id=event.partner_id,
            event=event,
            at=at,
            url=parcel.registration.url,
            status=outcome.status,
            trouble=outcome.trouble,
            answer=outcome.answer,
            milliseconds=milliseconds,
        )
        mine = Event.objects.filter(pk=event.pk, delivered_at=None, given_up_at=None)
        if rules.is_delivered(outcome.status):
            mine.update(attempts=F("attempts") + 1, delivered_at=at)
            _works_again(parcel.registration, at)
            return
        tried = event.attempts + 1
        end = {"given_up_at": at} if tried >= rules.MAX_ATTEMPTS else {}
        mine.update(attempts=tried, due_at=at + rules.pause(tried), **end)
        _fails(parcel.registration, at)


def bring_on(partner_id: UUID, at: datetime) -> None:
    """What waits for another try need not wait any longer."""
    waiting = Event.objects.filter(
        partner=partner_id,
        delivered_at=None,
        given_up_at=None,
        attempts__gt=0,
        # Nearer ones may be on their way just now.
        due_at__gt=at + rules.LEASE,
    )
    waiting.update(due_at=at)


def _works_again(registration: Registration, at: datetime) -> None:
    found = Registration.objects.filter(pk=registration.pk, failing_since__isnull=False)
    if found.update(failing_since=None):
        bring_on(registration.partner_id, at)


def _fails(registration: Registration, at: datetime) -> None:
    found = Registration.objects.filter(pk=registration.pk, disabled_at=None)
    if found.filter(failing_since=None).update(failing_since=at):
        return
    locked = found.select_for_update(no_key=True).first()
    if locked is None or locked.failing_since is None:
        return
    if rules.is_disabled_by(locked.failing_since, at):
        found.update(disabled_at=at)
        _say_disabled(locked, at)


def _say_disabled(registration: Registration, at: datetime) -> None:
    """A row in the activity log, and mail to those who can do something about it."""
    partner = Partner.objects.get(pk=registration.partner_id)
    for user in holders(partner, [Role.GLOBAL_ADMIN]):
        outbox.put(
            topic="mail",
            partner_id=partner.pk,
            payload={"template": "webhook_disabled", "user_id": str(user.pk)},
            dedupe_key=f"webhook_disabled:{registration.pk}:{at.isoformat()}:{user.pk}",
        )
    parts = rules.parsed(registration.url)
    trail.record(
        action="disable_webhook",
        by=actors.system(partner),
        at=clock.now(partner),
        resource_type="webhook",
        subject=rules.bare_host(parts) if parts else "",
    )
