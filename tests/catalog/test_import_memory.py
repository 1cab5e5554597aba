"""A sheet of any size is read with the same memory, and none of its rows is looked up alone."""

import tracemalloc

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import services
from catalog.models import Price
from tests.catalog.sheets import write

MEGABYTE = 1024 * 1024
STATEMENTS = 21
pytestmark = pytest.mark.django_db


def sheet(folder, count):
    """Every row another SKU, price and text: nothing repeats that could be remembered."""
    rows = (
        {
            "ProductId": f"DG7GMGF{number // 1000:05d}",
            "SkuId": f"{number % 1000:04d}",
            "SkuTitle": f"Server {number}",
            "SkuDescription": f"{number} " * 60,
            "UnitPrice": f"{number}.50",
        }
        for number in range(count)
    )
    return write(folder, *rows, name=f"{count}.csv")


def test_memory_does_not_grow_with_the_sheet(tmp_path):
    small, large = sheet(tmp_path, 6000), sheet(tmp_path, 24_000)
    peaks = []
    for path in (small, large):
        tracemalloc.start()
        services.import_price_sheet(path)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert large.stat().st_size > 8 * MEGABYTE
    assert peaks[1] < 1.2 * peaks[0] + MEGABYTE
    assert peaks[1] < large.stat().st_size
    assert Price.objects.count() == 24_000


@pytest.mark.parametrize("count", [1, 300])
def test_the_number_of_statements_does_not_depend_on_the_rows(tmp_path, count):
    path = sheet(tmp_path, count)
    with CaptureQueriesContext(connection) as captured:
        services.import_price_sheet(path)
    assert len(captured) == STATEMENTS
