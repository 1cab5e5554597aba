"""The operations on a customer's qualification: the bare word, and the list."""

import pytest

from activitylog.models import ActivityRecord
from customers.models import Customer
from tests.customers.samples import customer
from tests.documented import differences, example


def at(made, name="qualification"):
    return f"/v1/customers/{made.pk}/{name}"


def put(organization, made, raw):
    return organization.api("aa").put(at(made), raw, content_type="application/json")


def test_op_qualification_get_is_a_bare_word(fabrikam, reference):
    documented = example(reference, "get-customer-qualification-synchronous.1")["response_body"]
    made = customer(fabrikam, segment="education")
    assert fabrikam.api("aa").get(at(made)).json() == documented
    assert fabrikam.api("aa").get(at(customer(fabrikam, "Plain"))).json() == "none"


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b'"Education"', "education"),
        (b'"governmentcommunitycloud"', "governmentcommunitycloud"),
        (b"1", "education"),
        (b"3", "governmentcommunitycloud"),
        (b'{"Qualification":"Education"}', "education"),
    ],
)
def test_op_qualification_update(fabrikam, raw, word):
    made = customer(fabrikam)
    changed = put(fabrikam, made, raw)
    assert (changed.status_code, changed.json()) == (200, word)
    assert fabrikam.api("aa").get(at(made)).json() == word
    with fabrikam.visible():
        log = ActivityRecord.objects.order_by("-at").first()
        assert log.action == "update_customer_qualification"


@pytest.mark.parametrize("raw", [b'"nonprofit"', b'"none"', b"0", b"9", b"[]", b"{}", b"", b"1.5"])
def test_op_qualification_update_sets_two_values_only(fabrikam, raw):
    refused = put(fabrikam, customer(fabrikam), raw)
    body = refused.json()
    assert (refused.status_code, body["code"], body["data"]) == (400, 900126, ["qualification"])
    with fabrikam.visible():
        assert Customer.objects.get().segment == "commercial"


def test_op_qualifications_create_and_list(fabrikam, reference):
    documented = example(reference, "update-customer-qualification-asynchronous.1")
    made, client = customer(fabrikam), fabrikam.api("aa")
    assert client.get(at(made, "qualifications")).json() == []
    asked = client.post(
        at(made, "qualifications?code=1"), documented["request_body"], format="json"
    )
    assert asked.status_code == documented["status"]
    assert differences(documented["response_body"], asked.json()) == []
    listed = client.get(at(made, "qualifications")).json()
    for number in (1, 2):
        name = f"get-customer-qualification-asynchronous.{number}"
        assert differences(example(reference, name)["response_body"], listed) == []
    assert [one["vettingStatus"] for one in listed] == ["Approved"]
