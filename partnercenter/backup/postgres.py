"""PostgreSQL's own programs, run as the database's owner with the rows of all partners visible."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import psycopg2
from django.conf import settings
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class
from psycopg2.extensions import make_dsn, parse_dsn

from partnercenter.lib.walls import EVERYONE
from partnercenter.local import wheels
from partnercenter.local.trouble import Trouble

TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = to_regnamespace('public') AND relkind IN ('r', 'p') ORDER BY relname
"""
MAJOR = 10_000  # libpq writes 18.6 as 180006
# The owner is under row-level security too: without this, a dump would hold no tenant's row.
ALL_PARTNERS = f"-c app.partner={EVERYONE}"
PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"


def program(name: str) -> str:
    """Path of ``pg_dump``, ``pg_restore`` or ``psql``: from ``PG_BIN``, the wheel or ``PATH``."""
    if settings.PG_BIN:
        path = Path(settings.PG_BIN) / name
        if not path.exists():
            raise Trouble(f"PG_BIN is {settings.PG_BIN}, where there is no {name}.")
        return str(path)
    try:
        path = wheels.postgres_home() / "bin" / name
    except Trouble:
        path = Path()
    if path.name and path.exists():
        return str(path)
    if found := shutil.which(name):
        return found
    raise Trouble(f"No {name} was found. Install PostgreSQL's client programs, or set PG_BIN.")


def version_of(path: str) -> str:
    """``18.6`` of a program's ``--version``."""
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    if found := re.search(r"\) (\d+(\.\d+)?)", said.stdout):
        return found[1]
    raise Trouble(f"{path} does not run: {said.stderr.strip()}")


def check_version(path: str, server: int) -> str:
    """The program's version; Trouble where it is older than the server's (``180006``)."""
    version = version_of(path)
    if int(version.partition(".")[0]) < server // MAJOR:
        raise Trouble(
            f"{path} is of PostgreSQL {version}, older than the server's {server // MAJOR}. "
            "Set PG_BIN to the folder of newer client programs."
        )
    return version


@contextmanager
def owner() -> Iterator[Connection]:
    """A connection of the owner to which the rows of all partners are visible; no autocommit."""
    try:
        found = psycopg2.connect(
            settings.DATABASE_OWNER_URL,
            options=f"{ALL_PARTNERS} {PATIENT}",
        )
    except psycopg2.OperationalError as error:
        raise Trouble(f"The database does not answer: {str(error).strip()}") from None
    with closing(found):
        yield found


def tables(connection: Connection) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


def dump(path: Path, pg_dump: str, snapshot: str) -> None:
    """Write the database as this exported snapshot sees it, in the custom format."""
    command = [
        pg_dump, "--format=custom", "--schema=public", "--enable-row-security", "--no-owner",
        "--no-privileges", f"--snapshot={snapshot}", f"--file={path}", f"--dbname={_address()}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, env=_env(), check=False)  # noqa: S603
    if done.returncode:
        raise Trouble(f"pg_dump failed: {done.stderr.strip()}")


def load(path: Path, *, rows: dict[str, int], replace: bool) -> None:
    """Put the dump into the database in one transaction that ends with a count of every table.

    Trouble where anything fails; the database is then what it was. ``replace`` drops what is there.
    """
    read = [
        program("pg_restore"), "--enable-row-security", "--no-owner", "--no-privileges",
        "--exit-on-error", "--file=-", str(path),
    ]  # fmt: skip
    write = [program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", f"--dbname={_address()}"]
    with tempfile.TemporaryFile() as reader_said, tempfile.TemporaryFile() as writer_said:
        with (
            subprocess.Popen(  # noqa: S603
                write, stdin=subprocess.PIPE, stdout=writer_said, stderr=writer_said, env=_env()
            ) as writer,
            subprocess.Popen(  # noqa: S603
                read, stdout=subprocess.PIPE, stderr=reader_said, env=_env()
            ) as reader,
        ):
            try:
                _pour(reader, writer, rows, "CASCADE" if replace else "RESTRICT")
            except BrokenPipeError:
                reader.kill()  # psql has refused something and says what
        if reader.returncode > 0:
            raise Trouble(f"pg_restore failed, nothing was changed: {_said(reader_said)}")
        if writer.returncode:
            raise Trouble(f"The database was left as it was: {_said(writer_said)}")


def _pour(
    reader: "subprocess.Popen[bytes]", writer: "subprocess.Popen[bytes]", rows: dict[str, int],
    drop: str,
) -> None:  # fmt: skip
    assert reader.stdout  # noqa: S101 - both are pipes
    assert writer.stdin  # noqa: S101
    with writer.stdin as into:
        into.write(
            b"BEGIN; SET LOCAL lock_timeout = '30s'; SET client_min_messages = warning;\n"
            + f"DROP SCHEMA IF EXISTS public {drop};\n".encode()
        )
        shutil.copyfileobj(reader.stdout, into, 1 << 20)
        if reader.wait():
            writer.kill()  # what was written so far must not be committed
        else:
            into.write(_counted(rows).encode() + b"\nCOMMIT;\n")


def _counted(rows: dict[str, int]) -> str:
    """Statements that fail unless every table has as many rows as were backed up."""
    checks = "\n".join(
        f'IF (SELECT count(*) FROM public."{table}") <> {int(count)} THEN '  # noqa: S608 - checked names
        f"RAISE EXCEPTION 'table {table} has not got its {int(count)} rows'; END IF;"
        for table, count in rows.items()
    )
    return f"DO $$ BEGIN\n{checks}\nEND $$;"


def _said(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").strip()


def _address() -> str:
    """Where the database is, without the password: a command line can be seen by others."""
    parts = parse_dsn(settings.DATABASE_OWNER_URL)
    return str(make_dsn(**{name: value for name, value in parts.items() if name != "password"}))


def _env() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    if password := parse_dsn(settings.DATABASE_OWNER_URL).get("password"):
        env["PGPASSWORD"] = password
    return env | {"PGOPTIONS": ALL_PARTNERS, "LC_ALL": "C"}
