"""When a link is dead, how a key is shown: pure functions on instants, numbers and texts."""

import math
from datetime import datetime, timedelta
from enum import StrEnum

GRANT_LIFE = timedelta(hours=24)
# A grant serves at most this many times the file's size, so that it can be resumed, not shared.
GRANT_SIZE_FACTOR = 2
# Days before the end of a return window at which it is announced, in the order of time.
REMIND_DAYS_BEFORE = (7, 3, 1)


class LinkStatus(StrEnum):
    LIVE = "live"
    EXPIRED = "link_expired"
    EXHAUSTED = "link_exhausted"
    REVOKED = "link_revoked"


class EntitlementStatus(StrEnum):
    PREPARING = "pending"
    ACTIVE = "active"
    CANCELLED = "cancelled"


def link_expiry(created_at: datetime, life_days: int) -> datetime:
    """First instant at which the link is dead: ``life_days`` × 24 h later (S31, ruling 1)."""
    return created_at + timedelta(days=life_days)


def link_status(
    *, used: int, max_downloads: int, expires_at: datetime, revoked: bool, at: datetime
) -> LinkStatus:
    """State at an instant; whichever limit came first shows first (S31, S32, S67)."""
    if revoked:
        return LinkStatus.REVOKED
    if used >= max_downloads:
        return LinkStatus.EXHAUSTED
    if at >= expires_at:
        return LinkStatus.EXPIRED
    return LinkStatus.LIVE


def time_left(expires_at: datetime, now: datetime) -> tuple[int, int]:
    """Days and hours that are left, one of them 0; what has begun counts, as for returns."""
    rest = expires_at - now
    if rest > timedelta(days=1):
        return math.ceil(rest / timedelta(days=1)), 0
    return 0, math.ceil(rest / timedelta(hours=1))


def days_left(until: datetime, now: datetime) -> int:
    """Whole days until a window ends, as the Cancel purchase dialog counts: a begun day counts."""
    return max(0, math.ceil((until - now) / timedelta(days=1)))


def last_five(key: str) -> str:
    """The part of a key that may be shown before it is revealed."""
    return key[-5:]


def masked(last: str) -> str:
    """A 5 × 5 key with all but its last group hidden."""
    return "-".join(["•••••"] * 4 + [last])


def byte_limit(size: int) -> int:
    """Bytes that one grant may serve in all (ruling 3)."""
    return size * GRANT_SIZE_FACTOR


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a single ``Range: bytes=…`` header; None where it is to be ignored.

    Raises ``ValueError`` when the range lies outside the file (416). Several ranges are ignored,
    which HTTP allows, so that nobody multiplies a file with them.
    """
    unit, _, spec = header.strip().partition("=")
    first, dash, last = (part.strip() for part in spec.partition("-"))
    parts_are_numbers = all(p == "" or (p.isascii() and p.isdigit()) for p in (first, last))
    if unit.lower() != "bytes" or not dash or not parts_are_numbers or not (first or last):
        return None
    if not first:
        start, end = max(0, size - int(last)), size - 1
    else:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < start:
            return None
    if start >= size or (not first and int(last) == 0):
        raise ValueError(header)
    return start, end
