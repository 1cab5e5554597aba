from datetime import UTC, datetime

import pytest
import time_machine

from tests.matrix.world import Undone
from tests.matrix.world import world as make_world

START = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Fabrikam, Tailspin and Proseware with one of everything, made once for all tests of a file.

    Each request of a test is undone by ``Undone``; the whole by the end of the file.
    """
    with (
        django_db_blocker.unblock(),
        time_machine.travel(START, tick=False),
        Undone(),
    ):
        yield make_world()


@pytest.fixture
def fabrikam(world):
    return world["fabrikam"]


@pytest.fixture
def tailspin(world):
    return world["tailspin"]


@pytest.fixture
def proseware(world):
    return world["proseware"]
