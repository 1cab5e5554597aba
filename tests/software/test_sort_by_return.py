"""The Software page by the end of the return window (S46, C3): the nearest end first."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from software import services
from software.models import Entitlement
from tests.software.conftest import START


@pytest.fixture
def get(shop, client):
    client.force_login(shop.user("admin_agent"))

    def get(**query):
        address = f"/dashboard/customers/{shop.customer.pk}/software?{urlencode(query)}"
        answer = client.get(address)
        assert answer.status_code == 200
        return answer.content.decode()

    return get


@pytest.fixture
def many(shop):
    """Ten of each: within the window, cancelled, by request, over; titles tell the kind."""
    Entitlement.objects.update(kind="reservation")
    for n in range(10):
        at = START - timedelta(days=n)
        until = {"returnable_until": START + timedelta(days=1 + (n * 7) % 10)}
        shop.buy(needs_key=False, title=f"open {n}", purchased_at=at, **until)
        gone = shop.buy(needs_key=False, title=f"gone {n}", purchased_at=at, **until)
        services.revoke(partner=shop.partner, order_id=gone.order_id, line_numbers=[0], at=START)
        shop.buy(needs_key=False, title=f"asks {n}", purchased_at=at, returnable_until=None)
        shop.buy(needs_key=False, title=f"over {n}", purchased_at=at, returnable_until=START)


def titles(text):
    return re.findall(r"Select (open \d|gone \d|asks \d|over \d), order", text)


def next_of(text):
    found = re.search(r'rel="next" href="\?([^"]+)"', text)
    return dict(parse_qsl(unescape(found[1]))) if found else None


def test_C3_what_ends_first_stands_first_and_nothing_is_missing(get, many, monkeypatch):
    monkeypatch.setattr("partnercenter.lib.paging.SIZE", 8)
    monkeypatch.setattr("partnercenter.lib.paging.for_request.__kwdefaults__", {"size": 8})
    query, seen, pages = {"sort": "returns"}, [], 0
    while query:
        text = get(**query)
        assert 'aria-sort="ascending"' in text
        seen += titles(text)
        query, pages = next_of(text), pages + 1
    ends = [(n * 7) % 10 for n in (int(t[-1]) for t in seen[:10])]
    assert ends == list(range(10))
    assert {title[:4] for title in seen[:10]} == {"open"}
    assert len(seen) == len(set(seen)) == 40
    assert pages == 5
    # the rest is newest first
    assert [int(title[-1]) for title in seen[10:]] == sorted(int(title[-1]) for title in seen[10:])


def test_C3_the_way_back_from_the_rest(get, many, monkeypatch):
    monkeypatch.setattr("partnercenter.lib.paging.for_request.__kwdefaults__", {"size": 8})
    first_of_the_rest = get(sort="returns", rest="1")
    assert 'rel="prev" href="?q=&amp;sort=returns"' in first_of_the_rest


def test_C3_the_header_switches_the_order(get, shop):
    (link,) = re.findall(r'href="([^"]+)" data-testid="sw-sort-returns"', get())
    assert link.endswith("/software?sort=returns")
    text = get(sort="returns", q="windows")
    (link,) = re.findall(r'href="([^"]+)" data-testid="sw-sort-returns"', text)
    assert link.endswith("/software?q=windows")
    assert '<input type="hidden" name="sort" value="returns">' in text


def test_C3_two_statements(get, many):
    with CaptureQueriesContext(connection) as asked:
        get(sort="returns")
    assert len([q for q in asked if '"software_' in q["sql"]]) == 2
