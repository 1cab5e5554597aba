"""What the image's command may be: one process each, on a database and a Valkey given from outside.

These run on the Python that called them; nothing is installed.
"""

import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from partnercenter.local import build, keys, product
from partnercenter.local.trouble import Trouble

NOWHERE = {"DATABASE_URL": "postgresql://nobody@/nothing", "REDIS_URL": "unix:///nothing"}


def web(_arguments: Sequence[str]) -> int:
    host, port = product.address()
    return _become(product.web(host, port, processes=int(os.environ.get("WEB_PROCESSES", "2"))))


def worker(_arguments: Sequence[str]) -> int:
    return _become(product.worker(processes=int(os.environ.get("WORKER_PROCESSES", "2"))))


def beat(_arguments: Sequence[str]) -> int:
    return _become(product.beat(Path(tempfile.gettempdir()) / "beat"))


def manage(arguments: Sequence[str]) -> int:
    return _become([sys.executable, "manage.py", *arguments])


def migrate(_arguments: Sequence[str]) -> int:
    """Schema and tenant walls, as the owner of the database."""
    owner = keys.given("DATABASE_OWNER_URL") or keys.given("DATABASE_URL")
    if not owner:
        raise Trouble("Set DATABASE_OWNER_URL, or DATABASE_URL.")
    build.migrate(os.environ, owner)
    return 0


def build_image(_arguments: Sequence[str]) -> int:
    """Compiled translations and collected static files; needs no secret and no database."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**NOWHERE, **keys.files(Path(folder)), "STATE_DIR": folder, **os.environ}
        build.translations(env)
        build.static_files(env, Path(env.get("STATIC_ROOT") or Path(folder) / "static"))
    return 0


def healthy(arguments: Sequence[str]) -> int:
    """0 when the web server is ready, or with ``worker`` when this host's worker answers."""
    if "worker" in arguments:
        program = [sys.executable, "-m", "celery", "-A", "partnercenter"]
        ask = [*program, "inspect", "ping", "--timeout", "5", "--destination", _own_worker()]
        return subprocess.call(ask, stdout=subprocess.DEVNULL)
    _, port = product.address()
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "localhost"
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/healthz/ready", headers={"Host": host}
    )
    try:
        with urllib.request.urlopen(request, timeout=4) as answer:  # noqa: S310 - our own address
            return int(answer.status != 200)  # noqa: PLR2004 - HTTP's own word
    except OSError as error:
        raise Trouble(f"not ready: {error}") from error


def _own_worker() -> str:
    return f"worker@{os.uname().nodename}"


def _become(command: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    os.execve(command[0], [*command], {**environ})


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "web": web,
    "worker": worker,
    "beat": beat,
    "manage": manage,
    "migrate": migrate,
    "build": build_image,
    "healthy": healthy,
}
