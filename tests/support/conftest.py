from datetime import UTC, datetime

import pytest
import time_machine

from orders import services as orders
from orders.services import Item
from tests.orders import build as buying

START = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)


@pytest.fixture
def travel():
    """The clock stands still at START until a test moves it."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    """Where files are kept."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def order(fabrikam, travel):
    """An order of Fabrikam's customer, 365.00."""
    with fabrikam.visible():
        shop = buying.shop(fabrikam)
        offer = buying.offer("WSD")
        return orders.place_order(
            shop.customer, [Item(offer.catalog_item_id, 1)], by=fabrikam.system
        ).order


@pytest.fixture
def operator(fabrikam_sandbox):
    """A browser of somebody who works at the desk, of another partner."""
    user = fabrikam_sandbox["du"]
    user.is_operator = True
    user.save()
    return fabrikam_sandbox.browser("du")
