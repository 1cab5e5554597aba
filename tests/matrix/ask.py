"""Ask one row of the table as somebody."""

from collections.abc import Mapping
from typing import Any

from tests.matrix import walk
from tests.matrix.open import Open
from tests.matrix.table import Row
from tests.matrix.world import CORRELATION, Tenant


def place(route: str, row: Row | Open, ids: Mapping[str, Any]) -> str:
    """The row's address."""
    names = walk.parameters(route)
    return walk.address(route, {name: ids[row.names.get(name, name)] for name in names})


def ask(
    route: str,
    method: str,
    row: Row,
    *,
    owner: Tenant,
    client: Any,
    ids: Mapping[str, Any] | None = None,
) -> Any:
    """The answer to the row's request; ``ids`` replaces some of the owner's."""
    address = place(route, row, owner.ids | dict(ids or {}))
    options: dict[str, Any] = {"headers": {"MS-CorrelationId": CORRELATION}}
    if row.query:
        address += f"?{row.query}"
    data = row.data(owner) if row.data else {}
    if walk.is_api(route):
        options |= {"format": "json"}
    if method not in {"POST", "PUT", "PATCH"}:
        data, options = None, {"headers": options["headers"]}
    return getattr(client, method.lower())(address, data, **options)
