"""Addresses without a role: what nobody sees, and what every signed-in user sees alike."""

import pytest

from tests.matrix.ask import place
from tests.matrix.open import LIBRARY, OPEN
from tests.matrix.table import API, EVERYBODY, PORTAL
from tests.matrix.world import Undone


def get(route, row, tenant, client):
    at = row.at or place(route, row, tenant.ids)
    with Undone():
        return client.get(at).status_code


@pytest.mark.parametrize(("route", "row"), {**OPEN, **LIBRARY}.items())
def test_open_address(fabrikam, route, row):
    answers = {key: get(route, row, fabrikam, fabrikam.portal[key]) for key in ("", *EVERYBODY)}
    assert answers == {"": row.nobody} | dict.fromkeys(EVERYBODY, row.signed_in)


@pytest.mark.parametrize(("route", "rows"), PORTAL.items())
def test_nobody_is_led_to_the_sign_in(fabrikam, route, rows):
    at = place(route, next(iter(rows.values())), fabrikam.ids)
    for method in ("get", "post"):
        response = getattr(fabrikam.portal[""], method)(at)
        assert (response.status_code, response["Location"]) == (302, f"/signin?next={at}")


@pytest.mark.parametrize(("route", "rows"), API.items())
def test_without_a_token_the_api_answers_401(fabrikam, route, rows):
    at = place(route, next(iter(rows.values())), fabrikam.ids)
    for method in ("get", "post", "put", "patch", "delete"):
        response = getattr(fabrikam.api[""], method)(at)
        assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
