"""Opens a price sheet as a stream of records with their line numbers; never loads it whole."""

import codecs
import csv
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import IO

from catalog.pricesheets.columns import PRICES, Columns

HEAD_LINES = 40  # title rows and line breaks in headers have to end before
DELIMITERS = ",;\t"
OPENING, CLOSING = "“", "”"
WORKBOOK_PART = "[Content_Types].xml"
Record = tuple[int, list[str]]


class Unreadable(Exception):
    """The sheet cannot be read from this line on."""

    def __init__(self, line: int, problem: str, expected: str) -> None:
        super().__init__(problem)
        self.line, self.problem, self.expected = line, problem, expected


@dataclass(frozen=True)
class Sheet:
    """The columns, and every record below the header with the line it begins on."""

    columns: Columns
    records: Iterator[Record]


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """The sheet in the file: CSV in UTF-8 (BOM or none) or UTF-16, or a zip with one CSV in it."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            yield _sheet(_lines(file))
            return
        with zipfile.ZipFile(file) as archive, archive.open(_member(archive)) as member:
            yield _sheet(_lines(member))


def _member(archive: zipfile.ZipFile) -> str:
    names = archive.namelist()
    sheets = [name for name in names if name.lower().endswith(".csv")]
    if WORKBOOK_PART in names or len(sheets) != 1:
        raise Unreadable(1, "a workbook or an archive", "a CSV file, or a zip with one CSV in it")
    return sheets[0]


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Lines with their ends kept, decoded one by one so that a wrong byte has a line number."""
    first = next(iter(file), b"")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        file.seek(0)
        yield from map(_mended, TextIOWrapper(file, encoding="utf-16", newline=""))
        return
    for number, raw in enumerate(chain([first.removeprefix(codecs.BOM_UTF8)], file), 1):
        try:
            yield _mended(raw.decode())
        except UnicodeDecodeError as error:
            wrong = raw[error.start : error.start + 1].hex()
            raise Unreadable(number, f"the byte 0x{wrong}", "text saved as CSV UTF-8") from error


def _mended(line: str) -> str:
    """Documentation prints close the last cell with a curly quote, which would never end it."""
    text = line.rstrip("\r\n ")
    if not text.endswith(CLOSING) or not text.count('"') % 2:
        return line
    if OPENING in text[text.rindex('"') :]:
        return line
    return text[:-1] + '"' + line[len(text) :]


def _sheet(lines: Iterator[str]) -> Sheet:
    head = list(islice(lines, HEAD_LINES))
    for delimiter in DELIMITERS:
        if found := _header(_records(head, delimiter)):
            header_line, columns = found
            _check(columns, header_line)
            records = _records(chain(head, lines), delimiter)
            while next(records)[0] != header_line:
                pass
            return Sheet(columns, records)
    raise Unreadable(1, "no header row", "columns ProductId and SkuId in one of the first rows")


def _header(records: Iterable[Record]) -> tuple[int, Columns] | None:
    """The line the header begins on, and its columns."""
    try:
        for line, record in records:
            if columns := Columns.of(record):
                return line, columns
    except Unreadable:
        pass
    return None


def _records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Unreadable(line, f"{error}", "cells whose quotes are closed") from error
        yield line, record


def _check(columns: Columns, line: int) -> None:
    """Refuse a sheet from which nothing can be taken."""
    if not columns.has_prices and not columns.has_quantities:
        names = ", ".join(columns.header(name) for name in PRICES)
        raise Unreadable(line, "no price column", f"one of {names}")
