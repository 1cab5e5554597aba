"""pytest plugin: real PostgreSQL and Valkey for the tests, and a database for each worker.

Loaded by ``-p`` before the settings are read. Tests run as the role the product runs as, so that
grants and row-level security hold in them too. ``DATABASE_URL`` and ``REDIS_URL``, where set, are
used instead of own services; that role, or ``DATABASE_OWNER_URL``'s, must be allowed to make
databases.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import pytest

from partnercenter.local import build, keys, state
from partnercenter.local.children import Children
from partnercenter.local.databases import Databases, named
from partnercenter.local.postgres import ADMIN, OWNER, Postgres
from partnercenter.local.trouble import Trouble
from partnercenter.local.valkey import Valkey

HANDED_DOWN = "PC_TEST_SERVICES"  # from the process that runs the services to xdist's workers
SLOTS = 8  # test runs at the same time in one project folder
ONLY_LOOKING = {
    "--collect-only",
    "--co",
    "--help",
    "-h",
    "--version",
    "-V",
    "--fixtures",
    "--markers",
}
_children: list[Children] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, None, None]:
    if ONLY_LOOKING.isdisjoint(args) and HANDED_DOWN not in os.environ:
        try:
            _start()
        except Trouble as trouble:
            raise pytest.UsageError(str(trouble)) from None
    if HANDED_DOWN in os.environ:
        _point_here(Services.handed_down())
    else:
        os.environ.setdefault("DATABASE_URL", "postgresql://nobody@/nothing")
        os.environ.setdefault("REDIS_URL", "unix:///nothing")
        os.environ.update(keys.files(state.state_dir() / "secrets"))
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    while _children:
        _children.pop().stop_all()


class Services:
    """What a test process needs to know of the services and of its own place among the others."""

    def __init__(self, databases: Databases, template: str, redis: str, folder: str) -> None:
        self.databases, self.template = databases, template
        self.redis, self.folder = redis, Path(folder)

    @property
    def worker(self) -> str:
        return os.environ.get("PYTEST_XDIST_WORKER", "main")

    @property
    def database(self) -> str:
        """Name of this process' database."""
        return f"test_{self.worker}"

    @property
    def own_folder(self) -> Path:
        """Files of this process: media, mail, logs."""
        path = self.folder / self.worker
        path.mkdir(exist_ok=True)
        return path

    def redis_number(self, use: int) -> int:
        """Valkey database: 0 for the cache, 1 for the broker, of this process."""
        return 2 * (int(self.worker[2:]) + 1 if self.worker != "main" else 0) + use

    def renew(self) -> None:
        """Give this process an untouched database."""
        self.databases.clone(self.template, self.database)

    def hand_down(self) -> None:
        known = {**vars(self.databases), "template": self.template, "redis": self.redis,
                 "folder": str(self.folder)}  # fmt: skip
        os.environ[HANDED_DOWN] = json.dumps(known)

    @classmethod
    def handed_down(cls) -> "Services":
        known = json.loads(os.environ[HANDED_DOWN])
        databases = Databases(known["admin"], known["owner"], known["app"])
        return cls(databases, known["template"], known["redis"], known["folder"])


def _start() -> None:
    folder = _free_slot(state.state_dir())
    os.environ |= {"STATE_DIR": str(folder), "COMPRESS_STATIC": "0"}
    os.environ.update(keys.files(folder / "secrets"))
    given, children = os.environ.get("DATABASE_URL"), Children()
    _children.append(children)
    if given:
        owner = os.environ.get("DATABASE_OWNER_URL", given)
        databases = Databases(owner, owner, given)
    else:
        root, _ = state.database_dir(folder)
        server = Postgres(root, folder / "secrets", folder / "postgres.log", durable=False)
        server.start(children)
        databases = Databases(server.url(ADMIN), server.url(OWNER), server.url())
    redis = os.environ.get("REDIS_URL") or _start_valkey(folder, children)
    env = {**os.environ, "REDIS_URL": redis, "DATABASE_URL": databases.app}
    build.translations(env)
    build.static_files(env, folder / "static")
    Services(databases, databases.template(env), redis, str(folder)).hand_down()


def _free_slot(parent: Path) -> Path:
    """A folder no other test run uses; the lock is held until this process ends."""
    for number in range(SLOTS):
        folder = state.make_folder(parent / f"test-{number}")
        lock = state.Lock(folder)
        if lock.take():
            _locks.append(lock)
            return folder
    raise Trouble(f"{SLOTS} test runs use {parent} already.")


_locks: list[state.Lock] = []


def _start_valkey(folder: Path, children: Children) -> str:
    server = Valkey(folder / "valkey", folder / "valkey.log", durable=False)
    server.start(children)
    return f"unix://{server.socket}"


def _point_here(services: Services) -> None:
    """Settings of this process, before Django reads them."""
    databases, own = services.databases, services.own_folder
    broker = services.redis.replace("unix://", "redis+socket://", 1)
    os.environ.update(
        DATABASE_URL=named(databases.app, services.database),
        DATABASE_OWNER_URL=named(databases.owner, services.database),
        REDIS_URL=_numbered(services.redis, "db", services.redis_number(0)),
        CELERY_BROKER_URL=_numbered(broker, "virtual_host", services.redis_number(1)),
        STATE_DIR=str(own),
        STATIC_ROOT=str(services.folder / "static"),
    )


def _numbered(url: str, parameter: str, number: int) -> str:
    if url.startswith(("unix://", "redis+socket://")):
        return f"{url.partition('?')[0]}?{parameter}={number}"
    return f"{url.rpartition('/')[0]}/{number}" if url.count("/") > 2 else f"{url}/{number}"  # noqa: PLR2004
