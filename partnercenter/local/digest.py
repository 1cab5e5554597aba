"""Whether files changed since something was made from them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def of(paths: Iterable[Path]) -> str:
    """Digest over names and contents."""
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_file():
            total.update(f"{path}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
