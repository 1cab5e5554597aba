"""Terms, windows, grouping and status of an order: pure functions on dates, numbers and texts."""

import base64
import calendar
import json
import math
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

CART_LIFE = timedelta(days=7)
MAX_LINES = 100
MOST_QUANTITY = 999_999_999
MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36, "P5Y": 60}
BILLING_CYCLES = {
    "": "one_time",
    "OneTime": "one_time",
    "Annual": "annual",
    "Triennial": "one_time",
    "Monthly": "monthly",
    "None": "none",
}
# The segment of an offer, and the customers it is for (S5).
SOLD_TO = {
    "Commercial": "commercial",
    "Education": "education",
    "Charity": "nonprofit",
    "Government": "government",
}
DAY = timedelta(days=1)

# What a cart keeps although it cannot be ordered: an id that leads to nothing (contract 5).
KEPT_IN_CART = frozenset({800004, 400013, 400018, 400019})
CART_ID_NOT_VALID = 10001
CART_LINE_UNABLE = 10006


class OrderStatus(StrEnum):
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class LineStatus(StrEnum):
    PENDING = "pending"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


def line_status(*, cancelled: bool, waiting: bool) -> LineStatus:
    """State of one line; a cancelled line waits for nothing."""
    if cancelled:
        return LineStatus.CANCELLED
    return LineStatus.PENDING if waiting else LineStatus.FULFILLED


def order_status(lines: Collection[str]) -> OrderStatus:
    """State of an order by those of its lines (F-ORD-1): cancelled once every line is."""
    if lines and all(line == LineStatus.CANCELLED for line in lines):
        return OrderStatus.CANCELLED
    return OrderStatus.PENDING if LineStatus.PENDING in lines else OrderStatus.COMPLETED


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


def wire_term(term: str) -> str:
    """The API's ``termDuration``; "" for what has none."""
    return term if term in MONTHS else ""


def billing_cycle(billing_plan: str) -> str:
    """The API's ``billingCycle`` of a price sheet's ``BillingPlan``."""
    return BILLING_CYCLES.get(billing_plan, "one_time")


def order_group(kind: str, cycle: str, term: str) -> str:
    """Lines with the same value become one order: one-time things together, else by term."""
    if cycle in ("one_time", "none"):
        return "reservation" if kind == "reservation" else "one_time"
    return f"{cycle}/{term}"


def cart_error_code(code: int | str) -> int:
    """The code of a cart line's ``error`` for a refusal's code; both SDKs know these two."""
    return CART_ID_NOT_VALID if code in KEPT_IN_CART else CART_LINE_UNABLE


class Reason(StrEnum):
    """Whether an order can be cancelled by oneself, and if not, why (S61-S64)."""

    OPEN = "open"
    WINDOW_PASSED = "windowPassed"
    SUPPORT_ONLY = "supportOnly"
    NOT_CANCELLABLE = "notCancellable"
    ALREADY_CANCELLED = "alreadyCancelled"
    NEEDS_MORE_INFORMATION = "needsMoreInformation"


class ReviewState(StrEnum):
    """Who has to speak next where a support request asks for a line's refund (S64)."""

    UNDER_REVIEW = "underReview"
    NEEDS_MORE_INFORMATION = "needsMoreInformation"


def line_reason(
    *,
    kind: str,
    until: datetime | None,
    cancelled: bool,
    free: bool,
    at: datetime,
    in_review: bool = False,
    approved: bool = False,
) -> Reason:
    """State of one line at an instant, by the policy that was copied to it (S42-S49).

    ``free``: cancellable whatever its policy says, as a reservation in a sandbox is.
    ``approved``: the desk grants it, which opens what is closed by time or by request only.
    """
    if cancelled:
        return Reason.ALREADY_CANCELLED
    returnable = until is not None or kind == "support_only"
    if free or (approved and returnable):
        return Reason.OPEN
    if not returnable:
        return Reason.NOT_CANCELLABLE
    if in_review:
        return Reason.NEEDS_MORE_INFORMATION
    if until is None:
        return Reason.SUPPORT_ONLY
    return Reason.OPEN if at < until else Reason.WINDOW_PASSED


def order_reason(lines: Collection[Reason]) -> Reason:
    """State of an order by its lines; where they differ, a person has to look at it (S64)."""
    rest = set(lines) - {Reason.ALREADY_CANCELLED}
    if not rest:
        return Reason.ALREADY_CANCELLED
    return rest.pop() if len(rest) == 1 else Reason.NEEDS_MORE_INFORMATION


def version_tag(resource_id: object, version: int) -> str:
    """The ETag of a version, in the form of the public service (contract 1.9)."""
    text = json.dumps({"id": str(resource_id), "version": version}, separators=(",", ":"))
    return base64.b64encode(text.encode()).decode()


def order_tag(order_id: str, *, cancelled: int) -> str:
    """The ETag of an order: each line that is cancelled makes it another version."""
    return version_tag(order_id, 1 + cancelled)


def cart_tag(cart_id: object, modified_at: datetime) -> str:
    """The ETag of a cart: its last change makes the version, in microseconds."""
    return version_tag(cart_id, round(modified_at.timestamp() * 1_000_000))
