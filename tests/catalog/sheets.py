"""Price sheets as tests need them; what a test is about, it names."""

import csv
from pathlib import Path

import pytest

from catalog import services
from catalog.models import Availability, Price, PriceSheetImport, Product, Sku
from catalog.problems import BrokenFile

HEADER = (
    "ProductTitle,ProductId,SkuId,SkuTitle,Publisher,SkuDescription,UnitOfMeasure,TermDuration,"
    "BillingPlan,Market,Currency,UnitPrice,PricingTierRangeMin,PricingTierRangeMax,"
    "EffectiveStartDate,EffectiveEndDate,Tags,ERP Price,Segment"
)
COLUMNS = tuple(HEADER.split(","))
SOME = {
    "ProductTitle": "Windows Server",
    "ProductId": "DG7GMGF0AAAA",
    "SkuId": "0001",
    "SkuTitle": "Windows Server - 1 year",
    "Publisher": "Microsoft",
    "TermDuration": "P1Y",
    "BillingPlan": "Annual",
    "Market": "US",
    "Currency": "USD",
    "UnitPrice": "100.00",
    "EffectiveStartDate": "2021-10-01T00:00:00.0000000Z",
    "EffectiveEndDate": "9999-11-30T23:59:59.0000000Z",
    "Tags": "Software;Subscription",
    "Segment": "Commercial",
}


def write(folder: Path, *rows: dict, columns=COLUMNS, bom=True, name="sheet.csv") -> Path:
    """A sheet in Microsoft's form, with these rows (each on top of ``SOME``)."""
    path = folder / name
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        for row in rows or ({},):
            cells = SOME | row
            writer.writerow([cells.get(column, "") for column in columns])
    return path


def everything():
    """All rows of the catalogue, to compare before and after."""
    tables = (Product, Sku, Availability, Price, PriceSheetImport)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def problems(path, **options):
    """What a broken sheet is told; it must change nothing."""
    before = everything()
    with pytest.raises(BrokenFile) as broken:
        services.import_price_sheet(path, **options)
    assert everything() == before
    return [str(problem) for problem in broken.value.problems]
