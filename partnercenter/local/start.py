"""The whole product on one machine: services, schema, demo data, web, worker, beat."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from partnercenter.local import build, keys, product, running, state, tls
from partnercenter.local.children import Child, Children
from partnercenter.local.postgres import OWNER, Postgres
from partnercenter.local.state import PROJECT
from partnercenter.local.tls import Certificate
from partnercenter.local.trouble import Trouble
from partnercenter.local.valkey import Valkey

QUICK_DEATH = 20.0  # seconds; a process that dies sooner is broken, not unlucky
RESTARTS = 3
FIRST_SIGN_INS = ("aa", "ga", "sa", "op")


def main() -> int:
    """Run until Ctrl-C, SIGTERM, or a process that does not stay up."""
    try:
        return _run()
    except KeyboardInterrupt:
        _say("Stopped. The data is kept.")
        return 0


def _run() -> int:
    began = time.monotonic()
    _end_on_signals()
    host, port = product.address()
    wants_tls = product.wants_tls()
    folder = _take(state.state_dir(), port)
    product.check_port(host, port)
    with _children() as children:
        secure = tls.certificate(folder / "tls") if wants_tls else None
        env = _environment(folder, port, scheme="https" if secure else "http")
        env |= _services(folder, children)
        first = _prepare(folder, env)
        env.pop("DATABASE_OWNER_URL")
        launcher = Launcher(children, env, folder / "log", (host, port), secure)
        launcher.start()
        running.keep(folder, env)
        _say_address(folder, env["PUBLIC_URL"], first=first)
        if secure:
            _say(tls.TRUST.format(authority=secure.authority))
        _say(f"Up after {time.monotonic() - began:.1f} s. Logs: {folder / 'log'}. Ctrl-C stops.")
        return launcher.watch()


def with_services(name: str, command: Sequence[str]) -> int:
    """Run a command with PostgreSQL and Valkey up, an empty schema, the environment set.

    Data of an earlier run goes first: a figure must not depend on what was measured before it.
    """
    _end_on_signals()
    folder = _take(state.make_folder(state.state_dir() / name), 0)
    shutil.rmtree(state.database_dir(folder)[0], ignore_errors=True)
    with _children() as children:
        env = _environment(folder, 8000)
        env |= _services(folder, children)
        _prepare(folder, env, demo=False)
        return subprocess.call([sys.executable, *command], cwd=PROJECT, env=env)


class Launcher:
    """Keeps the product's processes up."""

    def __init__(
        self,
        children: Children,
        env: dict[str, str],
        logs: Path,
        address: tuple[str, int],
        secure: Certificate | None = None,
    ) -> None:
        self.children, self.env, self.logs, self.secure = children, env, logs, secure
        (host, port), scheme = address, "https" if secure else "http"
        self.url = f"{scheme}://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"  # noqa: S104
        self.commands = {
            "web": product.web(host, port, tls=secure),
            "worker": product.worker(),
            "beat": product.beat(logs.parent / "beat"),
        }
        self.up: dict[str, Child] = {}
        self.deaths: dict[str, list[float]] = {name: [] for name in self.commands}

    def start(self) -> None:
        for name in self.commands:
            self._start(name)
        product.wait_until_up(
            f"{self.url}/healthz/ready",
            self.up["web"].process,
            self.logs / "web.log",
            tls=self.secure,
        )

    def watch(self) -> int:
        """Start again what dies; give up when it keeps dying, or when a service is gone."""
        while True:
            time.sleep(0.5)
            for child in [*self.children.running]:
                if child.process.poll() is None:
                    continue
                if child.name not in self.commands:
                    raise Trouble(f"{child.name} has stopped. See {self.logs / child.name}.log.")
                self._restart(child)

    def _start(self, name: str) -> None:
        command = self.commands[name]
        self.up[name] = product.start(self.children, name, command, self.env, self.logs)

    def _restart(self, child: Child) -> None:
        now = time.monotonic()
        recent = [at for at in self.deaths[child.name] if now - at < QUICK_DEATH * RESTARTS]
        self.deaths[child.name] = [*recent, now]
        log = self.logs / f"{child.name}.log"
        if len(recent) >= RESTARTS:
            raise Trouble(f"{child.name} does not stay up. The end of {log}:\n{product.tail(log)}")
        _say(f"{child.name} ended with {child.process.returncode}; it starts again. See {log}.")
        self.children.stop(child)
        time.sleep(len(recent))
        self._start(child.name)


def _take(folder: Path, port: int) -> Path:
    lock = state.Lock(folder)
    if not lock.take():
        raise Trouble(f"{folder} is in use already ({lock.said() or 'by a start'}).")
    lock.say(f"process {os.getpid()}, port {port}" if port else f"process {os.getpid()}")
    _locks.append(lock)
    (folder / "log").mkdir(mode=0o700, exist_ok=True)
    return folder


_locks: list[state.Lock] = []


@contextmanager
def _children() -> Iterator[Children]:
    children = Children()
    try:
        yield children
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # one is enough: stopping takes its time
        children.stop_all()


def _environment(folder: Path, port: int, *, scheme: str = "http") -> dict[str, str]:
    secrets = {
        name: path
        for name, path in keys.files(folder / "secrets").items()
        if not {name, name.removesuffix("_FILE")} & os.environ.keys()
    }
    # A browser must not learn that everything on localhost is https.
    return {"PUBLIC_URL": f"{scheme}://localhost:{port}", "HSTS_SECONDS": "0",
            "COMPRESS_STATIC": "0", **os.environ, **secrets, "STATE_DIR": str(folder),
            "PYTHONUNBUFFERED": "1"}  # fmt: skip


def _services(folder: Path, children: Children) -> dict[str, str]:
    """Start what is not given by ``DATABASE_URL`` and ``REDIS_URL``; return the addresses."""
    given = {n: value for n in ("DATABASE_URL", "REDIS_URL") if (value := keys.given(n))}
    if "DATABASE_URL" in given:
        given["DATABASE_OWNER_URL"] = keys.given("DATABASE_OWNER_URL") or given["DATABASE_URL"]
    else:
        root, note = state.database_dir(folder)
        if note:
            _say(note)
        server = Postgres(root, folder / "secrets", folder / "log/postgres.log")
        server.start(children)
        given |= {"DATABASE_URL": server.url(), "DATABASE_OWNER_URL": server.url(OWNER)}
    if "REDIS_URL" not in given:
        valkey = Valkey(folder / "valkey", folder / "log/valkey.log")
        valkey.start(children)
        given |= {"REDIS_URL": valkey.url(), "CELERY_BROKER_URL": valkey.celery_url()}
    return given


def _prepare(folder: Path, env: dict[str, str], *, demo: bool = True) -> bool:
    """Translations, static files, schema, and the demo on a first start; whether it was one."""
    build.translations(env)
    build.static_files(env, folder / "static")
    first = not (folder / "demo.json").exists()
    if first:
        _say("First start: making the database" + (" and the demo" if demo else ""))
    build.migrate(env, env["DATABASE_OWNER_URL"])
    if first and demo:
        build.manage("seed_demo", env=env)
    return first


def _say_address(folder: Path, public_url: str, *, first: bool) -> None:
    demo = folder / "demo.json"
    known = json.loads(demo.read_text())
    if known.get("base_url") != public_url:
        known["base_url"] = public_url
        demo.write_text(json.dumps(known, indent=2) + "\n")
    _say(f"\nPartner Center{' with its demo data' if first else ''}: {public_url}\n")
    users = known["partners"]["fabrikam"]["users"]
    for name in FIRST_SIGN_INS:
        if user := users.get(name):
            _say(f"  {user['email']:<24} {user['password']}")
    _say(f"  all sign-ins and API clients: {demo}\n")


def _end_on_signals() -> None:
    def end(*_signal: object) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)


def _say(text: str) -> None:
    print(text, flush=True)
