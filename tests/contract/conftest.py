import pytest

from catalog.services import load_demo_catalog
from tests.matrix.conftest import world

__all__ = ["world"]


@pytest.fixture(scope="module")
def stocked(world):
    """The world, and the catalogue of the demo."""
    load_demo_catalog()
    return world


@pytest.fixture
def fabrikam(stocked):
    return stocked["fabrikam"]
