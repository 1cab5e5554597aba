"""Terms, windows and grouping of an order: pure functions on dates, numbers and texts."""

import calendar
import math
from datetime import datetime, timedelta

CART_LIFE = timedelta(days=7)
MAX_LINES = 100
MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36}
BILLING_CYCLES = {
    "": "one_time",
    "OneTime": "one_time",
    "Annual": "annual",
    "Triennial": "one_time",
    "Monthly": "monthly",
    "None": "none",
}
DAY = timedelta(days=1)


def term_end(start: datetime, term: str) -> datetime | None:
    """End of the term, half-open; the month's last day stands for a day it does not have.

    None for what has no term (perpetual software).
    """
    months = MONTHS.get(term)
    if months is None:
        return None
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)


def returnable_until(purchased_at: datetime, kind: str, days: int | None) -> datetime | None:
    """First instant at which the order can no longer be cancelled (S42, S44, ruling 1).

    None where there is no window: by request only, or not at all.
    """
    return purchased_at + timedelta(days=days) if kind == "window" and days is not None else None


def days_remaining(until: datetime, now: datetime) -> int:
    """Whole days that remain, a begun day counts (S62): never 0 while the window is open."""
    return max(0, math.ceil((until - now) / DAY))


def billing_cycle(billing_plan: str) -> str:
    """The API's ``billingCycle`` of a price sheet's ``BillingPlan``."""
    return BILLING_CYCLES.get(billing_plan, "one_time")


def order_group(kind: str, cycle: str, term: str) -> str:
    """Lines with the same value become one order: one-time things together, else by term."""
    if cycle in ("one_time", "none"):
        return "reservation" if kind == "reservation" else "one_time"
    return f"{cycle}/{term}"
