import pytest

from accounts.models import User
from tests.matrix.conftest import world  # noqa: F401 - a fixture


@pytest.fixture
def fabrikam(world):  # noqa: F811
    """Whoever is Global admin and Admin agent there is an operator too: he may everything."""
    tenant = world["fabrikam"]
    User.objects.filter(pk=tenant.org["gaaa"].pk).update(is_operator=True)
    return tenant
