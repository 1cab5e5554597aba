"""App-only or App+User: every operation takes the tokens that the documentation says."""

import pytest

from accounts.permissions import needs_user
from tests.matrix import walk
from tests.matrix.table import API
from tests.matrix.token_modes import PARAMETER, USERS_ONLY, users_only

METHODS = [(route, method) for route, rows in API.items() for method in rows]


@pytest.mark.parametrize(("route", "method"), METHODS)
def test_the_view_says_what_the_documentation_says(route, method):
    assert needs_user(walk.routes()[route].cls, method) is (method in users_only(route))


def test_what_looks_needs_what_get_needs():
    view = walk.routes()["v1/customers/<customer_id>/entitlements"].cls
    assert [needs_user(view, method) for method in ("GET", "HEAD", "OPTIONS")] == [True] * 3


def test_an_application_alone_is_told_what_to_ask_for(fabrikam):
    at = f"/v1/customers/{fabrikam.customer.pk}/entitlements"
    answer = fabrikam.app_only["aa"].get(at)

    assert (answer.status_code, answer.json()["code"]) == (403, 900150)
    assert "App+User" in answer.json()["description"]
    assert fabrikam.api["aa"].get(at).status_code == 200


def test_the_table_names_operations_that_exist():
    ours = {PARAMETER.sub("{}", route).lower() for route in API}
    assert len(ours & set(USERS_ONLY)) >= 5
