"""The cases: orders, downloads, the first page of the log, an import."""

import csv
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg2
from django.core.management import call_command

from partnercenter.bench import floors
from partnercenter.bench.ground import Ground
from partnercenter.bench.load import Figure, measure, row, timed
from partnercenter.lib import clock

LOG_SIZES = (10_000, 1_000_000)
IMPORT_ROWS = 30_000
LINKS = 40


def bare_view(ground: Ground) -> Figure:
    """**S**: a bare view with one ORM look-up, through the whole stack."""

    def call(_number: int) -> Callable[[], int]:
        client = ground.client()
        return lambda: client.send("GET", "/bench/one-row")

    return measure(call)


def orders(ground: Ground, one_row: Figure) -> list[str]:
    """Create an order with two lines through the API."""
    path = f"/v1/customers/{ground.customer}/orders"
    body = json.dumps({"lineItems": _two_lines(ground)}).encode()

    def call(_number: int) -> Callable[[], int]:
        client = ground.client()
        return lambda: client.send("POST", path, body)

    made = measure(call)
    template = ground.call("POST", path, {"lineItems": _two_lines(ground)})["id"]
    floor = measure(lambda _n: floors.place_order(floors.Database(), template))
    return [
        row("orders created", made.per_second, floor.per_second, unit="/s", target=">= 0.15"),
        row(
            "orders created, beside S",
            made.per_second,
            one_row.per_second,
            unit="/s",
            target=">= 0.25",
        ),
        f"{'':44} p99 {made.p99 * 1000:.0f} ms, statuses {made.statuses}",
    ]


def _two_lines(ground: Ground) -> list[dict[str, Any]]:
    items = []
    for view in ("SoftwareSubscriptions", "SoftwarePerpetual"):
        products = ground.call("GET", f"/v1/products?country=US&targetView={view}")["items"]
        items.append(_first_item(ground, products))
    return [
        {"lineItemNumber": number, "offerId": item, "quantity": 1}
        for number, item in enumerate(items)
    ]


def _first_item(ground: Ground, products: list[dict[str, Any]]) -> str:
    for product in products:
        skus = ground.call("GET", f"/v1/products/{product['id']}/skus?country=US")["items"]
        for sku in skus:
            path = f"/v1/products/{product['id']}/skus/{sku['id']}/availabilities?country=US"
            for availability in ground.call("GET", path)["items"]:
                found: str = availability["catalogItemId"]
                return found
    raise LookupError(products)


def downloads(ground: Ground, one_row: Figure) -> list[str]:
    """Grants through the counting address, on one link and on many."""
    links = _links(ground)
    one = measure(lambda _n: _grants(ground, links[:1]))
    many = measure(lambda _n: _grants(ground, links))
    ids = [link_id for link_id, _ in links]
    floor_one = measure(lambda _n: floors.grant_download(floors.Database(), ids[:1]))
    floor_many = measure(lambda _n: floors.grant_download(floors.Database(), ids))
    rows = [
        row(
            "downloads granted, one link",
            one.per_second,
            floor_one.per_second,
            unit="/s",
            target="-",
        ),
        row(
            "downloads granted, many links",
            many.per_second,
            floor_many.per_second,
            unit="/s",
            target="-",
        ),
        row(
            "downloads granted, beside S",
            many.per_second,
            one_row.per_second,
            unit="/s",
            target=">= 0.8",
        ),
        row(
            "one hot link beside many", one.per_second, many.per_second, unit="/s", target=">= 0.9"
        ),
    ]
    return [*rows, f"{'':44} statuses {one.statuses} {many.statuses}"]


def _links(ground: Ground) -> list[tuple[str, str]]:
    """Fresh links of one order each, without their limit, so that it is not what is timed."""
    found = []
    for _ in range(LINKS):
        order = ground.call(
            "POST", f"/v1/customers/{ground.customer}/orders", {"lineItems": _two_lines(ground)[:1]}
        )
        found.append(_link(ground, order["id"]))
    ids = [link_id for link_id, _ in found]
    sql = "UPDATE software_downloadlink SET max_downloads = 2000000000 WHERE id = ANY(%s::uuid[])"
    ground.floor.run([(sql, [ids])])
    return found


def _link(ground: Ground, order_id: str) -> tuple[str, str]:
    base = f"/v1/customers/{ground.customer}/software"
    rows = ground.floor.rows("SELECT id FROM software_entitlement WHERE order_id = %s", [order_id])
    entitlement = f"{base}/{rows[0][0]}"
    choice = ground.call("GET", f"{entitlement}/options")["items"][0]
    file = ground.call("POST", f"{entitlement}/search", choice)["items"][0]
    got = ground.call("POST", f"{entitlement}/keysanddownloads", {"fileId": file["fileId"]})
    rows = ground.floor.rows(
        "SELECT id FROM software_downloadlink WHERE entitlement_id = %s", [rows[0][0]]
    )
    return str(rows[0][0]), got["downloads"][0]["link"]


def _grants(ground: Ground, links: list[tuple[str, str]]) -> Callable[[], int]:
    client = ground.client()
    paths = [link[len(ground.url) :] + "/file" for _, link in links]
    return lambda: client.send("GET", secrets.choice(paths))


def log_page(ground: Ground) -> list[str]:
    """First page of the activity log by the API, at two sizes of the log."""
    lines, medians = [], []
    client = ground.client()
    token = ground._token("ga")  # noqa: SLF001 - the log is for other roles than the orders
    for size in LOG_SIZES:
        _fill_log(ground, size)
        taken = sorted(
            _seconds(
                lambda: client.send(
                    "GET", "/v1/auditrecords?size=50", Authorization=f"Bearer {token}"
                )
            )
            for _ in range(200)
        )
        floor = sorted(
            _seconds(lambda: ground.floor.rows(LOG_PAGE, [ground.partner["tenant_id"]]))
            for _ in range(200)
        )
        medians.append(statistics.median(taken))
        lines.append(
            row(
                f"log, first page at {size:,} rows",
                medians[-1] * 1000,
                statistics.median(floor) * 1000,
                unit="ms",
                target="-",
            )
        )
    lines.append(
        row(
            "log, first page, large beside small",
            medians[1] * 1000,
            medians[0] * 1000,
            unit="ms",
            target="<= 1.15",
        )
    )
    return lines


LOG_PAGE = (
    "SELECT * FROM activitylog_activityrecord WHERE partner_id = %s"
    " AND at > now() - interval '30 days' ORDER BY at DESC, number DESC LIMIT 51"
)
FILL = """
INSERT INTO activitylog_activityrecord (id, partner_id, number, at, action, resource_type,
  status, actor_name, source, application_id, customer_id, customer_name, subject, details, ip,
  correlation_id)
SELECT gen_random_uuid(), %s, 0, now() - random() * interval '29 days', 'get_software_key',
  'software_key', 'succeeded', 'aa@fabrikam-sandbox.example', 'portal', '', %s, 'Contoso',
  'SQL Server Enterprise', '{}', '', ''
FROM generate_series(1, %s)
"""


def _fill_log(ground: Ground, size: int) -> None:
    owner = ground.partner["tenant_id"]
    have = ground.floor.rows(
        "SELECT count(*) FROM activitylog_activityrecord WHERE partner_id = %s", [owner]
    )[0][0]
    for begin in range(have, size, 10_000):
        ground.floor.run([(FILL, [owner, ground.customer, min(10_000, size - begin)])])
    with psycopg2.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE activitylog_activityrecord")


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def price_sheet(ground: Ground) -> list[str]:
    """Import of a sheet, beside a bare COPY of the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        columns = _write_sheet(path)
        with timed() as taken:
            call_command("import_price_sheet", str(path), verbosity=0)
        with timed() as copied, path.open(encoding="utf-8-sig") as sheet:
            _copy(ground, columns, sheet)
    return [
        row(
            "price sheet rows imported",
            IMPORT_ROWS / taken[0],
            IMPORT_ROWS / copied[0],
            unit="/s",
            target=">= 0.3",
        )
    ]


def _copy(ground: Ground, columns: list[str], sheet: Any) -> None:
    with ground.floor.connection as connection, connection.cursor() as cursor:
        names = ", ".join(f'"{column}" text' for column in columns)
        cursor.execute(f"CREATE TEMP TABLE sheet ({names}) ON COMMIT DROP")
        cursor.copy_expert("COPY sheet FROM STDIN (FORMAT csv, HEADER)", sheet)


def _write_sheet(path: Path) -> list[str]:
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
    run = secrets.token_hex(2).upper()
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
    return columns
