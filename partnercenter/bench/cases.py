"""Orders, lists and downloads through the API."""

import json
import secrets
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from partnercenter.bench import floors
from partnercenter.bench.ground import Ground
from partnercenter.bench.load import CLIENTS, Figure, measure, row
from partnercenter.lib import clock
from software import stock
from software.keys import sandbox_key
from software.stock import NewKey

LINKS = 40
LISTED = 50
IN_STOCK = 12_000  # keys of each SKU: more than all rounds of all cases sell
TO_CANCEL = 2_000  # more than are cancelled in three rounds of
CANCELLING = 2.0  # seconds


def bare_view(ground: Ground) -> Figure:
    """**S**: a bare view with one ORM look-up, through the whole stack; beside each case anew."""

    def call(_number: int) -> Callable[[], int]:
        client = ground.client()
        return lambda: client.send("GET", "/bench/one-row")

    return measure(call)


def orders(ground: Ground) -> list[str]:
    """Create an order with two lines through the API."""
    one_row = bare_view(ground)
    path = f"/v1/customers/{ground.customer}/orders"
    lines = _two_lines(ground)
    _fill_stock(lines)
    body = json.dumps({"lineItems": lines}).encode()

    def call(_number: int) -> Callable[[], int]:
        client = ground.client()
        return lambda: client.send("POST", path, body)

    made = measure(call)
    template = ground.call("POST", path, {"lineItems": lines})["id"]
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
        _tail(made, one_row),
    ]


def lists(ground: Ground) -> list[str]:
    """50 orders of two lines each, and the partner's customers, in one answer."""
    one_row = bare_view(ground)
    customer = next(c for c in ground.partner["customers"].values() if c != ground.customer)
    path = f"/v1/customers/{customer}/orders"
    body = {"lineItems": _two_lines(ground)}
    for _ in range(LISTED - ground.call("GET", path)["totalCount"]):
        ground.call("POST", path, body)
    listed = ground.call("GET", path)["totalCount"]
    rows = []
    for name, address, target in (
        (f"{listed} orders with lines, beside S", path, ">= 0.6"),
        ("customers, beside S", "/v1/customers", "-"),
    ):
        figure = measure(partial(_read_by, ground, address))
        line = row(name, figure.per_second, one_row.per_second, unit="/s", target=target)
        rows += [line, _tail(figure, one_row)]
    return rows


def single(ground: Ground) -> list[str]:
    """One order read, and one cancelled whole, each beside S."""
    one_row = bare_view(ground)
    path = f"/v1/customers/{ground.customer}/orders"
    body = {"lineItems": _two_lines(ground)}
    with ThreadPoolExecutor(CLIENTS) as pool:
        made = pool.map(lambda _number: ground.call("POST", path, body)["id"], range(TO_CANCEL))
        waiting = deque(made)
    read = measure(partial(_read_by, ground, f"{path}/{waiting[0]}"))
    cancelled = measure(partial(_cancel_by, ground, path, waiting), seconds=CANCELLING)
    return [
        line
        for name, figure in (("get an order", read), ("PATCH cancel", cancelled))
        for line in (
            row(
                f"{name}, beside S",
                figure.per_second,
                one_row.per_second,
                unit="/s",
                target="-",
            ),
            _tail(figure, one_row),
        )
    ]


def _tail(figure: Figure, one_row: Figure) -> str:
    """The slowest of a hundred beside that of S, and what was answered."""
    p99 = f"p99 {figure.p99 * 1000:.0f} ms, {figure.p99 / one_row.p99:.1f} of S"
    return f"{'':44} {p99}, statuses {figure.statuses}"


def _cancel_by(ground: Ground, path: str, waiting: deque[str], _client: int) -> Callable[[], int]:
    client = ground.client()

    def cancel() -> int:
        order = waiting.popleft()
        body = json.dumps({"id": order, "status": "cancelled"}).encode()
        return client.send("PATCH", f"{path}/{order}", body)

    return cancel


def _read_by(ground: Ground, path: str, _client: int) -> Callable[[], int]:
    client = ground.client()
    return lambda: client.send("GET", path)


def _two_lines(ground: Ground) -> list[dict[str, Any]]:
    items = []
    for view in ("SoftwareSubscriptions", "SoftwarePerpetual"):
        products = ground.call("GET", f"/v1/products?country=US&targetView={view}")["items"]
        items.append(_first_item(ground, products))
    return [
        {"lineItemNumber": number, "offerId": item, "quantity": 1}
        for number, item in enumerate(items)
    ]


def _fill_stock(lines: list[dict[str, Any]]) -> None:
    """Keys for every order that is going to be placed: none of them finds the shelf empty."""
    items = [line["offerId"].split(":") for line in lines]
    new = [NewKey(item[0], item[1], sandbox_key()) for item in items for _ in range(IN_STOCK)]
    stock.add(new, at=clock.now())


def _first_item(ground: Ground, products: list[dict[str, Any]]) -> str:
    for product in products:
        skus = ground.call("GET", f"/v1/products/{product['id']}/skus?country=US")["items"]
        for sku in skus:
            path = f"/v1/products/{product['id']}/skus/{sku['id']}/availabilities?country=US"
            for availability in ground.call("GET", path)["items"]:
                found: str = availability["catalogItemId"]
                return found
    raise LookupError(products)


def downloads(ground: Ground) -> list[str]:
    """Grants through the counting address, on one link and on many."""
    one_row = bare_view(ground)
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
