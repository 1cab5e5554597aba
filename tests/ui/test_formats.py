"""How amounts, instants and sizes read in both languages."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from partnercenter.lib import formats

AT = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("amount", "currency", "read"),
    [
        ("3620", "USD", "3,620.00 USD"),
        ("-94.2", "USD", "-94.20 USD"),
        ("0.1234", "USD", "0.1234 USD"),
        ("1200", "JPY", "1,200 JPY"),
        ("1", "KWD", "1.000 KWD"),
    ],
)
def test_money_has_the_places_of_its_currency(language, amount, currency, read):
    with translation.override(language):
        assert formats.money(Decimal(amount), currency) == read


@pytest.mark.parametrize(
    ("language", "read"), [("en", "2 Jan 2020 10:12 UTC"), ("zh-hans", "2020年1月2日 10:12 UTC")]
)
def test_instant_has_date_time_and_zone(language, read):
    east = timezone(timedelta(hours=8))
    with translation.override(language):
        assert formats.instant(AT) == read
        assert formats.instant(AT.astimezone(east)) == read


@pytest.mark.parametrize(
    ("language", "day", "month"),
    [("en", "2 Jan 2020", "January 2020"), ("zh-hans", "2020年1月2日", "2020年1月")],
)
def test_day_and_month(language, day, month):
    with translation.override(language):
        assert formats.day(AT) == day
        assert formats.day(date(2020, 1, 2)) == day
        assert formats.month(AT) == month


def test_without_an_active_language_english_is_read():
    with translation.override(None):
        assert formats.day(AT) == "2 Jan 2020"


@pytest.mark.parametrize(
    ("count", "read"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (1_503_238_553, "1.4 GB"),
        (2 * 1024**5, "2 PB"),
    ],
)
def test_size(count, read):
    with translation.override("en"):
        assert formats.size(count) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [("NUXMSvmS20EQ4kabcdefmNk1", "NUXMSv…mNk1"), ("12345678901", "12345678901"), ("", "")],
)
def test_ids_are_cut_in_the_middle(value, read):
    assert formats.middle_cut(value) == read


def test_filters_write_nothing_for_nothing():
    template = engines["django"].from_string("[{{ a|money:'USD' }}{{ b|instant }}{{ c|bytes }}]")
    assert template.render({"a": None, "b": None}) == "[]"
