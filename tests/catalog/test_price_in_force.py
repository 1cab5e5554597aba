"""Which price holds when (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from catalog.rules import (
    CatalogItemId,
    availability_id,
    graduated_amount,
    price_in_force,
    stage,
    tidy,
)


@dataclass
class Row:
    valid_from: datetime
    valid_to: datetime | None = None
    unit_price: Decimal = Decimal(1)
    tier_min: int = 1
    tier_max: int | None = None


def on(day, month=11, year=2021):
    return datetime(year, month, day, tzinfo=UTC)


def test_where_ranges_overlap_the_older_row_wins_until_it_ends():
    older = Row(on(1, 10), datetime(2021, 11, 3, 6, 57, 30, 68259, tzinfo=UTC))
    younger = Row(on(1))
    rows = [younger, older]
    assert price_in_force(rows, on(2)) is older
    assert price_in_force(rows, on(4)) is younger
    assert price_in_force(rows, older.valid_to) is younger


def test_a_row_until_further_notice_holds_until_the_next_begins():
    first, second = Row(on(1)), Row(on(1, 12))
    assert price_in_force([first, second], on(30)) is first
    assert price_in_force([first, second], on(1, 12)) is second


def test_a_row_with_an_end_interrupts_one_without():
    usual, offer = Row(on(1, 1)), Row(on(1), on(8))
    assert price_in_force([usual, offer], on(7)) is offer
    assert price_in_force([usual, offer], on(8)) is usual


def test_before_the_first_and_after_the_last_row_there_is_no_price():
    row = Row(on(1), on(2))
    assert price_in_force([row], datetime(2021, 10, 31, 23, 59, 59, tzinfo=UTC)) is None
    assert price_in_force([row], on(2)) is None


def test_tiers_price_their_own_units():
    rows = [
        Row(on(1), None, Decimal("0.50"), 100_001),
        Row(on(1), None, Decimal("0.80"), 101, 100_000),
        Row(on(1), None, Decimal(1), 1, 100),
    ]
    assert price_in_force(rows, on(2), 100).unit_price == 1
    assert price_in_force(rows, on(2), 101).unit_price == Decimal("0.80")
    assert price_in_force(rows, on(2), 10**18).unit_price == Decimal("0.50")
    assert graduated_amount(rows, on(2), 101) == Decimal("100.80")
    assert graduated_amount(rows, on(2), 100_001) == Decimal("80020.50")
    assert graduated_amount(rows[:2], on(2), 3) is None


def test_a_dated_row_is_planned_then_in_force_then_ended():
    seen = [stage(on(10), on(20), on(day)) for day in (9, 10, 19, 20)]
    assert seen == ["planned", "inForce", "inForce", "ended"]
    assert stage(on(10), None, on(30)) == "inForce"
    assert [stage(on(10), on(10), on(day)) for day in (9, 10)] == ["withdrawn"] * 2


def test_catalogue_item_ids():
    item = CatalogItemId.parse(" dg7gmgf0dwm3:2:dg7gmgf0dt1m ")
    assert str(item) == "DG7GMGF0DWM3:0002:DG7GMGF0DT1M"
    for text in (
        "",
        "DG7GMGF0DWM3:0002",
        "DG7GMGF0DWM3:00002:DG7GMGF0DT1M",
        "MS-AZR-0145P",
        "a:b:c",
    ):
        assert CatalogItemId.parse(text) is None


def test_availability_ids_are_the_same_everywhere():
    key = ("DG7GMGF0FKZV", "0004", "US", "USD", "Commercial", "P1Y", "OneTime")
    assert availability_id(*key) == "DHOWV1PVCJW0"
    assert availability_id(*key[:-1], "Annual") != availability_id(*key)


def test_prices_show_the_digits_of_the_currency_or_those_they_have():
    assert str(tidy(Decimal("3650.000000000000"), 2)) == "3650.00"
    assert str(tidy(Decimal("0.001500000000"), 2)) == "0.0015"
    assert str(tidy(Decimal("100.000000000000"), 0)) == "100"
