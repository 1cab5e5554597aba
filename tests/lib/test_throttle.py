"""Limits per partner: 429 as clients read it, counted for all processes, soft without Valkey."""

import itertools
import time
import uuid
from datetime import UTC, datetime

import pytest
import time_machine
from django.core.cache import cache

from partnercenter.lib import throttle
from partnercenter.lib.softcache import SoftRedisCache

NOW = datetime(2020, 1, 2, 10, 12, 3, tzinfo=UTC)
PARTNER = uuid.uuid4()


@pytest.fixture(autouse=True)
def still():
    throttle._shares.clear()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def limited(settings):
    settings.API_REQUESTS_PER_MINUTE = 3


def another_process():
    """What this process holds in hand is not there for the next."""
    throttle._shares.clear()


def allowed(count, limit, name="api"):
    return [throttle.count(name, PARTNER, limit).allowed for _ in range(count)]


def test_so_many_pass_and_no_more():
    assert allowed(5, 3) == [True, True, True, False, False]


def test_the_next_minute_begins_anew(still):
    assert allowed(2, 1) == [True, False]
    still.shift(56)
    assert allowed(1, 1) == [False]
    still.shift(1)
    assert allowed(2, 1) == [True, False]


def test_it_says_what_is_left_and_when_it_begins_anew():
    told = [throttle.count("api", PARTNER, 2) for _ in range(3)]
    assert told == [(2, 1, 57, True), (2, 0, 57, True), (2, 0, 57, False)]


def test_processes_count_together():
    passed = []
    for _ in range(6):
        passed += allowed(1, 4)
        another_process()
    assert passed == [True] * 4 + [False] * 2


def test_of_a_high_limit_processes_take_their_share_and_never_pass_more():
    limit, passed = 2000, 0
    for _ in itertools.takewhile(lambda _: allowed(1, limit) == [True], itertools.count()):
        passed += 1
        if passed % 7 == 0:
            another_process()
    # Steps of 2: each change of process forfeits at most one.
    assert limit - passed // 7 - 1 <= passed <= limit


def test_keys_and_names_have_counts_of_their_own():
    assert allowed(2, 1) == [True, False]
    assert throttle.count("api", uuid.uuid4(), 1).allowed
    assert allowed(1, 1, name="token") == [True]


def test_who_has_not_been_seen_is_forgotten(still, monkeypatch):
    monkeypatch.setattr(throttle, "MOST_KEYS", 10)
    for number in range(12):
        throttle.count("api", number, 10)
    still.shift(60)
    throttle.count("api", "new", 10)
    assert list(throttle._shares) == [("api", "new")]


def test_one_round_trip_at_most(monkeypatch):
    trips = []
    tick = SoftRedisCache.tick
    monkeypatch.setattr(
        SoftRedisCache, "tick", lambda *args, **more: trips.append(1) or tick(*args, **more)
    )
    for _ in range(3000):
        throttle.count("api", PARTNER, 600_000)
    assert len(trips) == 5
    allowed(50, 1, name="small")
    assert len(trips) == 5 + 2


def test_a_count_costs_next_to_nothing():
    throttle.count("api", PARTNER, 600_000)
    start = time.process_time()
    for _ in range(10_000):
        throttle.count("api", PARTNER, 600_000)
    assert time.process_time() - start < 0.5  # 50 microseconds each; some 5 are usual


def test_without_valkey_everything_passes(monkeypatch, fabrikam, limited):
    monkeypatch.setattr(SoftRedisCache, "tick", lambda *_args, **_more: None)
    client = fabrikam.api("aa")
    answers = [client.get("/v1/me") for _ in range(6)]
    assert {answer.status_code for answer in answers} == {200}
    assert "X-RateLimit-Limit" not in answers[0]


def test_a_counter_away_is_none(tmp_path):
    away = SoftRedisCache(f"unix://{tmp_path}/nobody.sock", {})
    assert away.tick("a", 1, timeout=5) is None
    SoftRedisCache._away_until = 0.0


def test_counters_end():
    assert [cache.tick("a", 2, timeout=5), cache.tick("a", 3, timeout=5)] == [2, 5]
    assert 0 < cache._cache.get_client("a").ttl(cache.make_key("a")) <= 5


@pytest.mark.django_db
@pytest.mark.usefixtures("limited")
class TestApi:
    def test_the_answer_is_429_without_code(self, fabrikam):
        client = fabrikam.api("aa")
        answers = [client.get("/v1/me") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert answers[-1].json() == {
            "statusCode": 429,
            "message": "Rate limit is exceeded. Try again in 57 seconds.",
        }
        assert answers[-1]["Retry-After"] == "57"

    def test_headers_show_it(self, fabrikam):
        client = fabrikam.api("aa")
        names = [f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset")]
        answers = [client.get("/v1/me") for _ in range(4)]
        shown = [[answer[name] for name in names] for answer in answers]
        assert shown == [["3", left, "57"] for left in ("2", "1", "0", "0")]

    def test_it_is_the_partner_s_whoever_asks(self, fabrikam, tailspin):
        keys = ("aa", "ga", "aa", "ga")
        statuses = [fabrikam.api(key).get("/v1/me").status_code for key in keys]
        assert statuses == [200, 200, 200, 429]
        assert tailspin.api("aa").get("/v1/me").status_code == 200

    def test_refused_writes_change_nothing(self, fabrikam):
        client = fabrikam.api("aa")
        for _ in range(3):
            client.get("/v1/me")
        answer = client.post("/v1/customers", {"companyProfile": {}}, format="json")
        assert answer.status_code == 429

    def test_refusals_count_too(self, fabrikam):
        client = fabrikam.api("du")
        nobody = f"/v1/customers/{uuid.uuid4()}"
        asked = ["/v1/customers", nobody, "/v1/customers", "/v1/customers", nobody]
        assert [client.get(each).status_code for each in asked] == [403, 404, 403, 429, 429]

    def test_0_lifts_the_limit(self, fabrikam, settings):
        settings.API_REQUESTS_PER_MINUTE = 0
        answer = fabrikam.api("aa").get("/v1/me")
        assert (answer.status_code, "X-RateLimit-Limit" in answer) == (200, False)

    def test_strangers_are_not_counted(self, fabrikam):
        statuses = [fabrikam.api().get("/v1/me").status_code for _ in range(5)]
        assert statuses == [401] * 5
