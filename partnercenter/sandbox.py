"""Move a sandbox partner's time: what falls due on the way is done, in order, before the answer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.models import Partner
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from billing import settlement
from partnercenter.lib import clock, formats
from partnercenter.lib.errors import Forbidden, Invalid
from software import returns
from software import services as software

FURTHEST = timedelta(days=366 * 20)


class DueWork(NamedTuple):
    """One kind of work that time brings: when it is due next, and what is done then."""

    next_due: Callable[..., datetime | None]
    run: Callable[..., int]


# Beat's tasks and the sandbox clock do the same work by the same functions.
DUE_WORK = (
    DueWork(software.next_link_end, software.record_ended_links),
    DueWork(returns.next_reminder, returns.remind),
    DueWork(settlement.next_month_end, settlement.settle_month_ended),
)


def require_own_clock(by: Actor) -> None:
    """Refuse, and record, who may not move a clock, and partners whose clock is the real one."""
    with attempt(action=Action.MOVE_SANDBOX_CLOCK, by=by):
        require(by, Capability.MOVE_SANDBOX_CLOCK)
        _refuse_real_clock(by.partner)


def move_clock(*, to: datetime, by: Actor) -> datetime:
    """Set the partner's clock forward; returns the new now.

    Refuses partners without a clock of their own (403), and every instant before now (400).
    """
    with attempt(action=Action.MOVE_SANDBOX_CLOCK, by=by):
        require(by, Capability.MOVE_SANDBOX_CLOCK)
        with transaction.atomic():
            # Rows that refer to the partner are written meanwhile: no lock that they wait for.
            partner = Partner.objects.select_for_update(no_key=True).get(pk=by.partner.pk)
            before = _movable_now(partner, to)
            _do_due_work(partner, to)
            _set(partner, to)
            record(
                action=Action.MOVE_SANDBOX_CLOCK,
                by=by,
                at=to,
                subject=partner.name,
                details={"from": before.isoformat(), "to": to.isoformat()},
            )
    return clock.now(partner)


def _refuse_real_clock(partner: Partner) -> None:
    if not clock.may_move(partner):
        raise Forbidden(
            _("%(partner)s is not a sandbox: its clock is the real one.")
            % {"partner": partner.name}
        )


def _movable_now(partner: Partner, to: datetime) -> datetime:
    _refuse_real_clock(partner)
    now = clock.now(partner)
    if to < now:
        raise Invalid(
            _("The sandbox clock moves forward only. It is %(now)s now.")
            % {"now": formats.instant(now)},
            field="now",
        )
    if to - clock.now() > FURTHEST:
        raise Invalid(_("The sandbox clock goes at most 20 years ahead."), field="now")
    return now


def _do_due_work(partner: Partner, to: datetime) -> None:
    while pending := [
        (due, work.run)
        for work in DUE_WORK
        if (due := work.next_due(partner=partner, until=to)) is not None
    ]:
        due, run = min(pending, key=lambda entry: entry[0])
        if due > clock.now(partner):
            _set(partner, due)
        run(partner=partner, until=due)


def _set(partner: Partner, to: datetime) -> None:
    partner.clock_offset = max(to - clock.now(), partner.clock_offset)
    Partner.objects.filter(pk=partner.pk).update(clock_offset=partner.clock_offset)
