"""A real PostgreSQL of our own: one cluster in one folder, reachable by Unix socket only.

As root it runs as the existing user ``nobody``. It is a child in the foreground, so it ends with
us. Three roles: an internal superuser, the owner of the database (migrations), and the role the
product runs as, which owns nothing and cannot pass row-level security.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from partnercenter.local import keys, state, wheels
from partnercenter.local.children import SERVICES, Child, Children
from partnercenter.local.trouble import Trouble

DATABASE, OWNER, APP, ADMIN = "partnercenter", "partnercenter", "partnercenter_app", "postgres"
START_SECONDS = 60
LONGEST_SOCKET = 107  # bytes; the kernel's limit
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal",
        "max_wal_senders=0", "autovacuum=off")  # fmt: skip


class Postgres:
    """``root`` holds its files, ``secrets`` its passwords; ``durable=False`` is for tests."""

    def __init__(self, root: Path, secrets: Path, log: Path, *, durable: bool = True) -> None:
        self.root, self.data, self.log, self.durable = root, root / "data", log, durable
        self._secrets = secrets
        self._user = state.unprivileged() if os.geteuid() == 0 else None
        self.home = self._reachable_home()
        self.socket = self._socket_folder()

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self._password(role)}@/{database}?host={self.socket}"

    def start(self, children: Children) -> Child:
        """Start it, make the cluster and its roles if there are none; return when it answers."""
        fresh = not (self.data / "PG_VERSION").exists()
        if fresh:
            self._init()
        self._clear_stale_pid()
        options = ["listen_addresses=", f"unix_socket_directories={self.socket}",
                   "unix_socket_permissions=0777", "max_connections=200", "timezone=UTC",
                   *(() if self.durable else FAST)]  # fmt: skip
        arguments = [part for option in options for part in ("-c", option)]
        child = children.start(
            "postgres",
            [str(self.home / "bin/postgres"), "-D", str(self.data), *arguments],
            log=self.log,
            stage=SERVICES,
            sign=signal.SIGINT,
            env=_environment(),
            **self._as_user(),
        )
        self._wait(child)
        if fresh or not (self.root / "roles").exists():
            self._make_roles()
        return child

    def _password(self, role: str) -> str:
        return keys.kept(self._secrets, f"postgres-{role}", keys.password).read_text()

    def _as_user(self) -> dict[str, Any]:
        if self._user is None:
            return {"cwd": "/"}
        return {"cwd": "/", "user": self._user.pw_uid, "group": self._user.pw_gid,
                "extra_groups": []}  # fmt: skip

    def _run(self, *command: object, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: PLW1510 - callers look at the code
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, env=_environment(), **self._as_user(), **options,
        )  # fmt: skip

    def _reachable_home(self) -> Path:
        """The installation; a copy of it where the user we run as cannot reach the wheel."""
        home = wheels.postgres_home()
        if self._user is None or self._runs(home):
            return home
        program, package = self.root / "program", home.parent
        copy = program / package.name / home.name
        if not (program / "complete").exists():
            shutil.rmtree(program, ignore_errors=True)
            libraries = package.with_name(f"{package.name}.libs")  # where the wheel looks for them
            for folder, to in ((home, copy), (libraries, program / libraries.name)):
                if folder.exists():
                    shutil.copytree(folder, to, ignore=shutil.ignore_patterns("include"))
            for path in (program, *program.rglob("*")):
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            (program / "complete").touch()
        if not self._runs(copy):
            raise Trouble(f"PostgreSQL does not run as {self._user.pw_name}: set DATABASE_URL.")
        return copy

    def _runs(self, home: Path) -> bool:
        try:
            return self._run(home / "bin/initdb", "--version").returncode == 0
        except OSError:
            return False

    def _socket_folder(self) -> Path:
        folder = self.root / "socket"
        if len(os.fsencode(folder / ".s.PGSQL.5432")) > LONGEST_SOCKET:
            folder = state.own_folder(Path(tempfile.gettempdir()), self.root) / "socket"
        self._own(folder)
        return folder

    def _own(self, folder: Path) -> None:
        """Make a folder that only the user PostgreSQL runs as may enter."""
        if not folder.exists():
            folder.mkdir(mode=0o700)
            if self._user is not None:
                os.chown(folder, self._user.pw_uid, self._user.pw_gid)

    def _init(self) -> None:
        self._own(self.data)
        password = self.socket / "password"
        password.write_text(self._password(ADMIN))
        password.chmod(0o600)
        if self._user is not None:
            os.chown(password, self._user.pw_uid, self._user.pw_gid)
        made = self._run(
            self.home / "bin/initdb", "-D", self.data, "-U", ADMIN, "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
            "--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions",
            *(() if self.durable else ("--no-sync",)),
        )  # fmt: skip
        password.unlink()
        if made.returncode:
            raise Trouble(f"PostgreSQL could not make its files in {self.data}:\n{made.stdout}")

    def _clear_stale_pid(self) -> None:
        """Wait for a predecessor that still shuts down; remove what a crash left behind."""
        pid_file = self.data / "postmaster.pid"
        end = time.monotonic() + START_SECONDS
        while pid_file.exists():
            if not _is_postgres(int(pid_file.read_text().split()[0])):
                pid_file.unlink(missing_ok=True)
            elif time.monotonic() > end:
                raise Trouble(f"Another PostgreSQL uses {self.data}.")
            else:
                time.sleep(0.1)

    def _wait(self, child: Child) -> None:
        pid_file = self.data / "postmaster.pid"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and child.process.poll() is None:
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) > 7 and lines[0] == str(child.process.pid) and "ready" in lines[7]:  # noqa: PLR2004 - pg_ctl looks there too
                return
            time.sleep(0.02)
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-10:])
        raise Trouble(f"PostgreSQL did not start. The end of {self.log}:\n{tail}")

    def _make_roles(self) -> None:
        alone = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        statements = [
            f"CREATE ROLE {OWNER} LOGIN {alone} PASSWORD '{self._password(OWNER)}'",
            f"CREATE ROLE {APP} LOGIN {alone} PASSWORD '{self._password(APP)}'",
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
            f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC",
            f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {APP}",
        ]
        admin = self.url(ADMIN, "postgres")
        if exists := self.sql("SELECT 1 FROM pg_roles WHERE rolname = 'partnercenter'"):
            raise Trouble(f"{self.root} holds half a database ({exists}): remove it.")
        for statement in statements:
            self.sql(statement, admin)
        (self.root / "roles").touch()

    def sql(self, statement: str, url: str = "") -> str:
        """Run one statement with psql, as the superuser unless told otherwise."""
        done = subprocess.run(
            [str(self.home / "bin/psql"), "-XqAt", "-v", "ON_ERROR_STOP=1",
             url or self.url(ADMIN, "postgres")],
            input=statement, capture_output=True, text=True, env=_environment(), check=False,
        )  # fmt: skip
        if done.returncode:
            raise Trouble(f"PostgreSQL refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()


def _environment() -> dict[str, str]:
    """Nothing of the caller's settings may reach the server (PGDATA, PGOPTIONS, LC_ALL, …)."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}


def _is_postgres(pid: int) -> bool:
    try:
        return "postgres" in Path(f"/proc/{pid}/comm").read_text()
    except FileNotFoundError:
        return False
