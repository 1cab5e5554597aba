"""A partner that is not enrolled in CSP: refused with code 2032 whatever the role (S2)."""

import pytest

from tests.matrix.ask import ask
from tests.matrix.table import API, PORTAL
from tests.matrix.world import Undone, content

PORTAL_ROWS = [(r, m, row) for r, methods in PORTAL.items() for m, row in methods.items()]
API_ROWS = [(r, m, row) for r, methods in API.items() for m, row in methods.items()]
# Who may everything, each half of it, and who may nothing.
ROLES = ("gaaa", "ga", "aa", "du")
NOT_ENROLLED = "Proseware is not enrolled in the Cloud Solution Provider program."


def code(response):
    return response.json()["code"] if response.status_code == 403 else response.status_code


def told(response):
    not_enrolled = response.status_code == 403 and NOT_ENROLLED in content(response)
    return "not enrolled" if not_enrolled else response.status_code


@pytest.mark.parametrize(("route", "method", "row"), API_ROWS)
def test_S2_api(proseware, route, method, row):
    answers = {}
    for key in ROLES:
        with Undone():
            answers[key] = code(ask(route, method, row, owner=proseware, client=proseware.api[key]))
    allowed = {
        key: row.status if key in row.who else 404 if row.hidden else 900150 for key in ROLES
    }
    assert answers == (dict.fromkeys(ROLES, 2032) if row.csp else allowed)


@pytest.mark.parametrize(("route", "method", "row"), PORTAL_ROWS)
def test_S2_page(proseware, route, method, row):
    answers = {}
    for key in ROLES:
        with Undone():
            answers[key] = told(
                ask(route, method, row, owner=proseware, client=proseware.portal[key])
            )
    allowed = {key: row.status if key in row.who else 404 if row.hidden else 403 for key in ROLES}
    assert answers == (dict.fromkeys(ROLES, "not enrolled") if row.csp else allowed)
