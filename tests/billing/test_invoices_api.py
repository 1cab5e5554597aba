"""``/v1/invoices`` in the wire form of the real service (contract 9)."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import settlement
from billing.models import Invoice
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer

LINES = "provider=onetime&invoicelineitemtype=billinglineitems"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(4, 2, 9), tick=False) as traveller:
        yield traveller


@pytest.fixture
def billed(fabrikam):
    """January: 10 x 10.08. February: its credit. April: 5.00 on no invoice yet."""
    with fabrikam.visible():
        first = book(
            fabrikam,
            "10.08",
            on(1, 5),
            quantity=10,
            order_id="O1",
            customer=customer(fabrikam, "Contoso"),
        )
        give_back(first, fabrikam, on(2, 3))
        settlement.settle_due()
        book(fabrikam, "5.00", on(4, 1))
        yield fabrikam


def get(org, path, key="ba", **headers):
    return org.api(key).get(f"/v1/invoices{path}", headers=headers)


def numbers():
    return list(Invoice.objects.order_by("month").values_list("number", flat=True))


def test_the_list_is_newest_first_and_whole(billed):
    january, february = numbers()
    body = get(billed, "").json()
    assert [item["id"] for item in body["items"]] == [february, january]
    assert body["totalCount"] == 2
    assert body["items"][1] == {
        "id": january,
        "invoiceDate": "2020-04-02T09:00:00Z",
        "billingPeriodStartDate": "2020-01-01T00:00:00Z",
        "billingPeriodEndDate": "2020-01-31T23:59:59Z",
        "totalCharges": 100.8,
        "paidAmount": 0,
        "currencyCode": "USD",
        "currencySymbol": "$",
        "pdfDownloadLink": f"/invoices/{january}/documents/statement",
        "invoiceDetails": [
            {
                "invoiceLineItemType": "billing_line_items",
                "billingProvider": "one_time",
                "links": {
                    "self": {
                        "uri": f"/invoices/OneTime-{january}/lineitems/OneTime/BillingLineItems",
                        "method": "GET",
                        "headers": [],
                    }
                },
                "attributes": {"objectType": "InvoiceDetail"},
            }
        ],
        "taxReceipts": [],
        "documentType": "invoice",
        "invoiceType": "OneTime",
        "links": {"self": {"uri": f"/invoices/OneTime-{january}", "method": "GET", "headers": []}},
        "attributes": {"objectType": "Invoice"},
    }


def test_pages_by_offset(billed):
    january, february = numbers()
    first = get(billed, "?size=1&offset=0").json()
    second = get(billed, first["links"]["next"]["uri"].removeprefix("/invoices")).json()
    assert [first["items"][0]["id"], second["items"][0]["id"]] == [february, january]
    assert "next" not in second["links"]


@pytest.mark.parametrize("query", ["size=x", "size=0", "size=2001", "offset=-1", "offset=1e3"])
def test_a_wrong_size_is_a_400_that_names_it(billed, query):
    answer = get(billed, f"?{query}")
    assert answer.status_code == 400
    assert answer.json()["data"] == [query.partition("=")[0]]


def test_one_by_both_forms_of_its_id(billed):
    number = numbers()[0]
    bodies = [get(billed, f"/{n}").json() for n in (number, f"OneTime-{number}", number.lower())]
    assert bodies[0]["id"] == number
    assert bodies[0] == bodies[1] == bodies[2]


@pytest.mark.parametrize("rest", ["", "/lineitems"])
def test_another_partners_is_unknown(billed, tailspin, rest):
    answers = [get(tailspin, f"/{n}{rest}") for n in (numbers()[0], "G999999999", "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.json()["description"] for answer in answers}) == 1


def test_S71_the_lines_carry_the_credit_of_the_order(billed):
    _january, february = numbers()
    body = get(billed, f"/{february}/lineitems?{LINES}").json()
    (line,) = body["items"]
    told = ("chargeType", "orderId", "totalForCustomer", "taxTotal", "invoiceNumber", "quantity")
    assert {name: line[name] for name in told} == {
        "chargeType": "cancelImmediate",
        "orderId": "O1",
        "totalForCustomer": -100.8,
        "taxTotal": 0,
        "invoiceNumber": february,
        "quantity": 1,
    }
    assert (line["billingProvider"], line["invoiceLineItemType"]) == (
        "one_time",
        "billing_line_items",
    )
    assert (line["orderDate"], line["resellerMpnId"]) == ("2020-01-05T10:00:00Z", 0)


@pytest.mark.parametrize(
    "path",
    [
        f"?{LINES}",
        "?provider=OneTime&InvoiceLineItemType=BILLINGLINEITEMS&size=2000",
        "?provider=all",
        "/OneTime/BillingLineItems",
        "/onetime/billinglineitems?size=1",
        "",
    ],
)
def test_every_form_of_the_address_gives_the_lines(billed, path):
    body = get(billed, f"/{numbers()[0]}/lineitems{path}").json()
    assert [line["orderId"] for line in body["items"]] == ["O1"]


@pytest.mark.parametrize(
    "query", ["provider=office", "provider=azure", "invoicelineitemtype=usagelineitems"]
)
def test_what_is_not_sold_here_has_no_lines(billed, query):
    assert get(billed, f"/{numbers()[0]}/lineitems?{query}").json()["items"] == []


@pytest.mark.parametrize("query", ["provider=x", "invoicelineitemtype=x", "size=2001"])
def test_a_wrong_filter_is_a_400(billed, query):
    assert get(billed, f"/{numbers()[0]}/lineitems?{query}").status_code == 400


def test_lines_are_sought_page_by_page(billed):
    for day in (2, 3, 4):
        book(billed, "1.00", on(3, day), order_id=f"M{day}")
    settlement.settle(month=date(2020, 3, 1))
    number, seen, headers = numbers()[-1], [], {}
    path = f"/{number}/lineitems?{LINES}&size=2"
    while path:
        body = get(billed, path, **headers).json()
        seen += [line["orderId"] for line in body["items"]]
        following = body["links"].get("next")
        path = following and following["uri"].removeprefix("/invoices")
        headers = {h["key"]: h["value"] for h in following["headers"]} if following else {}
    assert seen == ["M2", "M3", "M4"]


def test_balances(billed):
    body = get(billed, "/summary").json()
    assert (body["balanceAmount"], body["currencyCode"]) == (0, "USD")
    assert body["latestInvoiceDate"] == "2020-04-02T09:00:00Z"
    assert body["lastPaymentDate"] == "0001-01-01T00:00:00"
    summaries = get(billed, "/summaries").json()
    assert [item["currencyCode"] for item in summaries["items"]] == ["USD"]
    assert summaries["items"][0]["details"][0]["invoiceType"] == "OneTime"


def test_a_partner_without_invoices_has_a_balance_of_nothing(tailspin):
    body = get(tailspin, "/summary").json()
    assert (body["balanceAmount"], body["currencyCode"]) == (0, "AUD")
    assert body["latestInvoiceDate"] == "0001-01-01T00:00:00"


def test_unbilled_lines_by_period(billed):
    book(billed, "6.00", on(3, 31), order_id="LATE")
    found = {
        period: [
            (line["totalForCustomer"], line["invoiceNumber"])
            for line in get(
                billed, f"/unbilled/lineitems?{LINES}&currencyCode=usd&period={period}"
            ).json()["items"]
        ]
        for period in ("current", "previous")
    }
    assert found == {"current": [(5, "")], "previous": [(6, "")]}
    assert get(billed, "/unbilled/lineitems?period=next").status_code == 400
    assert get(billed, "/unbilled/lineitems?currencycode=EUR").json()["items"] == []


def test_estimate_links_lead_to_the_unbilled_lines(billed):
    body = get(billed, "/estimates/links?currencycode=usd").json()
    assert [item["period"] for item in body["items"]] == ["Current", "Previous"]
    address = body["items"][0]["link"]["uri"].removeprefix("/invoices")
    assert len(get(billed, address).json()["items"]) == 1
    assert get(billed, "/estimates/links").status_code == 400


@pytest.mark.parametrize("lines", [1, 3])
def test_queries_do_not_grow_with_the_lines(billed, lines):
    for _ in range(lines):
        book(billed, "1.00", on(3, 5))
    settlement.settle(month=date(2020, 3, 1))
    client, number = billed.api("ba"), numbers()[-1]
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/v1/invoices/{number}/lineitems?{LINES}")
    assert [Decimal(str(line["subtotal"])) for line in answer.json()["items"]] == [1] * lines
    about = [q["sql"] for q in captured if "billing_" in q["sql"]]
    assert len(about) == 2, about
