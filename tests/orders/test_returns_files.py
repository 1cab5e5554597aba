"""Software returns as files: the list as CSV, the ends of the windows as a calendar (C3)."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from software import returns_files
from tests.customers.samples import customer
from tests.orders import build

CSV, ICS = "/dashboard/customers/returns/export", "/dashboard/customers/returns/calendar.ics"


def text(answer):
    assert answer.status_code == 200
    return answer.getvalue().decode()


def named(shop, name):
    """A customer with a name that no domain could have."""
    return customer(shop.org, name, domain="strange.example", email="kim@strange.example")


def unfolded(calendar):
    """Name and value of each line, with its folds undone."""
    assert all(len(line.encode()) <= 75 for line in calendar.split("\r\n"))
    return [tuple(line.split(":", 1)) for line in calendar.replace("\r\n ", "").splitlines()]


def test_the_list_as_csv(shop, travel):
    shop.buy(build.offer("WSD"), quantity=3)
    placed = shop.buy(build.offer("PERP"), customer=named(shop, '=HYPERLINK("x")'))
    shop.buy(build.offer("ESU"))
    travel.shift(build.days(10))
    answer = shop.org.browser("aa").get(CSV)
    assert answer["Content-Disposition"] == 'attachment; filename="software-returns.csv"'
    head, *rows = csv.reader(io.StringIO(text(answer).removeprefix("\ufeff")))
    assert head[2:] == [
        "Product",
        "Quantity",
        "Order ID",
        "Bought (UTC)",
        "Return until (UTC)",
        "Days left",
    ]
    times = ["2020-01-02 10:12:00", "2020-03-02 10:12:00", "50"]
    assert sorted(row[0] for row in rows) == ['\'=HYPERLINK("x")', "Contoso"]
    assert [row[2:] for row in rows if row[0] != "Contoso"] == [
        ["BizTalk Server 2016 Branch", "1", placed.pk, *times]
    ]
    assert [row[3] for row in rows if row[0] == "Contoso"] == ["3"]


def test_the_ends_as_a_calendar(shop, settings):
    settings.PUBLIC_URL = "https://portal.example"
    buyer = named(shop, "Comma, Semicolon; 客户客户客户客户客户客户客户客户客户客户客户客户")
    placed = shop.buy(build.offer("WSD"), customer=buyer)
    found = unfolded(text(shop.org.browser("aa").get(ICS)))
    assert [found[0], found[-1]] == [("BEGIN", "VCALENDAR"), ("END", "VCALENDAR")]
    told = dict(found)
    assert (told["DTSTART"], told["TRIGGER"]) == ("20200302T101200Z", "-P1D")
    assert told["SUMMARY"].startswith("Last return: Windows Server Standard")
    assert told["SUMMARY"].endswith(rf"\, Comma\, Semicolon\; {'客户' * 12}")
    address = f"https://portal.example/dashboard/customers/{buyer.pk}/orders/{placed.pk}"
    assert told["URL"] == address
    assert re.fullmatch(r"[0-9a-f-]{36}@portal\.example", told["UID"])


def test_with_nothing_to_return_they_are_empty(shop):
    client = shop.org.browser("aa")
    assert text(client.get(CSV)).count("\r\n") == 1
    assert unfolded(text(client.get(ICS)))[-1] == ("END", "VCALENDAR")
    assert "returns-export" not in client.get("/dashboard/customers/returns").content.decode()


def test_no_line_of_another_partner(shop, tailspin):
    shop.buy(build.offer("WSD"))
    client = tailspin.browser("aa")
    assert ("Windows" in text(client.get(CSV)), "VEVENT" in text(client.get(ICS))) == (False, False)


@pytest.mark.parametrize("address", [CSV, ICS])
def test_they_are_read_lot_by_lot(shop, travel, monkeypatch, address):
    monkeypatch.setattr(returns_files, "AT_ONCE", 2)
    for _ in range(5):
        shop.buy(build.offer("WSD"))
        travel.shift(1)
    with CaptureQueriesContext(connection) as captured:
        found = text(shop.org.browser("aa").get(address))
    assert found.count("SUMMARY" if address == ICS else "Windows Server") == 5
    assert sum("FROM software_entitlement" in q["sql"].replace('"', "") for q in captured) == 3


def test_in_chinese(shop):
    shop.buy(build.offer("WSD"))
    client = shop.org.browser("aa")
    client.cookies["django_language"] = "zh-hans"
    assert "可退货至 (UTC)" in text(client.get(CSV))
    assert "最后退货" in text(client.get(ICS))
