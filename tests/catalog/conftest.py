from datetime import UTC, datetime

import pytest

from catalog.services import load_demo_catalog

AT = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def demo(db) -> None:
    """The catalogue that the demo has."""
    load_demo_catalog()
