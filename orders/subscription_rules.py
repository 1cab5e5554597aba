"""Subscriptions: which lines are one, their state, and what more of them costs; pure functions."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from billing.rules import days_between
from partnercenter.lib.money import cut

# Kinds of offers whose quantity can be raised, and kinds that live in an Azure subscription.
GROWING = frozenset({"software_subscription"})
IN_AZURE = frozenset({"software_plan", "reservation"})


class SubscriptionStatus(StrEnum):
    """The words that every client knows; a term that has ended is ``deleted`` (clients.md 16)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a client says of a subscription; what it leaves out, or says as it is, stays."""

    quantity: int | None = None
    status: str = ""
    friendly_name: str = ""
    auto_renew: bool = False
    billing_cycle: str = ""
    partner_on_record: str = ""


def subscription_status(
    *, cancelled: bool, suspended: bool, term_end: datetime, at: datetime
) -> SubscriptionStatus:
    """State at an instant; ``cancelled``: the line and all that was added to it are."""
    if cancelled or at >= term_end:
        return SubscriptionStatus.DELETED
    return SubscriptionStatus.SUSPENDED if suspended else SubscriptionStatus.ACTIVE


def rest_of_term(start: datetime, end: datetime, at: datetime) -> tuple[int, int]:
    """Days from that date (included) to the term's end, and days of the term (ruling 9)."""
    return max(0, days_between(at, end)), days_between(start, end)


def rest_price(unit_price: Decimal, *, left: int, days: int, currency: str) -> Decimal:
    """What one more costs for the days that are left: as a credit is reckoned, cut (ruling 9)."""
    return cut(unit_price * left / days, currency)
