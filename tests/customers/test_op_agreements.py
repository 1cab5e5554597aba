"""The operations on agreements: what there is, what was confirmed, and the text."""

import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine

from activitylog.models import ActivityRecord
from customers.models import CustomerAgreement
from tests.customers.samples import customer, wire_agreement
from tests.documented import differences, example

START = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)
CLOUD = "998b88de-aa99-4388-a42c-1b3517d49490"
CUSTOMER = "117a77b0-9360-443b-8795-c6dedc750cf9"


@pytest.fixture
def contoso(fabrikam):
    return customer(fabrikam)


@pytest.fixture
def now():
    with time_machine.travel(START, tick=False):
        yield START


def confirm(organization, of, body=None, **headers):
    return organization.api("aa").post(
        f"/v1/customers/{of.pk}/agreements",
        wire_agreement() if body is None else body,
        format="json",
        headers=headers,
    )


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def listed(organization, of, query=""):
    body = organization.api("ba").get(f"/v1/customers/{of.pk}/agreements{query}").json()
    return [item["type"] for item in body["items"]]


@pytest.mark.parametrize(
    ("query", "templates"),
    [
        ("", [CLOUD]),
        ("?agreementType=MicrosoftCustomerAgreement", [CUSTOMER]),
        ("?agreementType=microsoftcloudagreement", [CLOUD]),
        ("?agreementType=*", [CLOUD, CUSTOMER]),
    ],
)
def test_op_agreements_metadata(fabrikam, query, templates):
    body = fabrikam.api("aa").get(f"/v1/agreements{query}").json()
    assert [item["templateId"] for item in body["items"]] == templates


def test_op_agreements_metadata_by_type_has_every_documented_member(fabrikam, reference):
    documented = example(reference, "get-customer-agreement-metadata.1")
    body = fabrikam.api("aa").get("/v1/agreements", documented["query"]).json()
    assert differences(documented["response_body"], body) == []


@pytest.mark.parametrize("path", ["agreements", "customers/{}/agreements"])
def test_op_agreements_of_no_type_are_900126(fabrikam, contoso, path):
    at = f"/v1/{path.format(contoso.pk)}?agreementType=Mine"
    body = fabrikam.api("aa").get(at).json()
    assert (body["code"], body["data"]) == (900126, ["agreementType"])


def test_op_agreements_create(fabrikam, contoso, now):
    ids = {"MS-RequestId": str(uuid.uuid4())}
    answers = [confirm(fabrikam, contoso, **ids) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    expected = wire_agreement() | {
        "dateAgreed": "2019-12-28T00:00:00Z",
        "agreementLink": "https://docs.microsoft.com/partner-center/agreements",
        "userId": str(fabrikam["aa"].pk),
    }
    assert [answer.json() for answer in answers] == [expected, expected]
    with fabrikam.visible():
        log = ActivityRecord.objects.get(action="create_agreement")
        assert (log.resource_type, log.subject) == ("agreement", "MicrosoftCloudAgreement")


def test_op_agreements_create_again_by_the_same_contact_is_600061(fabrikam, contoso, reference):
    documented = example(reference, "confirm-customer-consent-customer-agreement.1")
    confirm(fabrikam, contoso)
    refused = confirm(fabrikam, contoso)
    assert refused.status_code == documented["status"]
    assert differences(documented["response_body"], refused.json()) == []
    assert (refused.json()["code"], refused.json()["data"]) == (600061, [])
    other = wire_agreement(primaryContact=wire_agreement()["primaryContact"] | {"firstName": "Tom"})
    assert confirm(fabrikam, contoso, other).status_code == 201
    with fabrikam.visible():
        assert CustomerAgreement.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "MicrosoftCustomerAgreement"}, "templateId"),
        ({"templateId": "4870078c-0a51-4508-baeb-d9b6b86bdbe0"}, "templateId"),
        ({"templateId": "x"}, "templateId"),
        ({"dateAgreed": "2020-01-12T00:00:00"}, "dateAgreed"),
        ({"dateAgreed": "yesterday"}, "dateAgreed"),
        ({"dateAgreed": None}, "dateAgreed"),
        ({"primaryContact": {}}, "primaryContact.firstName"),
    ],
)
def test_op_agreements_create_refuses_and_names_the_field(fabrikam, contoso, change, field, now):
    refused = confirm(fabrikam, contoso, wire_agreement(**change))
    body = refused.json()
    assert (refused.status_code, body["code"], body["data"][0]) == (400, 800002, field)


def test_op_agreements_of_customer(fabrikam, contoso, reference):
    documented = example(reference, "get-confirmation-of-customer-consent.1")["response_body"]
    confirm(fabrikam, contoso)
    later = {"templateId": CUSTOMER, "type": "MicrosoftCustomerAgreement"}
    confirm(fabrikam, contoso, wire_agreement(dateAgreed="2019-12-29", **later))
    body = fabrikam.api("aa").get(f"/v1/customers/{contoso.pk}/agreements").json()
    assert differences(documented, body) == []
    both = ["MicrosoftCustomerAgreement", "MicrosoftCloudAgreement"]
    assert listed(fabrikam, contoso) == both == listed(fabrikam, contoso, "?agreementType=*")
    assert listed(fabrikam, contoso, f"?agreementType={both[0]}") == both[:1]


@pytest.mark.parametrize("count", [1, 3])
def test_op_agreements_of_customer_in_one_query(
    fabrikam, contoso, django_assert_num_queries, count
):
    for number in range(count):
        contact = wire_agreement()["primaryContact"] | {"firstName": f"T{number}"}
        confirm(fabrikam, contoso, wire_agreement(primaryContact=contact))
    client = fabrikam.api("aa")
    with django_assert_num_queries(4):
        body = client.get(f"/v1/customers/{contoso.pk}/agreements").json()
    assert body["totalCount"] == count


def test_op_agreements_direct_signed_status(fabrikam, contoso, reference):
    documented = example(reference, "get-direct-sign-status-of-customer-agreement.1")
    at = f"/v1/customers/{contoso.pk}/directSignedMicrosoftCustomerAgreementStatus"
    body = fabrikam.api("aa").get(at).json()
    assert differences(documented["response_body"], body) == []


def test_op_agreements_document(fabrikam, reference):
    documented = example(reference, "download-customer-agreement-template.1")
    at = documented["path"]
    with time_machine.travel(START, tick=False) as travel:
        body = fabrikam.api("aa").get(at, documented["query"]).json()
        assert differences(documented["response_body"], body) == []
        shown, loaded = (
            fabrikam.api().get(path_of(body[name])) for name in ("displayUri", "downloadUri")
        )
        assert (shown.status_code, shown["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert loaded["Content-Disposition"] == (
            'attachment; filename="MicrosoftCustomerAgreement.txt"'
        )
        travel.shift(timedelta(minutes=5, seconds=1))
        dead = fabrikam.api().get(path_of(body["displayUri"]))
        assert dead.status_code == 410


@pytest.mark.parametrize(
    ("template", "query", "status"),
    [
        (CLOUD, "", 200),
        (CLOUD.upper(), "country=DE&language=de-DE", 200),
        ("4870078c-0a51-4508-baeb-d9b6b86bdbe0", "", 404),
        ("x", "", 404),
        (CLOUD, "country=us", 400),
        (CLOUD, "country=ZZ", 400),
    ],
)
def test_op_agreements_document_of_what_there_is(fabrikam, template, query, status):
    at = f"/v1/agreementtemplates/{template}/document?{query}"
    assert fabrikam.api("aa").get(at).status_code == status
