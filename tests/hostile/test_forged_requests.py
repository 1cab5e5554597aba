"""CSRF: no form without its token, no foreign origin, no change by looking."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from partnercenter.lib import tenancy
from tests.hostile.places import FORMS
from tests.hostile.test_dictionary import ROUTES, at
from tests.matrix import walk
from tests.matrix.table import API, DESK, PORTAL
from tests.matrix.world import PASSWORD, Undone, content

# Of programs, which send no cookies and are known by their secret.
OF_PROGRAMS = {
    "<str:tenant>/oauth2/token",
    "<str:tenant>/oauth2/v2.0/token",
    "identity/o/api/token",
    "identity/o/api/revoke",
    "identity/o/api/device/code",
}
PAGES = [
    *(route for route, rows in {**PORTAL, **DESK}.items() if "POST" in rows),
    *(route for route in FORMS if route not in OF_PROGRAMS),
    *("account/logout/", "account/2fa/totp/activate/", "account/2fa/webauthn/add/"),
]
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
# The counting address of a link: to look there is the deed (ruling 3).
COUNTS = "dl/<str:token>/file"
# Sign-in sessions are written by whoever comes; they are no rows of the product.
OF_VISITS = {"sessions", "usersessions"}


def guarded(tenant, key):
    """A browser whose forms are checked; tests' own clients are let through."""
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = tenant.portal[key].cookies.copy()
    return client


@pytest.mark.parametrize("route", PAGES)
def test_B39_a_form_without_its_token_is_refused(fabrikam, route):
    with Undone():
        before = everything()
        answer = guarded(fabrikam, "gaaa").post(
            at(route, fabrikam), {"csrfmiddlewaretoken": "x" * 64}
        )
        assert answer.status_code == 403
        assert everything() == before


@pytest.mark.parametrize("route", PAGES)
def test_B39_a_form_from_a_foreign_origin_is_refused(fabrikam, route):
    with Undone():
        client = guarded(fabrikam, "gaaa")
        token = FORM_TOKEN.search(content(client.get("/dashboard")))[1]
        for origin in ("https://evil.example", "null", "http://testserver.evil.example"):
            form = {"csrfmiddlewaretoken": token}
            answer = client.post(at(route, fabrikam), form, headers={"Origin": origin})
            assert answer.status_code == 403


def test_B39_with_token_and_own_origin_a_form_is_taken(fabrikam):
    with Undone():
        client = guarded(fabrikam, "gaaa")
        token = FORM_TOKEN.search(content(client.get("/dashboard")))[1]
        form = {"csrfmiddlewaretoken": token, "locale": "en", "time_zone": "UTC"}
        headers = {"Origin": "http://testserver"}
        answer = client.post("/dashboard/settings/me", form, headers=headers)
        assert answer.status_code == 302


@pytest.mark.parametrize("route", API)
def test_B39_a_session_opens_nothing_of_the_api(fabrikam, route):
    client = fabrikam.portal["gaaa"]
    for method in ("GET", "POST", "PUT"):
        assert client.generic(method, f"{at(route, fabrikam)}").status_code == 401


def everything():
    """Table -> digest of its rows, of all tables but those of visits."""
    models = [m for m in apps.get_models() if m._meta.app_label not in OF_VISITS]
    parts = [
        f"SELECT '{m._meta.db_table}', md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))"  # noqa: S608 - names of our own tables
        f" FROM {m._meta.db_table} t"
        for m in models
    ]
    with tenancy.everyone(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("route", [route for route in ROUTES if route != COUNTS])
def test_B39_looking_changes_nothing(fabrikam, route):
    client = (fabrikam.api if walk.is_api(route) else fabrikam.portal)["gaaa"]
    query = getattr(ROUTES[route], "query", "")
    with Undone():
        before = everything()
        for method in ("GET", "HEAD", "OPTIONS"):
            content(client.generic(method, f"{at(route, fabrikam)}?{query}"))
        after = everything()
    assert {table for table in before if before[table] != after[table]} <= allowed(route)


def allowed(route):
    """What is served of a grant is counted on it; an operator's look at a request is recorded."""
    if route.startswith("desk/"):
        return {"activitylog_activityrecord", "activitylog_chainhead"}
    return {"software_downloadgrant"} if route.startswith("dl/content/") else set()


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_B2_only_get_counts_a_download(fabrikam, method):
    with Undone():
        before = everything()
        fabrikam.portal[""].generic(method, at(COUNTS, fabrikam))
        assert everything() == before
        fabrikam.portal[""].get(at(COUNTS, fabrikam))
        assert everything() != before


def test_B39_signing_in_changes_the_session_and_signing_out_ends_it(fabrikam):
    with Undone():
        client = Client()
        client.get("/signin")
        form = {"login": fabrikam.org["du"].email, "password": PASSWORD}
        assert client.post("/signin", form).status_code == 302
        first = client.cookies["session"].value
        assert client.post("/signin", form).status_code == 302
        stolen = Client()
        stolen.cookies["session"] = first
        assert stolen.get("/dashboard").status_code == 200
        client.post("/account/logout/")
        assert stolen.get("/dashboard").status_code == 302
