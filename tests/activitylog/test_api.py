"""GET /v1/auditrecords: shape, filters, dates, the 90 days, paging (S36, S37, S40, S41)."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from activitylog import rules
from activitylog.rules import Action
from partnercenter.lib import tenancy
from tests.activitylog import build
from tests.activitylog.conftest import NOW


@pytest.fixture
def get(fabrikam):
    def get(query="", role="global_admin", status=200, **headers):
        by = build.actor(fabrikam, *role.split())
        client = APIClient()
        client.force_authenticate(by)
        with tenancy.acting_for(fabrikam.pk):
            answer = client.get(f"/v1/auditrecords?{query}", **headers)
        assert answer.status_code == status
        return answer.json()

    return get


def filtered(field, value, operator="equals"):
    return "filter=" + quote(f'{{"Field":"{field}","Value":"{value}","Operator":"{operator}"}}')


def test_S36_the_documented_shape(get, fabrikam, aa, contoso):
    build.record(aa, NOW, contoso, details={"orderId": "O1"})
    (item,) = get()["items"]
    assert item.pop("id").startswith(f"{fabrikam.pk}_{contoso.pk}_software_key_get_software_key_6")
    assert item == {
        "partnerId": str(fabrikam.pk),
        "customerId": str(contoso.pk),
        "customerName": "Contoso",
        "userPrincipalName": aa.name,
        "resourceType": "software_key",
        "resourceNewValue": '{"ProductName": "SQL Server", "OrderId": "O1"}',
        "operationType": "get_software_key",
        "operationDate": "2020-01-31T12:00:00Z",
        "operationStatus": "succeeded",
        "customizedData": [
            {"key": "ProductName", "value": "SQL Server"},
            {"key": "OrderId", "value": "O1"},
        ],
        "attributes": {"objectType": "AuditRecord"},
    }


@pytest.mark.parametrize(
    ("value", "operations"),
    [
        ("SoftwareKey", ["get_software_key"]),
        ("software_download_link", ["get_software_download_link", "get_software_download_link"]),
        ("Order", ["create_order"]),
        ("cheese", []),
    ],
)
def test_S36_by_resource_type(get, aa, contoso, value, operations):
    for action in (
        Action.GET_SOFTWARE_KEY,
        Action.GET_SOFTWARE_DOWNLOAD_LINK,
        Action.DOWNLOAD_SOFTWARE,
        Action.CREATE_ORDER,
    ):
        build.record(aa, NOW, contoso, action=action)
    items = get(filtered("ResourceType", value))["items"]
    assert [item["operationType"] for item in items] == operations


def test_by_customer_id_and_by_part_of_the_name(get, aa, fabrikam, contoso):
    build.record(aa, NOW, contoso)
    build.record(aa, NOW, build.customer(fabrikam, "Northwind"))
    for asked in (
        filtered("CustomerId", contoso.pk),
        filtered("companyName", "ONTOS", "substring"),
        "filter=" + quote('{"field":"CompanyName","value":"conto","operator":"Substring"}'),
    ):
        assert [item["customerName"] for item in get(asked)["items"]] == ["Contoso"]


@pytest.mark.parametrize(
    "asked", [filtered("CompanyName", "x", "equals"), filtered("Cheese", "x"), "filter=[]"]
)
def test_another_filter_is_400(get, asked):
    assert get(asked, status=400)["code"] == 800002


def test_names_unknown_to_public_clients_are_left_out(get, aa):
    build.record(aa, NOW, action=Action.MOVE_SANDBOX_CLOCK)
    build.record(aa, NOW, action="eat_cheese", resource_type="cheese")
    assert get()["items"] == []


def test_every_name_is_one_that_the_Java_client_knows(reference):
    text = (reference / "reference/data/audit_enums.csv").read_text()
    known = {line.split(",")[1] for line in text.split() if "," in line}
    assert rules.API_OPERATIONS - known == set()
    assert rules.API_RESOURCES - known == set()


def test_S40_default_is_30_days(get, aa):
    for days in (0, 29, 31):
        build.record(aa, NOW - timedelta(days=days))
    assert len(get()["items"]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-10",
        "1/10/2020 12:00:00 AM",
        "01/10/2020 00:00:00",
        "2020-01-10T00:00:00Z",
        "2020-01-010",
    ],
)
def test_five_forms_of_a_date(get, aa, text):
    start = datetime(2020, 1, 10, tzinfo=UTC)
    build.record(aa, start - timedelta(seconds=1))
    build.record(aa, start)
    assert len(get(f"startDate={quote(text)}")["items"]) == 1


def test_the_java_clients_day_of_year(get, aa, travel):
    travel.move_to(datetime(2020, 3, 1, tzinfo=UTC))
    build.record(aa, datetime(2020, 2, 5, tzinfo=UTC))
    assert len(get("startDate=2020-02-36")["items"]) == 1
    assert get("startDate=2020-02-37")["items"] == []


def test_S41_both_days_are_inside_to_the_second(get, aa):
    start = datetime(2020, 1, 10, tzinfo=UTC)
    end = datetime(2020, 1, 12, 23, 59, 59, tzinfo=UTC)
    second = timedelta(seconds=1)
    for at in (start - second, start, end, end + second):
        build.record(aa, at)
    items = get("startDate=2020-01-10&endDate=2020-01-12")["items"]
    assert [item["operationDate"] for item in items] == [
        "2020-01-12T23:59:59Z",
        "2020-01-10T00:00:00Z",
    ]


def test_S40_a_reversed_range_is_400(get):
    assert get("startDate=2020-01-12&endDate=2020-01-10", status=400)["code"] == 400


def test_ruling_14_ninety_days_back_and_no_more(get, aa):
    build.record(aa, NOW - timedelta(days=90))
    assert len(get("startDate=2019-11-02")["items"]) == 1
    body = get("startDate=2019-11-01", status=400)
    assert (body["code"], body["data"]) == (400, ["startDate"])
    assert "2019-11-02" in body["description"]


@pytest.mark.parametrize("text", ["cheese", "2020-13-45", "%00", "99999999999999"])
def test_what_is_no_date_is_400(get, text):
    get(f"startDate={text}", status=400)


def test_pages_follow_the_token_with_dates_filter_and_size(get, aa, contoso):
    build.many(5, aa, NOW - timedelta(days=60), timedelta(days=1), contoso)
    build.record(aa, NOW, contoso)
    query = f"startDate=2019-12-01&endDate=2019-12-31&size=2&{filtered('CustomerId', contoso.pk)}"
    body, seen = get(query), []
    while True:
        seen += [item["operationDate"] for item in body["items"]]
        link = body["links"].get("next")
        if not link:
            break
        (header,) = link["headers"]
        assert link["uri"].startswith("/auditrecords?")
        by_header = get("seekOperation=Next", HTTP_MS_CONTINUATIONTOKEN=header["value"])
        by_query = get(f"MS-ContinuationToken={quote(header['value'])}")
        assert by_header["items"] == by_query["items"]
        body = by_header
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 5


@pytest.mark.parametrize("role", ["account_admin", "referral_admin", "marketing_content_admin"])
def test_S37_the_other_three_roles_may(get, role):
    get(role=role)


@pytest.mark.parametrize("role", ["admin_agent", "sales_agent", "billing_admin", ""])
def test_S37_everybody_else_is_refused(get, role):
    assert get(role=role, status=403)["code"] == 900150


@pytest.mark.parametrize("rows", [1, 3])
def test_one_statement_whatever_the_number_of_rows(get, aa, contoso, rows):
    build.many(rows, aa, NOW - timedelta(hours=5), timedelta(hours=1), contoso)
    with CaptureQueriesContext(connection) as asked:
        assert len(get()["items"]) == rows
    asked = [q["sql"] for q in asked if "activitylog_activityrecord" in q["sql"]]
    assert len(asked) == 1
    assert "COUNT(" not in asked[0].upper()
