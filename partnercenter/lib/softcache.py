"""A cache that may be away: what fails is logged and reads as a miss, and waits are bounded."""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("partnercenter.cache")
# After a failure nobody waits for the cache again for so long.
PAUSE_SECONDS = 5.0


class SoftRedisCache(RedisCache):
    """Django's Redis cache; slower without Redis, never a 500."""

    _away_until = 0.0

    def validate_key(self, key: str) -> None:
        """Any key will do; Django's warning, meant for memcached, would put it into the log."""

    def _softly(self, act: Callable[[], Any], miss: Any) -> Any:
        if time.monotonic() < self._away_until:
            return miss
        try:
            return act()
        except (RedisError, OSError) as error:
            type(self)._away_until = time.monotonic() + PAUSE_SECONDS  # noqa: SLF001 - shared by threads
            log.warning("the cache is away, going on without it: %s", error)
            return miss

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Without the cache nobody holds the key: True, as for the first who asks."""
        act = super().add
        return bool(self._softly(lambda: act(key, value, timeout, version), miss=True))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        act = super().get
        return self._softly(lambda: act(key, default, version), miss=default)

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        act = super().set
        self._softly(lambda: act(key, value, timeout, version), miss=None)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        act = super().touch
        return bool(self._softly(lambda: act(key, timeout, version), miss=False))

    def delete(self, key: Any, version: int | None = None) -> bool:
        act = super().delete
        return bool(self._softly(lambda: act(key, version), miss=False))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        act = super().has_key
        return bool(self._softly(lambda: act(key, version), miss=False))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Without the cache the count begins with this step."""
        act = super().incr
        return int(self._softly(lambda: act(key, delta, version), miss=delta))

    def tick(self, key: str, step: int, *, timeout: int) -> int | None:
        """Add to a counter that lives so many seconds, in one round trip; None without Redis."""
        name = self.make_and_validate_key(key)

        def act() -> int:
            with self._cache.get_client(name, write=True).pipeline(transaction=False) as pipe:
                pipe.incrby(name, step)
                pipe.expire(name, timeout)
                return int(pipe.execute()[0])

        found: int | None = self._softly(act, miss=None)
        return found

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        act, wanted = super().get_many, list(keys)
        return dict(self._softly(lambda: act(wanted, version), miss={}))

    def set_many(
        self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        act = super().set_many
        return list(self._softly(lambda: act(data, timeout, version), miss=list(data)))

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        act, wanted = super().delete_many, list(keys)
        self._softly(lambda: act(wanted, version), miss=None)

    def clear(self) -> bool:  # type: ignore[override]
        act = super().clear
        return bool(self._softly(act, miss=False))
