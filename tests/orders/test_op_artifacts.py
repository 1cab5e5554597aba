"""The reservation behind an entitlement, in both forms (contract 7)."""

from uuid import uuid4

import pytest

from orders.services import Item, place_order
from tests.orders import build
from tests.orders.printed import lacks
from tests.software import build as software


@pytest.fixture
def api(shop):
    return shop.org.api("aa", as_user=True)


def buy(shop, **context):
    item = Item(build.offer("RI").catalog_item_id, 2, provisioning_context=context)
    return place_order(shop.customer, [item], by=shop.actor())


def artifact(api, shop):
    """The artifact that the entitlements' list links to."""
    listed = api.get(shop.api("/entitlements?entitlementType=reservedinstance")).json()
    return listed["items"][0]["entitledArtifacts"][0]


def test_op_artifacts_reservedinstance_get(api, shop):
    buy(shop)
    found = artifact(api, shop)
    body = api.get(f"/v1{found['link']['uri']}").json()
    (reservation,) = body["reservations"]
    assert body == {
        "type": "reservedinstance",
        "reservations": [reservation],
        "virtualMachineReservations": [reservation],
    }
    assert reservation == {
        "reservationId": found["resourceId"],
        "scopeType": "Shared",
        "displayName": build.PRODUCTS["RI"][1],
        "quantity": 2,
        "expiryDateTime": "2021-01-02T10:12:00Z",
        "effectiveDateTime": "2020-01-02T10:12:00Z",
        "provisioningState": "Created",
    }
    assert (found["artifactType"], found["dynamicAttributes"]) == (
        "reservedinstance",
        {"reservationType": "virtualmachines"},
    )


def test_op_artifacts_reservedinstance_get_of_a_single_scope(api, shop):
    subscription = str(uuid4())
    buy(shop, scope="single", subscriptionId=subscription)
    (found,) = api.get(f"/v1{artifact(api, shop)['link']['uri']}").json()["reservations"]
    assert (found["scopeType"], found["appliedScopes"]) == ("Single", [subscription])


def test_op_artifacts_virtualmachinereservedinstance_get(api, shop):
    buy(shop)
    address = artifact(api, shop)["link"]["uri"].replace(
        "/reservedinstance/", "/virtualMachineReservedInstance/"
    )
    body = api.get(f"/v1{address}").json()
    assert body["type"] == "virtual_machine_reserved_instance"
    assert len(body["virtualMachineReservations"]) == 1


def test_op_artifacts_members_as_documented(reference, api, shop):
    buy(shop)
    address = f"/v1{artifact(api, shop)['link']['uri']}"
    old = address.replace("/reservedinstance/", "/virtualmachinereservedinstance/")
    assert lacks(reference, "get-a-collection-of-entitlements.4", api.get(address).json()) == []
    assert lacks(reference, "get-a-collection-of-entitlements.3", api.get(old).json()) == []


def test_op_artifacts_of_nothing(api, shop, wsd):
    software.keys(1, ids=build.PRODUCTS["WSD"][0])
    buy(shop)
    address = artifact(api, shop)["link"]["uri"]
    held = address.rpartition("/")[2]
    shop.buy(wsd)
    subscription = api.get(shop.api("/software")).json()["items"][0]
    wrong = [
        address.replace("lineitems/0", "lineitems/1"),
        address.replace(held, str(uuid4())),
        address.replace(held, "x"),
        address.replace(held, subscription["id"]),
    ]
    found = [api.get(f"/v1{each}") for each in wrong]
    assert {(r.status_code, r.json()["code"]) for r in found} == {(404, 1000)}
