"""A client that repeats every 4xx five times and everything else for ever, as the Java SDK does."""

import http.client
import json
from collections import Counter
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from orders import services
from orders.models import Order, OrderLine
from partnercenter.lib import tenancy
from software.models import Entitlement
from tests.people import token_for
from tests.storm.clients import Answer

REPEATED_A_WHILE = frozenset({400, 401, 403, 404, 409, 417})
ENOUGH = 40
CUT = "the connection, after the server has answered"


class Proxy:
    """Before a server: passes requests on, and replaces the first answers by ``faults``."""

    def __init__(self, site: str) -> None:
        self.faults: list[int | str] = []
        self.passed = 0
        self._to = urlsplit(site)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()
        self.port = self._server.server_port

    def _handler(proxy) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - the handler has a self
        class Handler(BaseHTTPRequestHandler):
            def _pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                status, content = proxy.ask(self.command, self.path, body, dict(self.headers))
                fault = proxy.faults.pop(0) if proxy.faults else None
                if fault == CUT:
                    self.close_connection = True
                    return
                self.send_response(fault or status)
                self.send_header("Content-Length", str(0 if fault else len(content)))
                self.end_headers()
                self.wfile.write(b"" if fault else content)

            do_POST = do_PATCH = do_PUT = _pass_on  # noqa: N815 - the base class names them

            def log_message(self, *_) -> None:
                pass

        return Handler

    def ask(self, method, path, body, headers) -> tuple[int, bytes]:
        self.passed += 1
        upstream = http.client.HTTPConnection(self._to.hostname, self._to.port, timeout=30)
        upstream.request(method, path, body, headers)
        got = upstream.getresponse()
        found = got.status, got.read()
        upstream.close()
        return found

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def proxy(one):
    made = Proxy(one.sites[0])
    yield made
    made.close()


@pytest.fixture
def persist(one, proxy):
    """``persist(method, path, body)``: what the client gets in the end, and how often it asked."""
    token = token_for(one.org.app("aa"), iss=one.sites[0])

    def send(method, path, body, request_id) -> Answer | None:
        client = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=30)
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "MS-RequestId": request_id,
        }
        with suppress(http.client.HTTPException, OSError):
            client.request(method, path, json.dumps(body).encode(), headers)
            got = client.getresponse()
            return Answer(got.status, got.read(), dict(got.getheaders()))
        return None

    def go_on(method, path, body=None):
        request_id, answers = str(uuid4()), []
        for _ in range(ENOUGH):
            answers.append(send(method, path, body, request_id))
            status = answers[-1].status if answers[-1] else 0
            if 200 <= status < 300:
                break
            if status in REPEATED_A_WHILE and len(answers) >= 5:
                break
        return answers

    return go_on


FAULTS = [CUT, 503, CUT, 500, CUT, 504, 429, 412]


def order_of(shop, quantity=1):
    item = shop.item().catalog_item_id
    return {"lineItems": [{"lineItemNumber": 0, "offerId": item, "quantity": quantity}]}


def counts():
    """Orders, entitlements, billing lines, and what the log says was done."""
    with tenancy.everyone():
        log = ActivityRecord.objects.filter(status="succeeded", resource_type="order")
        done = log.values_list("action", flat=True)
        tables = (Order, Entitlement, BillingLine)
        return [table.objects.count() for table in tables], Counter(done)


def test_an_order_whose_answers_are_lost_is_one_order(one, proxy, persist):
    proxy.faults = [*FAULTS]
    answers = persist("POST", one.path("/orders"), order_of(one))
    assert answers[-1].status == 201
    assert proxy.passed == len(FAULTS) + 1
    assert counts() == ([1, 1, 1], {"create_order": 1})
    with one.org.visible():
        assert answers[-1].json["id"] == Order.objects.get().pk


def test_a_cart_whose_answers_are_lost_is_checked_out_once(one, proxy, persist):
    with one.org.visible():
        cart = services.create_cart(one.customer, [one.item()], by=one.org.system)
    proxy.faults = [*FAULTS]
    answers = persist("POST", one.path(f"/carts/{cart.pk}/checkout"))
    assert answers[-1].status == 201
    assert len(answers[-1].json["orders"]) == 1
    assert counts() == ([1, 1, 1], {"create_order": 1})
    again = persist("POST", one.path(f"/carts/{cart.pk}/checkout"))
    assert [(each.status, each.json["code"]) for each in again] == [(400, 800065)] * 5
    assert counts() == ([1, 1, 1], {"create_order": 1})


def test_a_cancellation_whose_answers_are_lost_is_one_credit(one, proxy, persist):
    order = one.buy().order_id
    proxy.faults = [*FAULTS]
    answers = persist("PATCH", one.path(f"/orders/{order}"), {"status": "cancelled"})
    assert answers[-1].status == 200
    assert answers[-1].json["status"] == "cancelled"
    assert counts() == ([1, 1, 2], {"create_order": 1, "update_order": 1})
    with one.org.visible():
        assert sum(line.gross for line in BillingLine.objects.all()) == 0
        assert OrderLine.objects.get().cancelled_at


def test_what_is_refused_five_times_leaves_nothing(one, persist):
    before = counts()
    answers = persist("POST", one.path("/orders"), order_of(one, quantity=10**6))
    assert [each.status for each in answers] == [400] * 5
    assert len({each.body for each in answers}) == 1
    assert counts() == before


def test_a_line_that_cannot_be_cancelled_stays_as_it_is(one, persist):
    order = one.buy().order_id
    before = counts()
    body = {"status": "cancelled", "lineItems": [{"lineItemNumber": 7, "quantity": 1}]}
    answers = persist("PATCH", one.path(f"/orders/{order}"), body)
    assert [(each.status, each.json["code"]) for each in answers] == [(400, 800071)] * 5
    assert counts() == before
