"""The only writer of the activity log, called inside the transaction of the deed it records."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from accounts.actors import Actor
from activitylog.models import ActivityRecord
from activitylog.rules import Action, Status
from customers.models import Customer
from partnercenter.lib import clock
from partnercenter.lib.batch import insert_together, new
from partnercenter.lib.errors import DomainError

RESOURCE_TYPES: Mapping[str, str] = {
    Action.GET_SOFTWARE_KEY: "software_key",
    Action.GET_SOFTWARE_DOWNLOAD_LINK: "software_download_link",
    Action.DOWNLOAD_SOFTWARE: "software_download_link",
    Action.CREATE_ORDER: "order",
    Action.UPDATE_ORDER: "order",
    Action.UPDATE_SUBSCRIPTION: "subscription",
    Action.MOVE_SANDBOX_CLOCK: "partner",
}


def record(
    *,
    action: str,
    by: Actor,
    at: datetime,
    customer: Customer | None = None,
    subject: str = "",
    resource_type: str = "",
    details: Mapping[str, str] | None = None,
    status: str = Status.SUCCEEDED,
) -> ActivityRecord:
    """Write one row, last in the deed's transaction: it locks the partner's chain until commit.

    ``details`` are texts for the reader; the text of a key never goes in.
    """
    row = _row(
        action=action,
        by=by,
        at=at,
        customer=customer,
        subject=subject,
        resource_type=resource_type,
        details=details,
        status=status,
    )
    insert_together([row])
    return row


_COLUMNS = [field.attname for field in ActivityRecord._meta.concrete_fields]


def insertion(source: str) -> str:
    """The end of an SQL statement that does a deed and records it, to be prepared once.

    ``INSERT … SELECT … FROM source``: one row for each row of the deed's ``WITH`` part, for a
    deed that is too frequent for statements of their own. Its marks are those of ``as_values``.
    """
    marks = ", ".join(f"%({name})s" for name in _COLUMNS)
    table = ActivityRecord._meta.db_table
    return f"INSERT INTO {table} ({', '.join(_COLUMNS)}) SELECT {marks} FROM {source}"  # noqa: S608 - names of our own tables


def as_values(**story: Any) -> dict[str, Any]:
    """What the marks of ``insertion`` stand for; ``story`` as for ``record``."""
    row = _row(status=Status.SUCCEEDED, resource_type="", **story)
    return {name: getattr(row, name) for name in _COLUMNS} | {"details": json.dumps(row.details)}


def _row(
    *,
    action: str,
    by: Actor,
    at: datetime,
    customer: Customer | None,
    subject: str,
    resource_type: str,
    details: Mapping[str, str] | None,
    status: str,
) -> ActivityRecord:
    return new(
        ActivityRecord,
        partner=by.partner,
        at=at,
        action=action,
        resource_type=resource_type or RESOURCE_TYPES[action],
        status=status,
        actor_name=by.name[:254],
        actor_user_id=by.user.pk if by.user else None,
        application_id=by.application_id,
        source=by.source,
        customer_id=customer.pk if customer else None,
        customer_name=customer.company_name if customer else "",
        subject=subject[:300],
        details=dict(details or {}) | ({"userAgent": by.user_agent[:200]} if by.user_agent else {}),
        ip=by.ip[:45],
        correlation_id=by.correlation_id[:64],
    )


@contextmanager
def attempt(
    *,
    action: str,
    by: Actor,
    customer: Customer | None = None,
    subject: str = "",
    details: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Record a refusal of what is tried inside as ``failed`` (ruling 14), then let it rise.

    Stands outside the deed's transaction, which the refusal has rolled back.
    """
    try:
        yield
    except DomainError as refusal:
        record(
            action=action,
            by=by,
            at=clock.now(by.partner),
            customer=customer,
            subject=subject,
            details={**(details or {}), "reason": str(refusal)},
            status=Status.FAILED,
        )
        raise
