"""Restore a backup: everything is verified before anything is written."""

import os
import shutil
from datetime import UTC
from pathlib import Path

from django.conf import settings
from django.db import connections

from activitylog import chain
from partnercenter.backup import files, manifest, postgres
from partnercenter.backup.manifest import DUMP, FILES, HEADS, Manifest
from partnercenter.lib import clock
from partnercenter.local import build
from partnercenter.local.trouble import Trouble


def examine(folder: Path, *, force: bool) -> Manifest:
    """The manifest of a backup that can be restored here; Trouble otherwise. Writes nothing."""
    found = manifest.read(folder)
    with postgres.owner() as connection:
        postgres.check_version(postgres.program("pg_restore"), connection.server_version)
        tables = postgres.tables(connection)
    postgres.program("psql")
    if force:
        return found
    taken = [f"the database has {len(tables)} tables"] if tables else []
    if occupied := files.occupied(found["files"]):
        taken.append(f"the storage has other files under {len(occupied)} names: {occupied[0]}, …")
    if _has_other_heads(folder):
        taken.append(f"{chain.heads_file()} has heads of another log")
    if taken:
        raise Trouble(f"Not empty: {'; '.join(taken)}. --force replaces what is there.")
    return found


def restore(folder: Path, found: Manifest, *, force: bool) -> int:
    """Files first, then the database in one transaction, then the heads; how many files came.

    Files that the backup does not have stay: no row points to them.
    """
    written = files.copy_in(found["files"], folder / FILES)
    connections.close_all()
    postgres.load(folder / DUMP, rows=found["rows"], replace=force)
    _put_heads(folder)
    build.migrate(os.environ, settings.DATABASE_OWNER_URL)
    return written


def _has_other_heads(folder: Path) -> bool:
    here = chain.heads_file()
    if not here.exists() or not here.stat().st_size:
        return False
    return manifest.part(here) != manifest.part(folder / HEADS)


def _put_heads(folder: Path) -> None:
    """Heads exported later name rows that are gone now: they are kept under another name."""
    here = chain.heads_file()
    if _has_other_heads(folder):
        instant = clock.now().astimezone(UTC).strftime("%Y-%m-%dT%H%M%S.%fZ")
        here.rename(here.with_name(f"{here.stem}.before-{instant}{here.suffix}"))
    here.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / HEADS, here)
