"""The software endpoints: their shapes, who may, and what is refused (S19-S28, S33, S35)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from activitylog.models import ActivityRecord
from partnercenter.lib import tenancy
from software.models import Entitlement
from tests.software import build
from tests.software.conftest import START, open_shop


@pytest.fixture
def api(shop):
    def call(by, method, path, body=None, **headers):
        client = APIClient()
        client.force_authenticate(by)
        address = f"/v1/customers/{shop.customer.pk}/{path}"
        with tenancy.acting_for(by.partner.pk):
            return getattr(client, method)(address, body, format="json", **headers)

    return call


@pytest.fixture
def line(shop):
    return f"software/{shop.line.pk}"


def test_S22_the_list_has_the_documented_shape(shop, aa, api):
    body = api(aa, "get", "software").json()
    assert body["items"] == [
        {
            "id": str(shop.line.pk),
            "productId": "DG7GMGF0DVT7",
            "skuId": "000C",
            "title": shop.line.title,
            "quantity": 1,
            "orderId": shop.line.order_id,
            "lineItemNumber": 0,
            "purchaseDate": "2020-01-10T09:30:00Z",
            "status": "active",
            "returnableUntil": "2020-03-10T09:30:00Z",
            "cancellationPolicy": {"type": "window", "days": 60},
            "attributes": {"objectType": "SoftwareLine"},
        }
    ]
    assert body["attributes"] == {"objectType": "Collection"}


def test_S23_all_software_each_once_over_the_pages_and_no_reservation(shop, aa, api):
    bought = {str(shop.line.pk)} | {str(shop.buy(needs_key=False).pk) for _ in range(4)}
    shop.buy(needs_key=False, kind="reservation")
    shop.buy(needs_key=False, customer=build.customer(shop.partner, "Northwind"))
    seen, token = [], {}
    while True:
        body = api(aa, "get", "software?size=2", **token).json()
        seen += [item["id"] for item in body["items"]]
        if "continuationToken" not in body:
            break
        token = {"HTTP_MS_CONTINUATIONTOKEN": body["continuationToken"]}
    assert sorted(seen) == sorted(bought)


def test_S23_nothing_bought_is_an_empty_list(shop, aa, api):
    Entitlement.objects.update(customer=build.customer(shop.partner, "Wingtip"))
    assert api(aa, "get", "software").json()["items"] == []


def test_S24_S25_one_line_has_three_selectors_in_order(shop, aa, api, line):
    build.file(language="German")
    found = api(aa, "get", line).json()["selectors"]
    assert list(found) == ["version", "language", "fileType"]
    assert found == {
        "version": {"label": "Version", "values": ["2019"]},
        "language": {"label": "Language", "values": ["English", "German"]},
        "fileType": {"label": "File type/OS", "values": ["ISO, x64"]},
    }


def test_S26_options_are_the_builds_that_exist(shop, aa, api, line):
    build.file(version="2022", language="German", file_type="ISO, x64")
    assert api(aa, "get", f"{line}/options").json()["items"] == [
        {"version": "2022", "language": "German", "fileType": "ISO, x64"},
        {"version": "2019", "language": "English", "fileType": "ISO, x64"},
    ]


def test_S26_each_option_leads_to_a_file(shop, aa, api, line):
    build.file(version="2022", language="German")
    for option in api(aa, "get", f"{line}/options").json()["items"]:
        found = api(aa, "post", f"{line}/search", option)
        assert (found.status_code, len(found.json()["items"])) == (200, 1)


def test_S26_an_invented_combination_is_400(aa, api, line):
    body = {"version": "2019", "language": "Klingon", "fileType": "ISO, x64"}
    assert api(aa, "post", f"{line}/search", body).status_code == 400


def test_S27_search_finds_exactly_the_chosen_files(shop, aa, api, line):
    build.file(language="German")
    body = {"Version": "2019", "LANGUAGE": "English", "file_type": "ISO, x64"}
    assert api(aa, "post", f"{line}/search", body).json()["items"] == [
        {
            "fileId": str(shop.file.pk),
            "fileName": "server-2019-English.iso",
            "sizeBytes": 1000,
            "sha256": shop.file.sha256,
        }
    ]


@pytest.mark.parametrize("missing", ["version", "language", "fileType"])
def test_S27_a_missing_choice_is_named(aa, api, line, missing):
    body = {"version": "2019", "language": "English", "fileType": "ISO, x64"}
    del body[missing]
    answer = api(aa, "post", f"{line}/search", body)
    assert (answer.status_code, answer.json()["data"]) == (400, [missing])


def test_S28_keys_and_downloads(shop, aa, api, line, settings):
    settings.PUBLIC_URL = "https://pc.example"
    answer = api(aa, "post", f"{line}/keysanddownloads", {"fileId": str(shop.file.pk)})
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    body = answer.json()
    assert body["keys"] == [{"key": shop.key}]
    (download,) = body["downloads"]
    assert download.pop("link").startswith("https://pc.example/dl/")
    assert download == {
        "fileId": str(shop.file.pk),
        "createdAt": "2020-01-10T09:30:00Z",
        "expiresAt": "2020-01-24T09:30:00Z",
        "maxDownloads": 50,
        "used": 0,
        "status": "live",
    }


def test_S33_a_second_call_after_the_end_gives_a_new_link(shop, aa, api, line, travel):
    body = {"fileId": str(shop.file.pk)}
    first = api(aa, "post", f"{line}/keysanddownloads", body).json()["downloads"][0]
    travel.shift(timedelta(days=14))
    second = api(aa, "post", f"{line}/keysanddownloads", body).json()["downloads"][0]
    assert second["link"] != first["link"]
    assert (second["used"], second["expiresAt"]) == (0, "2020-02-07T09:30:00Z")


@pytest.mark.parametrize("role", ["global_admin", "sales_agent", "helpdesk_agent", "account_admin"])
def test_S20_other_roles_get_403_that_names_the_role(shop, api, line, role):
    body = {"fileId": str(shop.file.pk)}
    answer = api(shop.actor(role), "post", f"{line}/keysanddownloads", body)
    assert answer.status_code == 403
    assert answer.json()["code"] == 900150
    assert "Admin agent" in answer.json()["description"]
    assert ActivityRecord.objects.get().status == "failed"


def test_S19_a_pending_line_is_409(shop, aa, api):
    line = shop.buy()
    body = {"fileId": str(shop.file.pk)}
    answer = api(aa, "post", f"software/{line.pk}/keysanddownloads", body)
    assert (answer.status_code, answer.json()["code"]) == (409, 800060)


def test_S35_without_a_file_it_is_400(aa, api, line):
    answer = api(aa, "post", f"{line}/keysanddownloads", {})
    assert (answer.status_code, answer.json()["data"]) == (400, ["fileId"])


@pytest.mark.parametrize("file_id", ["nonsense", "0c39d6d5-c70d-4c55-bc02-f620844f3fd1"])
def test_S35_an_unknown_file_is_404(aa, api, line, file_id):
    answer = api(aa, "post", f"{line}/keysanddownloads", {"fileId": file_id})
    assert answer.status_code == 404


def test_S35_a_file_of_another_product_is_404(shop, aa, api, line):
    build.sku(("DG7GMGF0DWM3", "0002"))
    other = build.file("DG7GMGF0DWM3")
    answer = api(aa, "post", f"{line}/keysanddownloads", {"fileId": str(other.pk)})
    assert answer.status_code == 404


def test_ESU_gives_the_key_without_a_file(shop, aa, api):
    ids = ("DG7GMGF0ESU1", "0001")
    build.sku(ids, title="ESU")
    (key,) = build.keys(ids=ids)
    line = shop.buy(ids=ids)
    body = api(aa, "post", f"software/{line.pk}/keysanddownloads", {}).json()
    assert (body["keys"], body["downloads"]) == ([{"key": key}], [])


@pytest.mark.parametrize("path", ["", "/options", "/search", "/keysanddownloads"])
def test_a_line_of_another_partner_is_404(shop, api, path):
    other = open_shop("Tailspin")
    with tenancy.acting_for(other.partner.pk):
        stranger = other.actor("admin_agent")
    method = "post" if path in {"/search", "/keysanddownloads"} else "get"
    client = APIClient()
    client.force_authenticate(stranger)
    with tenancy.acting_for(other.partner.pk):
        answers = [
            getattr(client, method)(f"/v1/customers/{customer}/software/{shop.line.pk}{path}")
            for customer in (shop.customer.pk, other.customer.pk)
        ]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_key_stands_in_no_list(shop, aa, api, line):
    for path in ("software", line, f"{line}/options", "entitlements"):
        assert shop.key not in api(aa, "get", path).content.decode()


def test_S5_S22_entitlements_by_type(shop, aa, api):
    shop.buy(needs_key=False, kind="reservation", line_number=3)
    software = api(aa, "get", "entitlements?entitlementType=software").json()["items"]
    assert software == [
        {
            "includedEntitlements": [],
            "referenceOrder": {"id": shop.line.order_id, "lineItemId": "0"},
            "productId": "DG7GMGF0DVT7",
            "skuId": "000C",
            "quantity": 1,
            "quantityDetails": [{"quantity": 1, "status": "active"}],
            "entitledArtifacts": [],
            "entitlementType": "software",
        }
    ]
    reserved = api(aa, "get", "entitlements?entitlementtype=reservedInstance").json()["items"]
    assert [item["entitlementType"] for item in reserved] == ["reservedinstance"]
    assert len(api(aa, "get", "entitlements").json()["items"]) == 2


@pytest.mark.parametrize("value", ["true", "True"])
def test_entitlements_show_expiry_when_asked(shop, aa, api, value):
    (item,) = api(aa, "get", f"entitlements?showExpiry={value}").json()["items"]
    assert item["expiryDate"] == "2021-01-09T09:30:00Z"


def test_a_cancelled_entitlement_has_no_quantity(shop, aa, api):
    Entitlement.objects.update(revoked_at=START)
    (item,) = api(aa, "get", "entitlements").json()["items"]
    assert item["quantity"] == 0


def test_an_unknown_entitlement_type_is_400(aa, api):
    answer = api(aa, "get", "entitlements?entitlementType=cheese")
    assert (answer.status_code, answer.json()["code"]) == (400, 900126)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("path", "statements"),
    [("software", 2), ("entitlements", 2), ("{line}", 3), ("{line}/options", 3)],
)
def test_statements_do_not_grow_with_rows(shop, aa, api, line, rows, path, statements):
    for _ in range(rows - 1):
        shop.buy(needs_key=False)
        build.file(language=f"L{_}")
    with CaptureQueriesContext(connection) as asked:
        api(aa, "get", path.format(line=line))
    asked = [q["sql"] for q in asked if "set_config" not in q["sql"]]
    assert len(asked) == statements
