"""Documented operations without use here: 501 for everybody with a token, whatever they name."""

import uuid

import pytest
from django.urls import resolve

from partnercenter.not_offered import Refuse
from tests.matrix.ask import place
from tests.matrix.table import API

# The same in every worker, which must collect the same tests.
C, S = uuid.UUID(int=1, version=4), uuid.UUID(int=2, version=4)
PATHS = (
    "analytics/licenses/deployment",
    "analytics/commercial/deployment/license",
    "ratecards/azure",
    "ratecards/azure-shared",
    "customers/usagerecords",
    "customers/relationshiprequests",
    "offers",
    "offers/84A03D81-6B37-4D66-8D4A-FAEA24541538/addons",
    "offercategories",
    "serviceincidents",
    "productUpgrades",
    "productupgrades/eligibility",
    "partnerRequests",
    "applicationmfaadoptionstatus",
    "nonMfaCompliantPartnerPrincipals",
    "SelfServePolicy",
    f"customers/{C}/analytics/licenses/usage",
    f"customers/{C}/usagesummary",
    f"customers/{C}/usagebudget",
    f"customers/{C}/subscriptions/usagerecords",
    f"customers/{C}/subscriptions/{S}/usagesummary",
    f"customers/{C}/subscriptions/{S}/usagerecords/resources",
    f"customers/{C}/subscriptions/{S}/utilizations/azure",
    f"customers/{C}/subscriptions/{S}/azureEntitlements/{S}",
    f"customers/{C}/subscriptions/{S}/azureEntitlements/{S}/cancel",
    f"customers/{C}/deviceBatches",
    f"customers/{C}/deviceBatches/1/devices",
    f"customers/{C}/devicePolicyUpdates",
    f"customers/{C}/batchJobStatus/1",
    f"customers/{C}/policies",
    f"customers/{C}/transfers/1",
    f"customers/{C}/users/{S}/licenses",
    f"customers/{C}/users/{S}/licenseupdates",
    f"customers/{C}/subscribedskus",
    f"customers/{C}/managedservices",
    f"customers/{C}/verifieddomain",
    f"customers/{C}/applicationconsents/{S}",
    f"customers/{C}/offers",
    f"customers/{C}/offercategories",
)


@pytest.mark.parametrize("path", PATHS)
def test_it_is_501_in_the_standard_body(fabrikam, path):
    refused = fabrikam.api["du"].get(f"/v1/{path}")
    body = refused.json()
    assert (refused.status_code, body["code"], body["data"]) == (501, 900141, [])
    assert body["description"].startswith("This installation does not offer ")


def test_without_a_token_it_is_401(fabrikam):
    assert fabrikam.api[""].get("/v1/analytics/licenses/usage").status_code == 401


@pytest.mark.parametrize("path", ["analytic", "customers/x/devicesX", "nothing", "analytics"])
def test_what_is_documented_nowhere_is_404(fabrikam, path):
    assert fabrikam.api["gaaa"].get(f"/v1/{path}").status_code == 404


@pytest.mark.parametrize("route", [route for route in API if "not_offered" not in route])
def test_it_hides_nothing_that_is_offered(fabrikam, route):
    row = next(iter(API[route].values()))
    view = resolve(place(route, row, fabrikam.ids)).func
    assert getattr(view, "cls", None) is not Refuse
