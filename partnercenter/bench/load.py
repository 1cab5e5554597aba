"""Clients: so many threads, each with a connection that stays open, for so many seconds."""

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

CLIENTS = 8
SECONDS = 5.0
ROUNDS = 3


@dataclass
class Figure:
    """Calls per second (the median of the rounds) and the 99th percentile of a call, in seconds."""

    per_second: float
    p50: float
    p99: float
    statuses: dict[int, int] = field(default_factory=dict)


class Client:
    """One keep-alive connection to the server."""

    def __init__(self, base_url: str, headers: dict[str, str] | None = None) -> None:
        address = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(
            address.hostname or "", address.port, timeout=30
        )
        self._headers = headers or {}

    def send(self, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
        self._connection.request(method, path, body, {**self._headers, **headers})
        response = self._connection.getresponse()
        response.read()
        return response.status


def measure(
    make_call: Callable[[int], Callable[[], int]],
    *,
    clients: int = CLIENTS,
    seconds: float = SECONDS,
    rounds: int = ROUNDS,
) -> Figure:
    """Calls in parallel, bounded in time: client n makes what ``make_call(n)`` gives."""
    calls = [make_call(number) for number in range(clients)]
    rates, times, statuses = [], [], dict[int, int]()
    for _ in range(rounds):
        taken = _round(calls, seconds, statuses)
        rates.append(len(taken) / seconds)
        times += taken
    times.sort()
    return Figure(
        statistics.median(rates), times[len(times) // 2], times[int(len(times) * 0.99)], statuses
    )


def _round(calls: list[Callable[[], int]], seconds: float, statuses: dict[int, int]) -> list[float]:
    results: list[list[tuple[float, int]]] = [[] for _ in calls]
    end = time.perf_counter() + seconds

    def work(call: Callable[[], int], into: list[tuple[float, int]]) -> None:
        while (begin := time.perf_counter()) < end:
            status = call()
            into.append((time.perf_counter() - begin, status))

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(calls, results, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for _, status in (entry for result in results for entry in result):
        statuses[status] = statuses.get(status, 0) + 1
    return [taken for result in results for taken, _ in result]


@contextmanager
def timed() -> Iterator[list[float]]:
    """The seconds of the block, in the list that it is given."""
    taken: list[float] = []
    begin = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - begin)


def row(name: str, figure: Any, floor: Any, *, unit: str, target: str) -> str:
    """One line of the table: figure, floor, ratio."""
    measured = f"{figure:>12,.1f} {unit:8} floor {floor:>12,.1f}"
    return f"{name:44} {measured}   ratio {figure / floor:6.3f}   target {target}"
