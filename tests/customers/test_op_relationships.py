"""The operations on MPN ids, resellers, and their agreement."""

import uuid

import pytest

from customers.services import add_reseller
from tests.customers.samples import customer, wire
from tests.documented import differences, example

MPN = "/v1/profiles/mpn"
STATUS = "/v1/compliance/csp/agreementstatus"
RESELLERS = "/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf"


def reseller(organization, name="Adatum", mpn_id="4847383", **values):
    with organization.visible():
        return add_reseller(
            name=name,
            tenant_id=uuid.uuid4(),
            mpn_id=mpn_id,
            country="US",
            by=organization.system,
            **values,
        )


def names(response):
    return [item["name"] for item in response.json()["items"]]


@pytest.fixture
def fabrikam(fabrikam):
    fabrikam.partner.mpn_id = "5219387"
    fabrikam.partner.save()
    return fabrikam


def test_op_profiles_mpn_get(fabrikam, reference):
    documented = example(reference, "get-partner-network-profile.1")["response_body"]
    body = fabrikam.api("aa").get(MPN).json()
    assert differences(documented, body) == []
    assert (body["mpnId"], body["partnerName"]) == ("5219387", "Fabrikam")


def test_op_profiles_mpn_verify(fabrikam, reference):
    documented = example(reference, "get-partner-by-mpn-id.1")["response_body"]
    reseller(fabrikam)
    found = {}
    for mpn_id in ("5219387", "4847383"):
        body = fabrikam.api("aa").get(f"{MPN}?mpnId={mpn_id}").json()
        assert differences(documented, body) == []
        found[body["mpnId"]] = body["partnerName"]
    assert found == {"5219387": "Fabrikam", "4847383": "Adatum"}


@pytest.mark.parametrize("mpn_id", ["9999999", "4847383", "x", "9" * 200])
def test_op_profiles_mpn_verify_of_anybody_else_is_3000(fabrikam, tailspin, reference, mpn_id):
    documented = example(reference, "get-partner-by-mpn-id.2")
    reseller(tailspin)
    refused = fabrikam.api("aa").get(f"{MPN}?mpnId={mpn_id}")
    assert refused.status_code == documented["status"]
    told = documented["response_body"] | {
        "description": f"Partner Organization with partner_id {mpn_id[:20]} could not be found"
    }
    assert refused.json() == told


@pytest.mark.parametrize("count", [1, 3])
def test_op_relationships_list(fabrikam, tailspin, reference, django_assert_num_queries, count):
    documented = example(reference, "retrieve-a-list-of-indirect-resellers.1")["response_body"]
    for number in range(count):
        reseller(fabrikam, f"R{number}", str(number))
    reseller(tailspin)
    client = fabrikam.api("aa")
    with django_assert_num_queries(3):
        listed = client.get(RESELLERS)
    assert differences(documented, listed.json()) == []
    assert names(listed) == [f"R{number}" for number in range(count)]


def test_op_relationships_list_by_name_and_type(fabrikam):
    for number, name in enumerate(("Adatum", "Alpine", "Wingtip")):
        reseller(fabrikam, name, str(number))
    ask = fabrikam.api("aa").get
    wanted = '&filter={"Field":"Name","Value":"al","Operator":"starts_with"}'
    assert names(ask(RESELLERS + wanted)) == ["Alpine"]
    kinds = ("is_indirect_cloud_solution_provider_of", "IsIndirectResellerOf")
    found = [names(ask(f"/v1/relationships?relationship_type={kind}")) for kind in kinds]
    assert found == [["Adatum", "Alpine", "Wingtip"], []]


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("", 900126, "relationship_type"),
        ("relationship_type=Friend", 900126, "relationship_type"),
        (
            'relationship_type=IsIndirectResellerOf&filter={"Field":"x","Value":"","Operator":"x"}',
            800002,
            "filter",
        ),
    ],
)
def test_op_relationships_list_refuses_and_names_the_parameter(fabrikam, query, code, field):
    refused = fabrikam.api("aa").get(f"/v1/relationships?{query}")
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert refused.json()["data"] in ([field], ["relationshipType"])


def test_op_relationships_of_customer(fabrikam):
    adatum = reseller(fabrikam)
    client = fabrikam.api("aa")
    body = wire("Wingtip") | {"associatedPartnerId": str(adatum.tenant_id)}
    theirs = client.post("/v1/customers", body, format="json").json()["id"]
    mine = customer(fabrikam).pk
    found = [names(client.get(f"/v1/customers/{one}/relationships")) for one in (theirs, mine)]
    assert found == [["Adatum"], []]


def test_op_compliance_agreementstatus_of_who_has_signed(fabrikam):
    adatum = reseller(fabrikam)
    ask = fabrikam.api("aa").get
    for query in (f"mpnid={adatum.mpn_id}", f"tenantId={str(adatum.tenant_id).upper()}"):
        assert ask(f"{STATUS}?{query}").json() == {"isAgreementSigned": True}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("mpnId=x", 2000),
        ("tenantId=x", 2000),
        ("mpnId=1&tenantId=x", 2000),
        ("", 2001),
        ("mpnId=1", 2200),
        ("tenantId=4870078c-0a51-4508-baeb-d9b6b86bdbe0", 2205),
        ("mpnId=77", 2203),
        ("tenantId={unsigned}", 2206),
        ("mpnId=4847383", 2200),
    ],
)
def test_op_compliance_agreementstatus_refuses_by_the_documented_code(
    fabrikam, tailspin, query, code
):
    reseller(tailspin)
    unsigned = reseller(fabrikam, "Late", "77", has_signed=False)
    refused = fabrikam.api("aa").get(f"{STATUS}?{query.format(unsigned=unsigned.tenant_id)}")
    assert (refused.status_code, refused.json()["code"]) == (400, code)


def test_op_compliance_of_another_program_is_404(fabrikam):
    assert fabrikam.api("aa").get("/v1/compliance/x/agreementstatus").status_code == 404
