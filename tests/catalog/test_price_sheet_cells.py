"""Cells in every form they were seen in (pure)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.pricesheets import values
from catalog.rules import BEGINNING


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "padded"),
    [("1", "0001"), ("7", "0007"), ("0001", "0001"), ("000b", "000B"), ("'4G", "004G"),
     ("\xa0c ", "000C")],
)  # fmt: skip
def test_sku_ids_get_their_leading_zeros_back(text, padded):
    assert values.sku_id(text) == padded


@pytest.mark.parametrize("text", ["", "00001", "0 1", "1.0", "ÄÖ"])
def test_other_sku_ids_are_refused(text):
    with pytest.raises(ValueError, match="1 to 4 letters and digits"):
        values.sku_id(text)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2021-10-01T00:00:00.0000000Z", utc(2021, 10, 1)),
        ("2021-11-03T06:57:30.0682597Z", utc(2021, 11, 3, 6, 57, 30, 68259)),
        ("2021-10-01T02:00:00+02:00", utc(2021, 10, 1)),
        ("2021-09-30T20:00:00-0400", utc(2021, 10, 1)),
        ("2021-10-01", utc(2021, 10, 1)),
        ("3/1/2018 12:00:00 AM", utc(2018, 3, 1)),
        ("3/1/2018 12:30:00 PM", utc(2018, 3, 1, 12, 30)),
        ("10/1/2021 11:05 pm", utc(2021, 10, 1, 23, 5)),
        ("10/1/2021", utc(2021, 10, 1)),
        ("2021/10/1", utc(2021, 10, 1)),
        ("44470", utc(2021, 10, 1)),
        ("44470.5", utc(2021, 10, 1, 12)),
        ("", BEGINNING),
        ("1/1/1753 12:00:00 AM", BEGINNING),
        ("0001-01-01T00:00:00", BEGINNING),
    ],
)
def test_starts(text, instant):
    assert values.start(text) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("9999-11-30T23:59:59.0000000Z", None),
        ("11/30/9999 11:59:59 PM", None),
        ("12/31/9999 11:59:59 PM", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2958465", None),
        ("1753-01-01T00:00:00Z", None),
        ("", None),
        ("2021-11-30T23:59:59.0000000Z", utc(2021, 12, 1)),
        ("11/30/2021 11:59:59 PM", utc(2021, 12, 1)),
        ("11/30/2021", utc(2021, 12, 1)),
        ("2021-12-01T00:00:00Z", utc(2021, 12, 1)),
        ("2021-11-03T06:57:30.0682597Z", utc(2021, 11, 3, 6, 57, 30, 68259)),
    ],
)
def test_ends_leave_no_gap_before_the_next_day(text, instant):
    assert values.end(text) == instant


@pytest.mark.parametrize(
    "text", ["31/10/2021", "13/1/2021 1:00:00 AM", "2021-02-30", "soon", "1/1/2021 13:00:00 PM",
             "9999-11-30", "1", "2021-10-01T25:00:00Z"],
)  # fmt: skip
def test_no_start_at_all(text):
    with pytest.raises(ValueError, match=r"a date such as|before the year 9999"):
        values.start(text)


@given(st.text())
def test_any_text_is_a_date_or_refused_in_words(text):
    said = set()
    for parse in (values.start, values.end):
        try:
            parse(text)
        except ValueError as error:
            said.add(str(error))
    assert said <= {values.DATE_FORMS, "a start before the year 9999"}


@pytest.mark.parametrize(
    ("text", "price"),
    [("3650", Decimal(3650)), ("1,234.50", Decimal("1234.50")), ("0.50", Decimal("0.50")),
     (".5", Decimal("0.5")), ("1E-05", Decimal("0.00001")), ("", None), ("\xa0", None)],
)  # fmt: skip
def test_prices(text, price):
    assert values.amount(text) == price


@pytest.mark.parametrize("text", ["-1", "1.234,56", "10,5", "USD 5", "1e99", "e5", ".", "12 000"])
def test_other_prices_are_refused(text):
    with pytest.raises(ValueError, match="an amount"):
        values.amount(text)


def test_the_rounded_int64_means_no_upper_bound():
    assert values.tier_bound("9223372036854780000") is None
    assert values.tier_bound("9.22337203685478E+18") is None
    assert values.tier_bound("100000") == 100_000


@pytest.mark.parametrize(
    ("dirty", "plain"),
    [
        ("SharePoint Standard CAL 2019\xa0", "SharePoint Standard CAL 2019"),
        ("CAL - 1 User CAL – 1 year", "CAL - 1 User CAL - 1 year"),
        ('"Windows Server', "Windows Server"),
        ('Windows ""GGWA L50"" pack', 'Windows "GGWA L50" pack'),
        ("“Get Genuine” for one’s PC", '"Get Genuine" for one\'s PC'),
        ("two   blanks\nand a break", "two blanks and a break"),
        ("\ufeffX\u200b", "X"),
    ],
)
def test_titles_lose_the_dirt_of_a_round_trip(dirty, plain):
    assert values.title(dirty) == plain


def test_a_clean_title_stays():
    assert values.title("SQL Server – 2 Core") == values.title("SQL Server - 2 Core")
    assert values.title("Non-English 8-core") == "Non-English 8-core"


@pytest.mark.parametrize(
    ("cell", "title", "term"),
    [("P1Y", "", "P1Y"), ("onetime", "", "OneTime"), ("", "X - 3 year", "P3Y"),
     ("", "X 1 Year", "P1Y"), ("", "Access LTSC 2021", "OneTime"), ("payG-1", "", "payG-1")],
)  # fmt: skip
def test_terms(cell, title, term):
    assert values.term(cell, title) == term


def test_words_that_are_none():
    for parse, text in (
        (values.term, "P7Y"),
        (values.billing_plan, "Weekly"),
        (values.segment, "Private"),
        (values.currency, "XYZ"),
        (values.product_id, "DG7GMGF0FKZ"),
    ):
        with pytest.raises(ValueError, match=r"one of|a currency|12 letters"):
            parse(text)
