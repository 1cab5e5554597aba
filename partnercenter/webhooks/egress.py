"""The one way out: a POST to an address that a partner named.

The name is resolved once, every address of it is checked, and the connection goes to the checked
address, so that the name cannot point elsewhere a moment later. No redirect is followed, no proxy
of the environment is used, and after ``SECONDS`` the connection is cut, wherever it stands.
"""

import socket
import ssl
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from functools import lru_cache
from typing import Any, NamedTuple, Self

import certifi
from django.conf import settings
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout, exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Url

from partnercenter.webhooks import rules
from partnercenter.webhooks.rules import Exemptions, Trouble

SECONDS = 10.0
RESOLVE_SECONDS = 5.0
READ_BYTES, KEPT_CHARACTERS = 64 * 1024, 1000


class Outcome(NamedTuple):
    """What came back: a status and the beginning of the body; or status 0 and the trouble."""

    status: int
    answer: str = ""
    trouble: Trouble = Trouble.NONE


class _Stopped(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def post(url: str, *, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> Outcome:
    """Send the body; whatever happens is an outcome. At most ``seconds``, name look-up included."""
    parts = rules.parsed(url)
    if parts is None:
        return Outcome(0, trouble=Trouble.UNKNOWN_HOST)
    with _Deadline(seconds) as deadline:
        try:
            outcome = _ask(parts, body, headers, deadline)
        except _Stopped as stopped:
            return Outcome(0, trouble=stopped.trouble)
        except (exceptions.HTTPError, OSError, ValueError) as error:
            return Outcome(0, trouble=_trouble(error, deadline))
        # A header that was cut off reads as the last one.
        return Outcome(0, trouble=Trouble.TIMEOUT) if deadline.has_passed else outcome


def _ask(parts: Url, body: bytes, headers: Mapping[str, str], deadline: "_Deadline") -> Outcome:
    pool = _pool(parts.scheme or "", rules.bare_host(parts), rules.port_of(parts), deadline)
    with closing(pool):
        answer = pool.urlopen(
            "POST", parts.request_uri, body=body, headers=headers, redirect=False, retries=False,
            preload_content=False, decode_content=False,
        )  # fmt: skip
        text = answer.read(READ_BYTES).decode("utf-8", "replace").replace("\0", "")
    return Outcome(answer.status, text[:KEPT_CHARACTERS])


def _trouble(error: Exception, deadline: "_Deadline") -> Trouble:
    if deadline.has_passed or isinstance(error, exceptions.TimeoutError):
        return Trouble.TIMEOUT
    if isinstance(error, exceptions.SSLError | ssl.SSLError):
        return Trouble.TLS
    return Trouble.BROKEN_OFF


class _Deadline:
    """Ends the connection from outside: time-outs alone begin anew with every byte."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._held: socket.socket | None = None
        self._timer: threading.Timer | None = None
        self.has_passed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._held is not None:
            self._held.close()

    @property
    def left(self) -> float:
        return max(0.001, self._end - time.monotonic())

    def hold(self, connection: socket.socket) -> None:
        """Cut this connection when the time is over; TLS takes the socket, so a twin is kept."""
        self._held = connection.dup()
        self._timer = threading.Timer(self.left, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def _cut(self) -> None:
        self.has_passed = True
        if self._held is not None:
            with suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


class _Guarded:
    """Mixed into urllib3's connections: they reach the checked address and no other."""

    host: str
    port: int

    def __init__(self, *args: Any, deadline: _Deadline, **options: Any) -> None:
        self._deadline = deadline
        super().__init__(*args, **options)

    def _new_conn(self) -> socket.socket:
        found = _checked(self.host, self.port, self._deadline)
        made = socket.socket(found.family, socket.SOCK_STREAM)
        try:
            made.settimeout(self._deadline.left)
            made.connect(found.place)
            self._deadline.hold(made)
        except TimeoutError as error:
            made.close()
            raise _Stopped(Trouble.TIMEOUT) from error
        except OSError as error:
            made.close()
            raise _Stopped(Trouble.NO_CONNECTION) from error
        return made


class _Http(_Guarded, HTTPConnection):
    pass


class _Https(_Guarded, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


def _pool(scheme: str, host: str, port: int, deadline: _Deadline) -> HTTPConnectionPool:
    timeout = Timeout(total=deadline.left)
    if scheme == "http":
        return _HttpPool(host, port, timeout=timeout, deadline=deadline)
    context = _context(settings.WEBHOOK_CA_FILE or certifi.where())
    return _HttpsPool(host, port, timeout=timeout, deadline=deadline, ssl_context=context)


@lru_cache(maxsize=2)
def _context(authorities: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authorities)


class _Place(NamedTuple):
    family: int
    place: Any


def _checked(host: str, port: int, deadline: _Deadline) -> _Place:
    """Where to connect: the name's first address, if all of its addresses may be sent to."""
    exempt = Exemptions.of(settings.WEBHOOK_ALLOWED_HOSTS)
    places = _resolve(host, port, min(RESOLVE_SECONDS, deadline.left))
    if exempt.has_host(host, port):
        return places[0]
    for found in places:
        address = rules.address_of(found.place[0])
        if address is None or not exempt.allows(address, port):
            raise _Stopped(Trouble.NOT_PUBLIC)
    return places[0]


def _resolve(host: str, port: int, seconds: float) -> list[_Place]:
    resolver = ThreadPoolExecutor(1)
    try:
        found = resolver.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(
            seconds
        )
    except TimeoutError as error:
        raise _Stopped(Trouble.TIMEOUT) from error
    except (OSError, UnicodeError) as error:
        raise _Stopped(Trouble.UNKNOWN_HOST) from error
    finally:
        resolver.shutdown(wait=False)
    if not found:
        raise _Stopped(Trouble.UNKNOWN_HOST)
    return [_Place(family, place) for family, _type, _protocol, _name, place in found]
