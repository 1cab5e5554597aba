"""Links: relative, without ``/v1`` (the Java client adds it), every character a valid URI's."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

SAFE = "/-._~!$'()*+,;=:@"


def link(uri: str, method: str = "GET", headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A link as both SDKs read it; ``headers`` is always a list."""
    if not headers:
        return {"uri": uri, "method": method, "headers": []}
    pairs = [{"key": key, "value": value} for key, value in headers.items()]
    return {"uri": uri, "method": method, "headers": pairs}


def uri(path: str, **query: object) -> str:
    """The address of a resource below ``/v1``; query parameters that are None are left out."""
    given = {name: value for name, value in query.items() if value is not None}
    address = quote(path, safe=SAFE)
    return f"{address}?{urlencode(given, quote_via=quote)}" if given else address


def self_link(path: str) -> dict[str, Any]:
    """The ``links`` member of a single resource."""
    return {"self": link(uri(path))}
