"""The one clock. Every period in the product is half-open: ``[start, end)``."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Protocol

from django.conf import settings

_ago: ContextVar[timedelta] = ContextVar("ago", default=timedelta(0))


class HasClock(Protocol):
    """What the clock needs to know of a partner."""

    is_sandbox: bool
    clock_offset: timedelta


def may_move(partner: HasClock) -> bool:
    """Whether the partner's time is its own: sandbox partners, or any under ``TEST_CLOCK=1``."""
    return partner.is_sandbox or bool(settings.TEST_CLOCK)


def now(partner: HasClock | None = None) -> datetime:
    """The present instant, in UTC, as this partner lives it."""
    present = datetime.now(UTC) - _ago.get()
    if partner is not None and may_move(partner):
        return present + partner.clock_offset
    return present


def days_ago(days: int) -> AbstractContextManager[None]:
    """Let it be that many days earlier while the block runs: for demo data that has a past."""
    return _earlier(timedelta(days=days))


def back_at(instant: datetime) -> AbstractContextManager[None]:
    """Let the block begin at that instant of the past, for the same purpose."""
    return _earlier(datetime.now(UTC) - instant)


@contextmanager
def _earlier(by: timedelta) -> Iterator[None]:
    token = _ago.set(by)
    try:
        yield
    finally:
        _ago.reset(token)
