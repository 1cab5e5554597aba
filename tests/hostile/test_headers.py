"""Headers and cookies of every class of answer (B37)."""

import pytest
from django.conf import settings
from django.test import Client

from tests.hostile.test_dictionary import ROUTES, at
from tests.matrix.ask import ask
from tests.matrix.table import API, PORTAL, C, S, V
from tests.matrix.world import PASSWORD, Undone, content

CLASSES = {
    "page": ("gaaa", "/dashboard"),
    "sign-in": ("", "/signin"),
    "landing page": ("", "dl/<str:token>"),
    "dead link": ("", "/dl/nothing"),
    "file": ("", "dl/content/<str:token>/<str:name>"),
    "redirect to a file": ("", "dl/<str:token>/file"),
    "redirect": ("", "/dashboard"),
    "export": ("gaaa", f"{S}/activity-log/export"),
    "refused page": ("du", "/dashboard/customers"),
    "missing page": ("gaaa", "/nothing"),
    "API": ("gaaa", "/v1/me"),
    "API error": ("gaaa", "/v1/customers/nothing"),
    "token error": ("", "<str:tenant>/oauth2/v2.0/token"),
    "API description": ("", "/api/docs"),
    "static": ("", "/static/css/base.css"),
    "missing static": ("", "/static/nothing"),
    "health": ("", "/healthz/live"),
}
POLICY = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
    "img-src": "'self' data:",
}


def get(tenant, key, route):
    address = at(route, tenant) if route in ROUTES else route
    client = tenant.portal[key]
    if address.startswith("/v1/"):
        client = tenant.api[key]
    with Undone():
        answer = client.get(address)
        content(answer)
        return answer


@pytest.fixture(params=CLASSES)
def answer(request, fabrikam):
    return get(fabrikam, *CLASSES[request.param])


def test_B37_no_guessing_of_types(answer):
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_B37_where_one_came_from_stays_here(answer):
    assert answer["Referrer-Policy"] == "same-origin"


def test_B37_a_strict_policy(answer):
    parts = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    assert {name: value for name, _, value in parts} == POLICY


def test_B37_static_files_too(fabrikam):
    answer = get(fabrikam, "", "/static/css/base.css")
    assert (answer.status_code, answer["X-Content-Type-Options"]) == (200, "nosniff")


SECRET = (
    ("POST", f"{C}/software/<uuid:entitlement_id>/keys"),
    ("POST", f"{S}/users/new"),
    ("POST", f"{S}/users/<uuid:user_id>/password"),
    ("POST", f"{S}/developer/new"),
    ("POST", f"{S}/developer/<uuid:app_id>/secret"),
    ("POST", f"{V}/software/<entitlement_id>/keysanddownloads"),
    ("GET", f"{S}/activity-log/export"),
)


@pytest.mark.parametrize(("method", "route"), SECRET)
def test_B37_what_holds_a_secret_is_not_kept(fabrikam, method, route):
    row = {**PORTAL, **API}[route][method]
    client = (fabrikam.api if route.startswith("v1/") else fabrikam.portal)["gaaa"]
    with Undone():
        answer = ask(route, method, row, owner=fabrikam, client=client)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "route", ["dl/<str:token>", "dl/<str:token>/file", "dl/content/<str:token>/<str:name>"]
)
def test_B37_downloads_are_not_kept(fabrikam, route):
    assert "no-store" in get(fabrikam, "", route)["Cache-Control"]


def test_B37_every_cookie_is_closed(fabrikam):
    with Undone():
        client = Client()
        client.get("/signin")
        client.post("/language", {"language": "zh-hans", "next": "/"})
        client.post("/theme", {"theme": "dark", "next": "/"})
        form = {"login": fabrikam.org["du"].email, "password": PASSWORD}
        client.post("/signin", form)
        # A message for the next page travels in a cookie too.
        client.post("/dashboard/settings/me", {"locale": "en", "time_zone": "UTC"})
    found = {
        name: (morsel["httponly"], morsel["samesite"], morsel["domain"])
        for name, morsel in client.cookies.items()
    }
    names = {"session", "csrf", "theme", settings.LANGUAGE_COOKIE_NAME, "messages"}
    assert found == dict.fromkeys(names, (True, "Lax", ""))
