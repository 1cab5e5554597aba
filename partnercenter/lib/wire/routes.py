"""Which addresses belong to the API, and the forms of them that clients in use really send."""

import re
from collections.abc import Iterator
from functools import lru_cache

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

API_ROOTS = frozenset(
    {"v1", "v1.0", "webhooks", "auditactivity", "generatetoken", "oauth2", "discovery"}
)
# Second segment, behind a tenant: /{tenant}/oauth2/token, /{tenant}/v2.0/.well-known/...
BEHIND_TENANT = frozenset({"oauth2", "v2.0", "discovery", ".well-known"})
GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def is_api(path: str) -> bool:
    """Whether a program calls this address: errors are JSON there, and paths are read liberally."""
    segments = _segments(path)[:2]
    first, second = (*[segment.lower() for segment in segments], "", "")[:2]
    return first in API_ROOTS or second in BEHIND_TENANT


def straighten(path: str) -> str:
    """The one spelling of an API path that the routes know.

    Collapses double slashes and ``/v1//v1/``, drops a slash or blank at the end, reads
    ``/v1.0/`` as ``/v1/``, and fixes the case of GUIDs and fixed segments.
    """
    segments = _segments(path)
    if segments and segments[0].lower() in {"v1", "v1.0"}:
        while len(segments) > 1 and segments[1].lower() in {"v1", "v1.0"}:
            del segments[1]
        segments[0] = "v1"
    known = _fixed_segments(get_resolver())
    return "/" + "/".join(_one_spelling(segment, known) for segment in segments)


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment]


def _one_spelling(segment: str, known: dict[str, str]) -> str:
    bare = segment.strip()
    if GUID.fullmatch(bare):
        return bare.lower()
    return known.get(segment.lower(), segment)


@lru_cache(maxsize=4)
def _fixed_segments(resolver: URLResolver) -> dict[str, str]:
    routes = _routes(resolver.url_patterns, "")
    return {
        segment.lower(): segment
        for route in routes
        if is_api(route)
        for segment in _segments(route)
        if "<" not in segment
    }


def _routes(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for entry in patterns:
        if not isinstance(entry.pattern, RoutePattern):
            continue
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry.url_patterns, route)
        else:
            yield route
