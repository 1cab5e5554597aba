"""The operations on customers: list, get, create, delete, relationship, both profiles."""

import json
import uuid

import pytest

from activitylog.models import ActivityRecord
from customers.models import Customer, CustomerWord
from customers.services import add_reseller
from tests.customers.samples import customer, wire
from tests.documented import differences, example

LIST = "/v1/customers"


def at(made, below=""):
    return f"{LIST}/{made.pk}{below}"


def reseller(organization, mpn_id="4847383", **values):
    with organization.visible():
        return add_reseller(
            name="Adatum",
            tenant_id=uuid.uuid4(),
            mpn_id=mpn_id,
            country="US",
            by=organization.system,
            **values,
        )


def last_action(organization):
    with organization.visible():
        row = ActivityRecord.objects.order_by("-at", "-id").first()
        return row.action, row.subject


def refusal(response):
    body = response.json()
    assert set(body) == {"code", "description", "data", "source"}
    return response.status_code, body["code"], body["data"]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("get-a-list-of-customers.1", "size=40"),
        (
            "get-a-customer-by-name.1",
            'size=0&filter={"Field":"CompanyName","Value":"","Operator":"starts_with"}',
        ),
    ],
)
def test_op_customers_list_has_every_documented_member(fabrikam, reference, name, query):
    for number in range(2):
        customer(fabrikam, f"C{number}")
    documented = example(reference, name)["response_body"]
    documented["links"] = {
        k: v for k, v in documented.get("links", {}).items() if k not in {"next", "last"}
    }
    assert differences(documented, fabrikam.api("aa").get(f"{LIST}?{query}").json()) == []


@pytest.mark.parametrize("count", [1, 3])
def test_op_customers_list_of_indirect_reseller(fabrikam, django_assert_num_queries, count):
    adatum, other = reseller(fabrikam), reseller(fabrikam, "4847433")
    client = fabrikam.api("aa")
    for number in range(count):
        body = wire(f"C{number}") | {"AssociatedPartnerId": str(adatum.tenant_id)}
        client.post(LIST, body, format="json")
    customer(fabrikam, "Mine")
    found = {}
    for one in (adatum, other):
        wanted = {"Field": "IndirectReseller", "Value": str(one.tenant_id).upper()}
        with django_assert_num_queries(3):
            body = client.get(
                LIST, {"size": 0, "filter": json.dumps(wanted | {"Operator": "starts_with"})}
            ).json()
        found[one.mpn_id] = [item["companyProfile"]["companyName"] for item in body["items"]]
    assert found == {"4847383": [f"C{number}" for number in range(count)], "4847433": []}


@pytest.mark.parametrize("value", ["", "x", "0b9f6c1e-58a7-4a5d-9a3e-3f6f0d5a9c11"])
@pytest.mark.parametrize("field", ["IndirectReseller", "IndirectCloudSolutionProvider"])
def test_op_customers_list_of_nobodys_reseller_is_empty(fabrikam, field, value):
    customer(fabrikam)
    wanted = json.dumps({"Field": field, "Value": value, "Operator": "starts_with"})
    assert fabrikam.api("aa").get(LIST, {"filter": wanted}).json()["items"] == []


def test_op_customers_get_has_every_documented_member(fabrikam, reference):
    made = customer(fabrikam, phone="4255550100")
    documented = example(reference, "get-a-customer-by-id.1")["response_body"]
    assert differences(documented, fabrikam.api("aa").get(at(made)).json()) == []


def test_op_customers_create_has_every_documented_member(fabrikam, reference):
    documented = example(reference, "create-a-customer.1")
    made = fabrikam.api("aa").post(LIST, documented["request_body"], format="json")
    assert made.status_code == documented["status"]
    assert differences(documented["response_body"], made.json()) == []


def test_op_customers_create_for_indirect_reseller(fabrikam, reference):
    documented = example(reference, "create-a-customer-for-an-indirect-reseller.1")
    tenant = str(reseller(fabrikam).tenant_id)
    sent = documented["request_body"] | {"AssociatedPartnerId": tenant}
    made = fabrikam.api("aa").post(LIST, sent, format="json")
    assert made.status_code == documented["status"]
    assert differences(documented["response_body"], made.json()) == []
    assert made.json()["associatedPartnerId"] == tenant


@pytest.mark.parametrize("whose", ["nobody's", "another's", "no GUID"])
def test_op_customers_create_for_who_is_no_reseller_is_800016(fabrikam, tailspin, whose):
    tenants = {"nobody's": uuid.uuid4(), "another's": reseller(tailspin).tenant_id, "no GUID": "x"}
    body = wire() | {"AssociatedPartnerId": str(tenants[whose])}
    refused = fabrikam.api("aa").post(LIST, body, format="json")
    assert refusal(refused) == (400, 800016, ["associatedPartnerId"])
    with fabrikam.visible():
        assert Customer.objects.count() == 0


def test_op_customers_create_for_a_reseller_without_agreement_is_900123(fabrikam):
    late = reseller(fabrikam, has_signed=False)
    body = wire() | {"AssociatedPartnerId": str(late.tenant_id)}
    refused = fabrikam.api("aa").post(LIST, body, format="json")
    assert refusal(refused) == (403, 900123, ["associatedPartnerId"])


def test_op_customers_of_a_reseller_are_not_for_an_application_alone(fabrikam):
    tenant = str(reseller(fabrikam).tenant_id)
    client = fabrikam.api("aa", as_user=False)
    wanted = {"Field": "IndirectReseller", "Value": tenant, "Operator": "starts_with"}
    refused = [
        client.get(LIST, {"filter": json.dumps(wanted)}),
        client.post(LIST, wire() | {"AssociatedPartnerId": tenant}, format="json"),
    ]
    assert [refusal(one) for one in refused] == [(403, 900150, [])] * 2
    assert [client.get(LIST).status_code, client.post(LIST, wire(), format="json").status_code] == [
        200,
        201,
    ]


def test_op_customers_delete_in_a_sandbox(fabrikam_sandbox):
    org = fabrikam_sandbox
    made, client = customer(org), org.api("aa")
    ids = {"MS-RequestId": str(uuid.uuid4())}
    for _repeat in range(2):
        deleted = client.delete(at(made), headers=ids)
        assert (deleted.status_code, deleted.content) == (204, b"")
    assert last_action(org) == ("delete_customer", "contoso.example")
    gone = client.delete(at(made))
    assert refusal(gone) == (404, 60003, [])
    assert client.get(at(made)).status_code == 404
    assert client.get(LIST).json()["items"] == []
    with org.visible():
        assert CustomerWord.objects.count() == 0
    # The domain is free again.
    assert client.post(LIST, wire(), format="json").status_code == 201


def test_op_customers_delete_outside_a_sandbox_is_900127(fabrikam):
    made = customer(fabrikam)
    assert refusal(fabrikam.api("aa").delete(at(made))) == (400, 900127, [])
    assert fabrikam.api("aa").get(at(made)).status_code == 200


def test_op_customers_a_deleted_one_makes_room_in_the_sandbox(fabrikam_sandbox, monkeypatch):
    monkeypatch.setattr("customers.rules.SANDBOX_LIMIT", 1)
    client, made = fabrikam_sandbox.api("aa"), customer(fabrikam_sandbox)
    full = client.post(LIST, wire("Wingtip"), format="json")
    assert refusal(full) == (400, 800018, [])
    client.delete(at(made))
    assert client.post(LIST, wire("Wingtip"), format="json").status_code == 201


def test_op_customers_remove_relationship(fabrikam, reference):
    documented = example(reference, "remove-a-reseller-relationship-with-a-customer.1")
    made, client = customer(fabrikam), fabrikam.api("ga")
    ids = {"MS-RequestId": str(uuid.uuid4())}
    answers = [
        client.patch(at(made), documented["request_body"], format="json", headers=ids)
        for _repeat in range(2)
    ]
    assert [answer.status_code for answer in answers] == [documented["status"]] * 2
    expected = {
        "id": str(made.pk),
        "relationshipToPartner": "none",
        "attributes": {"objectType": "Customer"},
    }
    assert [answer.json() for answer in answers] == [expected] * 2
    assert last_action(fabrikam) == ("remove_partner_customer_relationship", "contoso.example")
    assert client.get(at(made)).status_code == 404


@pytest.mark.parametrize(
    "body", [{}, {"relationshipToPartner": "advisor"}, {"relationshipToPartner": None}]
)
def test_op_customers_patch_knows_no_other_change(fabrikam, body):
    made = customer(fabrikam)
    refused = fabrikam.api("ga").patch(at(made), body, format="json")
    assert refusal(refused) == (400, 800002, ["relationshipToPartner"])


def test_op_customers_company_profile_get(fabrikam, reference):
    made = customer(fabrikam, phone="4255550100")
    documented = example(reference, "get-a-customer-s-company-profile.1")["response_body"]
    body = fabrikam.api("ba").get(at(made, "/profiles/company")).json()
    assert differences(documented, body) == []
    assert body == fabrikam.api("aa").get(at(made)).json()["companyProfile"]


def billing(made, **changes):
    """The documented body of PUT …/profiles/billing."""
    profile = wire()["billingProfile"] | {"firstName": "Kim", "lastName": "Abercrombie"}
    return profile | {"attributes": {"objectType": "CustomerBillingProfile"}} | changes


def test_op_customers_billing_profile_get_says_its_version_twice(fabrikam):
    made = customer(fabrikam)
    got = fabrikam.api("aa").get(at(made, "/profiles/billing"))
    assert (got["ETag"], got.json()["attributes"]["etag"]) == ('"1"', "1")


def test_op_customers_billing_profile_update(fabrikam, reference):
    documented = example(reference, "update-a-customer-s-billing-profile.1")
    made = customer(fabrikam)
    sent = documented["request_body"] | {"Attributes": {"Etag": "1"}}
    put = fabrikam.api("aa").put(at(made, "/profiles/billing"), sent, format="json")
    assert put.status_code == documented["status"]
    assert differences(documented["response_body"], put.json()) == []
    assert (put["ETag"], put.json()["attributes"]["etag"]) == ('"2"', "2")
    assert put.json()["companyName"] == "CompanyName"
    assert last_action(fabrikam)[0] == "update_customer_billing_profile"


@pytest.mark.parametrize(
    ("header", "tag", "status"),
    [('"2"', None, 412), (None, "2", 400), ('"1"', "2", 200), ("*", None, 200), (None, "1", 200)],
)
def test_op_customers_billing_profile_update_from_another_version(fabrikam, header, tag, status):
    made = customer(fabrikam)
    body = billing(made, attributes={"etag": tag}, companyName="Fourth Coffee")
    put = fabrikam.api("aa").put(
        at(made, "/profiles/billing"),
        body,
        format="json",
        headers={"If-Match": header} if header else {},
    )
    assert put.status_code == status
    assert status == 200 or put.json()["code"] == 2055
    with fabrikam.visible():
        name = Customer.objects.get().company_name
    assert name == ("Fourth Coffee" if status == 200 else "Contoso")


@pytest.mark.parametrize(
    ("address", "code", "field"),
    [
        ({"country": "CA"}, 800002, "defaultAddress.country"),
        ({"state": "ZZ"}, 800002, "state"),
        ({"postalCode": "x"}, 800002, "postalCode"),
        ({"firstName": "", "lastName": "X" * 60}, 800002, "lastName"),
    ],
)
def test_op_customers_billing_profile_update_refuses(fabrikam, address, code, field):
    made = customer(fabrikam)
    body = billing(made)
    body["defaultAddress"] |= address
    put = fabrikam.api("aa").put(at(made, "/profiles/billing"), body, format="json")
    assert refusal(put) == (400, code, [field])


def test_op_customers_billing_profile_update_repeats_by_request_id(fabrikam):
    made = customer(fabrikam)
    ids = {"MS-RequestId": str(uuid.uuid4())}
    body = billing(made, companyName="Fourth Coffee", attributes={"etag": "1"})
    answers = [
        fabrikam.api("aa").put(at(made, "/profiles/billing"), body, format="json", headers=ids)
        for _repeat in range(2)
    ]
    assert [(a.status_code, a["ETag"]) for a in answers] == [(200, '"2"')] * 2


def test_op_customers_an_address_is_refused_in_the_readers_language(fabrikam):
    made = customer(fabrikam)
    body = billing(made)
    body["defaultAddress"] |= {"country": "CA"}
    put = fabrikam.api("aa").put(
        at(made, "/profiles/billing"), body, format="json", headers={"X-Locale": "zh-CN"}
    )
    assert refusal(put) == (400, 800002, ["defaultAddress.country"])
    assert put.json()["description"] == "客户的国家/地区不能更改。请发送 US。"
