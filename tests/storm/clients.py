"""Many clients at once over HTTP: keep-alive connections, aligned starts, counted answers."""

import http.client
import json
import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 16
SECONDS = 30


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    """One keep-alive connection to a web server, with a bearer token if it has one."""

    def __init__(self, url: str, token: str = "") -> None:
        address = urlsplit(url)
        self._http = http.client.HTTPConnection(address.hostname, address.port, timeout=SECONDS)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self._http.request(method, path, body, {**self._headers, **headers})
        got = self._http.getresponse()
        return Answer(got.status, got.read(), dict(got.getheaders()))


def at_once(
    connections: Sequence[Connection], act: Callable[[Connection, int], Any], count: int
) -> list[Any]:
    """What ``act`` returned for each of 0..count-1; all connections start together."""
    gate, found = threading.Barrier(len(connections)), [None] * count

    def share(place: int) -> None:
        gate.wait()
        for number in range(place, count, len(connections)):
            found[number] = act(connections[place], number)

    with ThreadPoolExecutor(len(connections)) as pool:
        list(pool.map(share, range(len(connections))))
    return found


class Held:
    """A connection on which the last byte of a request can be held back."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._host = address.netloc
        self._socket = socket.create_connection((address.hostname, address.port), SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def hold(self, path: str) -> None:
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\n\r".encode())

    def let_go(self) -> int:
        self._socket.sendall(b"\n")
        got = http.client.HTTPResponse(self._socket, method="GET")
        got.begin()
        got.read()
        return got.status


def aligned(connections: Sequence[Held], path: str, pool: ThreadPoolExecutor) -> list[int]:
    """Status of one GET on each connection; the last bytes leave at the same moment."""
    for connection in connections:
        connection.hold(path)
    gate = threading.Barrier(len(connections))

    def one(connection: Held) -> int:
        gate.wait()
        return connection.let_go()

    return list(pool.map(one, connections))
