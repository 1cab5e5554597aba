"""Reads a manifest of media files and puts their content into the storage."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage

from catalog.problems import Problem

REQUIRED = ("product_id", "version", "language", "file_type", "file_name", "path")


@dataclass(frozen=True)
class MediaSource:
    """One line of a manifest whose file was found and hashed."""

    product_id: str
    version: str
    language: str
    file_type: str
    file_name: str
    path: Path
    size_bytes: int
    sha256: str

    @property
    def choice(self) -> dict[str, str]:
        """What makes the file one of its kind, as fields of ``MediaFile``."""
        return {
            "product_id": self.product_id,
            "version": self.version,
            "language": self.language,
            "file_type": self.file_type,
            "file_name": self.file_name,
        }

    @property
    def storage_name(self) -> str:
        """Named after the content: a file that is stored is never written again."""
        return f"software/{self.sha256[:2]}/{self.sha256}/{self.file_name}"


def read_manifest(manifest: Path, products: frozenset[str]) -> Iterator[MediaSource | Problem]:
    """Each line as a source, or what is wrong with it. Paths count from the manifest's folder."""
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if missing := [name for name in REQUIRED if name not in (reader.fieldnames or ())]:
            yield Problem(1, ", ".join(missing), "no such column", f"columns {', '.join(REQUIRED)}")
            return
        for row in reader:
            yield _read(manifest.parent, reader.line_num, row, products)


def _read(
    folder: Path, line: int, row: dict[str, str], products: frozenset[str]
) -> MediaSource | Problem:
    cells = {name: (row[name] or "").strip() for name in REQUIRED}
    if empty := [name for name, text in cells.items() if not text]:
        return Problem(line, ", ".join(empty), "", "a value")
    if cells["product_id"] not in products:
        expected = "a product of the catalogue (import its price sheet first)"
        return Problem(line, "product_id", cells["product_id"], expected)
    if Path(cells["file_name"]).name != cells["file_name"]:
        return Problem(line, "file_name", cells["file_name"], "a name without a folder")
    path = folder / cells.pop("path")
    if not path.is_file():
        return Problem(line, "path", str(path), "a file that can be read")
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
    announced = (row.get("sha256") or "").strip().lower()
    if announced and announced != sha256:
        return Problem(line, "sha256", sha256, f"the announced {announced}")
    return MediaSource(path=path, size_bytes=path.stat().st_size, sha256=sha256, **cells)


def store(source: MediaSource) -> None:
    """Copy the content into the storage, once, and see that it arrived whole."""
    if default_storage.exists(source.storage_name):
        if default_storage.size(source.storage_name) == source.size_bytes:
            return
        default_storage.delete(source.storage_name)  # a copy that was cut off
    with source.path.open("rb") as file:
        saved = default_storage.save(source.storage_name, File(file))
    if saved != source.storage_name or default_storage.size(saved) != source.size_bytes:
        raise OSError(f"{source.file_name} did not arrive whole in the storage as {saved}")
