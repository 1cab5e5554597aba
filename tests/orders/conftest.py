from datetime import UTC, datetime

import pytest
import time_machine

from tests.orders import build

START = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def travel():
    """The clock stands still at START until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def shop(fabrikam, travel):
    """Fabrikam (US) and its customer Contoso, seen by the test's own queries."""
    with fabrikam.visible():
        yield build.shop(fabrikam)


@pytest.fixture
def wsd(shop):
    """A software subscription, one year, 365.00."""
    return build.offer("WSD")


@pytest.fixture
def reservation(shop):
    return build.offer("RI")
