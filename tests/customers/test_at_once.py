"""Many at once: of changes from one version one is made, and who leaves, leaves once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from accounts.models import PartnerProfile
from activitylog.models import ActivityRecord
from customers.models import Customer
from tests.customers.samples import customer, wire, wire_user

THREADS = 8


@pytest.fixture
def pool():
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool
        list(pool.map(lambda _: connections.close_all(), range(THREADS * 4)))


def at_once(pool, ask):
    """Statuses of the answers to all threads, which start together."""
    gate = threading.Barrier(THREADS)

    def run(number):
        gate.wait()
        return ask(number).status_code

    return Counter(pool.map(run, range(THREADS)))


def actions(organization):
    with organization.visible():
        return Counter(row.action for row in ActivityRecord.objects.all())


def test_changes_of_a_billing_profile_from_one_version(committed_db, fabrikam, pool):
    at = f"/v1/customers/{customer(fabrikam).pk}/profiles/billing"
    clients = [fabrikam.api("aa") for _thread in range(THREADS)]

    def put(number):
        body = wire()["billingProfile"] | {
            "companyName": f"Contoso {number}",
            "attributes": {"etag": "1"},
        }
        return clients[number].put(at, body, format="json")

    assert at_once(pool, put) == {200: 1, 400: THREADS - 1}
    with fabrikam.visible():
        assert Customer.objects.get().version == 2
    assert actions(fabrikam)["update_customer_billing_profile"] == 1


def test_the_first_changes_of_a_partners_profile(committed_db, fabrikam, pool):
    clients = [fabrikam.api("ga") for _thread in range(THREADS)]

    def put(number):
        headers = {"If-Match": '"1"'}
        body = {"telephone": f"425555010{number}"}
        return clients[number].put("/v1/profiles/support", body, format="json", headers=headers)

    assert at_once(pool, put) == {200: 1, 412: THREADS - 1}
    with fabrikam.visible():
        assert PartnerProfile.objects.get().version == 2


def test_deletions_of_a_customer(committed_db, fabrikam_sandbox, pool):
    at = f"/v1/customers/{customer(fabrikam_sandbox).pk}"
    clients = [fabrikam_sandbox.api("aa") for _thread in range(THREADS)]
    assert at_once(pool, lambda number: clients[number].delete(at)) == {204: 1, 404: THREADS - 1}
    assert actions(fabrikam_sandbox)["delete_customer"] == 1


def test_users_of_one_name(committed_db, fabrikam, pool):
    at = f"/v1/customers/{customer(fabrikam).pk}/users"
    clients = [fabrikam.api("aa") for _thread in range(THREADS)]

    def post(number):
        return clients[number].post(at, wire_user(), format="json")

    assert at_once(pool, post) == {200: 1, 409: THREADS - 1}
    assert actions(fabrikam)["create_customer_user"] == 1
