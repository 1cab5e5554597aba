"""Events: what a partner's own systems are told, promised in the transaction of the deed.

Apps raise them here. ``partnercenter.webhooks`` delivers them.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from partnercenter.lib import clock
from partnercenter.lib.models import Event


class EventName(StrEnum):
    """The public service's names, and two of our own for what it tells nobody (C14)."""

    TEST_CREATED = "test-created"
    SUBSCRIPTION_UPDATED = "subscription-updated"
    INVOICE_READY = "invoice-ready"
    ORDER_CREATED = "order-created"
    ORDER_CANCELLED = "order-cancelled"
    # May be asked for, as clients do; nothing here raises them.
    USAGE_THRESHOLD_EXCEEDED = "usagerecords-thresholdExceeded"
    REFERRAL_CREATED = "referral-created"
    REFERRAL_UPDATED = "referral-updated"


class Subscriber(Protocol):
    """What has to be known of a partner."""

    @property
    def pk(self) -> Any: ...

    webhook_events: list[str]


def put(
    name: EventName, *, partner: Subscriber, resource_name: str, resource_path: str, at: datetime
) -> Event | None:
    """Promise to tell the partner; None, at no cost, where he has not asked for this event.

    Call inside the deed's transaction, when the resource's rows are locked: the order of events
    is that of these calls. ``resource_path`` is the resource's address from the root, and ``at``
    the instant of the deed.
    """
    if name not in partner.webhook_events:
        return None
    raised = clock.now()
    return Event.objects.create(
        partner_id=partner.pk,
        name=name,
        resource_name=resource_name,
        resource_path=resource_path,
        changed_at=at,
        raised_at=raised,
        due_at=raised,
    )


def subscription_updated(
    *, partner: Subscriber, customer_id: UUID, subscription_id: object, at: datetime
) -> None:
    """``subscription-updated``: for changes of quantity or state alone, as the original does."""
    path = f"/webhooks/v1/customers/{customer_id}/subscriptions/{subscription_id}"
    put(
        EventName.SUBSCRIPTION_UPDATED,
        partner=partner,
        resource_name="subscription",
        resource_path=path,
        at=at,
    )


def insertion(name: EventName, *, resource_name: str, rows: str) -> str:
    """An INSERT for a deed that is done by set; ``rows`` is a SELECT, without its WHERE.

    It gives ``partner_id, path, changed_at``, from tables of which one is the partners', as ``p``.
    The statement needs the mark ``now``.
    """
    return f"""
INSERT INTO {Event._meta.db_table} (partner_id, key, name, resource_name, resource_path,
  changed_at, raised_at, due_at, attempts)
SELECT partner_id, gen_random_uuid(), '{name}', '{resource_name}', path, changed_at,
  %(now)s, %(now)s, 0
FROM ({rows} WHERE '{name}' = ANY(p.webhook_events)) told
"""  # noqa: S608 - our own table and names
