"""The catalogue beside the documented answers (contract 4)."""

import pytest
import time_machine

from tests.catalog.conftest import AT
from tests.documented import differences, example

pytestmark = pytest.mark.django_db
RESERVATION = "products/DZH318Z0BQ36"
# What a price sheet does not say of a virtual machine.
MACHINE = ("cores", "ram", "category", "diskType")


def of_a_machine(difference):
    return difference.endswith(tuple(f".dynamicAttributes.{name} is missing" for name in MACHINE))


@pytest.fixture
def api(demo, fabrikam):
    with time_machine.travel(AT, tick=False):
        client = fabrikam.api("aa")
        yield lambda path: client.get(f"/v1/{path}").json()


@pytest.mark.parametrize(
    ("operation", "name", "path"),
    [
        ("products_get", "get-a-product-by-id.1", "{p}?country=US"),
        ("skus_list", "get-a-list-of-skus-for-a-product.3", "{p}/skus?country=US"),
        ("skus_get", "get-a-sku-by-id.1", "{p}/skus/004G?country=US"),
        (
            "availabilities_list",
            "get-a-list-of-availabilities-for-a-sku.3",
            "{p}/skus/004G/availabilities?country=US",
        ),
        ("availabilities_get", "get-an-availability-by-id.1", "{p}/skus/004G/availabilities/{a}"),
    ],
)
def test_op_products_members_as_documented(reference, api, operation, name, path):
    found = api(f"{RESERVATION}/skus/004G/availabilities?country=US")["items"][0]["id"]
    address = path.format(p=RESERVATION, a=f"{found}?country=US")
    documented = example(reference, name)["response_body"]
    assert [each for each in differences(documented, api(address)) if not of_a_machine(each)] == []
