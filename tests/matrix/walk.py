"""Every address of the product, and how to ask it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import get_resolver
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> dict[str, Any]:
    """Route as the URL conf spells it -> the view that answers there."""
    found: dict[str, Any] = {}
    for route, view in _walk(get_resolver(), ""):
        # Django takes the first of two equal routes.
        found.setdefault(route, view)
    return found


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, entry.callback
        else:
            assert isinstance(entry.pattern, RoutePattern), route
            yield from _walk(entry, route)


def parameters(route: str) -> list[str]:
    """Names of what the address holds, in order."""
    return PARAMETER.findall(route)


def address(route: str, values: Mapping[str, Any]) -> str:
    """The route with its parameters filled in."""
    return "/" + PARAMETER.sub(lambda match: str(values[match[1]]), route)


def is_api(route: str) -> bool:
    return route.startswith(("v1/", "webhooks/", "auditactivity/"))
