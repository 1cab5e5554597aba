"""Documented exchanges, sent again to a partner that has what each of them is about."""

import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.urls import Resolver404, resolve

from partnercenter.lib.wire.body import fold
from partnercenter.lib.wire.routes import straighten
from partnercenter.not_offered import Refuse
from tests.documented import EXAMPLES, differences
from tests.matrix import walk

PLACEHOLDER = re.compile(r"<[^>/]*>|\{[^}/]*\}")
SOMETHING = "00000000-0000-4000-8000-000000000001"
# Members whose texts are of a fixed set, which clients compare.
ENUMERATIONS = frozenset(
    {
        *("agreementtype", "billingcycle", "billingfrequency", "billingprovider", "billingtype"),
        *("chargetype", "contracttype", "documenttype", "invoicelineitemtype", "invoicetype"),
        *("method", "objecttype", "operationstatus", "operationtype", "profiletype"),
        *("provisioningstate", "qualification", "reasoncode", "relationshiptopartner"),
        *("relationshiptype", "resourcetype", "responsecode", "scopetype", "severity", "state"),
        *("status", "transactiontype", "type", "unittype", "userdomaintype", "vettingstatus"),
        *("artifacttype", "entitlementtype", "eventname", "segment", "supportedbillingcycles"),
    }
)
# Maps whose members are the values of one product or call, not of the contract.
FREE_FORM = frozenset({"dynamicattributes", "provisioningcontext", "properties"})
# Lists within an answer that have something in cases that do not arise here.
MAY_BE_EMPTY = ("taxreceipts",)
# There or not by how many items there are.
OF_PAGES = frozenset({"continuationtoken", "next", "previous", "last", "first"})


@dataclass(frozen=True)
class Exchange:
    """One example: what was sent, and what came."""

    name: str
    operation: str
    method: str
    path: str
    query: dict[str, Any]
    body: Any
    status: int | None
    answer: Any


@dataclass(frozen=True)
class Stage:
    """What stands here for the ids and values of an example.

    ``ids`` by the names in routes; ``body`` and ``query`` are members that replace printed ones.
    """

    ids: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)


def exchanges(reference: Path) -> list[Exchange]:
    """Every example that prints a request to the API; those of tokens have tests of their own."""
    found = []
    for name, told in _printed(reference):
        if isinstance(told, dict) and str(told.get("path")).startswith(("/v1", "/webhooks")):
            found.append(_exchange(name, told))
    return found


@cache
def _printed(reference: Path) -> list[tuple[str, Any]]:
    paths = sorted((reference / EXAMPLES).glob("*.json"))
    return [(path.stem, json.loads(path.read_text("utf-8"))) for path in paths]


def _exchange(name: str, told: dict[str, Any]) -> Exchange:
    return Exchange(
        name,
        told["operation"],
        told["method"],
        told["path"],
        told["query"] or {},
        told["request_body"],
        told["status"],
        told["response_body"],
    )


def route_of(method: str, path: str) -> str | None:
    """Our route for a documented address and method, if there is one that does not refuse it."""
    try:
        match = resolve(straighten(PLACEHOLDER.sub(SOMETHING, path)))
    except Resolver404:
        return None
    view = getattr(match.func, "cls", None)
    if view is Refuse:
        return None
    handler = "get" if method == "HEAD" else method.lower()
    return match.route if view is None or hasattr(view, handler) else None


def send(exchange: Exchange, ids: dict[str, Any], stage: Stage, client: Any) -> Any:
    """The request as documented, with ids of things that are there."""
    route = route_of(exchange.method, exchange.path)
    assert route
    ids = ids | stage.ids
    address = walk.address(route, ids)
    query = _known("", exchange.query, ids) | stage.query
    if query:
        address += "?" + urlencode(query, doseq=True)
    ask = getattr(client, exchange.method.lower())
    if exchange.method in {"GET", "DELETE", "HEAD"}:
        return ask(address)
    if exchange.body is None and not stage.body:
        return ask(address)
    return ask(address, _known("", exchange.body or {}, ids) | stage.body, format="json")


def _known(name: str, value: Any, ids: dict[str, Any]) -> Any:
    """The value with every id in it exchanged for one that is there."""
    if isinstance(value, dict):
        return {key: _known(key, part, ids) for key, part in value.items()}
    if isinstance(value, list):
        return [_known(name, part, ids) for part in value]
    if fold(name) in MEANS and isinstance(value, str):
        return str(ids[MEANS[fold(name)]])
    return value


# Member of a body or a query, folded -> name among the tenant's ids.
MEANS = {
    "catalogitemid": "item",
    "offerid": "item",
    "orderid": "order_id",
    "referencecustomerid": "customer_id",
    "customerid": "customer_id",
}


def wrong(documented: Any, answer: Any, spellings: dict[str, set[str]]) -> list[str]:
    """What the answer lacks, has as another type or spells in no documented way.

    Member names count without case: some pages print a client's object instead of the JSON.
    """
    documented, answer = _folded(documented), _folded(answer)
    empty = tuple(f".{name} is empty" for name in MAY_BE_EMPTY)
    lacking = [each for each in differences(documented, answer) if not each.endswith(empty)]
    return [*lacking, *_misspelt(documented, answer, spellings)]


def _folded(data: Any, name: str = "") -> Any:
    """Names in lower case, without what depends on values or on how many there are."""
    if name in FREE_FORM and isinstance(data, dict):
        return {}
    if isinstance(data, dict):
        lower = {key.lower(): value for key, value in data.items()}
        return {key: _folded(each, key) for key, each in lower.items() if key not in OF_PAGES}
    return [_folded(item, name) for item in data] if isinstance(data, list) else data


def spellings(reference: Path) -> dict[str, dict[str, set[str]]]:
    """Resource -> enumeration -> every spelling that some example of the resource prints for it."""
    every: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for _name, told in _printed(reference):
        if isinstance(told, dict) and told.get("operation"):
            _collect(told["response_body"], "", every[resource(told["operation"])])
    return every


def _collect(data: Any, name: str, found: dict[str, set[str]]) -> None:
    if isinstance(data, dict):
        for key, value in data.items():
            _collect(value, key.lower(), found)
    elif isinstance(data, list):
        for item in data:
            _collect(item, name, found)
    elif isinstance(data, str) and name in ENUMERATIONS:
        found[name].add(data)


def resource(operation: str) -> str:
    """``orders`` of ``orders.get``."""
    return operation.partition(".")[0]


def _misspelt(
    documented: Any, answer: Any, known: dict[str, set[str]], at: str = "", name: str = ""
) -> list[str]:
    """Texts of the documented words in another spelling: an enumeration that clients compare."""
    if isinstance(documented, dict) and isinstance(answer, dict):
        return [
            found
            for key in documented.keys() & answer.keys()
            for found in _misspelt(documented[key], answer[key], known, f"{at}.{key}", key)
        ]
    if isinstance(documented, list) and isinstance(answer, list):
        pairs = zip(documented[:1], answer[:1], strict=False)
        return [x for one, other in pairs for x in _misspelt(one, other, known, f"{at}[0]", name)]
    if name not in ENUMERATIONS or not isinstance(answer, str) or answer in known[name]:
        return []
    printed = {each for each in known[name] if fold(each) == fold(answer)}
    return [f"{at} is {answer!r}, not {' or '.join(sorted(printed))!r}"] if printed else []
