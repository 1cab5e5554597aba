"""What every case stands on: the demo, a running web server, a signed-in application."""

import json
import os
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from partnercenter import demo
from partnercenter.bench.floors import Database
from partnercenter.bench.load import Client
from partnercenter.local import product

PORT = 21_457


class Ground:
    """Addresses and a token of a partner whose orders take keys from the stock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.partner = json.loads(demo.file().read_text())["partners"]["fabrikam"]
        self.customer = self.partner["customers"]["contoso"]
        self.token = self.token_of("aa")
        self.floor = Database()

    def client(self) -> Client:
        """A connection of its own, with the Admin agent's token."""
        return Client(
            self.url,
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API; its JSON."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)  # noqa: S310 - our own server
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.load(answer)

    def token_of(self, app: str) -> str:
        """An access token of the partner's application with that name."""
        credentials = self.partner["apps"][app]
        form = {
            "grant_type": "client_credentials",
            "scope": "https://api.partnercenter.microsoft.com/.default",
            **credentials,
        }
        address = f"{self.url}/{self.partner['tenant_id']}/oauth2/v2.0/token"
        data = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(address, data, timeout=30) as answer:  # noqa: S310
            token: str = json.load(answer)["access_token"]
        return token


@contextmanager
def ground() -> Iterator[Ground]:
    """Seed the demo, start a web server with the bare view beside it, stop it at the end."""
    call_command("seed_demo", stdout=sys.stderr)
    command = product.web("127.0.0.1", PORT)
    command[-1] = "partnercenter.bench.wsgi:application"
    url = f"http://127.0.0.1:{PORT}"
    log = Path(settings.STATE_DIR) / "bench-web.log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command, env={**os.environ, "PUBLIC_URL": url}, stdout=out, stderr=out
        )
    try:
        product.wait_until_up(f"{url}/healthz/live", server, log)
        yield Ground(url)
    finally:
        server.terminate()
        server.wait(15)
