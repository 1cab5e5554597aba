"""Conveniences for integrators: a receiver on this machine, and an event to try it with."""

import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actors
from accounts.models import Partner
from partnercenter.lib import clock, events, tenancy
from partnercenter.lib.errors import DomainError
from partnercenter.lib.events import EventName
from partnercenter.webhooks import queries, receiving, services

NOBODY = "00000000-0000-0000-0000-000000000000"
EXAMPLES = {
    EventName.ORDER_CREATED: ("order", f"/v1/customers/{NOBODY}/orders/example"),
    EventName.ORDER_CANCELLED: ("order", f"/v1/customers/{NOBODY}/orders/example"),
    EventName.INVOICE_READY: ("invoice", "/v1/invoices/G000000000"),
    EventName.SUBSCRIPTION_UPDATED: (
        "subscription",
        f"/webhooks/v1/customers/{NOBODY}/subscriptions/{NOBODY}",
    ),
    EventName.USAGE_THRESHOLD_EXCEEDED: ("usagerecords", "/v1/customers/usagerecords"),
    EventName.REFERRAL_CREATED: ("referral", f"/engagements/v1/referrals/{NOBODY}"),
    EventName.REFERRAL_UPDATED: ("referral", f"/engagements/v1/referrals/{NOBODY}"),
}


class Command(BaseCommand):
    help = "listen: print and verify what arrives; trigger EVENT: have an event sent."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        listen = verbs.add_parser("listen", help="a receiver on this machine")
        listen.add_argument("--port", type=int, default=9000)
        listen.add_argument("--count", type=int, default=0, help="end after so many deliveries")
        listen.add_argument("--register", metavar="DOMAIN", help="send this partner's events here")
        trigger = verbs.add_parser("trigger", help="send an event to the registered address")
        trigger.add_argument(
            "event", nargs="?", default="test-created", choices=[name.value for name in EventName]
        )
        trigger.add_argument("--partner", metavar="DOMAIN", default="fabrikam.example")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            if options["verb"] == "listen":
                self._listen(options["port"], options["count"], options["register"])
            else:
                self._trigger(EventName(options["event"]), _partner(options["partner"]))
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _listen(self, port: int, count: int, domain: str | None) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        # So that the last one is answered before the end.
        server.daemon_threads = False
        url = f"http://127.0.0.1:{server.server_port}/"
        if not services.exemptions().has_host("127.0.0.1", server.server_port):
            self.stderr.write(
                f"Events are not sent to this machine unless the product was started with "
                f"WEBHOOK_ALLOWED_HOSTS=127.0.0.1:{server.server_port}"
            )
        if domain:
            self._register(url, _partner(domain))
        self.stdout.write(f"Listening on {url}; Ctrl-C ends it.")
        try:
            while True:
                server.handle_request()
                count -= 1
                if count == 0:
                    break
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            server.server_close()

    def _register(self, url: str, partner: Partner) -> None:
        by = actors.system(partner)
        with tenancy.acting_for(partner.pk):
            save = services.update if queries.registration_of(partner) else services.register
            save(url=url, event_names=EventName, by=by)
        self.stdout.write(f"Every event of {partner.name} is sent here now.")

    def _trigger(self, name: EventName, partner: Partner) -> None:
        with tenancy.acting_for(partner.pk):
            if name is EventName.TEST_CREATED:
                key = services.send_test(by=actors.system(partner)).key
            else:
                resource, path = EXAMPLES[name]
                event = events.put(
                    name,
                    partner=partner,
                    resource_name=resource,
                    resource_path=path,
                    at=clock.now(partner),
                )
                if event is None:
                    raise CommandError(f"{partner.name} is not registered for {name}.")
                key = event.key
        self.stdout.write(f"{name} {key}")


def _partner(domain: str) -> Partner:
    found = Partner.objects.filter(domain__iexact=domain).first()
    if found is None:
        raise CommandError(f"There is no partner {domain}.")
    return found


def _handler(command: Command) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            is_ours = receiving.is_signed(body, self.headers, _fetch)
            command.stdout.write(f"signature {'good' if is_ours else 'BAD'}  {body.decode()}")
            self.send_response(200 if is_ours else 400)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """What arrived is printed already."""

    return Handler


def _fetch(url: str) -> bytes:
    """The certificate, from this installation alone: others sign what they like."""
    if not url.startswith(f"{settings.PUBLIC_URL}/"):
        return b""
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
        found: bytes = answer.read()
        return found
