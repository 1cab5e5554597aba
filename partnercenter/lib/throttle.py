"""How often: requests of a partner, tokens of an application; counted in Valkey for all processes.

A process takes a thousandth of the limit at a time, so that most counts cost no round trip. What
it took and has not used is lost to the others: never more than the limit pass. Without Valkey
everything passes.
"""

from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

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


def spend(request: HttpRequest, partner: object) -> None:
    """Count one request of the partner against ``API_REQUESTS_PER_MINUTE``; Throttled beyond it.

    Whichever application or user sends it, and however it is answered. Called when it is known who
    asks: DRF's own hook comes after the check of roles, and would let refusals pass uncounted.
    """
    limit = int(settings.API_REQUESTS_PER_MINUTE)
    use = count("api", partner, limit) if limit else None
    if use is None:
        return
    # The middleware writes it into the answer's headers.
    request.rate = use  # type: ignore[attr-defined]
    if not use.allowed:
        raise Throttled(wait=use.reset)
