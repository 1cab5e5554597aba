import json
import uuid

import pytest

from customers.models import Customer
from tests.customers.samples import customer, wire

LIST = "/v1/customers"


def pages(client, first):
    """Follow ``links.next`` as the SDKs do: its address, its headers, nothing else."""
    found, body = [], client.get(first).json()
    while True:
        found.append([item["companyProfile"]["companyName"] for item in body["items"]])
        link = body["links"].get("next")
        if not link:
            assert "continuationToken" not in body
            return found
        headers = {pair["key"]: pair["value"] for pair in link["headers"]}
        body = client.get("/v1/" + link["uri"], headers=headers).json()


def test_S2_without_csp_is_2032(proseware, fabrikam):
    refused = proseware.api("aa").get(LIST)
    assert (refused.status_code, refused.json()["code"]) == (403, 2032)
    assert fabrikam.api("aa").get(LIST).status_code == 200


def test_S12_without_a_token_is_401(fabrikam):
    refused = fabrikam.api().get(LIST)
    assert refused.status_code == 401
    assert set(refused.json()) == {"code", "description", "data", "source"}
    assert refused.json()["code"] == 400


@pytest.mark.parametrize("count", [1, 3])
def test_S13_the_list_in_the_documented_form(fabrikam, django_assert_num_queries, count):
    made = [customer(fabrikam, f"C{number}") for number in range(count)]
    client = fabrikam.api("aa")
    with django_assert_num_queries(3):
        response = client.get(f"{LIST}?size=40")
    assert response["Content-Type"] == "application/json; charset=utf-8"
    guid = str(made[0].pk)
    body = response.json()
    assert body["items"][0] == {
        "id": guid,
        "companyProfile": {
            "tenantId": guid,
            "domain": "c0.example",
            "companyName": "C0",
            "links": {
                "self": {
                    "uri": f"/customers/{guid}/profiles/company",
                    "method": "GET",
                    "headers": [],
                }
            },
            "attributes": {"objectType": "CustomerCompanyProfile"},
        },
        "relationshipToPartner": "reseller",
        "links": {"self": {"uri": f"/customers/{guid}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Customer"},
    }
    del body["items"]
    assert body == {
        "totalCount": count,
        "links": {"self": {"uri": "/customers?size=40", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Collection"},
    }


def test_without_a_size_the_most_that_there_can_be_come_at_once(fabrikam):
    """The Node client takes the first answer for all customers."""
    for number in range(101):
        customer(fabrikam, f"C{number}")
    body = fabrikam.api("aa").get(LIST).json()
    assert len(body["items"]) == body["totalCount"] == 101
    assert body["links"] == {"self": {"uri": "/customers?size=500", "method": "GET", "headers": []}}


def test_S13_one_customer_and_a_foreign_or_malformed_one(fabrikam, tailspin):
    contoso, theirs = customer(fabrikam), customer(tailspin)
    client = fabrikam.api("aa")
    body = client.get(f"{LIST}/{contoso.pk}").json()
    assert body["companyProfile"]["tenantId"] == body["id"] == str(contoso.pk)
    assert body["billingProfile"]["attributes"] == {
        "objectType": "CustomerBillingProfile",
        "etag": "1",
    }
    assert body["allowDelegatedAccess"] is True
    assert "userCredentials" not in body
    refused = [client.get(f"{LIST}/{guid}") for guid in (theirs.pk, uuid.uuid4(), "abc", "1" * 32)]
    assert {(r.status_code, r.content) for r in refused} == {(404, refused[0].content)}
    assert refused[0].json()["code"] == 60003


def test_404_comes_before_403(fabrikam, tailspin):
    contoso, theirs = customer(fabrikam), customer(tailspin)
    client = fabrikam.api("uma")
    assert client.get(f"{LIST}/{theirs.pk}").status_code == 404
    refused = client.get(f"{LIST}/{contoso.pk}")
    assert (refused.status_code, refused.json()["code"]) == (403, 900150)
    assert "Admin agent" in refused.json()["description"]


def test_seek_pages_carry_size_and_filter_in_the_token(fabrikam):
    for name in ("Alpha", "Bravo", "Alpine", "Alto", "Alaska", "Albany"):
        customer(fabrikam, name)
    client = fabrikam.api("aa")
    wanted = json.dumps({"Field": "CompanyName", "Value": "al", "Operator": "starts_with"})
    assert pages(client, f"{LIST}?size=2&filter={wanted}") == [
        ["Alaska", "Albany"],
        ["Alpha", "Alpine"],
        ["Alto"],
    ]
    first = client.get(f"{LIST}?size=2&filter={wanted}").json()
    token = {"MS-ContinuationToken": first["continuationToken"]}
    # As the .NET client asks: neither size nor filter.
    second = client.get(f"{LIST}?seekOperation=Next", headers=token).json()
    assert [i["companyProfile"]["companyName"] for i in second["items"]] == ["Alpha", "Alpine"]
    token = {"MS-ContinuationToken": second["continuationToken"]}
    back = client.get(f"{LIST}?seekOperation=previous", headers=token).json()
    assert back["items"] == first["items"]
    start = client.get(f"{LIST}?seekOperation=First&size=2&filter={wanted}", headers=token).json()
    assert start["items"] == first["items"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"Field": "Domain", "Value": "CONT", "Operator": "starts_with"}, ["Contoso"]),
        (
            {"field": "company_name", "value": "cont", "operator": "StartsWith", "fieldType": "x"},
            ["Contoso"],
        ),
    ],
)
def test_S53_filter_in_the_spellings_of_the_clients(fabrikam, wanted, names):
    customer(fabrikam)
    customer(fabrikam, "Wingtip")
    body = fabrikam.api("aa").get(LIST, {"size": 0, "filter": json.dumps(wanted)}).json()
    assert [item["companyProfile"]["companyName"] for item in body["items"]] == names


@pytest.mark.parametrize(
    "query",
    [
        "size=x",
        "size=501",
        "size=-1",
        "size=" + "9" * 40,
        "filter=[]",
        "filter=abc",
        "filter={}",
        'filter={"Field":"Email","Value":"a","Operator":"starts_with"}',
        'filter={"Field":"Domain","Value":"a","Operator":"equals"}',
        'filter={"Field":"Domain","Value":"\\u0000","Operator":"starts_with"}',
        "MS-ContinuationToken=abc",
        "filter=%00",
        "size=%FF",
    ],
)
def test_a_wrong_query_is_a_400_in_the_error_body(fabrikam, query):
    refused = fabrikam.api("aa").get(f"{LIST}?{query}")
    assert refused.status_code == 400
    assert set(refused.json()) == {"code", "description", "data", "source"}


def test_creating_answers_the_whole_customer_and_repeats_by_request_id(fabrikam):
    client = fabrikam.api("aa")
    ids = {"MS-RequestId": str(uuid.uuid4())}
    first = client.post(LIST, wire(), format="json", headers=ids)
    again = client.post(LIST, wire(), format="json", headers=ids)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    body = first.json()
    assert body["billingProfile"]["culture"] == "en-US"
    assert body["userCredentials"]["userName"] == "admin"
    other = client.post(LIST, wire("Wingtip"), format="json", headers=ids)
    assert other.status_code == 409
    with fabrikam.visible():
        assert Customer.objects.count() == 1


def test_creating_reads_the_dotnet_spelling_with_fillers(fabrikam):
    def pascal(value):
        if isinstance(value, dict):
            return {key[:1].upper() + key[1:]: pascal(inner) for key, inner in value.items()}
        return value

    body = pascal(wire()) | {"RelationshipToPartner": "unknown", "Id": None, "CommerceId": None}
    body["BillingProfile"]["DefaultAddress"]["PhoneNumber"] = None
    made = fabrikam.api("aa").post(LIST, body, format="json")
    assert made.status_code == 201
    assert made.json()["companyProfile"]["domain"] == "contoso.example"


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"companyProfile": {}}, 400, 800002, "companyProfile.domain"),
        ({"companyProfile": {"domain": "x"}}, 400, 800002, "domain"),
        ({"billingProfile": 5}, 400, 800002, "billingProfile"),
        (
            {"companyProfile": {"domain": "c.example", "organizationRegistrationNumber": "1"}},
            400,
            600002,
            "organizationRegistrationNumber",
        ),
        ({"companyProfile": {"domain": "wingtip.example"}}, 409, 800060, "domain"),
    ],
)
def test_creating_refuses_and_names_the_field(fabrikam, change, status, code, field):
    customer(fabrikam, "Wingtip")
    refused = fabrikam.api("aa").post(LIST, wire() | change, format="json")
    body = refused.json()
    assert (refused.status_code, body["code"], body["data"]) == (status, code, [field])


@pytest.mark.parametrize(
    "raw",
    [b"{", b'"x"', b"5", b'{"a":"\\u0000"}', b'{"a":"\\ud800"}', b"[" * 40 + b"]" * 40, b"\xff"],
)
def test_a_broken_body_is_a_400(fabrikam, raw):
    refused = fabrikam.api("aa").post(LIST, raw, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["code"] == 800002


@pytest.mark.parametrize(
    ("spelling", "status"),
    [
        ("/v1//customers", 200),
        ("/v1//v1/customers", 200),
        ("/v1.0/Customers/", 200),
        ("/V1/CUSTOMERS", 200),
        ("/v1/customer", 404),
    ],
)
def test_paths_are_read_as_clients_spell_them(fabrikam, spelling, status):
    assert fabrikam.api("aa").get(spelling).status_code == status


def test_a_guid_may_be_upper_case_or_followed_by_a_blank(fabrikam):
    guid = str(customer(fabrikam).pk)
    client = fabrikam.api("aa")
    for spelling in (guid.upper(), f"{guid}%20", f"{guid}/"):
        assert client.get(f"{LIST}/{spelling}").status_code == 200


def test_other_methods_are_405_in_the_error_body(fabrikam):
    refused = fabrikam.api("aa").delete(LIST)
    assert (refused.status_code, refused.json()["code"]) == (405, 900141)


def test_any_accept_gets_json(fabrikam):
    for accept in ("text/html", "*/x", "application/pdf", ""):
        response = fabrikam.api("aa").get(LIST, headers={"accept": accept})
        assert response["Content-Type"] == "application/json; charset=utf-8"
