"""What else invoices take over REST, beside the documented answers (contract 9)."""

import json
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import settlement
from billing.models import Invoice
from tests.billing.book import book, on
from tests.documented import differences, example

PATH = "OneTime/BillingLineItems"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(4, 2, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def billed(fabrikam, clock):
    """An invoice each for January, February and March; three lines on none."""
    with fabrikam.visible():
        for month in (1, 2, 3):
            book(fabrikam, "10.00", on(month, 5))
            clock.move_to(on(month + 1, 2))
            settlement.settle_due()
        for day in (1, 1, 2):
            book(fabrikam, "5.00", on(4, day, 1))
        yield fabrikam


def get(org, rest, key="ba", **headers):
    return org.api(key, as_user=True).get(f"/v1/invoices{rest}", headers=headers)


def months(response):
    assert response.status_code == 200, response.content
    return [item["billingPeriodStartDate"][5:7] for item in response.json()["items"]]


def of_month(month):
    return Invoice.objects.get(month=on(month, 1).date()).number


def asked(operator, value, field="InvoiceDate"):
    return "?filter=" + quote(json.dumps({"Field": field, "Value": value, "Operator": operator}))


@pytest.mark.parametrize(
    ("operator", "value", "found"),
    [
        ("equals", "2020-03-02", ["02"]),
        ("equals", "9999-12-31", []),
        ("greater_than", "2020-03-02T00:00:00Z", ["03", "02"]),
        ("GreaterThanOrEquals", "03/02/2020 10:00:00", ["03", "02"]),
        ("less_than", "2020-03-02T10:00:00Z", ["01"]),
        ("less_than_or_equals", "2020-03-02T10:00:00Z", ["02", "01"]),
    ],
)
def test_op_invoices_list_by_date(billed, operator, value, found):
    assert months(get(billed, asked(operator, value))) == found


@pytest.mark.parametrize(
    "query",
    [
        asked("substring", "2020"),
        asked("equals", "2020-03-02", field="Number"),
        asked("equals", "soon"),
        "?filter=x",
    ],
)
def test_op_invoices_list_a_filter_that_it_does_not_know_is_400(billed, query):
    response = get(billed, query)
    assert (response.status_code, response.json()["code"]) == (400, 800002)


def test_op_invoices_list_pages_keep_their_filter_and_lead_back(billed):
    query = asked("greater_than", "2020-01-01") + "&size=2"
    first = get(billed, query)
    second = get(billed, first.json()["links"]["next"]["uri"].removeprefix("/invoices"))
    back = get(billed, second.json()["links"]["previous"]["uri"].removeprefix("/invoices"))
    assert [months(each) for each in (first, second, back)] == [["03", "02"], ["01"], ["03", "02"]]
    assert "previous" not in first.json()["links"]
    assert "next" not in second.json()["links"]


@pytest.mark.parametrize("size", [1, 3])
def test_op_invoices_list_reads_3_times_whatever_the_number(billed, size):
    client = billed.api("ba")
    with CaptureQueriesContext(connection) as queries:
        assert len(months(client.get(f"/v1/invoices?size={size}"))) == size
    assert len(queries) == 3


@pytest.mark.parametrize("size", [1, 3])
def test_op_invoices_lines_read_3_times_whatever_the_number(billed, size):
    client = billed.api("ba")
    with CaptureQueriesContext(connection) as queries:
        body = client.get(f"/v1/invoices/unbilled/lineitems?size={size}").json()
    assert (body["totalCount"], len(queries)) == (size, 3)


def test_op_invoices_receipt_statement_is_for_taiwan_alone(billed, tailspin):
    rest = "/receipts/123456/documents/statement"
    ours, theirs = get(billed, f"/{of_month(1)}{rest}"), get(tailspin, f"/{of_month(1)}{rest}")
    assert [(r.status_code, r.json()["code"]) for r in (ours, theirs)] == [(404, 1000)] * 2
    app_only = billed.api("ba", as_user=False).get(f"/v1/invoices/{of_month(1)}{rest}")
    assert app_only.status_code == 403


@pytest.mark.parametrize("provider", ["Office", "azure"])
def test_op_invoices_lines_of_licences_and_usage_are_none_and_paged_by_offset(billed, provider):
    query = f"?provider={provider}&invoicelineitemtype=BillingLineItems&size=2&offset=4"
    number = of_month(1)
    body = get(billed, f"/{number}/lineitems{query}").json()
    assert (body["totalCount"], body["items"]) == (0, [])
    assert body["links"] == {
        "self": {"uri": f"/invoices/{number}/lineitems{query}", "method": "GET", "headers": []}
    }
    wrong = get(billed, f"/{number}/lineitems?provider={provider}&offset=x")
    assert (wrong.status_code, wrong.json()["data"]) == (400, ["offset"])


@pytest.mark.parametrize("form", ["{}", "OneTime-{}", "onetime-{}"])
def test_op_invoices_lines_by_both_ids_in_the_path_form(billed, form):
    number = of_month(2)
    bodies = [
        get(billed, f"/{form.format(number)}/lineitems{rest}").json()
        for rest in (f"/{PATH}", "?provider=onetime&invoicelineitemtype=billinglineitems")
    ]
    assert bodies[0]["items"] == bodies[1]["items"] != []


def test_op_invoices_lines_by_seek_in_the_path_form(billed):
    client = billed.api("ba")
    base = "/v1/invoices/unbilled/lineitems"
    first = client.get(f"{base}?provider=onetime&size=2&hasPartnerEarnedCredit=true").json()
    token = first["continuationToken"]
    # The .NET client sends nothing else than this with the token.
    second = client.get(
        f"{base}?seekOperation=Next", headers={"MS-ContinuationToken": token}
    ).json()
    assert (len(first["items"]), len(second["items"])) == (2, 1)
    assert "continuationToken" not in second
    assert "hasPartnerEarnedCredit=true" in first["links"]["next"]["uri"]


@pytest.mark.parametrize(
    ("name", "rest"),
    [
        ("get-invoice-summaries.1", "/summaries"),
        ("get-the-reseller-s-current-account-balance.1", "/summary"),
        ("get-invoice-estimate-links.1", "/estimates/links?currencycode=usd"),
        ("get-invoice-unbilled-recon-lineitems.1", "/unbilled/lineitems?size=1"),
        ("get-invoice-unbilled-recon-lineitems.2", "/unbilled/lineitems?size=2000"),
        ("get-invoiceline-items.5", f"/{{}}/lineitems/{PATH}"),
    ],
)
def test_op_invoices_members_as_documented(reference, billed, name, rest):
    answer = get(billed, rest.format(of_month(2))).json()
    assert differences(example(reference, name)["response_body"], answer) == []


def test_op_invoices_list_as_documented_without_receipts(reference, billed):
    documented = example(reference, "get-a-collection-of-invoices.1")["response_body"]
    answer = get(billed, "?size=2").json()
    assert differences(documented, answer) == [".items[0].taxReceipts is empty"]
