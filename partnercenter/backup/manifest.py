"""What a backup says it holds, and whether it does."""

import json
import os
import re
from pathlib import Path
from typing import TypedDict

from django.db.migrations.loader import MigrationLoader

from partnercenter.backup.files import Stored, digest_of
from partnercenter.local.trouble import Trouble

FORMAT = 1
MANIFEST, DUMP, HEADS, FILES = (
    "manifest.json", "database.dump", "activity-log-heads.jsonl", "files",
)  # fmt: skip
SHOWN = 20


class Part(TypedDict):
    sizeBytes: int
    sha256: str


class Manifest(TypedDict):
    """``rows`` counts the rows of every table; ``files`` lie in ``files/<sha256>``."""

    format: int
    madeAt: str
    product: str
    server: str
    pgDump: str
    migrations: list[str]
    rows: dict[str, int]
    parts: dict[str, Part]
    files: list[Stored]


def part(path: Path) -> Part:
    size, digest = digest_of(path)
    return {"sizeBytes": size, "sha256": digest}


def write(folder: Path, manifest: Manifest) -> None:
    with (folder / MANIFEST).open("w", encoding="utf-8") as file:
        json.dump(manifest, file, indent=2, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> Manifest:
    """The manifest of a backup whose every byte is as it was written; else Trouble, with faults."""
    try:
        found: Manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        faults = _strange(found)
    except FileNotFoundError:
        raise Trouble(f"{folder} is no whole backup: it has no {MANIFEST}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(f"{folder} is no whole backup: its {MANIFEST} cannot be read.") from None
    faults = faults or [*_damaged(folder, found), *_too_new(found)]
    if faults:
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise Trouble("\n".join([f"{folder} cannot be restored:", *faults[:SHOWN], *more]))
    return found


def _strange(manifest: Manifest) -> list[str]:
    if manifest["format"] != FORMAT:
        return [f"its format is {manifest['format']}, this version reads {FORMAT}"]
    digests = [file["sha256"] for file in manifest["files"]]
    strange = [digest for digest in digests if not re.fullmatch("[0-9a-f]{64}", digest)]
    strange += [table for table in manifest["rows"] if not re.fullmatch(r"\w+", table)]
    strange += {DUMP, HEADS} - manifest["parts"].keys()
    return [f"its {MANIFEST} is not ours: {what}" for what in strange]


def _damaged(folder: Path, manifest: Manifest) -> list[str]:
    wanted = {name: manifest["parts"][name] for name in (DUMP, HEADS)}
    for file in manifest["files"]:
        wanted[f"{FILES}/{file['sha256']}"] = {
            "sizeBytes": file["sizeBytes"],
            "sha256": file["sha256"],
        }
    faults = []
    for name, expected in wanted.items():
        if not (folder / name).is_file():
            faults.append(f"{name} is missing")
        elif part(folder / name) != expected:
            faults.append(f"{name} is not what was backed up: size or SHA-256 differ")
    return faults


def _too_new(manifest: Manifest) -> list[str]:
    disk = MigrationLoader(None).disk_migrations
    known = {f"{app}.{name}" for app, name in disk}
    unknown = [name for name in manifest["migrations"] if name not in known]
    return [f"a newer version made it: migration {name} is not known here" for name in unknown]
