"""Who stands behind a request, and whose rows the database shows while it runs."""

import pytest
from django.db import connection
from django.test import RequestFactory

from accounts import views
from accounts.trace import client_ip, trace_of

pytestmark = pytest.mark.django_db


def _shown():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.partner', true)")
        return cursor.fetchone()[0] or ""


@pytest.fixture
def seen(monkeypatch):
    """What a page sees while it runs."""
    found = {}
    real = views.access_of

    def look(actor):
        found.update(actor=actor, shown=_shown())
        return real(actor)

    monkeypatch.setattr(views, "access_of", look)
    return found


def test_a_page_runs_for_its_user_and_shows_his_partners_rows(fabrikam, seen):
    fabrikam.browser("aa").get(
        "/dashboard/settings/me", headers={"User-Agent": "Firefox"}, REMOTE_ADDR="192.0.2.7"
    )

    actor = seen["actor"]
    assert (actor.user, actor.partner) == (fabrikam["aa"], fabrikam.partner)
    assert (actor.name, actor.source) == ("aa@fabrikam.example", "portal")
    assert (actor.ip, actor.user_agent) == ("192.0.2.7", "Firefox")
    assert len(actor.correlation_id) == 36
    assert seen["shown"] == str(fabrikam.partner.pk)


def test_after_the_answer_nothing_is_shown(fabrikam):
    fabrikam.browser("aa").get("/dashboard/settings/me")
    assert _shown() == ""
    fabrikam.api("aa").get("/v1/me")
    assert _shown() == ""


def test_after_a_failure_nothing_is_shown(fabrikam, monkeypatch):
    def fail(actor):
        raise RuntimeError(actor)

    monkeypatch.setattr(views, "access_of", fail)
    browser = fabrikam.browser("aa")
    browser.raise_request_exception = False

    assert browser.get("/dashboard/settings/me").status_code == 500
    assert _shown() == ""


def test_a_token_in_a_signed_in_browser_shows_the_tokens_partner(fabrikam, tailspin):
    browser = fabrikam.browser("aa")
    authorization = tailspin.api("aa")._credentials["HTTP_AUTHORIZATION"]

    body = browser.get("/v1/me", HTTP_AUTHORIZATION=authorization).json()

    assert body["partner"]["name"] == "Tailspin"
    assert _shown() == ""


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.7"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.7"),
        (1, "", "192.0.2.7"),
        (1, "nonsense", ""),
        (1, "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_what_our_own_proxies_saw(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get(
        "/", headers={"X-Forwarded-For": forwarded}, REMOTE_ADDR="192.0.2.7"
    )
    assert client_ip(request) == expected


def test_a_trace_is_kept_short():
    request = RequestFactory().get("/", headers={"User-Agent": "x\x00" * 1000})
    assert len(trace_of(request)["user_agent"]) == 300
