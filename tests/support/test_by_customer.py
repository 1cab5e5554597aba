"""Requests of one customer over REST: list, search, one, change (customer_servicerequests.*)."""

import json
import uuid

import pytest

from support import services
from tests.customers.samples import customer
from tests.support.build import API, content, refund, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def about(fabrikam, order):
    """A request that names the order's customer only by the order, one that names the customer."""
    with fabrikam.visible():
        by = fabrikam.actor("aa")
        first = services.submit(refund(order, customer=order.customer.domain), by=by)
        second = services.submit(content(customer=str(order.customer_id)), by=by)
    submitted(fabrikam)
    return [first.number, second.number]


def path(of, number=""):
    return f"/v1/customers/{of}/servicerequests{number and '/' + number}"


def numbers(answer):
    assert answer.status_code == 200
    return [item["id"] for item in answer.json()["items"]]


def test_the_list_holds_what_names_the_customer_and_nothing_else(fabrikam, order, about):
    with fabrikam.visible():
        other = customer(fabrikam, "Other")
    api = fabrikam.api("aa", as_user=True)

    assert sorted(numbers(api.get(path(order.customer_id)))) == sorted(about)
    assert numbers(api.get(path(other.pk))) == []
    assert len(numbers(api.get(API))) == 3


def test_the_list_is_paged_and_searched_like_the_other(fabrikam, order, about):
    api, at = fabrikam.api("aa", as_user=True), path(order.customer_id)
    wanted = json.dumps({"Field": "Status", "Value": "Closed", "Operator": "equals"})
    api.patch(path(order.customer_id, about[0]), {"status": "closed"}, format="json")

    first = api.get(at, {"size": 1}).json()
    following = first["links"]["next"]["uri"]
    assert following == f"/customers/{order.customer_id}/servicerequests?size=1&offset=1"
    rest = numbers(api.get("/v1" + following))
    assert sorted([*[item["id"] for item in first["items"]], *rest]) == sorted(about)
    assert numbers(api.get(at, {"filter": wanted})) == [about[0]]
    assert numbers(api.get(at, {"status": "open"})) == [about[1]]
    assert api.get(at, {"size": 1001}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    fabrikam, order, count, django_assert_num_queries
):
    for _ in range(count):
        submitted(fabrikam, customer=str(order.customer_id))
    api = fabrikam.api("aa", as_user=True)
    api.get(path(order.customer_id))

    with django_assert_num_queries(4):
        assert len(numbers(api.get(path(order.customer_id)))) == count


def test_one_is_read_and_changed_as_without_the_customer(fabrikam, order, about):
    api, at = fabrikam.api("aa", as_user=True), path(order.customer_id, about[1])

    assert api.get(at).json() == api.get(f"{API}/{about[1]}").json()
    changed = api.patch(at, {"title": "New", "newNote": {"text": "More"}}, format="json").json()
    assert (changed["title"], [note["text"] for note in changed["notes"]]) == ("New", ["More"])
    assert api.patch(at, {"title": "x" * 121}, format="json").status_code == 400
    assert api.get(at).json() == changed


def test_of_another_customer_partner_or_user_it_does_not_exist(fabrikam, tailspin, order, about):
    with fabrikam.visible():
        other = customer(fabrikam, "Other")
    at = path(order.customer_id, about[0])
    mine = fabrikam.api("aa", as_user=True)
    asked = [
        mine.get(path(other.pk, about[0])),
        mine.get(path(uuid.uuid4(), about[0])),
        mine.get(path("nothing", about[0])),
        mine.get(path(order.customer_id, "6200102000")),
        fabrikam.api("sa", as_user=True).get(at),
        tailspin.api("ga", as_user=True).get(at),
        tailspin.api("ga", as_user=True).get(path(order.customer_id)),
    ]

    assert [answer.status_code for answer in asked] == [404] * len(asked)
    assert fabrikam.api("ga", as_user=True).get(at).status_code == 200
    assert fabrikam.api("du", as_user=True).get(path(order.customer_id)).status_code == 403
    refused = mine.patch(path(other.pk, about[0]), {"status": "closed"}, format="json")
    assert refused.status_code == 404
