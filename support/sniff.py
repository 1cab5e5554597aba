"""What a file is, by its content: the name only says what it claims to be.

Own checks instead of a library: nine types are allowed, and those at hand guess among hundreds
or need a C library. Nothing is ever unpacked; of an archive only its list of contents is read.
"""

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import IO

ALLOWED = ("png", "jpg", "pdf", "txt", "log", "csv", "xlsx", "docx", "zip")
SAME = {"jpeg": "jpg"}
NAME_LENGTH = 150
PIECE = 256 * 1024
# An honest archive of 20 MB lists a few thousand files and unpacks to less than this.
MOST_LISTING = 2 * 1024 * 1024
MOST_UNPACKED = 2 * 1024**3
END_OF_LISTING = struct.Struct("<4s4H2LH")
END_MARK, LARGE_MARK = b"PK\x05\x06", b"PK\x06\x07"
TAIL = END_OF_LISTING.size + 0xFFFF
BOMS = (b"\xff\xfe", b"\xfe\xff")
# Control characters that no text has; tab, line ends, form feed and escape are fine.
BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
# C0, C1, marks that turn the direction of writing, and what file systems do not take.
UNSAFE = re.compile(
    '[\\x00-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069"*/:<>?\\\\|]'
)


def clean_name(name: str) -> str:
    """The last part of the name without what could mislead or harm; it is shown, never a path."""
    last = re.split(r"[/\\]", name)[-1]
    stem, dot, ending = UNSAFE.sub("_", last).strip(" .").rpartition(".")
    return f"{stem[: NAME_LENGTH - len(ending[:10]) - 1]}{dot}{ending[:10]}" or "file"


def kind_of(name: str, file: IO[bytes]) -> str:
    """The allowed type that the file has by its name and its content; "" for any other."""
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    kind = SAME.get(ending, ending)
    if kind not in ALLOWED:
        return ""
    return kind if CHECKS.get(kind, _is_text)(file) else ""


def _begins(mark: bytes) -> Callable[[IO[bytes]], bool]:
    def check(file: IO[bytes]) -> bool:
        file.seek(0)
        return file.read(len(mark)) == mark

    return check


def _is_text(file: IO[bytes]) -> bool:
    file.seek(0)
    piece = file.read(PIECE)
    if piece.startswith(BOMS):
        return True
    while piece:
        if BINARY.search(piece):
            return False
        piece = file.read(PIECE)
    return True


def _is_archive(part: str = "") -> Callable[[IO[bytes]], bool]:
    def check(file: IO[bytes]) -> bool:
        listed = _listing(file)
        if listed is None or sum(one.file_size for one in listed) > MOST_UNPACKED:
            return False
        return not part or part in {one.filename for one in listed}

    return check


def _listing(file: IO[bytes]) -> list[zipfile.ZipInfo] | None:
    """The archive's list of contents; None for what is no archive, or too long to look at."""
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    tail = file.read()
    at = tail.rfind(END_MARK, 0, max(0, len(tail) - END_OF_LISTING.size + len(END_MARK)))
    if at < 0 or LARGE_MARK in tail[max(0, at - 20) : at]:
        return None
    if END_OF_LISTING.unpack_from(tail, at)[5] > MOST_LISTING:
        return None
    try:
        with zipfile.ZipFile(file) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        return None


CHECKS: dict[str, Callable[[IO[bytes]], bool]] = {
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "jpg": _begins(b"\xff\xd8\xff"),
    "pdf": _begins(b"%PDF-"),
    "zip": _is_archive(),
    "xlsx": _is_archive("xl/workbook.xml"),
    "docx": _is_archive("word/document.xml"),
}
