"""Export log: exactly the filtered rows, and nothing that a spreadsheet would run (B24, B35)."""

import csv
import io
from datetime import timedelta

import pytest

from tests.activitylog import build
from tests.activitylog.conftest import NOW

ADDRESS = "/dashboard/settings/activity-log/export"
STARTERS = ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "|", "%"]


@pytest.fixture
def export(fabrikam, client):
    def export(query="", role="global_admin"):
        client.force_login(build.user(fabrikam, *role.split()))
        return client.get(f"{ADDRESS}?{query}")

    return export


def rows(answer):
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def test_columns_and_a_row(export, aa, contoso):
    build.record(aa, NOW, contoso, details={"orderId": "O1", "version": "2019"})
    answer = export()
    assert answer["Content-Disposition"] == 'attachment; filename="activity-log.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    head, row = rows(answer)
    assert dict(zip(head, row, strict=True)) == {
        "Date-time (UTC)": "2020-01-31 12:00:00",
        "Affected customer": "Contoso",
        "Customer ID": str(contoso.pk),
        "Action": "Get software key",
        "Product": "SQL Server",
        "Status": "Succeeded",
        "Partner user": aa.name,
        "IP address": "",
        "Details": "Order ID: O1; Version: 2019",
        "Correlation ID": "",
    }


def test_all_rows_of_the_range_each_once(export, aa):
    build.many(2500, aa, NOW - timedelta(days=2), timedelta(seconds=10))
    build.record(aa, NOW - timedelta(days=40))
    found = rows(export())[1:]
    assert len(found) == 2500
    assert len({row[8] for row in found}) == 2500


def test_the_filters_count(export, aa, fabrikam, contoso):
    build.record(aa, NOW, contoso)
    build.record(aa, NOW, build.customer(fabrikam, "Northwind"))
    assert [row[1] for row in rows(export("customer=contoso"))[1:]] == ["Contoso"]


@pytest.mark.parametrize("start", STARTERS)
def test_no_cell_begins_like_a_formula(export, fabrikam, aa, start):
    evil = f"{start}cmd|' /C calc'!A0"
    customer = build.customer(fabrikam, "X")
    customer.company_name = evil
    build.record(aa, NOW, customer, subject=evil, details={evil: evil})
    (row,) = rows(export())[1:]
    for cell in row:
        assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n＝＋－＠|%"))
    assert row[1] == f"'{evil}"


def test_a_wrong_range_is_400(export):
    assert export("start=2020-02-01&end=2020-01-01").status_code == 400


@pytest.mark.parametrize("role", ["admin_agent", "billing_admin", "user_management_admin", ""])
def test_S37_only_for_the_four_roles(export, role):
    assert export(role=role).status_code == 403
