from datetime import UTC, datetime

import pytest
import time_machine

from partnercenter.lib import tenancy
from tests.activitylog import build

NOW = datetime(2020, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def travel():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fabrikam(db, travel):
    partner = build.partner()
    with tenancy.acting_for(partner.pk):
        yield partner


@pytest.fixture
def aa(fabrikam):
    return build.actor(fabrikam, "admin_agent")


@pytest.fixture
def contoso(fabrikam):
    return build.customer(fabrikam)
