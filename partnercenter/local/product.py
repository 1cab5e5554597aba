"""The product's processes: how they are started, here, in tests and in the image."""

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from partnercenter.local.children import Child, Children
from partnercenter.local.state import PROJECT
from partnercenter.local.tls import Certificate
from partnercenter.local.trouble import Trouble

WEB_PROCESSES, WEB_THREADS, WORKERS = 2, 8, 2
START_SECONDS = 90


def web(
    host: str, port: int, *, processes: int = WEB_PROCESSES, tls: Certificate | None = None
) -> list[str]:
    secure = [
        "--ssl-certificate", str(tls.certificate), "--ssl-keyfile", str(tls.key),
        "--ssl-protocol-min", "tls1.2",
    ] if tls else []  # fmt: skip
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(processes), "--blocking-threads", str(WEB_THREADS),
        "--respawn-failed-workers", "--workers-kill-timeout", "10", "--no-ws",
        *secure, "partnercenter.wsgi:application",
    ]  # fmt: skip


def worker(*, processes: int = WORKERS, name: str = "worker") -> list[str]:
    return [
        sys.executable, "-m", "celery", "-A", "partnercenter", "worker", "--loglevel", "INFO",
        "--concurrency", str(processes), "--hostname", f"{name}@%h", "--without-gossip",
        "--without-mingle",
    ]  # fmt: skip


def beat(schedule: Path) -> list[str]:
    return [
        sys.executable, "-m", "celery", "-A", "partnercenter", "beat", "--loglevel", "INFO",
        "--schedule", str(schedule), "--pidfile=",
    ]  # fmt: skip


def address(environ: Mapping[str, str] = os.environ) -> tuple[str, int]:
    """Where the web server listens: ``BIND`` (this machine only) and ``PORT`` (8000)."""
    port = environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 - TCP's own limit
        raise Trouble(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    return environ.get("BIND") or "127.0.0.1", int(port)


def wants_tls(environ: Mapping[str, str] = os.environ) -> bool:
    """``TLS=1``: https with a certificate of our own; not set, empty or ``0``: plain http."""
    asked = environ.get("TLS", "")
    if asked not in {"", "0", "1"}:
        raise Trouble(f"TLS is {asked!r}; it must be 1 or 0.")
    return asked == "1"


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def start(
    children: Children, name: str, command: list[str], env: Mapping[str, str], logs: Path
) -> Child:
    """Start one of the above in the project's folder."""
    return children.start(name, command, log=logs / f"{name}.log", env=env, cwd=PROJECT)


def check_port(host: str, port: int) -> None:
    """Refuse a port that somebody listens on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(
                f"Port {port} is reserved for root. Choose one above 1023: make run PORT=8080"
            ) from None
        except (OSError, OverflowError) as error:
            raise Trouble(
                f"Port {port} is taken ({error}). Choose another: make run PORT={port % 65000 + 1}"
            ) from None


def wait_until_up(
    url: str,
    server: subprocess.Popen[bytes],
    log: Path,
    seconds: float = START_SECONDS,
    tls: Certificate | None = None,
) -> None:
    """Return when ``url`` answers 200; say what the log says if that does not happen."""
    end = time.monotonic() + seconds
    trusted = ssl.create_default_context(cafile=tls.authority) if tls else None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trusted)
    )
    while time.monotonic() < end and server.poll() is None:
        try:
            with opener.open(url, timeout=5) as answer:
                if answer.status == 200:  # noqa: PLR2004 - HTTP's own word
                    return
        except OSError:  # not there yet, or not with 200
            time.sleep(0.1)
    raise Trouble(f"{log.stem} did not come up at {url}. The end of {log}:\n{tail(log)}")
