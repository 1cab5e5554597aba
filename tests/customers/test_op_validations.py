"""The operations that check before a customer is made: address, domain, country, codes."""

import json
import re
import uuid

import pytest

from customers import countries
from customers.rules import countries as known_countries
from tests.customers.samples import customer
from tests.documented import differences, example

ADDRESS = "/v1/validations/address"
COUNTRY = "/v1/countryvalidationrules"
REDMOND = {
    "addressLine1": "One Microsoft Way",
    "city": "Redmond",
    "state": "WA",
    "postalCode": "98052",
    "country": "US",
}


def check(organization, client="", **changes):
    sent = {k: v for k, v in (REDMOND | changes).items() if v is not None}
    headers = {"MS-PartnerCenter-Client": client} if client else {}
    return organization.api("aa").post(ADDRESS, sent, format="json", headers=headers)


def test_op_validations_address_of_the_documentation(fabrikam, reference):
    documented = example(reference, "validate-an-address.1")
    found = fabrikam.api("aa").post(ADDRESS, documented["request_body"], format="json")
    assert (found.status_code, found.content) == (documented["status"], b"")


@pytest.mark.parametrize(
    ("client", "body"),
    [
        ("Partner Center Java SDK", True),
        (
            "Partner Center .NET SDK",
            {"originalAddress": REDMOND, "suggestedAddresses": [], "status": "Verified"},
        ),
    ],
)
def test_op_validations_address_answers_what_the_client_can_read(fabrikam, client, body):
    assert check(fabrikam, client).json() == body


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"state": "ZZ"}, "StateInvalid"),
        ({"state": None}, "StateInvalid"),
        ({"postalCode": "9805"}, "ZipCityInvalid"),
        ({"postalCode": None}, "ZipCityInvalid"),
        ({"country": "ZZ"}, "CountryInvalid"),
        ({"country": "MX", "state": "WA"}, "StateInvalid"),
        ({"country": "CN", "state": "WA"}, "StateInvalid"),
    ],
)
def test_op_validations_address_refuses_with_2007_and_a_document(fabrikam, changes, reason):
    refused = check(fabrikam, **changes)
    body = refused.json()
    assert (refused.status_code, body["code"], body["source"]) == (400, 2007, "PartnerFD")
    told = json.loads(body["description"])
    assert told["reason"].startswith(f"{reason} - Details: ")
    assert set(told["corrected_address"]) == {
        "country",
        "region",
        "city",
        "address_line1",
        "postal_code",
    }
    assert (told["code"], told["object_type"]) == ("60071", "AddressValidation")


@pytest.mark.parametrize(
    "address",
    [
        {"country": "us", "state": "wa"},
        {"country": "MX", "state": "JAL", "postalCode": "44100"},
        {"country": "CN", "state": "BJ", "postalCode": "100000"},
        {"country": "DE", "state": "anything", "postalCode": "10115"},
        {"country": "GL", "state": None, "postalCode": None},
    ],
)
def test_op_validations_address_knows_states_of_four_countries(fabrikam, address):
    assert check(fabrikam, **address).status_code == 200


@pytest.mark.parametrize("name", ["addressLine1", "city", "country"])
def test_op_validations_address_names_what_is_missing(fabrikam, name):
    body = check(fabrikam, **{name: None}).json()
    assert (body["code"], body["data"]) == (800002, [name])


@pytest.mark.parametrize("method", ["head", "get"])
def test_op_domains_exists(fabrikam, tailspin, method):
    customer(fabrikam)
    customer(tailspin, "Wingtip")
    ask = getattr(fabrikam.api("aa"), method)
    found = ask("/v1/domains/CONTOSO.example")
    assert (found.status_code, found.content) == (200, b"")
    # Another partner's domain is as free as nobody's: the same name may be a customer of both.
    assert [ask(f"/v1/domains/{name}").status_code for name in ("wingtip.example", "x")] == [
        404
    ] * 2


def test_op_domains_exists_has_no_body_on_head(fabrikam, reference):
    documented = example(reference, "verify-domain-availability.2")
    found = fabrikam.api("aa").head(documented["path"])
    assert (found.status_code, found.content) == (documented["status"], b"")


def test_op_validations_check_domain_prefix(fabrikam):
    customer(fabrikam, domain="contoso.onmicrosoft.com")
    ask = fabrikam.api("aa").get
    at = "/v1/validations/checkdomainavailability"
    assert [ask(f"{at}/{prefix}").json() for prefix in ("Contoso", "wingtip")] == [False, True]


def test_op_countryvalidationrules_get_has_every_documented_member(fabrikam, reference):
    documented = example(reference, "get-market-specific-validation-data.1")["response_body"]
    body = fabrikam.api("aa").get(f"{COUNTRY}/US").json()
    assert differences(documented, body) == []
    assert set(documented["states"]["value"]) <= set(body["states"]["value"])
    # As both SDKs read them: flat.
    flat = ("supportedStates", "supportedLanguages", "supportedCultures", "countryCallingCodes")
    lists = [body[f"{name}List"] for name in flat]
    assert lists[0] == body["states"]["value"]
    assert lists[1:] == [["en"], ["en-US"], ["1"]]


def test_op_countryvalidationrules_get_by_lower_case_and_language(fabrikam):
    body = fabrikam.api("aa").get(f"{COUNTRY}/ch", headers={"X-Locale": "zh-CN"}).json()
    assert body["iso2Code"] == "CH"
    assert body["supportedCulturesList"] == ["de-CH", "fr-CH", "it-CH", "en-US"]
    assert (body["isStateRequired"], body["supportedStatesList"]) == (False, [])


@pytest.mark.parametrize("code", ["ZZ", "USA", "1", "EU"])
def test_op_countryvalidationrules_get_of_no_country_is_404(fabrikam, code):
    assert fabrikam.api("aa").get(f"{COUNTRY}/{code}").status_code == 404


@pytest.mark.parametrize("code", known_countries())
def test_op_countryvalidationrules_every_country_has_its_calling_code_and_culture(code):
    rules = countries.rules_of(code)
    assert all(re.fullmatch(r"\d{1,3}", one) for one in rules.calling_codes)
    assert len(rules.calling_codes) == 1
    assert rules.cultures[-1] == "en-US"


def test_op_validations_codes_are_none(fabrikam):
    made = customer(fabrikam)
    ask = fabrikam.api("aa").get
    lists = [ask(f"/v1/customers/{which}/validations").json() for which in ("all", made.pk)]
    assert lists == [[], []]


def test_op_validations_status(fabrikam):
    at = f"/v1/customers/{customer(fabrikam).pk}/validationStatus"
    body = fabrikam.api("aa").get(f"{at}?type=Account").json()
    assert (body["type"], body["status"]) == ("account", "allowed")
    assert body["lastUpdateDateTime"].endswith("Z")
    assert fabrikam.api("aa").get(f"{at}?type=Other").json()["data"] == ["type"]
    unknown = f"/v1/customers/{uuid.uuid4()}/validationStatus"
    assert fabrikam.api("aa").get(unknown).status_code == 404
