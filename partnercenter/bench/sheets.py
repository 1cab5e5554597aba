"""Import of a price sheet."""

import csv
import io
import secrets
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command

from partnercenter.bench.ground import Ground
from partnercenter.bench.load import row, timed
from partnercenter.lib import clock

IMPORT_ROWS = 30_000


def price_sheet(ground: Ground) -> list[str]:
    """Import of a sheet, beside a bare COPY of the rows that it becomes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        run = secrets.token_hex(2).upper()
        _write_sheet(path, run)
        with timed() as taken:
            call_command("import_price_sheet", str(path), verbosity=0, stdout=sys.stderr)
        copied = _copy_again(ground, f"BN{run}%")
    return [
        row(
            "price sheet rows imported",
            IMPORT_ROWS / taken[0],
            IMPORT_ROWS / copied,
            unit="/s",
            target=">= 0.3",
        )
    ]


OF_RUN = {
    "catalog_product": "id LIKE %s",
    "catalog_sku": "product_id LIKE %s",
    "catalog_availability": "sku_id IN (SELECT id FROM catalog_sku WHERE product_id LIKE %s)",
    "catalog_price": "availability_id IN (SELECT a.id FROM catalog_availability a"
    " JOIN catalog_sku s ON s.id = a.sku_id WHERE s.product_id LIKE %s)",
}


def _copy_again(ground: Ground, products: str) -> float:
    """Take the imported rows out and COPY them back; the seconds of the COPY alone."""
    kept: dict[str, io.BytesIO] = {}
    with ground.floor.connection as connection, connection.cursor() as cursor:
        for table, where in OF_RUN.items():
            query = cursor.mogrify(f"SELECT * FROM {table} WHERE {where}", [products]).decode()  # noqa: S608 - our own tables
            kept[table] = io.BytesIO()
            cursor.copy_expert(f"COPY ({query}) TO STDOUT", kept[table])
        for table, where in reversed(OF_RUN.items()):
            cursor.execute(f"DELETE FROM {table} WHERE {where}", [products])  # noqa: S608
    with timed() as taken, ground.floor.connection as connection, connection.cursor() as cursor:
        for table, rows in kept.items():
            rows.seek(0)
            cursor.copy_expert(f"COPY {table} FROM STDIN", rows)
    return taken[0]


def _write_sheet(path: Path, run: str) -> None:
    fixed = {
        "ProductTitle": "Bench Server",
        "Publisher": "Microsoft Corporation",
        "SkuDescription": "",
        "UnitOfMeasure": "",
        "TermDuration": "P1Y",
        "BillingPlan": "Annual",
        "Market": "US",
        "Currency": "USD",
        "PricingTierRangeMin": "",
        "PricingTierRangeMax": "",
        "EffectiveStartDate": (clock.now() - timedelta(days=1)).strftime(
            "%Y-%m-%dT00:00:00.0000000Z"
        ),
        "EffectiveEndDate": "9999-11-30T23:59:59.0000000Z",
        "Tags": "Software",
        "ERP Price": "12.00",
        "Segment": "Commercial",
    }
    columns = ["ProductId", "SkuId", "SkuTitle", "UnitPrice", *fixed]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.DictWriter(file, columns, quoting=csv.QUOTE_ALL)
        sheet.writeheader()
        for number in range(IMPORT_ROWS):
            sheet.writerow(
                fixed
                | {
                    "ProductId": f"BN{run}{number // 10:06d}",
                    "SkuId": f"{number % 10:04d}",
                    "SkuTitle": f"Bench Server {number}",
                    "UnitPrice": f"{number % 900 + 1}.00",
                }
            )
