from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import time_machine

from accounts.models import Partner
from catalog.models import MediaFile
from customers.models import Customer
from partnercenter.lib import clock, tenancy
from software import services
from software.models import Entitlement
from tests.software import build

START = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)


@pytest.fixture
def travel():
    """The clock stands still at START until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@dataclass
class Shop:
    """A partner with a customer who bought one line, ready to use."""

    partner: Partner
    customer: Customer
    file: MediaFile
    key: str
    line: Entitlement

    def actor(self, *roles):
        return build.actor(self.partner, *roles)

    def user(self, *roles):
        return build.user(self.partner, *roles)

    def buy(self, **values):
        line = build.line(values.pop("customer", self.customer), **values)
        services.grant([line], partner=self.partner, at=clock.now(self.partner))
        return line


def open_shop(name="Fabrikam", **values):
    """Visible only to who acts for the partner."""
    partner = build.partner(name, **values)
    with tenancy.acting_for(partner.pk):
        customer = build.customer(partner)
        build.sku()
        file = MediaFile.objects.first() or build.file()
        (key,) = build.keys()
        line = build.line(customer)
        services.grant([line], partner=partner, at=clock.now(partner))
    return Shop(partner, customer, file, key, line)


@pytest.fixture
def shop(db, travel):
    """Fabrikam, seen by whoever acts for it."""
    shop = open_shop()
    with tenancy.acting_for(shop.partner.pk):
        yield shop


@pytest.fixture
def aa(shop):
    return shop.actor("admin_agent")
