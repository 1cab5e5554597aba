"""Make a backup: one folder, whole or not there."""

import shutil
import tomllib
from datetime import UTC
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.files.storage import default_storage
from psycopg2 import sql
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class

from activitylog import chain
from partnercenter.backup import files, manifest, postgres
from partnercenter.backup.manifest import DUMP, FILES, HEADS, Manifest
from partnercenter.lib import clock
from partnercenter.local.trouble import Trouble


class Extent(NamedTuple):
    """What there is to back up; ``size_bytes`` of the files."""

    tables: int
    rows: int
    files: int
    size_bytes: int


def extent() -> Extent:
    """Look at everything, write nothing; Trouble where a backup would fail."""
    with postgres.owner() as connection:
        postgres.check_version(postgres.program("pg_dump"), connection.server_version)
        counted = _rows(connection)
    sizes = [default_storage.size(name) for name in files.names()]
    return Extent(len(counted), sum(counted.values()), len(sizes), sum(sizes))


def make(into: Path) -> tuple[Path, Manifest]:
    """The finished backup's folder and manifest. Under a hidden name until it is whole."""
    name = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H%M%SZ")
    whole, partial = into / name, into / f".partial-{name}"
    if whole.exists():
        raise Trouble(f"{whole} is there already.")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        partial.mkdir(mode=0o700)
    except FileExistsError:
        raise Trouble(f"{partial} is being written, or was left half: remove it.") from None
    try:
        made = _fill(partial)
        partial.rename(whole)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    return whole, made


def _fill(folder: Path) -> Manifest:
    # Heads before the snapshot, files after it: the dump has every row that a head names, and
    # every file that a row names was stored before the row.
    _copy_heads(folder / HEADS)
    pg_dump = postgres.program("pg_dump")
    with postgres.owner() as connection:
        version = postgres.check_version(pg_dump, connection.server_version)
        connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        snapshot = _first(connection, "SELECT pg_export_snapshot()")[0]
        rows, migrations = _rows(connection), _migrations(connection)
        server = _first(connection, "SHOW server_version")[0]
        postgres.dump(folder / DUMP, pg_dump, snapshot)
    stored = files.copy_out(folder / FILES)
    made: Manifest = {
        "format": manifest.FORMAT,
        "madeAt": clock.now().isoformat(),
        "product": _product(),
        "server": server,
        "pgDump": version,
        "migrations": migrations,
        "rows": rows,
        "parts": {name: manifest.part(folder / name) for name in (DUMP, HEADS)},
        "files": stored,
    }
    manifest.write(folder, made)
    return made


def _copy_heads(to: Path) -> None:
    chain.export_heads()
    shutil.copyfile(chain.heads_file(), to)


def _first(connection: Connection, statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [value for (value,) in cursor.fetchall()]


def _rows(connection: Connection) -> dict[str, int]:
    """Rows of every table, of all partners."""
    names = postgres.tables(connection)
    if not names:
        raise Trouble("The database has no tables: there is nothing to back up.")
    counts = [
        sql.SQL("SELECT {}, count(*) FROM public.{}").format(sql.Literal(n), sql.Identifier(n))
        for n in names
    ]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(counts))
        return dict(sorted(cursor.fetchall()))


def _migrations(connection: Connection) -> list[str]:
    return _first(connection, "SELECT app || '.' || name FROM django_migrations ORDER BY id")


def _product() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
