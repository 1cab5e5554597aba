"""Groups of cells that are read together; equal groups are understood once."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any

from catalog.pricesheets.columns import Columns

NULL = "\\N"
REMEMBERED = 4096  # equal groups kept at a time, so that memory does not grow with the sheet
Cell = tuple[str, Callable[[str], Any], str]  # column, parser, text


class Wrong(tuple[tuple[str, str], ...]):
    """Columns of a group that cannot be understood, each with what was expected."""

    __slots__ = ()


Understood = str | Wrong


class Group:
    """The cells of some columns, as COPY text; a column the sheet lacks reads as empty."""

    def __init__(
        self,
        columns: Columns,
        names: Sequence[str],
        understand: Callable[[tuple[str, ...]], Understood],
    ) -> None:
        self.raw = getter(columns, names)
        self._understand = understand
        self._known: dict[tuple[str, ...], Understood] = {}

    def of(self, record: list[str]) -> Understood:
        raw = self.raw(record)
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[raw] = self._understand(raw)
        return known


def getter(columns: Columns, names: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """Reads these columns of a record that ends with one empty cell more than the header has."""
    empty = len(columns.headers)
    return itemgetter(*(columns.place.get(name, empty) for name in names))


def parsed(cells: Iterable[Cell]) -> list[Any] | Wrong:
    """The values, or everything that is wrong with them."""
    found, wrong = [], []
    for name, parse, text in cells:
        try:
            found.append(parse(text))
        except ValueError as error:
            wrong.append((name, str(error)))
    return Wrong(wrong) if wrong else found


def copy_text(values: Iterable[Any]) -> str:
    """Values as cells of PostgreSQL's COPY text form."""
    return "\t".join(map(_cell, values))


def _cell(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).replace("\\", "\\\\")
