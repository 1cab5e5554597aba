"""Change a subscription: its quantity, name and state; register and activate it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from accounts.permissions import require
from accounts.rules import Capability
from activitylog.rules import Action
from activitylog.services import attempt, record
from orders import subscriptions
from orders.models import ChangedSubscription, OrderLine
from orders.rules import billing_cycle
from orders.services import growing
from orders.subscription_rules import IN_AZURE, SubscriptionStatus, Wanted
from orders.subscriptions import Subscription
from partnercenter.lib.errors import Invalid
from partnercenter.lib.events import subscription_updated
from partnercenter.lib.wire.body import NO_CHOICE
from partnercenter.lib.wire.etag import ANY_VERSION, IfMatch

Columns = dict[str, Any]
STATES = frozenset({SubscriptionStatus.ACTIVE, SubscriptionStatus.SUSPENDED})


@dataclass(frozen=True, slots=True)
class _Change:
    """Columns to set, what more to buy, and what the log tells of it."""

    columns: Columns
    more: int
    story: Mapping[str, str]


def may_change(subscription: Subscription, *, by: Actor) -> None:
    """Refuse who may not change it, and record it, before anything is said about his input."""
    with _attempt(subscription, by=by):
        require(by, Capability.BUY)


def update_subscription(
    subscription: Subscription, wanted: Wanted, *, by: Actor, if_match: IfMatch = ANY_VERSION
) -> Subscription:
    """Make of the subscription what is wanted of it; what is as wanted already does nothing.

    More quantity is an order of its own for the rest of the term, at its price by the day
    (``growing``). Refuses: less of it (800090), other kinds than software subscriptions (2006),
    outside the SKU's range (2002), while suspended (2001); renewal (800093), another billing
    cycle (2054) or partner (800098), other states than active and suspended (800096); anything
    once it is cancelled or over (2011); a stale version (2055).
    """
    with _attempt(subscription, by=by):
        require(by, Capability.BUY)
        with transaction.atomic():
            held = _locked(subscription, by=by)
            if_match.check(held.tag)
            change = _change(held, wanted, at=held.at)
            if not (change.columns or change.more):
                return held
            _write(held, change.columns, by=by)
            if change.more:
                growing.add_quantity(held, change.more, by=by)
            if change.story.keys() & {"status", "quantity"}:
                subscription_updated(
                    partner=by.partner,
                    customer_id=held.customer.pk,
                    subscription_id=held.pk,
                    at=held.at,
                )
            return _recorded(held, change.story, by=by)


def register_subscription(subscription: Subscription, *, by: Actor) -> Subscription:
    """Register it for Azure reservations; a repeat does nothing. Else 800011, 800012."""

    def registered(held: Subscription) -> Columns:
        if held.row["kind"] not in IN_AZURE:
            raise Invalid(
                _("%(title)s does not live in Azure. Only what does can be registered.")
                % {"title": held.row["title"]},
                code=800011,
            )
        if held.status is not SubscriptionStatus.ACTIVE:
            raise Invalid(_("The subscription is not active. Reactivate it first."), code=800012)
        return {} if held.row["registered_at"] else {"registered_at": held.at}

    return _mark(subscription, registered, {"registration": "registered"}, by=by)


def activate_subscription(subscription: Subscription, *, by: Actor) -> Subscription:
    """Activate it as its buyer would; in a sandbox only (900127), and once (800041)."""

    def activated(held: Subscription) -> Columns:
        if not by.partner.is_sandbox:
            raise Invalid(_("Only a sandbox can activate for its customers."), code=900127)
        if held.status is SubscriptionStatus.DELETED:
            raise _gone(held)
        if held.row["activated_at"]:
            raise Invalid(_("The subscription is activated already."), code=800041)
        return {"activated_at": held.at}

    return _mark(subscription, activated, {"activation": "activated"}, by=by)


def _mark(
    subscription: Subscription,
    columns: Callable[[Subscription], Columns],
    story: Mapping[str, str],
    *,
    by: Actor,
) -> Subscription:
    with _attempt(subscription, by=by):
        require(by, Capability.BUY)
        with transaction.atomic():
            held = _locked(subscription, by=by)
            found = columns(held)
            if not found:
                return held
            _write(held, found, by=by)
            return _recorded(held, story, by=by)


def _attempt(subscription: Subscription, *, by: Actor) -> Any:
    return attempt(
        action=Action.UPDATE_SUBSCRIPTION,
        by=by,
        customer=subscription.customer,
        subject=subscription.row["title"],
        details=_named(subscription),
    )


def _locked(subscription: Subscription, *, by: Actor) -> Subscription:
    """The subscription as it is, nobody else changing or cancelling its line until the commit."""
    line = OrderLine.objects.select_for_update().filter(partner=by.partner, pk=subscription.pk)
    line.values_list("pk").first()
    return subscriptions.find_subscription(subscription.pk, customer=subscription.customer, by=by)


def _change(held: Subscription, wanted: Wanted, *, at: datetime) -> _Change:
    """What is to be done; refuses what cannot be."""
    columns: Columns = {}
    story: dict[str, str] = {}
    _refuse_other_terms(held, wanted)
    status = SubscriptionStatus(_wanted_status(held, wanted))
    if status is not held.status:
        columns["suspended_at"] = at if status is SubscriptionStatus.SUSPENDED else None
        story["status"] = status.value
    if wanted.friendly_name and wanted.friendly_name != held.row["friendly_name"]:
        columns["friendly_name"] = wanted.friendly_name
        story["friendlyName"] = wanted.friendly_name
    more = (wanted.quantity or held.quantity) - held.quantity
    if (columns or more) and held.status is SubscriptionStatus.DELETED:
        raise _gone(held)
    if more:
        growing.refuse(held, more, suspended=status is SubscriptionStatus.SUSPENDED)
        story["quantity"] = str(held.quantity + more)
    return _Change(columns, more, story)


def _wanted_status(held: Subscription, wanted: Wanted) -> str:
    asked = wanted.status.lower()
    if asked in NO_CHOICE or asked == held.status:
        return held.status
    if held.status is SubscriptionStatus.DELETED:
        raise _gone(held)
    if asked == SubscriptionStatus.DELETED:
        raise Invalid(
            _("%(title)s is cancelled by its order: PATCH the order %(order)s to cancelled.")
            % {"title": held.row["title"], "order": held.row["order"]},
            code=800096,
            field="status",
        )
    if asked not in STATES:
        raise Invalid(_("status must be active or suspended."), code=800096, field="status")
    return asked


def _refuse_other_terms(held: Subscription, wanted: Wanted) -> None:
    cycle = wanted.billing_cycle.lower()
    if cycle not in NO_CHOICE | {billing_cycle(held.row["billing_plan"])}:
        raise Invalid(
            _("The billing cycle is the order's and is not changed here."),
            code=2054,
            field="billingCycle",
        )
    if wanted.auto_renew:
        raise Invalid(
            _("%(title)s cannot be renewed. Buy it again when its term ends.")
            % {"title": held.row["title"]},
            code=800093,
            field="autoRenewEnabled",
        )
    if wanted.partner_on_record not in {"", held.row["reseller"]}:
        raise Invalid(
            _("The partner on record is the order's and is not changed here."),
            code=800098,
            field="partnerId",
        )


def _gone(held: Subscription) -> Invalid:
    return Invalid(
        _("%(title)s is cancelled or its term is over; it is not changed any more.")
        % {"title": held.row["title"]},
        code=2011,
    )


def _write(held: Subscription, columns: Columns, *, by: Actor) -> None:
    """Keep the change; the line's lock makes the row the only one."""
    row = held.row
    kept = {name: row[name] for name in ("suspended_at", "registered_at", "activated_at")}
    named = row["friendly_name"] if row["changes"] else ""
    values = {"friendly_name": named} | kept | columns | {"changes": row["changes"] + 1}
    ChangedSubscription.objects.bulk_create(
        [
            ChangedSubscription(
                id=held.pk,
                partner=by.partner,
                order_id=row["order"],
                number=row["number"],
                **values,
            )
        ],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=list(values),
    )


def _recorded(held: Subscription, story: Mapping[str, str], *, by: Actor) -> Subscription:
    record(
        action=Action.UPDATE_SUBSCRIPTION,
        by=by,
        at=held.at,
        customer=held.customer,
        subject=held.row["title"],
        details=_named(held) | dict(story),
    )
    return subscriptions.find_subscription(held.pk, customer=held.customer, by=by)


def _named(subscription: Subscription) -> dict[str, str]:
    return {"subscriptionId": str(subscription.pk), "orderId": subscription.row["order"]}
