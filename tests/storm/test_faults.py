"""What runs beside the web servers may die, be away, or be cut off: nothing is lost or refused."""

import os
import re
import signal
import time
import urllib.request
from collections import Counter
from contextlib import closing
from http.cookiejar import CookieJar
from urllib.parse import urlencode

import psycopg2
import pytest

from partnercenter import celery  # noqa: F401 - the app that sends
from partnercenter.lib import outbox, tasks, tenancy
from partnercenter.lib.models import OutboxMessage
from partnercenter.local.databases import named
from tests.factories import UserFactory
from tests.storm.clients import CONNECTIONS, at_once
from tests.storm.conftest import open_shop

WORKERS, MESSAGES, AT_ONCE = 3, 20, 32
NOWHERE = "redis://127.0.0.1:9/0"
FORM_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
PASSWORD = "correct horse battery"


def wait_for(found, seconds=30):
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "it did not come to it"
        time.sleep(0.1)
    return result


@pytest.fixture
def admin(services):
    """A superuser's connection to this worker's database."""
    with closing(psycopg2.connect(named(services.databases.admin, services.database))) as found:
        found.autocommit = True
        yield found


def ask(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def waiting(admin):
    """How many sessions of the product wait for a lock."""
    ((count,),) = ask(
        admin,
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database() AND usename = 'partnercenter_app'",
    )
    return count


def all_done():
    with tenancy.everyone():
        return not OutboxMessage.objects.filter(done_at=None).exists()


def promise_mails(org, users):
    with org.visible():
        for user in users:
            payload = {"template": "welcome", "user_id": str(user.pk)}
            outbox.put(
                topic="mail",
                partner_id=org.partner.pk,
                payload=payload,
                dedupe_key=f"welcome:{user.pk}",
            )


def test_B27_what_a_killed_worker_held_the_others_deliver_once(
    services, cluster, fabrikam, owner_connection, admin
):
    mails = services.own_folder / "mail"
    for old in mails.glob("*"):
        old.unlink()
    users = [UserFactory(partner=fabrikam.partner) for _ in range(MESSAGES)]
    promise_mails(fabrikam, users[:1])
    running = cluster(web=0, workers=WORKERS)
    # Every worker claims a message, each another one, and stands still before the effect.
    with owner_connection.cursor() as cursor:
        cursor.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        for _ in range(WORKERS):
            tasks.relay_outbox()
        promise_mails(fabrikam, users[1:])
        tasks.relay_outbox()
        wait_for(lambda: waiting(admin) == WORKERS)
        os.killpg(running.workers[0].process.pid, signal.SIGKILL)
        running.workers[0].process.wait()
    owner_connection.rollback()
    # Beat's part: what is open is sent again, here more often than it is done.
    wait_for(lambda: all_done() or tasks.relay_outbox())
    with tenancy.everyone():
        assert set(OutboxMessage.objects.values_list("attempts", "parked_at")) == {(0, None)}
    sent = re.findall(r"^To: (\S+)$", "".join(p.read_text() for p in mails.iterdir()), re.MULTILINE)
    assert Counter(sent) == {user.email: 1 for user in users}


def sign_in(site, email):
    """Statuses of the sign-in form, of its sending and of the page it leads to."""
    jar = urllib.request.HTTPCookieProcessor(CookieJar())
    opener = urllib.request.build_opener(jar, urllib.request.ProxyHandler({}))
    with opener.open(f"{site}/signin") as form:
        token = FORM_TOKEN.search(form.read().decode())[1]
    fields = {"csrfmiddlewaretoken": token, "login": email, "password": PASSWORD}
    request = urllib.request.Request(f"{site}/signin", urlencode(fields).encode())
    with opener.open(request) as page:
        return page.status, page.url


def test_B26_without_valkey_orders_are_accepted_and_people_sign_in(monkeypatch, cluster, fabrikam):
    monkeypatch.setenv("REDIS_URL", NOWHERE)
    monkeypatch.setenv("CELERY_BROKER_URL", NOWHERE)
    (site,) = cluster(web=1, workers=0).urls
    user = fabrikam["aa"]
    user.set_password(PASSWORD)
    user.save()
    assert sign_in(site, user.email) == (200, f"{site}/dashboard")
    shop = open_shop(fabrikam, [site])
    body = {
        "lineItems": [{"lineItemNumber": 0, "offerId": shop.item().catalog_item_id, "quantity": 1}]
    }

    def send(client, _):
        return client.send("POST", shop.path("/orders"), body)

    answers = at_once(shop.clients(), send, AT_ONCE)
    assert Counter(answer.status for answer in answers) == {201: AT_ONCE}
    (client,) = shop.clients(1)
    assert client.send("GET", "/healthz/ready").status == 200
    # No key was in stock: that a worker must look again is kept in the database.
    with tenancy.everyone():
        assert OutboxMessage.objects.filter(topic="fulfil", done_at=None).count() == AT_ONCE


def test_B25_after_idle_connections_were_cut_no_request_fails(one, admin):
    clients, link = one.clients(), one.link()

    def look(client, number):
        path = (one.path(""), f"{link}/file")[number // CONNECTIONS]
        return client.send("GET", path).status

    # 16 of each, before the cut and after it.
    usual = {200: CONNECTIONS, 303: CONNECTIONS}
    assert Counter(at_once(clients, look, AT_ONCE)) == usual
    cut = ask(
        admin,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle'"
        " AND datname = current_database() AND pid <> pg_backend_pid()",
    )
    assert len(cut) > 1
    assert Counter(at_once(clients, look, AT_ONCE)) == usual
