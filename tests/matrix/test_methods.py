"""Methods that are in no row: refused, and nothing happens."""

import pytest

from tests.matrix.ask import place
from tests.matrix.table import API, DESK, PORTAL
from tests.matrix.world import Undone, fingerprint

UNSAFE = ("POST", "PUT", "PATCH", "DELETE", "FOO", "TRACE")


def statuses(route, rows, tenant, client):
    """Status of each unsafe method without a row; the rows of the database stay as they are."""
    at = place(route, next(iter(rows.values())), tenant.ids)
    found, before = {}, fingerprint()
    for method in UNSAFE:
        if method not in rows:
            with Undone():
                found[method] = client.generic(method, at).status_code
                assert fingerprint() == before
    return found


@pytest.mark.parametrize(("route", "rows"), API.items())
def test_api(fabrikam, route, rows):
    found = statuses(route, rows, fabrikam, fabrikam.api["gaaa"])
    assert set(found.values()) == {405}


@pytest.mark.parametrize("route", [route for route, rows in API.items() if "GET" in rows])
def test_head_of_the_api_is_get_without_a_body(fabrikam, route):
    row = API[route]["GET"]
    at = f"{place(route, row, fabrikam.ids)}?{row.query}"
    for key in ("gaaa", "du"):
        head, got = fabrikam.api[key].head(at), fabrikam.api[key].get(at)
        assert (head.status_code, head.content) == (got.status_code, b"")


@pytest.mark.parametrize(("route", "rows"), PORTAL.items())
def test_page(fabrikam, route, rows):
    found = statuses(route, rows, fabrikam, fabrikam.portal["gaaa"])
    assert set(found.values()) == {405}


PAGES = [(route, rows["GET"]) for route, rows in {**PORTAL, **DESK}.items() if "GET" in rows]
BEFORE_BODY = ("Content-Type", "Content-Disposition", "Location", "Cache-Control")


@pytest.mark.parametrize(("route", "row"), PAGES, ids=[route for route, _row in PAGES])
def test_head_of_a_page_is_get_without_a_body(fabrikam, route, row):
    at = f"{place(route, row, fabrikam.ids)}?{row.query}"
    with Undone():
        user = fabrikam.org["du"]
        type(user).objects.filter(pk=user.pk).update(is_operator=route in DESK)
        for key in ("gaaa", "sa", "du"):
            head, got = fabrikam.portal[key].head(at), fabrikam.portal[key].get(at)
            assert b"".join(head) == b""
            assert (head.status_code, *map(head.get, BEFORE_BODY)) == (
                got.status_code,
                *map(got.get, BEFORE_BODY),
            )
