"""The month's run under fault: killed at any statement or moment, every line is billed once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from datetime import date
from queue import SimpleQueue

import pytest

from billing.ledger import faults
from billing.models import BillingLine, Invoice
from billing.settlement import settle
from billing.tasks import settle_due
from partnercenter import celery  # noqa: F401 - the app that sends
from partnercenter.lib import tenancy
from partnercenter.local.databases import named
from partnercenter.local.state import PROJECT
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer
from tests.people import Organization
from tests.storm.proxy import Moment, Proxy
from tests.storm.test_faults import wait_for

PARTNERS, LOT = 4, 2
LEAST_COMMITS = 2  # one for each lot


class Books:
    """Some partners with charges and a credit in one month after another."""

    def __init__(self) -> None:
        self._month, self._known = date(1990, 1, 1), set()
        self._buyers = [(org, customer(org)) for org in map(Organization, "ABCD"[:PARTNERS])]

    def next_month(self) -> date:
        """Three lines for each partner in a month of which nothing is billed yet."""
        month = self._month
        self._month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        for org, buyer in self._buyers:
            day = {"year": month.year}
            charge = book(org, "10.10", on(month.month, 3, **day), customer=buyer)
            book(org, "5.05", on(month.month, 4, **day), customer=buyer)
            give_back(charge, org, on(month.month, 5, **day))
        return month

    def wrong(self, month: date) -> list[object]:
        """What is off after the month's run is complete and was not before; empty if nothing."""
        invoices = Invoice.objects.filter(month=month).values_list("partner", "gross")
        wanted = {(org.partner.pk, 5.05) for org, _ in self._buyers}
        found = {(partner, float(gross)) for partner, gross in invoices}
        billed = BillingLine.objects.filter(invoice__month=month).count()
        right = (found, len(invoices), billed) == (wanted, PARTNERS, 3 * PARTNERS)
        off = set(faults()) - self._known
        self._known |= off
        return [*off, *([] if right else [(found, billed)])]


class Forked:
    """Workers like the children of a worker's pool: forked when there is something to do."""

    def __init__(self, env: dict[str, str]) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.storm.settler"],
            env=env, cwd=PROJECT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def start(self, month: date, lot: int = LOT) -> int:
        """The id of the process that settles this month."""
        self._parent.stdin.write(f"{month:%Y-%m} {lot}\n")
        self._parent.stdin.flush()
        return int(self._parent.stdout.readline())

    def wait(self) -> int:
        """How it ended, as ``os.waitpid`` has it."""
        return int(self._parent.stdout.readline())

    def close(self) -> None:
        self._parent.communicate()


class Commands:
    """Workers that are each a command of the operator's."""

    def __init__(self, env: dict[str, str]) -> None:
        self._env = env

    def start(self, month: date, **_lot: int) -> int:
        """The same; its lots are as large as the product's."""
        command = [sys.executable, "manage.py", "settle_invoices", "--month", f"{month:%Y-%m}"]
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self._process = subprocess.Popen(command, env=self._env, cwd=PROJECT, **silent)
        return self._process.pid

    def wait(self) -> int:
        code = self._process.wait()
        return -code if code < 0 else code << 8

    def close(self) -> None:
        pass


@pytest.fixture
def proxy(services):
    found = Proxy(named(services.databases.app, services.database))
    yield found
    found.close()


@pytest.fixture(params=["forked", pytest.param("command", marks=pytest.mark.soak)])
def worker(request, committed_db, proxy):
    kind = {"forked": Forked, "command": Commands}[request.param]
    found = kind({**os.environ, "DATABASE_URL": proxy.url})
    yield found
    found.close()


@pytest.fixture
def books(committed_db):
    with tenancy.everyone():
        yield Books()


def kinds(statements):
    """What is compared of them: months and ids differ."""
    return [statement.split()[:3] for statement in statements]


def killed_at(number, moment, month, *, worker, proxy):
    """Settle the month, and die at that statement; the statements that were begun."""
    victim = SimpleQueue()
    proxy.watch(number, moment, lambda: os.kill(victim.get(), signal.SIGKILL))
    victim.put(worker.start(month))
    assert worker.wait() == signal.SIGKILL
    return proxy.statements


def points(statements, *, every):
    """Where to kill: that a statement is done is no other place than before the next, but at a
    commit."""
    for number, statement in enumerate(statements, 1):
        yield number, Moment.BEFORE
        if every or statement == "COMMIT":
            yield number, Moment.AFTER


@pytest.mark.timeout(1800)
def test_M17_a_worker_killed_at_any_statement_bills_every_line_once(worker, proxy, books):
    month = books.next_month()
    worker.start(month)
    assert worker.wait() == 0
    assert books.wrong(month) == []
    statements = list(proxy.statements)
    assert statements.count("COMMIT") >= LEAST_COMMITS
    wrong = {}
    for number, moment in points(statements, every=isinstance(worker, Commands)):
        month = books.next_month()
        begun = killed_at(number, moment, month, worker=worker, proxy=proxy)
        assert kinds(begun) == kinds(statements[:number])
        settle(month=month)
        if found := books.wrong(month):
            wrong[number, moment, statements[number - 1]] = found
    assert wrong == {}


def seconds_of_a_run(worker, books):
    month, begin = books.next_month(), time.monotonic()
    worker.start(month, lot=1)
    assert worker.wait() == 0
    return time.monotonic() - begin


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("moments", [15, pytest.param(200, marks=pytest.mark.soak)])
def test_M16_a_worker_killed_at_random_moments_bills_every_line_once(worker, books, moments):
    usual = min(seconds_of_a_run(worker, books) for _ in range(3))
    chance = random.Random(16)  # noqa: S311 - moments, no secrets
    wrong, ends = {}, Counter()
    for number in range(moments):
        # Not while it starts.
        month, delay = books.next_month(), chance.uniform(usual / 4, usual)
        process = worker.start(month, lot=1)
        time.sleep(delay)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        ends[worker.wait()] += 1
        settle(month=month)
        if found := books.wrong(month):
            wrong[number, delay] = found
    assert wrong == {}
    assert set(ends) <= {0, signal.SIGKILL}
    assert ends[signal.SIGKILL] >= moments / 3


def test_two_beats_that_come_late_and_twice_bill_every_month_once(cluster, books):
    months = [books.next_month() for _ in range(3)]
    cluster(web=0, workers=2)
    for _ in range(4):
        settle_due.delay()
    wait_for(lambda: not BillingLine.objects.filter(invoice=None).exists())
    assert [books.wrong(month) for month in months] == [[], [], []]
