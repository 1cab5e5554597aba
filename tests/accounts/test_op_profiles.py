"""The operations on the partner's own profiles: read, replaced, each with its version."""

import uuid

import pytest

from accounts.models import PartnerProfile
from activitylog.models import ActivityRecord
from tests.documented import differences, example

KINDS = ("legalbusiness", "organization", "billing", "support")


def at(kind):
    return f"/v1/profiles/{kind}"


def put(organization, kind, body, key="ga", **headers):
    return organization.api(key).put(at(kind), body, format="json", headers=headers)


def lowered(value):
    """PascalCase as the documentation prints one answer: an SDK's dump."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: lowered(inner) for key, inner in value.items()}
    return value


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("organization", "get-an-organization-profile.1"),
        ("billing", "get-partner-billing-profile.1"),
        ("support", "get-support-profile.1"),
    ],
)
def test_op_profiles_get_has_every_documented_member(fabrikam, reference, kind, name):
    documented = example(reference, name)["response_body"]
    assert differences(documented, fabrikam.api("acct").get(at(kind)).json()) == []


def test_op_profiles_legalbusiness_get(fabrikam):
    body = fabrikam.api("aa", as_user=False).get(f"{at('legalbusiness')}?vettingVersion=Current")
    address = {
        "country": "US",
        "city": "",
        "state": "",
        "addressLine1": "",
        "addressLine2": "",
        "postalCode": "",
    }
    assert body.json() == {
        "companyName": "Fabrikam",
        "address": address,
        "primaryContact": {"firstName": "", "lastName": "", "email": "", "phoneNumber": ""},
        "companyApproverAddress": address | {"firstName": "", "lastName": ""},
        "companyApproverEmail": "",
        "vettingStatus": "authorized",
        "vettingSubStatus": "none",
        "profileType": "LegalBusinessProfile",
        "links": {"self": {"uri": "/profiles/legalbusiness", "method": "GET", "headers": []}},
        "attributes": {"etag": "1", "objectType": "LegalBusinessProfile"},
    }
    assert body["ETag"] == '"1"'


@pytest.mark.parametrize("version", ["last_finalized", "LastFinalized", "none"])
def test_op_profiles_legalbusiness_get_in_the_spellings_of_the_clients(fabrikam, version):
    found = fabrikam.api("aa").get(f"{at('legalbusiness')}?vettingVersion={version}")
    assert found.status_code == 200


def test_op_profiles_legalbusiness_get_of_no_version_is_900126(fabrikam):
    refused = fabrikam.api("aa").get(f"{at('legalbusiness')}?vettingVersion=Next").json()
    assert (refused["code"], refused["data"]) == (900126, ["vettingVersion"])


def test_op_profiles_legalbusiness_update(fabrikam):
    sent = fabrikam.api("ga").get(at("legalbusiness")).json()
    sent["address"] |= {"city": "Redmond", "addressLine1": "1 Microsoft Way"}
    sent["primaryContact"]["firstName"] = "Kim"
    changed = put(fabrikam, "legalbusiness", sent)
    assert (changed.status_code, changed["ETag"]) == (200, '"2"')
    sent["attributes"]["etag"] = "2"
    assert changed.json() == sent == fabrikam.api("ga").get(at("legalbusiness")).json()
    with fabrikam.visible():
        log = ActivityRecord.objects.get(action="update_partner_profile")
        assert (log.subject, log.details) == (
            "legalbusiness",
            {"changed": "address, primary_contact"},
        )


def test_op_profiles_billing_update_reads_the_sdks_dump(fabrikam, reference):
    documented = example(reference, "update-partner-billing-profile.1")
    sent = documented["request_body"] | {"Attributes": {"Etag": "1"}}
    changed = put(fabrikam, "billing", sent)
    assert changed.status_code == documented["status"]
    expected = lowered(documented["response_body"])
    assert differences(expected, changed.json()) == []
    assert changed.json()["purchaseOrderNumber"] == "9888"


@pytest.mark.parametrize("address", ["supportprofile", "support"])
def test_op_profiles_support_update_at_both_addresses(fabrikam, reference, address):
    documented = example(reference, "update-support-profile.1")
    changed = put(fabrikam, address, documented["request_body"])
    assert changed.status_code == documented["status"]
    assert differences(documented["response_body"], changed.json()) == []
    assert fabrikam.api("ga").get(at("support")).json()["telephone"] == "4255555555"


def test_op_profiles_organization_update_keeps_what_is_left_out(fabrikam):
    put(fabrikam, "organization", {"Email": "office@fabrikam.example", "Culture": "de-DE"})
    changed = put(fabrikam, "organization", {"Language": "de", "Email": None})
    body = changed.json()
    assert (body["email"], body["language"], body["culture"]) == (
        "office@fabrikam.example",
        "de",
        "de-DE",
    )
    assert body["attributes"]["etag"] == "3"


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("billing", {"billingCurrency": "EUR"}, "billingCurrency"),
        ("billing", {"address": {"country": "DE"}}, "address.country"),
        ("organization", {"defaultAddress": {"country": "DE"}}, "defaultAddress.country"),
        ("legalbusiness", {"companyApproverAddress": {"country": ""}}, "companyApproverAddress."),
        ("legalbusiness", {"companyName": "x" * 201}, "companyName"),
        ("support", {"email": ["x"]}, "email"),
        ("billing", {"address": "x"}, "address"),
    ],
)
def test_op_profiles_update_refuses_and_names_the_field(fabrikam, kind, body, field):
    refused = put(fabrikam, kind, body)
    told = refused.json()
    assert (refused.status_code, told["code"]) == (400, 800002)
    assert told["data"][0].startswith(field)
    with fabrikam.visible():
        assert PartnerProfile.objects.count() == 0


@pytest.mark.parametrize(
    ("header", "tag", "status"), [('"2"', None, 412), (None, "2", 400), ('"1"', "2", 200)]
)
@pytest.mark.parametrize("kind", KINDS)
def test_op_profiles_update_from_another_version(fabrikam, kind, header, tag, status):
    name = "telephone" if kind == "support" else "companyName"
    body = {name: "4255550100", "attributes": {"etag": tag}}
    answer = put(fabrikam, kind, body, **({"If-Match": header} if header else {}))
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == 2055


def test_op_profiles_update_without_a_change_keeps_the_version(fabrikam):
    for _time in range(2):
        same = put(fabrikam, "support", {"telephone": ""})
        assert (same.status_code, same["ETag"]) == (200, '"1"')
    with fabrikam.visible():
        assert ActivityRecord.objects.count() == 0


def test_op_profiles_update_repeats_by_request_id(fabrikam):
    ids = {"MS-RequestId": str(uuid.uuid4())}
    body = {"telephone": "4255550100", "attributes": {"etag": "1"}}
    answers = [put(fabrikam, "support", body, **ids) for _time in range(2)]
    assert [(a.status_code, a["ETag"]) for a in answers] == [(200, '"2"')] * 2


def test_op_profiles_are_each_partners_own(fabrikam, tailspin):
    put(fabrikam, "support", {"telephone": "1"})
    body = tailspin.api("ga").get(at("support")).json()
    assert (body["telephone"], body["website"]) == ("", "tailspin.example")
