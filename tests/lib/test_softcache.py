import time

import pytest
from django.core.cache import cache, caches

from partnercenter.lib import softcache
from partnercenter.lib.softcache import SoftRedisCache


@pytest.fixture
def away(tmp_path):
    """A cache behind a socket on which nobody listens."""
    options = {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}}
    yield SoftRedisCache(f"unix://{tmp_path}/nobody.sock", options)
    SoftRedisCache._away_until = 0.0


def test_everything_is_a_miss_and_nothing_fails(away):
    assert away.get("a", "default") == "default"
    assert away.set("a", 1) is None
    assert away.add("a", 1) is True
    assert away.incr("a", 3) == 3
    assert away.touch("a") is False
    assert away.delete("a") is False
    assert away.has_key("a") is False
    assert away.get_many(["a", "b"]) == {}
    assert away.set_many({"a": 1}) == ["a"]
    assert away.delete_many(["a"]) is None
    assert away.clear() is False
    assert away.get_or_set("a", lambda: 5) == 5


def test_after_a_failure_nobody_waits_for_a_while(away, monkeypatch):
    away.get("a")
    calls = []
    monkeypatch.setattr(type(away._cache), "get", lambda *_: calls.append(1))
    away.get("a")
    assert calls == []
    SoftRedisCache._away_until = time.monotonic() - softcache.PAUSE_SECONDS
    away.get("a")
    assert calls == [1]


def test_with_the_server_there_it_is_an_ordinary_cache(services):
    assert isinstance(caches["default"], SoftRedisCache)
    assert cache.add("a", 1) is True
    assert cache.add("a", 2) is False
    assert (cache.get("a"), cache.incr("a"), cache.has_key("a")) == (1, 2, True)
    with pytest.raises(ValueError, match="not found"):
        cache.incr("missing")
    assert cache.set_many({"b": 1, "c": 2}) == []
    assert cache.get_many(["b", "c", "d"]) == {"b": 1, "c": 2}
    assert (cache.touch("b"), cache.delete("b"), cache.delete("b")) == (True, True, False)
    cache.delete_many(["c"])
    assert cache.get("c") is None
