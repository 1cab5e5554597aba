"""``manage.py webhooks``: a receiver on this machine, and events to try it with."""

import io
import json
import urllib.error
import urllib.request
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import signing
from partnercenter.webhooks.management.commands import webhooks

pytestmark = pytest.mark.django_db


def run(*arguments):
    out = io.StringIO()
    call_command("webhooks", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_trigger_sends_a_test_event(registered):
    said = run("trigger")
    event = Event.objects.get()
    assert (event.name, said) == ("test-created", f"test-created {event.key}\n")


@pytest.mark.parametrize("name", sorted(set(EventName) - {EventName.TEST_CREATED}))
def test_trigger_sends_any_event(registered, name):
    run("trigger", name, "--partner", registered.partner.domain)
    assert Event.objects.get().name == name


def test_trigger_says_what_is_missing(fabrikam):
    with pytest.raises(CommandError, match="No webhook is registered"):
        run("trigger")
    with pytest.raises(CommandError, match="not registered for order-created"):
        run("trigger", "order-created")
    with pytest.raises(CommandError, match="no partner nobody"):
        run("trigger", "--partner", "nobody.example")


class Listening:
    """The command in a thread; ``port`` is known when it listens."""

    def __init__(self, monkeypatch) -> None:
        self.out = io.StringIO()
        made = []
        server = webhooks.ThreadingHTTPServer

        def make(*args):
            made.append(server(*args))
            return made[-1]

        monkeypatch.setattr(webhooks, "ThreadingHTTPServer", make)
        command = webhooks.Command(stdout=self.out, stderr=self.out)
        self.thread = Thread(target=command._listen, args=(0, 2, None))
        self.thread.start()
        while not made:
            self.thread.join(0.01)
        self.port = made[0].server_port

    def post(self, body, headers):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/", body, headers)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as refused:
            return refused.code


def test_listen_prints_and_verifies(monkeypatch):
    monkeypatch.setattr(
        webhooks, "_fetch", lambda url: signing.certificate(url.rpartition("/")[2][:-4])
    )
    listening = Listening(monkeypatch)
    body = json.dumps({"EventName": "test-created"}).encode()
    signed = signing.headers(body, in_own_header=False)
    assert [listening.post(body, signed), listening.post(body + b" ", signed)] == [200, 400]
    listening.thread.join()
    said = listening.out.getvalue()
    assert f"WEBHOOK_ALLOWED_HOSTS=127.0.0.1:{listening.port}" in said
    assert "signature good  {" in said
    assert "signature BAD  {" in said


def test_certificates_of_others_are_not_fetched():
    assert webhooks._fetch("http://elsewhere.example/x.cer") == b""


def test_listen_registers_itself(registered, settings):
    url = "http://127.0.0.1:9000/"
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1:9000"]
    command = webhooks.Command(stdout=io.StringIO())
    command._register(url, registered.partner)
    registered.partner.refresh_from_db()
    assert registered.partner.webhook_events == list(EventName)
    assert registered.api("ga").get("/webhooks/v1/registration").json()["WebhookUrl"] == url
