"""``POST /v1/extensions/product/checkinventory`` (contract 4)."""

from uuid import uuid4

import pytest
import time_machine

from tests.catalog.conftest import AT
from tests.customers.samples import customer
from tests.documented import differences, example

pytestmark = pytest.mark.django_db
ADDRESS = "/v1/extensions/product/checkinventory"
RESERVATION, SERVER = "DZH318Z0BQ36", "DG7GMGF0DVT9"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


@pytest.fixture
def check(demo, fabrikam):
    """The check as Fabrikam's Admin agent asks for it."""

    def post(*products, country="US", key="aa", **context):
        body = {
            "TargetItems": [
                {"ProductId": product.partition(":")[0], "SkuId": product.partition(":")[2] or None}
                for product in products
            ],
            "InventoryContext": context,
        }
        return fabrikam.api(key).post(f"{ADDRESS}?country={country}", body, format="json")

    return post


def test_op_inventory_check_is_a_bare_list_of_the_product_s_skus(check):
    response = check(SERVER)
    assert response.status_code == 200
    found = [
        (item["skuId"], item["isRestricted"], item["restrictions"]) for item in response.json()
    ]
    assert found
    assert all(item[1:] == (False, []) for item in found)
    one = found[0][0]
    assert check(f"{SERVER}:{one.lower()}").json() == [response.json()[0]]


@pytest.fixture
def northwind(demo, fabrikam):
    """In Greenland, where no reservations are sold."""
    with fabrikam.visible():
        return customer(fabrikam, "Northwind", country="GL", culture="da-GL", state="",
                        city="Nuuk", postal_code="3900", language="da")  # fmt: skip


def test_op_inventory_check_as_documented(check, reference, northwind):
    context = {"customerId": str(northwind.pk), "azureSubscriptionId": "", "armRegionName": "EU"}
    documented = example(reference, "check-inventory.1")["response_body"]
    assert differences(documented, check(RESERVATION, **context).json()) == []


def test_op_inventory_check_where_reservations_are_not_sold(check, northwind):
    assert check(f"{RESERVATION}:004G", CustomerId=str(northwind.pk)).json() == [
        {
            "productId": RESERVATION,
            "skuId": "004G",
            "isRestricted": True,
            "restrictions": [
                {
                    "reasonCode": "NotAvailableForMarket",
                    "description": "Not sold in: Greenland.",
                    "properties": {"type": "Market", "values": "GL"},
                }
            ],
        }
    ]
    assert check(f"{RESERVATION}:004G").json()[0]["isRestricted"] is False


def test_clients_5_op_inventory_check_in_the_other_spelling(fabrikam):
    address = ADDRESS.replace("inventory", "Inventory")
    assert fabrikam.api("aa").post(f"{address}?country=US", {}, format="json").status_code == 400


def test_op_inventory_check_leaves_out_what_is_not_there(check):
    assert check("DG7GMGF0XXXX", f"{RESERVATION}:9999").json() == []


def test_op_inventory_check_refusals(check, tailspin):
    def refused(response):
        return response.status_code, response.json()["code"], response.json()["data"]

    with tailspin.visible():
        theirs = customer(tailspin)
    assert refused(check(SERVER, country="ZZ")) == (400, 800002, ["country"])
    assert refused(check()) == (400, 800002, ["targetItems"])
    assert refused(check("")) == (400, 800002, ["targetItems.0.productId"])
    for nobody in (theirs.pk, uuid4(), "x"):
        assert refused(check(SERVER, customerId=str(nobody)))[:2] == (404, 60003)
    assert refused(check(SERVER, key="du"))[:2] == (403, 900150)


@pytest.mark.parametrize("products", [[SERVER], [SERVER, RESERVATION, "DG7GMGF0DWM3"]])
def test_op_inventory_check_reads_3_times_whatever_the_number(
    demo, fabrikam, products, django_assert_num_queries
):
    body = {"targetItems": [{"productId": product} for product in products]}
    client, signing_in = fabrikam.api("aa"), 2
    with django_assert_num_queries(signing_in + 3):
        assert client.post(f"{ADDRESS}?country=US", body, format="json").status_code == 200
