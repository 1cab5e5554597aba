"""The verbs on dated rules, for the operator of the installation: add one, end one (ruling 6).

What has begun is history: nothing of it changes but its end, which is never in the past. Orders
keep the copies that they made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from catalog.models import (
    CancellationPolicy,
    DownloadLinkPolicy,
    MarketAvailability,
    TaxTreatment,
)
from catalog.models.places import Dated
from catalog.policies_labels import about, says
from partnercenter.lib import clock, formats, trail
from partnercenter.lib.errors import Conflict, Invalid, NotFound, Text

MOST_DIGITS = 18


@dataclass(frozen=True)
class Policy:
    """One kind of dated rule.

    ``key`` names the columns that say what a row is about; ``order`` is that of its list. With
    ``always`` something has to hold at every instant, so that a row only ends where another
    takes over; without, nothing said means the usual: sold, and no tax known.
    """

    slug: str
    title: Text
    model: type[Dated]
    key: tuple[str, ...]
    always: bool

    @property
    def order(self) -> tuple[str, ...]:
        return (*self.key, "valid_from", "id")


POLICIES: Mapping[str, Policy] = {
    policy.slug: policy
    for policy in (
        Policy("cancellation", _("Cancellation windows"), CancellationPolicy, ("name",), True),
        Policy("links", _("Download links"), DownloadLinkPolicy, (), True),
        Policy("tax", _("Tax"), TaxTreatment, ("market_id",), False),
        Policy("markets", _("Markets"), MarketAvailability, ("market_id", "kind"), False),
    )
}


def find_policy(slug: str) -> Policy:
    """The kind with this name in addresses; NotFound for any other."""
    if slug not in POLICIES:
        raise NotFound(_("There is no such kind of policy."))
    return POLICIES[slug]


def find_row(policy: Policy, row_id: int | str) -> Dated:
    """One row of the kind; NotFound for an id that is none."""
    known = str(row_id)
    is_id = known.isdecimal() and len(known) <= MOST_DIGITS
    row = _rows(policy).filter(pk=int(known)).first() if is_id else None
    if row is None:
        raise NotFound(_("This policy was not found."))
    found: Dated = row
    return found


def add(
    policy: Policy,
    values: Mapping[str, Any],
    *,
    source: str,
    valid_from: datetime | None,
    takes_over: bool,
    by: Actor,
) -> Dated:
    """Add a row from an instant on, until further notice; None: from now on.

    With ``takes_over`` what holds then ends there, and what is planned for later is withdrawn;
    without, overlap is refused. Raises Invalid and Conflict at ``valid_from``.
    """
    require(by, Capability.CHANGE_POLICIES)
    start = _not_past(valid_from)
    key = {name: values[name] for name in policy.key}
    try:
        with transaction.atomic():
            _make_room(_reaching(policy, key, start), start, takes_over=takes_over)
            row: Dated = _rows(policy).create(
                **_completed(policy, values), valid_from=start, source=source, added_by=by.name
            )
            _record("add_policy", policy, row, by=by)
    except IntegrityError as error:
        raise Conflict(
            _("Somebody else has just added a row for the same time. Look at the list again."),
            field="valid_from",
        ) from error
    return row


def end(policy: Policy, row_id: int | str, *, at: datetime | None, by: Actor) -> Dated:
    """End a row at an instant, None: now; one that has not begun is withdrawn at its beginning.

    Refuses kinds of which one row must always hold, rows that have ended, and the past.
    """
    require(by, Capability.CHANGE_POLICIES)
    if policy.always:
        raise Conflict(
            _("One of these has to hold at all times. Add the row that takes over instead.")
        )
    with transaction.atomic():
        row: Dated = _rows(policy).select_for_update().get(pk=find_row(policy, row_id).pk)
        row.valid_to = _nearer_end(row, at, now=clock.now())
        _rows(policy).filter(pk=row.pk).update(valid_to=row.valid_to)
        _record("end_policy", policy, row, by=by)
    return row


def _not_past(start: datetime | None) -> datetime:
    now = clock.now()
    if start and start < now:
        raise Invalid(
            _("The past does not change. Choose a later instant, or none: from now on."),
            field="valid_from",
        )
    return start or now


def _nearer_end(row: Dated, at: datetime | None, *, now: datetime) -> datetime:
    first = max(now, row.valid_from)
    if row.valid_to is not None and row.valid_to <= first:
        raise Conflict(_("This row has ended already."))
    instant = at or first
    if instant < first or (row.valid_to and instant > row.valid_to):
        raise Invalid(
            _("Choose an instant from %(first)s on, and not behind the end that it has.")
            % {"first": formats.instant(first)},
            field="at",
        )
    return instant


def _rows(policy: Policy) -> Any:
    return policy.model.objects  # type: ignore[attr-defined]


def _reaching(policy: Policy, key: Mapping[str, Any], start: datetime) -> list[Dated]:
    """Rows about the same thing that hold at the instant or later, locked, in order."""
    reaching = Q(valid_to=None) | Q(valid_to__gt=start)
    rows = _rows(policy).select_for_update().filter(reaching, **key)
    # A row that was withdrawn holds at no time.
    return list(rows.exclude(valid_to=F("valid_from")).order_by("valid_from"))


def _make_room(rows: Sequence[Dated], start: datetime, *, takes_over: bool) -> None:
    if rows and not takes_over:
        first = rows[0]
        until = formats.instant(first.valid_to) if first.valid_to else _("further notice")
        raise Conflict(
            _(
                "It overlaps the row that holds from %(start)s until %(end)s. Choose a later "
                "instant, end that row first, or let the new one take over."
            )
            % {"start": formats.instant(first.valid_from), "end": until},
            field="valid_from",
        )
    for row in rows:
        type(row).objects.filter(pk=row.pk).update(  # type: ignore[attr-defined]
            valid_to=max(row.valid_from, start)
        )


def _completed(policy: Policy, values: Mapping[str, Any]) -> dict[str, Any]:
    """A market keeps its place in the list of its source, a new one comes last."""
    if policy.model is not MarketAvailability:
        return dict(values)
    known = MarketAvailability.objects.filter(kind=values["kind"])
    same = known.filter(market_id=values["market_id"]).first()
    last = known.aggregate(last=Max("position"))["last"] or 0
    return {**values, "position": same.position if same else last + 1}


def _record(action: str, policy: Policy, row: Dated, *, by: Actor) -> None:
    story = {
        "policy": str(policy.title),
        "rule": f"{about(row)}: {says(row)}",
        "from": row.valid_from.isoformat(timespec="seconds"),
        "source": row.source,
    }
    if row.valid_to:
        story["to"] = row.valid_to.isoformat(timespec="seconds")
    trail.record(
        action=action,
        by=by,
        at=clock.now(by.partner),
        resource_type="policy",
        subject=str(about(row)),
        details=story,
    )
