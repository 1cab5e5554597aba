"""Fixtures for every test: the database, processes on it, and the browser."""

import os
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest
from django.core.cache import cache
from django.db import connections
from django.utils import translation

from partnercenter.local import product, tls
from partnercenter.local.children import Child, Children
from partnercenter.local.databases import named
from partnercenter.local.state import PROJECT
from partnercenter.local.testing import Services
from partnercenter.local.tls import Certificate
from partnercenter.local.trouble import Trouble

pytest.register_assert_rewrite("tests.browser")
from tests.browser import axe, browser, console_errors, page  # noqa: E402, F401 - fixtures
from tests.people import (  # noqa: E402, F401 - fixtures
    _database,
    fabrikam,
    fabrikam_sandbox,
    litware,
    proseware,
    tailspin,
)

REFERENCE = PROJECT.parent / "shared"


@pytest.fixture(scope="session")
def services() -> Services:
    return Services.handed_down()


@pytest.fixture(scope="session")
def django_db_setup(services, django_test_environment, django_db_blocker) -> Iterator[None]:
    """A clone of the template, made once for each worker, instead of a migration."""
    services.renew()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    services.databases.drop(services.database)


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Limits that one test used up must not meet the next."""
    cache.clear()


@pytest.fixture(autouse=True)
def _source_language() -> Iterator[None]:
    """A page that one test read in Chinese must not leave its language to the next."""
    with translation.override("en"):
        yield


@pytest.fixture
def committed_db(request, services, django_db_setup, django_db_blocker) -> Iterator[None]:
    """Commits are real, threads and other processes see them; the next test finds none of it.

    For tests of concurrency and of running servers. Not together with ``db``.
    """
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail("committed_db and db exclude each other: one commits, the other rolls back")
    with django_db_blocker.unblock():
        yield
        connections.close_all()
    services.renew()


@pytest.fixture
def owner_connection(services, django_db_setup) -> Iterator["psycopg2.extensions.connection"]:
    """A connection as the owner of the tables, who still cannot pass row-level security."""
    with closing(psycopg2.connect(named(services.databases.owner, services.database))) as found:
        yield found


@pytest.fixture(scope="session")
def reference() -> Path:
    """The folder with the original's data; only some workplaces have it."""
    if not REFERENCE.is_dir():
        pytest.skip(f"needs {REFERENCE.name}/ beside the project")
    return REFERENCE


@dataclass(frozen=True)
class Cluster:
    """Processes that share this worker's database."""

    urls: list[str]
    workers: list[Child]


class Processes:
    """Starts the product's processes on this worker's database."""

    def __init__(self, services: Services) -> None:
        self._logs = services.own_folder
        self.children = Children()

    def web(self, tls: Certificate | None = None) -> str:
        """Address of one more web server."""
        for _ in range(5):
            # Below the kernel's own ports, and not of the seed that all workers share.
            port = random.SystemRandom().randrange(20_000, 32_000)
            try:
                product.check_port("127.0.0.1", port)
            except Trouble:
                continue
            url = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
            command = product.web("127.0.0.1", port, processes=1, tls=tls)
            env = {**os.environ, "PUBLIC_URL": url, "HSTS_SECONDS": "0"}
            child = product.start(self.children, f"web-{port}", command, env, self._logs)
            log = self._logs / f"web-{port}.log"
            product.wait_until_up(f"{url}/healthz/live", child.process, log, tls=tls)
            return url
        raise Trouble("no free port")

    def worker(self, name: str) -> Child:
        command = product.worker(processes=1, name=name)
        return product.start(self.children, name, command, {**os.environ}, self._logs)


@pytest.fixture(scope="session")
def processes(services, django_db_setup) -> Iterator[Processes]:
    started = Processes(services)
    yield started
    started.children.stop_all(grace=3)


@pytest.fixture(scope="session")
def live_server_url(processes) -> str:
    """A real web server on this worker's database. Use with ``committed_db``."""
    return processes.web()


@dataclass(frozen=True)
class Secure:
    """A web server with TLS, and the files of its certificate."""

    url: str
    files: Certificate


@pytest.fixture(scope="session")
def tls_server(services, processes) -> Secure:
    """As ``make run TLS=1`` starts it, on this worker's database. Use with ``committed_db``."""
    files = tls.certificate(services.own_folder / "tls")
    return Secure(processes.web(files), files)


@pytest.fixture
def cluster(services, committed_db) -> Iterator[Callable[..., Cluster]]:
    """``cluster(web=2, workers=2)``: that many web servers and Celery workers on one database."""
    started = Processes(services)

    def start(*, web: int = 2, workers: int = 2) -> Cluster:
        children = [started.worker(f"worker-{number}") for number in range(workers)]
        return Cluster([started.web() for _ in range(web)], children)

    yield start
    for child in started.children.running:
        child.process.send_signal(signal.SIGTERM)
    started.children.stop_all(grace=5)
