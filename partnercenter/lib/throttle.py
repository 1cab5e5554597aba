"""How often: requests of a partner, tokens of an application; counted in Valkey for all processes.

A process takes a thousandth of the limit at a time, so that most counts cost no round trip. What
it took and has not used is lost to the others: never more than the limit pass. Without Valkey
everything passes.
"""

from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from partnercenter.lib import clock

WINDOW = 60
STEPS = 1000
# Who has not been seen for a window is forgotten when there are more than so many.
MOST_KEYS = 10_000


class Use(NamedTuple):
    """Where somebody stands: calls of this minute, and seconds until the next one begins."""

    limit: int
    remaining: int
    reset: int
    allowed: bool


@dataclass(slots=True)
class _Share:
    """What this process took for one key in one window; ``beyond`` is what nobody has taken."""

    window: int
    left: int = 0
    beyond: int = 0
    is_used_up: bool = False


_shares: dict[tuple[str, object], _Share] = {}
_lock = Lock()


def count(name: str, key: object, limit: int) -> Use | None:
    """Count one call of ``key`` against so many a minute; None while Valkey is away."""
    window, age = divmod(int(clock.now().timestamp()), WINDOW)
    share = _share(name, key, window)
    if not share.is_used_up and not _take(share):
        step = max(1, limit // STEPS)
        taken = cache.tick(f"rate:{name}:{key}:{window}", step, timeout=2 * WINDOW)  # type: ignore[attr-defined]
        if taken is None:
            return None
        granted = step - max(0, taken - limit)
        with _lock:
            share.is_used_up = granted <= 0
            share.left += max(0, granted - 1)
            share.beyond = max(0, limit - taken)
    if share.is_used_up:
        return Use(limit, 0, WINDOW - age, allowed=False)
    return Use(limit, share.beyond + share.left, WINDOW - age, allowed=True)


def _share(name: str, key: object, window: int) -> _Share:
    with _lock:
        share = _shares.get((name, key))
        if share is None or share.window != window:
            if len(_shares) > MOST_KEYS:
                for old in [known for known, held in _shares.items() if held.window != window]:
                    del _shares[old]
            share = _shares[name, key] = _Share(window)
        return share


def _take(share: _Share) -> bool:
    with _lock:
        if share.left == 0:
            return False
        share.left -= 1
        return True


class PartnerRate(BaseThrottle):
    """``API_REQUESTS_PER_MINUTE`` of each partner, whichever application or user sends them.

    DRF's own throttle reads and writes a list of all calls of the period, in two round trips
    between which others count too.
    """

    @cached_property
    def limit(self) -> int:
        return int(settings.API_REQUESTS_PER_MINUTE)

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 - DRF's hook
        partner = getattr(request.user, "partner", None)
        if not self.limit or partner is None:
            return True
        use = count("api", partner.pk, self.limit)
        if use is None:
            return True
        # The middleware writes it into the answer's headers.
        request._request.rate = use  # type: ignore[attr-defined]  # noqa: SLF001 - as DRF names it
        self.use = use
        return use.allowed

    def wait(self) -> float:
        return self.use.reset
