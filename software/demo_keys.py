"""Keys for the demo: good for nothing, because real keys never use their letters."""

from django.db.models import Count

from catalog.models import Sku
from catalog.rules import Kind
from partnercenter.lib import clock
from software import stock
from software.keys import sandbox_key
from software.models import KeyStock
from software.stock import NewKey

WITH_KEY = (Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE)


def load_demo_keys(count: int = 2000) -> int:
    """Fill the stock of every SKU that comes with a key up to ``count`` keys; how many were added.

    A second run adds none; what was sold counts as loaded.
    """
    there = {
        (row["product_id"], row["sku_id"]): row["keys"]
        for row in KeyStock.objects.values("product_id", "sku_id").annotate(keys=Count("pk"))
    }
    skus = Sku.objects.filter(kind__in=WITH_KEY).values_list("product_id", "sku_id")
    new = [
        NewKey(product_id, sku_id, sandbox_key())
        for product_id, sku_id in skus.order_by("product_id", "sku_id")
        for _ in range(count - there.get((product_id, sku_id), 0))
    ]
    return len(stock.add(new, at=clock.now())) if new else 0
