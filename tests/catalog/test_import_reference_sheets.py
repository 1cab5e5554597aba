"""The sheets as they were published and as a distributor keeps them, where they are at hand."""

import csv
from decimal import Decimal

import pytest

from catalog import services
from catalog.models import Price, Product, Sku
from catalog.pricesheets.rows import Defaults

pytestmark = pytest.mark.django_db

SHEETS = (
    "derived_msdocs_software_fields",
    "derived_msformat_perpetual_edu_tw_2207",
    "derived_msformat_perpetual_tw_2207",
    "derived_msformat_subscription_tw_2207",
    "sample_msdocs_offermatrix",
    "sample_msdocs_sheet_azureplan",
    "sample_perpetual_edu_tw_2207",
    "sample_perpetual_tw_2110",
    "sample_perpetual_tw_2207",
    "sample_subscription_tw_2110",
    "sample_subscription_tw_2207",
)


@pytest.fixture
def sheet(reference):
    def found(name):
        return reference / "reference" / "data" / f"{name}_dev.csv"

    return found


@pytest.mark.parametrize("name", SHEETS)
def test_a_real_sheet_is_taken_in_whole_and_once(sheet, name):
    with sheet(name).open(encoding="utf-8-sig", newline="") as file:
        count = sum(1 for row in csv.reader(file)) - 1
    first = services.import_price_sheet(sheet(name))
    again = services.import_price_sheet(sheet(name))
    assert (first.rows, first.changed) == (count, 0)
    assert first.added > 0
    assert (again.added, again.changed) == (0, 0)


def test_the_erp_price_of_the_taiwanese_books_is_what_a_unit_costs(sheet):
    services.import_price_sheet(sheet("sample_subscription_tw_2207"))
    prices = {
        (row.availability.sku_id, row.availability.term): (row.unit_price, row.erp_price)
        for row in Price.objects.select_related("availability").filter(
            availability__sku__product="DG7GMGF0FKZV", availability__currency="TWD"
        )
    }
    assert sorted(prices.values()) == [
        (Decimal(205_608), Decimal(205_608)),
        (Decimal(560_787), Decimal(560_787)),
    ]


def test_rows_that_must_not_be_ordered_have_no_price(sheet):
    result = services.import_price_sheet(sheet("sample_perpetual_tw_2207"))
    assert result.without_price == 2
    unpriced = Sku.objects.filter(availabilities__prices=None).order_by("product")
    assert list(unpriced.values_list("product", "sku_id")) == [
        ("DG7GMGF0D19M", "0001"),
        ("DG7GMGF0L4TL", "0001"),
    ]


def test_titles_of_the_book_come_out_clean(sheet):
    for name in SHEETS:
        services.import_price_sheet(sheet(name))
    for title in [
        *Product.objects.values_list("title", flat=True),
        *Sku.objects.values_list("title", flat=True),
    ]:
        assert title == " ".join(title.split())
        assert not {"\xa0", "“", "”", "–"} & set(title), title


def test_tiers_without_a_market_take_the_one_that_is_given(sheet):
    services.import_price_sheet(sheet("sample_msdocs_tiers"), defaults=Defaults(market="US"))
    assert list(Price.objects.order_by("tier_min").values_list("tier_min", "tier_max")) == [
        (1, 100),
        (101, 100_000),
        (100_001, None),
    ]
