"""Every route × every role × every method of the table."""

import re

import pytest

from tests.matrix.ask import ask
from tests.matrix.table import API, EVERYBODY, PORTAL, ROLE_NAMES
from tests.matrix.token_modes import users_only
from tests.matrix.world import Undone, content

PORTAL_ROWS = [(r, m, row) for r, methods in PORTAL.items() for m, row in methods.items()]
API_ROWS = [(r, m, row) for r, methods in API.items() for m, row in methods.items()]
SOME = ("aa", "ga", "du")
NEEDS = re.compile(r"This needs one of these roles: ([^.]+)\.")


def ids(rows):
    return [f"{method} {route}" for route, method, _row in rows]


def names_roles(response, row):
    """Whether a 403 names exactly the roles that would allow it."""
    told = NEEDS.search(content(response))
    wanted = {ROLE_NAMES[key] for key in row.who if key in ROLE_NAMES}
    return bool(told) and set(told[1].split(", ")) == wanted


def found(route, method, row, tenant, client):
    """ "403 with roles", or the status."""
    with Undone():
        response = ask(route, method, row, owner=tenant, client=client)
        if response.status_code == 403 and names_roles(response, row):
            return "403 with roles"
        return response.status_code


def expected(row):
    refused = 404 if row.hidden else "403 with roles"
    return {key: row.status if key in row.who else refused for key in EVERYBODY}


@pytest.mark.parametrize(("route", "method", "row"), PORTAL_ROWS, ids=ids(PORTAL_ROWS))
def test_page(fabrikam, route, method, row):
    answers = {k: found(route, method, row, fabrikam, fabrikam.portal[k]) for k in EVERYBODY}
    assert answers == expected(row)


@pytest.mark.parametrize(("route", "method", "row"), API_ROWS, ids=ids(API_ROWS))
def test_api(fabrikam, route, method, row):
    answers = {k: found(route, method, row, fabrikam, fabrikam.api[k]) for k in EVERYBODY}
    assert answers == expected(row)


@pytest.mark.parametrize(("route", "method", "row"), API_ROWS, ids=ids(API_ROWS))
def test_api_for_an_application_alone(fabrikam, route, method, row):
    answers = {key: found(route, method, row, fabrikam, fabrikam.app_only[key]) for key in SOME}
    wanted = {key: expected(row)[key] for key in SOME}
    if method in users_only(route):
        no_user = {key for key in SOME if key in row.who or row.hidden}
        wanted |= dict.fromkeys(no_user, 403)
    assert answers == wanted
