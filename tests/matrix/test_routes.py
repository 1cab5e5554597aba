"""No route without its row, no row without its route."""

import pytest

from tests.matrix import walk
from tests.matrix.open import LIBRARY, OPEN
from tests.matrix.table import API, DESK, PORTAL

KNOWN = {*PORTAL, *DESK, *API, *OPEN, *LIBRARY}
READ_ONLY = {"options", "head"}


def handlers(view):
    """Methods that a class view answers, beside those that come with GET."""
    names = (name for name in view.cls.http_method_names if hasattr(view.cls, name))
    return {name.upper() for name in names if name not in READ_ONLY}


def test_routes_found_but_not_in_the_matrix_are_none():
    assert sorted(set(walk.routes()) - KNOWN) == []


def test_rows_without_a_route_are_none():
    assert sorted(KNOWN - set(walk.routes())) == []


@pytest.mark.parametrize("route", API)
def test_every_method_of_the_api_has_its_row(route):
    assert handlers(walk.routes()[route]) == set(API[route])
