"""The files of Django's default storage, in and out, streamed, each known by its SHA-256."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypedDict

from django.core.files import File
from django.core.files.storage import default_storage

from partnercenter.local.trouble import Trouble

CHUNK = 1 << 20


class Stored(TypedDict):
    """A file of the storage; its content lies in the backup under the digest."""

    name: str
    sizeBytes: int
    sha256: str


def names(folder: str = "") -> Iterator[str]:
    """Every file of the storage."""
    try:
        folders, found = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    prefix = f"{folder}/" if folder else ""
    yield from (f"{prefix}{name}" for name in sorted(found) if name)
    for inner in sorted(folders):
        yield from names(f"{prefix}{inner}")


def copy_out(into: Path) -> list[Stored]:
    """Copy every file; one that is deleted meanwhile is left out."""
    into.mkdir(mode=0o700)
    copied: list[Stored] = []
    for name in names():
        partial = into / "partial"
        try:
            with default_storage.open(name) as source, partial.open("wb") as target:
                size, digest = _copy(source, target)
        except FileNotFoundError:
            continue
        partial.rename(into / digest)
        copied.append({"name": name, "sizeBytes": size, "sha256": digest})
    return copied


def digest_of(path: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file of the backup."""
    with path.open("rb") as file:
        return _measured(file)


def occupied(files: list[Stored]) -> list[str]:
    """Names under which the storage has something else."""
    return [file["name"] for file in files if _is_there(file) is False]


def copy_in(files: list[Stored], folder: Path) -> int:
    """Put the files into the storage, in place of what has their names; how many were missing."""
    written = 0
    for file in files:
        there = _is_there(file)
        if there:
            continue
        if there is False:
            default_storage.delete(file["name"])
        with (folder / file["sha256"]).open("rb") as source:
            saved = default_storage.save(file["name"], File(source))
        if saved != file["name"]:
            raise Trouble(f"The storage named {file['name']} {saved}: is somebody writing to it?")
        written += 1
    return written


def _is_there(file: Stored) -> bool | None:
    """Whether the storage has this very file; ``None`` where it has nothing of that name."""
    name = file["name"]
    if not default_storage.exists(name):
        return None
    if default_storage.size(name) != file["sizeBytes"]:
        return False
    with default_storage.open(name) as stored:
        return _measured(stored)[1] == file["sha256"]


def _measured(source: Any) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _copy(source: Any, target: IO[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    while chunk := source.read(CHUNK):
        target.write(chunk)
        size += len(chunk)
        digest.update(chunk)
    target.flush()
    os.fsync(target.fileno())
    return size, digest.hexdigest()
