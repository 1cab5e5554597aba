"""The desk: no role of any partner opens it, the operator's mark does."""

import pytest

from tests.matrix.ask import ask
from tests.matrix.table import DESK, EVERYBODY
from tests.matrix.world import Undone, content

ROWS = [(r, m, row) for r, methods in DESK.items() for m, row in methods.items()]
IDS = [f"{method} {route}" for route, method, _row in ROWS]


@pytest.mark.parametrize(("route", "method", "row"), ROWS, ids=IDS)
def test_no_role_opens_it(fabrikam, tailspin, route, method, row):
    for tenant in (fabrikam, tailspin):
        for key in EVERYBODY:
            with Undone():
                answer = ask(route, method, row, owner=fabrikam, client=tenant.portal[key])
                assert answer.status_code == 403
                assert "This needs the role: Operator." in content(answer)


@pytest.mark.parametrize(("route", "method", "row"), ROWS, ids=IDS)
def test_an_operator_of_any_partner_opens_it(fabrikam, tailspin, route, method, row):
    with Undone():
        user = tailspin.org["du"]
        type(user).objects.filter(pk=user.pk).update(is_operator=True)
        answer = ask(route, method, row, owner=fabrikam, client=tailspin.portal["du"])
        assert answer.status_code == row.status
