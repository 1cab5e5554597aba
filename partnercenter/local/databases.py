"""Databases for tests: one template, migrated once per schema; a clone of it for each worker."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from partnercenter.local import build


def named(url: str, database: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@dataclass(frozen=True)
class Databases:
    """``admin`` may make databases; ``owner`` migrates; ``app`` is what the tests run as."""

    admin: str
    owner: str
    app: str

    def template(self, env: Mapping[str, str]) -> str:
        """Name of the migrated template; made unless there is one for this very schema."""
        name = f"template_{build.schema_digest()}"
        if not self._sql("SELECT 1 FROM pg_database WHERE datname = %s", name):
            for (old,) in self._sql(
                r"SELECT datname FROM pg_database WHERE datname LIKE 'template\_%%'"
            ):
                self._sql(f'DROP DATABASE IF EXISTS "{old}" WITH (FORCE)')
            self._create(f"unfinished_{name}", "template0")
            build.migrate(env, named(self.owner, f"unfinished_{name}"))
            self._sql(f'ALTER DATABASE "unfinished_{name}" RENAME TO "{name}"')
        return name

    def clone(self, template: str, name: str) -> None:
        """Replace the database ``name`` by a fresh copy of the template."""
        self._create(name, template)

    def drop(self, name: str) -> None:
        self._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _create(self, name: str, template: str) -> None:
        self.drop(name)
        owner, app = urlsplit(self.owner).username, urlsplit(self.app).username
        self._sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}"')
        self._sql(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        self._sql(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO "{app}"')

    def _sql(self, statement: str, *values: str) -> list[tuple[str, ...]]:
        connection = psycopg2.connect(named(self.admin, "postgres"))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()
