"""Register an address for events, try it, send again; each partner has one registration."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actors import Actor
from accounts.models import Partner
from accounts.permissions import require
from accounts.rules import Capability
from partnercenter.lib import clock, trail
from partnercenter.lib.errors import Conflict, Invalid, TooMany
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import delivery, queries, rules
from partnercenter.webhooks.models import Registration
from partnercenter.webhooks.rules import Exemptions, Fault

TESTS_PATH = "/webhooks/v1/registration/validationEvents"
FAULTS = {
    Fault.FORM: gettext_lazy(
        "The webhook needs an http or https address of at most 2,000 characters."
    ),
    Fault.SECRET: gettext_lazy("The webhook's address must not hold a user name or password."),
    Fault.PORT: gettext_lazy("The webhook's address must use port 80, 443, 8080 or 8443."),
    Fault.NOT_PUBLIC: gettext_lazy(
        "The webhook's address must be public. Events are not sent to private ones."
    ),
}


def register(
    *, url: str, event_names: Iterable[str], signs_in_own_header: bool = False, by: Actor
) -> Registration:
    """Have events sent to this address from now on; Conflict if there is a registration."""
    require(by, Capability.MANAGE_APPS)
    wanted = _known(event_names)
    _refuse_bad(url)
    with transaction.atomic():
        partner = _locked(by)
        if queries.registration_of(partner):
            raise Conflict(_("A webhook is registered already. Change it with PUT."), code=800002)
        found = Registration.objects.create(
            partner=partner,
            url=url,
            events=wanted,
            signs_in_own_header=signs_in_own_header,
            updated_at=clock.now(),
        )
        _ask_for(partner, wanted, by=by)
        _record("register_webhook", by, url, wanted)
        return found


def update(
    *, url: str, event_names: Iterable[str], signs_in_own_header: bool = False, by: Actor
) -> Registration:
    """Change the registration; sending begins again where it had ended, what waits is due."""
    require(by, Capability.MANAGE_APPS)
    wanted = _known(event_names)
    _refuse_bad(url)
    with transaction.atomic():
        partner = _locked(by)
        found = queries.find_registration(partner)
        found.url, found.events, found.updated_at = url, wanted, clock.now()
        found.signs_in_own_header = signs_in_own_header
        found.failing_since = found.disabled_at = None
        found.save()
        delivery.bring_on(partner.pk, found.updated_at)
        _ask_for(partner, wanted, by=by)
        _record("update_webhook", by, url, wanted)
        return found


def remove(*, by: Actor) -> None:
    """End the registration; what has not been delivered is given up, and stays in the log."""
    require(by, Capability.MANAGE_APPS)
    with transaction.atomic():
        partner = _locked(by)
        found = queries.find_registration(partner)
        found.delete()
        _ask_for(partner, [], by=by)
        waiting = queries.find_events(partner).filter(delivered_at=None, given_up_at=None)
        waiting.update(given_up_at=clock.now())
        _record("remove_webhook", by, found.url, found.events)


def resume(*, by: Actor) -> None:
    """Begin to send again after sending had ended; what waits is due at once."""
    require(by, Capability.MANAGE_APPS)
    with transaction.atomic():
        found = queries.find_registration(_locked(by))
        if found.disabled_at is None:
            return
        found.failing_since = found.disabled_at = None
        found.save(update_fields=["failing_since", "disabled_at"])
        delivery.bring_on(found.partner_id, clock.now())
        _record("update_webhook", by, found.url, found.events)


def send_test(*, by: Actor) -> Event:
    """Send ``test-created``, twice a minute at most; it must be one of the registered events."""
    require(by, Capability.MANAGE_APPS)
    with transaction.atomic():
        partner = _locked(by)
        found = queries.find_registration(partner)
        _refuse_test(found, partner)
        key, at = uuid4(), clock.now()
        return Event.objects.create(
            partner=partner,
            key=key,
            name=EventName.TEST_CREATED,
            resource_name="test",
            resource_path=f"{TESTS_PATH}/{key}",
            changed_at=clock.now(partner),
            raised_at=at,
            due_at=at,
        )


def replay(key: UUID, *, by: Actor) -> Event:
    """Send an event once more, whatever became of it; its attempts are counted anew."""
    require(by, Capability.MANAGE_APPS)
    with transaction.atomic():
        partner = _locked(by)
        event = queries.find_event(partner, key)
        found = queries.find_registration(partner)
        if found.disabled_at is not None:
            raise Conflict(_("Sending has ended. Resume it first."), code=800002)
        event = queries.find_events(partner).select_for_update().get(pk=event.pk)
        if event.delivered_at or event.given_up_at or event.attempts:
            event.delivered_at = event.given_up_at = None
            event.attempts, event.due_at = 0, clock.now()
            event.save(update_fields=["delivered_at", "given_up_at", "attempts", "due_at"])
        return event


def exemptions() -> Exemptions:
    """What this installation may send to although it is not public."""
    return Exemptions.of(settings.WEBHOOK_ALLOWED_HOSTS)


def _locked(by: Actor) -> Partner:
    """The partner's row: two registrations at once wait for one another, orders do not."""
    return Partner.objects.select_for_update(no_key=True).get(pk=by.partner.pk)


def _ask_for(partner: Partner, wanted: list[str], *, by: Actor) -> None:
    Partner.objects.filter(pk=partner.pk).update(webhook_events=wanted)
    by.partner.webhook_events = wanted


def _known(names: Iterable[str]) -> list[str]:
    """The names as we write them, each once; Invalid for none, and for one that is unknown."""
    known = {name.value.lower(): name.value for name in EventName}
    asked = {str(name).strip().lower() for name in names}
    if unknown := asked - known.keys():
        raise Invalid(
            _("There is no event %(name)s. Known are: %(known)s.")
            % {"name": ", ".join(sorted(unknown))[:200], "known": ", ".join(EventName)},
            field="webhook_events",
        )
    if not asked:
        raise Invalid(_("Choose at least one event."), field="webhook_events")
    return [known[name] for name in known if name in asked]


def _refuse_bad(url: str) -> None:
    if fault := rules.fault_of(url, exemptions()):
        raise Invalid(FAULTS[fault], field="webhook_url")


def _refuse_test(found: Registration, partner: Partner) -> None:
    if EventName.TEST_CREATED not in found.events:
        raise Invalid(_("The webhook is not registered for test-created. Add that event first."))
    if found.disabled_at is not None:
        raise Conflict(_("Sending has ended. Resume it first."), code=800002)
    at = clock.now()
    recent = queries.find_events(partner).filter(
        name=EventName.TEST_CREATED, raised_at__gt=at - rules.TEST_PERIOD
    )
    times = sorted(recent.values_list("raised_at", flat=True)[: rules.TESTS * 2])
    if len(times) >= rules.TESTS:
        wait = _seconds_until(times[-rules.TESTS] + rules.TEST_PERIOD, at)
        raise TooMany(
            _("Two test events a minute at most. Try again in %(seconds)s seconds.")
            % {"seconds": wait},
            retry_after=wait,
        )


def _seconds_until(then: datetime, at: datetime) -> int:
    return max(1, -int((at - then).total_seconds() // 1))


def _record(action: str, by: Actor, url: str, names: Iterable[str]) -> None:
    """The host alone: the rest of the address may hold a secret of the receiver's."""
    parts = rules.parsed(url)
    trail.record(
        action=action,
        by=by,
        at=clock.now(by.partner),
        resource_type="webhook",
        subject=rules.bare_host(parts) if parts else "",
        details={"events": ", ".join(names)},
    )
