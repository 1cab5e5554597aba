"""Deny by default: every address says what it needs, or that it is public."""

import pytest
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from accounts.rules import Capability

# Addresses of libraries, which guard themselves: sign-in, second factor, token service.
OWN_GUARD = ("allauth.",)


def _routes(resolver, prefix=""):
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry.callback


ROUTES = sorted(
    (
        found
        for found in _routes(get_resolver())
        if not getattr(found[1], "__module__", "").startswith(OWN_GUARD)
    ),
    key=lambda found: found[0],
)


def _guard(view):
    if getattr(view, "is_public", False):
        return "public"
    for holder in (view, getattr(view, "cls", None), getattr(view, "view_class", None)):
        named = {getattr(holder, "capability", None), *getattr(holder, "capabilities", {}).values()}
        if named - {None}:
            assert named - {None} <= set(Capability)
            return "capability"
        if getattr(holder, "is_public", False):
            return "public"
    return "none"


def test_there_are_routes():
    assert len(ROUTES) > 20


@pytest.mark.parametrize(("route", "view"), ROUTES, ids=[route or "/" for route, _ in ROUTES])
def test_route_names_its_capability_or_is_public(route, view):
    assert _guard(view) != "none", f"{route} needs @requires(Capability.X) or @public"
