import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog import services
from catalog.models import Availability, Price, PriceSheetImport, Product, Sku
from catalog.pricesheets.rows import Defaults
from catalog.rules import BEGINNING, availability_id, graduated_amount
from tests.catalog.sheets import COLUMNS, everything, problems, write

FILES = Path(__file__).parent / "files"
pytestmark = pytest.mark.django_db


def sold(**fields):
    """Price of each availability, as (SKU id, market, currency, term, plan): unit price."""
    rows = Price.objects.filter(**fields).select_related("availability__sku")
    return {
        (
            row.availability.sku.sku_id,
            row.availability.market_id,
            row.availability.currency,
            row.availability.term,
            row.availability.billing_plan,
        ): row.unit_price
        for row in rows
    }


@pytest.mark.parametrize("bom", [True, False])
def test_a_sheet_becomes_product_sku_availability_and_price(tmp_path, bom):
    row = {"ERP Price": "120.00", "SkuDescription": "One server"}
    result = services.import_price_sheet(write(tmp_path, row, bom=bom))
    assert (result.rows, result.without_price, result.added, result.changed) == (1, 0, 4, 0)
    product, sku = Product.objects.get(), Sku.objects.get()
    assert (product.pk, product.title, product.publisher) == (
        "DG7GMGF0AAAA",
        "Windows Server",
        "Microsoft",
    )
    assert (sku.sku_id, sku.title, sku.description) == (
        "0001",
        "Windows Server - 1 year",
        "One server",
    )
    assert (sku.kind, sku.return_policy) == ("software_subscription", "software_subscription")
    price = Price.objects.get()
    assert (price.unit_price, price.erp_price) == (Decimal(100), Decimal(120))
    assert (price.valid_from, price.valid_to) == (datetime(2021, 10, 1, tzinfo=UTC), None)
    assert (price.tier_min, price.tier_max) == (1, None)


def test_the_database_makes_the_same_availability_id_as_the_rule(tmp_path):
    services.import_price_sheet(write(tmp_path))
    key = ("DG7GMGF0AAAA", "0001", "US", "USD", "Commercial", "P1Y", "Annual")
    assert Availability.objects.get().pk == availability_id(*key)


def test_our_own_sheets_may_name_the_availability(tmp_path):
    columns = (*COLUMNS, "AvailabilityId")
    path = write(tmp_path, {"AvailabilityId": "DG7GMGF0DT1M"}, columns=columns)
    services.import_price_sheet(path)
    assert Availability.objects.get().pk == "DG7GMGF0DT1M"


def test_a_repeated_sheet_changes_nothing(tmp_path):
    path = write(tmp_path, {}, {"SkuId": "2", "UnitPrice": "7"}, {"BillingPlan": "Monthly"})
    services.import_price_sheet(path)
    before = everything()
    result = services.import_price_sheet(path)
    assert (result.added, result.changed) == (0, 0)
    assert everything() == before


def test_a_dry_run_counts_and_changes_nothing(tmp_path):
    result = services.import_price_sheet(write(tmp_path), dry_run=True)
    assert result.added == 4
    assert not any(everything())


def test_a_new_price_changes_one_row_and_a_new_month_adds_one(tmp_path):
    services.import_price_sheet(write(tmp_path))
    changed = services.import_price_sheet(write(tmp_path, {"UnitPrice": "101"}))
    assert (changed.added, changed.changed) == (0, 1)
    month = {"EffectiveStartDate": "2021-11-01T00:00:00.0000000Z", "UnitPrice": "102"}
    added = services.import_price_sheet(write(tmp_path, month))
    assert (added.added, added.changed) == (1, 0)
    assert [price.unit_price for price in Price.objects.order_by("valid_from")] == [101, 102]


def test_every_import_that_changes_something_is_noted_with_its_checksum(tmp_path):
    path = write(tmp_path, {}, {"SkuId": "2", "UnitPrice": ""})
    for _ in range(2):
        services.import_price_sheet(path)
    noted = PriceSheetImport.objects.get()
    assert (noted.file_name, len(noted.sha256)) == ("sheet.csv", 64)
    assert (noted.rows, noted.without_price, noted.added, noted.changed) == (2, 1, 6, 0)


def test_lost_zeros_are_put_back_and_meet_the_known_sku(tmp_path):
    services.import_price_sheet(write(tmp_path, {"SkuId": "000C"}))
    result = services.import_price_sheet(write(tmp_path, {"SkuId": "C"}))
    assert (result.added, result.changed) == (0, 0)


def test_one_sku_on_two_plans_is_two_availabilities(tmp_path):
    rows = ({"BillingPlan": "Annual"}, {"BillingPlan": "Monthly"})
    services.import_price_sheet(write(tmp_path, *rows))
    assert Sku.objects.count() == 1
    assert sold() == {
        ("0001", "US", "USD", "P1Y", "Annual"): 100,
        ("0001", "US", "USD", "P1Y", "Monthly"): 100,
    }


def test_perpetual_and_subscription_skus_share_a_product(tmp_path):
    perpetual = {"SkuId": "2", "TermDuration": "OneTime", "Tags": "Software;Perpetual"}
    services.import_price_sheet(write(tmp_path, {}, perpetual))
    assert list(Sku.objects.order_by("sku_id").values_list("kind", "return_policy")) == [
        ("software_subscription", "software_subscription"),
        ("perpetual_software", "perpetual_software"),
    ]


def test_a_sheet_that_leaves_something_out_does_not_wipe_it(tmp_path):
    services.import_price_sheet(write(tmp_path, {"SkuDescription": "One server"}))
    bare = [name for name in COLUMNS if name not in {"SkuDescription", "Publisher", "ProductTitle"}]
    result = services.import_price_sheet(write(tmp_path, {}, columns=bare))
    assert (result.added, result.changed) == (0, 0)
    assert Sku.objects.get().description == "One server"


def test_curly_quotes_at_the_end_of_header_and_row():
    services.import_price_sheet(FILES / "curly_quotes.csv")
    assert sold() == {
        ("0001", "US", "USD", "P3Y", "Annual"): 180,
        ("0003", "US", "USD", "P1Y", "Annual"): 100,
    }
    assert set(Price.objects.values_list("erp_price", flat=True)) == {216, 120}


def test_the_taiwanese_book_with_a_title_row_a_broken_header_and_serial_dates():
    result = services.import_price_sheet(FILES / "taiwan_title_row.csv")
    assert (result.rows, result.without_price) == (3, 1)
    assert sold(valid_from=datetime(2021, 10, 1, tzinfo=UTC)) == {
        ("000F", "TW", "TWD", "P1Y", ""): 344,
        ("000C", "TW", "TWD", "P3Y", ""): 1032,
    }
    titles = Sku.objects.order_by("title").values_list("title", flat=True)
    assert list(titles) == [
        "Windows 10 Enterprise N LTSC 2021 Upgrade",
        "Windows Server CAL - 1 Device CAL - 1 year",
        "Windows Server CAL - 1 Device CAL - 3 year",
    ]


def test_the_taiwanese_book_without_market_currency_term_and_date():
    services.import_price_sheet(FILES / "taiwan_no_market.csv")
    prices = Price.objects.filter(valid_from=BEGINNING, valid_to=None).order_by("unit_price")
    assert list(prices.values_list("availability__currency", "unit_price")) == [
        ("TWD", 3646),
        ("TWD", 6467),
    ]
    assert set(Product.objects.values_list("title", flat=True)) == {
        "SharePoint Standard CAL 2019",
        "Windows 11 GGWA",
    }
    ggwa = Sku.objects.get(product="DG7GMGF0L4TL")
    assert ggwa.title == 'Windows GGWA - "GGWA L50"'
    assert ggwa.description == '"Get Genuine" for one\'s PC'


def test_american_dates_reservations_and_tiers_of_2019():
    services.import_price_sheet(FILES / "azure_2019.csv")
    assert Sku.objects.get(sku_id="004G").kind == "reservation"
    tiers = list(Price.objects.filter(availability__sku__sku_id="001J"))
    assert {(row.tier_min, row.tier_max) for row in tiers} == {
        (1, 100),
        (101, 100_000),
        (100_001, None),
    }
    at = datetime(2019, 1, 1, tzinfo=UTC)
    assert graduated_amount(tiers, at, 101) == Decimal("100.80")
    assert all(row.valid_from == datetime(2018, 3, 1, tzinfo=UTC) for row in tiers)
    assert all(row.valid_to is None for row in tiers)


def test_an_offer_matrix_tells_quantities_and_sells_nothing(tmp_path):
    services.import_price_sheet(FILES / "offer_matrix.csv")
    sku = Sku.objects.get()
    assert (sku.min_quantity, sku.max_quantity) == (1, 300)
    assert not Availability.objects.exists()


def test_a_sheet_without_markets_takes_the_one_that_is_given(tmp_path):
    columns = [name for name in COLUMNS if name not in {"Market", "Currency", "EffectiveStartDate"}]
    path = write(tmp_path, columns=columns)
    (told,) = problems(path)
    assert told.startswith("line 2, column Market: found '', expected the two-letter code")
    services.import_price_sheet(path, defaults=Defaults(market="AU", start="2021-07-01"))
    assert sold(valid_from=datetime(2021, 7, 1, tzinfo=UTC)) == {
        ("0001", "AU", "AUD", "P1Y", "Annual"): 100
    }


def test_the_same_row_twice_is_one_price(tmp_path):
    services.import_price_sheet(write(tmp_path, {}, {}))
    assert Price.objects.count() == 1


def test_empty_rows_and_empty_cells_too_many_do_no_harm(tmp_path):
    path = tmp_path / "sheet.csv"
    path.write_text(
        "ProductId,SkuId,UnitPrice,Market\nDG7GMGF0AAAA,1,5,US,,\n,,,\n\nDG7GMGF0AAAA,2,5,US\n",
        encoding="utf-16",
    )
    assert services.import_price_sheet(path).rows == 2


def test_a_zipped_sheet_is_read_like_a_plain_one(tmp_path):
    path = tmp_path / "sheets.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(write(tmp_path), "sheets.csv")
    assert services.import_price_sheet(path).added == 4


def test_the_command_reports_and_exits(tmp_path):
    out, err = StringIO(), StringIO()
    call_command("import_price_sheet", str(write(tmp_path)), stdout=out)
    assert out.getvalue() == "1 rows, 0 without a price: 4 added, 0 changed.\n"
    broken = write(tmp_path, {"UnitPrice": "cheap"})
    with pytest.raises(CommandError, match=r"1 problems in the file\. Nothing was changed"):
        call_command("import_price_sheet", str(broken), stderr=err)
    assert err.getvalue().startswith("line 2, column UnitPrice: found 'cheap', expected an amount")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_price_sheet", str(tmp_path / "none.csv"))
