"""A proxy before PostgreSQL that counts statements and can cut the line at one of them.

Of the wire protocol it knows what tells where a statement begins and ends: the client's Query and
Execute messages, and the server's ReadyForQuery.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from enum import Enum
from urllib.parse import urlsplit, urlunsplit

from psycopg2.extensions import parse_dsn

QUERY, EXECUTE, READY = b"Q", b"E", b"Z"
WANTS_TLS, WANTS_GSS, NO = 80877103, 80877104, b"N"


class Moment(Enum):
    """Of a statement: it never reaches the server, or it is done and nobody hears of it."""

    BEFORE = "before"
    AFTER = "after"


class Proxy:
    """Stands at ``url`` for the server at ``server_url``."""

    def __init__(self, server_url: str) -> None:
        self._server = parse_dsn(server_url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        parts = urlsplit(server_url)
        place = f"{parts.username}:{parts.password}@127.0.0.1:{self._listener.getsockname()[1]}"
        self.url = urlunsplit(parts._replace(netloc=place, query=""))
        self.watch()
        threading.Thread(target=self._accept, daemon=True).start()

    def watch(
        self, number: int = 0, moment: Moment = Moment.BEFORE, act: Callable[[], object] = bool
    ) -> None:
        """Count anew; at the statement with this number, from 1, ``act`` and cut the line."""
        self.statements: list[str] = []
        self._number, self._moment, self.act = number, moment, act

    def begins(self, statement: str) -> Moment | None:
        """Note a statement; the moment at which the line is to be cut, if it is at this one."""
        self.statements.append(statement)
        return self._moment if len(self.statements) == self._number else None

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _Line(self, client, self._connect()).run()

    def _connect(self) -> socket.socket:
        host, port = self._server["host"], self._server.get("port") or "5432"
        if not host.startswith("/"):
            return socket.create_connection((host, int(port)))
        found = socket.socket(socket.AF_UNIX)
        found.connect(f"{host}/.s.PGSQL.{port}")
        return found


class _Line:
    """One client's connection, both ways."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        self._mute = False  # the answers stay here

    def run(self) -> None:
        for way in (self._from_client, self._from_server):
            threading.Thread(target=self._guarded, args=[way], daemon=True).start()

    def _guarded(self, way: Callable[[], None]) -> None:
        with suppress(OSError):  # one side is gone
            way()
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _from_client(self) -> None:
        self._start()
        for kind, message in _messages(self._client):
            cut = None
            if kind in (QUERY, EXECUTE):
                cut = self._proxy.begins(message[5:].split(b"\0")[0].decode())
            if cut is Moment.BEFORE:
                self._proxy.act()
                return
            self._mute = cut is Moment.AFTER
            self._server.sendall(message)

    def _start(self) -> None:
        """Its first message has no kind; wishes for encryption that come before are declined."""
        while (message := _sized(self._client)) and _asks(message) in (WANTS_TLS, WANTS_GSS):
            self._client.sendall(NO)
        self._server.sendall(message)

    def _from_server(self) -> None:
        for kind, message in _messages(self._server):
            if not self._mute:
                self._client.sendall(message)
            elif kind == READY:
                self._proxy.act()
                return


def _messages(end: socket.socket) -> Iterator[tuple[bytes, bytes]]:
    """Kind and whole of each message until the other side is gone."""
    while kind := _exactly(end, 1):
        yield kind, kind + _sized(end)


def _sized(end: socket.socket) -> bytes:
    if not (size := _exactly(end, 4)):
        return b""
    return size + _exactly(end, int.from_bytes(size) - 4)


def _asks(message: bytes) -> int:
    return int.from_bytes(message[4:8])


def _exactly(end: socket.socket, size: int) -> bytes:
    """So many bytes; none when the other side is gone."""
    found = b""
    while len(found) < size:
        part = end.recv(size - len(found))
        if not part:
            return b""
        found += part
    return found
