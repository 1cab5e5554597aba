"""What the fixtures of all other tests promise."""

import urllib.request

import psycopg2
import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from partnercenter.local.databases import named


def current_user():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        return cursor.fetchone()


def keep_a_session():
    Session.objects.create(session_key="kept", session_data="", expire_date=timezone.now())


def seen_from_outside(services):
    outside = psycopg2.connect(named(services.databases.app, services.database))
    try:
        with outside.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM django_session WHERE session_key = 'kept'")
            return cursor.fetchone()[0]
    finally:
        outside.close()


def test_tests_run_as_the_role_of_the_product_which_passes_no_wall(db):
    assert current_user() == ("partnercenter_app", False, False)


def test_that_role_makes_no_tables(db):
    with connection.cursor() as cursor, pytest.raises(Exception, match="permission denied"):
        cursor.execute("CREATE TABLE mine (x int)")


def test_db_rolls_back_and_committed_db_commits(services, committed_db):
    keep_a_session()
    assert seen_from_outside(services) == 1
    connection.close()
    services.renew()
    assert seen_from_outside(services) == 0


def test_two_web_servers_and_two_workers_share_one_database(cluster):
    running = cluster(web=2, workers=2)
    assert len(set(running.urls)) == 2
    for url in running.urls:
        with urllib.request.urlopen(f"{url}/healthz/ready") as answer:
            assert answer.status == 200
    assert [child.process.poll() for child in running.workers] == [None, None]


@pytest.mark.browser
@pytest.mark.parametrize(("language", "lang"), [("en", "en"), ("zh-hans", "zh-Hans")])
def test_a_page_opens_in_either_language(committed_db, live_server_url, page, axe, language, lang):
    tab = page(language)
    tab.goto(f"{live_server_url}/signin")
    expect(tab.locator("html")).to_have_attribute("lang", lang)
    axe(tab)
