"""A receiver of webhooks on this machine, which answers what a test wants it to."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import time_machine

from partnercenter.lib import events
from partnercenter.lib.events import EventName
from partnercenter.webhooks import services

START = datetime(2020, 1, 2, 10, 12, 3, 250000, tzinfo=UTC)


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """``answers`` are given in turn, the last of them for ever: a status, or status and headers."""

    url: str
    got: list[Received] = field(default_factory=list)
    answers: list[Any] = field(default_factory=lambda: [200])

    def next_answer(self) -> tuple[int, dict[str, str]]:
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return found if isinstance(found, tuple) else (found, {})

    @property
    def paths(self) -> list[str]:
        """Which resources it was told of, in order."""
        return [one.json["ResourceUri"].partition("/v1/")[2] for one in self.got]


def handler_of(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.got.append(Received(self.path, dict(self.headers), body))
            status, headers = receiver.next_answer()
            text = b"taken" if status == 200 else b"not taken"
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """Listens on this machine, at an address that may be sent to."""
    made = Receiver("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(made))
    made.url = f"http://127.0.0.1:{server.server_port}/hook?code=s3cret"
    settings.WEBHOOK_ALLOWED_HOSTS = [f"127.0.0.1:{server.server_port}"]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def travel():
    """The clock stands still at START until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def registered(fabrikam, receiver, travel):
    """Fabrikam, whose events go to the receiver; its rows are visible."""
    with fabrikam.visible():
        services.register(url=receiver.url, event_names=EventName, by=fabrikam.actor("ga"))
        fabrikam.partner.refresh_from_db()
        yield fabrikam


def raise_event(org, order="o1", name=EventName.ORDER_CREATED):
    """An event of an order, promised as orders do."""
    return events.put(
        name,
        partner=org.partner,
        resource_name="order",
        resource_path=f"/v1/{order}",
        at=datetime.now(UTC),
    )
