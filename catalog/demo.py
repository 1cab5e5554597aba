"""The demo's media: small files of our own, the same in every installation."""

import csv
from hashlib import shake_256
from pathlib import Path

from catalog import reference

NOTICE = "Demonstration file of Partner Center. It holds no software.\n"


def write_media(folder: Path) -> Path:
    """Write the files of ``demo_media.csv`` and a manifest beside them; return the manifest."""
    manifest = folder / "manifest.csv"
    columns = ("product_id", "version", "language", "file_type", "file_name", "path")
    with manifest.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for row in reference.rows("demo_media.csv"):
            head = f"{NOTICE}{row['file_name']}\n".encode()
            body = shake_256(head).digest(int(row["size_bytes"]) - len(head))
            (folder / row["file_name"]).write_bytes(head + body)
            writer.writerow({**row, "path": row["file_name"]})
    return manifest
