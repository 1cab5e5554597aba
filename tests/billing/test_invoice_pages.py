"""P21 Billing, P22 invoice, P23 unbilled charges."""

import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import settlement
from billing.models import Invoice
from tests.billing.book import book, give_back, on
from tests.customers.samples import customer


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(on(3, 2, 9), tick=False):
        yield


def bill(org):
    """January 1,100.00, February its credit, March 5.00 unbilled."""
    charge = book(org, "1100.00", on(1, 5), order_id="O1", customer=customer(org, "Contoso"))
    give_back(charge, org, on(2, 3))
    settlement.settle_due()
    book(org, "5.00", on(3, 1))
    return charge


@pytest.fixture
def billed(tailspin):
    with tailspin.visible():
        bill(tailspin)
        yield tailspin


def page(org, rest="", key="ba"):
    answer = org.browser(key).get(f"/dashboard/billing{rest}")
    assert answer.status_code == 200
    return answer.content.decode()


def number_of(month):
    return Invoice.objects.get(month__month=month).number


def test_a_partner_without_invoices_is_told_when_the_first_comes(fabrikam):
    html = page(fabrikam)
    assert "Your first invoice comes by the 8th of next month." in html
    assert "No invoice yet" in html


def test_the_history_leads_to_invoices_and_files(billed):
    html = page(billed)
    for month in (1, 2):
        address = f"/dashboard/billing/invoices/{number_of(month)}"
        assert f'href="{address}"' in html
        assert f'href="{address}/reconciliation"' in html
    assert html.count('data-testid="invoice-row"') == 2
    assert "1,100.00 AUD" in html


def test_the_chart_stands_beside_a_table_and_needs_no_style(billed):
    html = page(billed)
    svg = re.search(r"<svg[^>]*billing-chart.*?</svg>", html, re.DOTALL)[0]
    assert svg.count("<rect") == 4
    assert "style=" not in svg
    assert re.findall(r'height="(\d+)" fill="#0f6cbd"', svg) == ["152", "0"]
    assert re.findall(r'height="(\d+)" fill="#c19c00"', svg) == ["0", "152"]
    assert 'data-testid="chart-table"' in html


def test_an_invoice_says_of_every_amount_what_it_is(billed):
    html = page(billed, f"/invoices/{number_of(1)}")
    shown = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    for text in (
        "Net (excl. tax)",
        "Total (incl. tax)",
        "1,000.00 AUD",
        "100.00 AUD",
        "1,100.00 AUD incl. tax",
        "1 Jan 2020 – 31 Jan 2020",
    ):
        assert text in shown


def test_S71_the_credit_leads_to_its_order(billed):
    html = page(billed, f"/invoices/{number_of(2)}")
    assert "Cancelled: credit" in html
    assert "-1,100.00 AUD" in html
    assert re.search(r'href="/dashboard/customers/[0-9a-f-]+/orders/O1"', html)


def test_unbilled_charges_of_the_open_month(billed):
    html = page(billed, "/unbilled")
    assert re.search(r'data-testid="unbilled-total">5.00 AUD<', html)
    assert html.count('data-testid="billing-line"') == 1


def test_nothing_unbilled(fabrikam):
    assert "Everything is billed" in page(fabrikam, "/unbilled")


def test_an_admin_agent_sees_invoices_without_the_files(billed):
    html = page(billed, key="aa")
    assert "/reconciliation" not in html
    assert "/unbilled" not in html


def test_a_sandbox_invoice_says_do_not_pay(fabrikam_sandbox):
    with fabrikam_sandbox.visible():
        bill(fabrikam_sandbox)
        html = page(fabrikam_sandbox, f"/invoices/{number_of(1)}")
    assert "DO NOT PAY" in html


def test_a_parked_run_is_told_on_the_page(fabrikam):
    with fabrikam.visible():
        one = book(fabrikam, "5.00", on(1, 5))
        book(fabrikam, "5.00", on(1, 6), order_id=one.order_id, customer=one.customer)
        settlement.settle_due()
        html = page(fabrikam)
    assert f"Order {one.order_id}, line 0" in html
    assert "is charged twice for one period" in html


def test_another_partners_invoice_is_not_found(billed, fabrikam):
    answer = fabrikam.browser("ba").get(f"/dashboard/billing/invoices/{number_of(1)}")
    assert answer.status_code == 404


def test_the_menu_leads_there_for_who_may(billed):
    for key, there in (("ba", True), ("aa", True), ("sa", False)):
        html = billed.browser(key).get("/dashboard").content.decode()
        assert ('href="/dashboard/billing"' in html) is there


def test_in_chinese(billed):
    billed["ba"].locale = "zh-hans"
    billed["ba"].save()
    for rest, words in (
        ("", ("计费", "计费历史记录", "总计（含税）")),
        (f"/invoices/{number_of(1)}", ("发票", "净额（不含税）", "计费周期")),
        ("/unbilled", ("未开票费用",)),
    ):
        html = page(billed, rest)
        assert [word for word in words if word not in html] == []


@pytest.mark.parametrize("lines", [1, 3])
def test_queries_do_not_grow_with_the_lines(billed, lines):
    for _ in range(lines - 1):
        book(billed, "5.00", on(3, 1))
    client = billed.browser("ba")
    client.get("/dashboard/billing/unbilled")
    with CaptureQueriesContext(connection) as captured:
        client.get("/dashboard/billing/unbilled")
    about = [q["sql"] for q in captured if "billing_" in q["sql"]]
    assert len(about) == 2, about
