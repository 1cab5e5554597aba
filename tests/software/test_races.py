"""Many at once: what the limits promise holds, counted by answers and by rows of the log."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections, transaction

from activitylog.models import ActivityRecord
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict, Gone
from software import downloads, services
from software.models import DownloadGrant, DownloadLink
from tests.software import build
from tests.software.conftest import open_shop

THREADS = 16


@pytest.fixture
def shop(committed_db):
    return open_shop()


@pytest.fixture
def aa(shop):
    return shop.actor("admin_agent")


@pytest.fixture
def pool():
    with ThreadPoolExecutor(THREADS, initializer=lambda: None) as pool:
        yield pool
        list(pool.map(lambda _: connections.close_all(), range(THREADS * 4)))


def at_once(pool, act, count):
    """What each of ``count`` calls returned; those in flight together start together."""
    gate = threading.Barrier(min(count, THREADS))

    def run(number):
        if number < gate.parties:
            gate.wait()
        return act(number)

    return list(pool.map(run, range(count)))


def issue(shop, by, line=None):
    with tenancy.acting_for(shop.partner.pk):
        return services.get_keys_and_downloads(line or shop.line, shop.file, by=by).download


def use(token):
    try:
        downloads.use_link(downloads.find_link(token), ip="", user_agent="")
    except Gone as gone:
        return gone.code
    return "granted"


def leave(shop, token, count):
    with tenancy.acting_for(shop.partner.pk):
        DownloadLink.objects.filter(pk=downloads.find_link(token).pk).update(used=50 - count)


def test_S32_sixty_at_once_are_fifty(shop, aa, pool):
    token = issue(shop, aa).token
    answers = at_once(pool, lambda _: use(token), 60)
    assert sorted(answers) == ["granted"] * 50 + ["link_exhausted"] * 10
    with tenancy.everyone():
        assert DownloadGrant.objects.count() == 50
        assert ActivityRecord.objects.filter(action="download_software").count() == 50


def test_S32_two_at_once_on_the_last_use_a_hundred_times(shop, aa, pool):
    token = issue(shop, aa).token
    for _ in range(100):
        leave(shop, token, 1)
        assert sorted(at_once(pool, lambda _: use(token), 2)) == ["granted", "link_exhausted"]


def test_S33_thirty_two_renewals_at_once_make_one_link(shop, aa, pool):
    old = issue(shop, aa)
    leave(shop, old.token, 0)
    tokens = set(at_once(pool, lambda _: issue(shop, aa).token, 32))
    assert len(tokens) == 1
    assert old.token not in tokens
    with tenancy.everyone():
        assert DownloadLink.objects.count() == 2
        assert DownloadLink.objects.filter(superseded_at=None).count() == 1
    assert use(old.token) == "link_exhausted"


def test_S67_after_a_revocation_nothing_is_handed_out(shop, aa, pool):
    """Half of the callers use the link, the other half ask for keys, while the line is revoked."""
    revoked, late = threading.Event(), []

    def act(number):
        if number == 8:
            with tenancy.acting_for(shop.partner.pk), transaction.atomic():
                services.revoke(
                    partner=shop.partner,
                    order_id=line.order_id,
                    line_numbers=[0],
                    at=clock.now(),
                )
            revoked.set()
            return
        after = revoked.is_set()
        try:
            granted = use(token) == "granted" if number % 2 else bool(issue(shop, aa, line).token)
        except Conflict:
            granted = False
        if after and granted:
            late.append(number)

    for _ in range(20):
        with tenancy.acting_for(shop.partner.pk):
            build.keys()
            line = shop.buy()
        token = issue(shop, aa, line).token
        revoked.clear()
        at_once(pool, act, 40)
        assert use(token) == "link_revoked"
        with tenancy.everyone():
            assert DownloadLink.objects.filter(entitlement=line, revoked_at=None).count() == 0
    assert late == []


def test_one_key_in_stock_goes_to_one_of_many_orders(shop, pool):
    with tenancy.acting_for(shop.partner.pk):
        build.keys(4)

    def act(_number):
        with tenancy.acting_for(shop.partner.pk):
            return shop.buy().status

    assert sorted(at_once(pool, act, 12)) == ["active"] * 4 + ["pending"] * 8
