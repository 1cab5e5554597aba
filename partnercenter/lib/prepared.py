"""Statements composed once per process and planned once per connection.

For the few that nearly every request makes: composing them from a QuerySet, and planning them
anew behind row-level security, took several times longer than running them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, TypeVar
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.db.models.base import ModelState

from partnercenter.lib import tenancy

M = TypeVar("M", bound=Model)
MARK = re.compile(r"%\((\w+)\)s")
# What each open connection has planned; it is forgotten with the connection.
_planned: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """SQL with ``%(name)s`` marks. ``name`` is what the database's own views show it under.

    ``showing`` lets this one statement see that partner's rows; in autocommit the setting ends
    with the statement, without a round trip of its own.
    """

    def __init__(self, name: str, sql: str) -> None:
        self.names = list(dict.fromkeys(MARK.findall(sql)))
        self.sql = MARK.sub(lambda mark: f"${self.names.index(mark[1]) + 1}", sql)
        self.name = f"{name}_{hashlib.sha256(sql.encode()).hexdigest()[:8]}"
        marks = ", ".join(["%s"] * len(self.names))
        self._execute = f"EXECUTE {self.name}({marks})" if marks else f"EXECUTE {self.name}"

    def rows(
        self, values: Mapping[str, Any], *, showing: UUID | None = None
    ) -> list[tuple[Any, ...]]:
        """Run it and read all that it returns. JSON columns come as text."""
        with connection.cursor() as cursor:
            self._run(cursor, values, showing)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        self._show_again(showing)
        return found

    def run(self, values: Mapping[str, Any], *, showing: UUID | None = None) -> int:
        """Run it; how many rows its last part wrote."""
        with connection.cursor() as cursor:
            self._run(cursor, values, showing)
            written: int = cursor.rowcount
        self._show_again(showing)
        return written

    def _run(self, cursor: CursorWrapper, values: Mapping[str, Any], showing: UUID | None) -> None:
        planned = _planned.setdefault(connection.connection, set())
        if self.name not in planned:
            with connection.wrap_database_errors:
                cursor.cursor.execute(f"PREPARE {self.name} AS {self.sql}")
            planned.add(self.name)
        given = [values[name] for name in self.names]
        if showing is None:
            cursor.execute(self._execute, given)
        else:
            cursor.execute(f"{tenancy.FOR_ONE_STATEMENT}; {self._execute}", [str(showing), *given])

    def _show_again(self, showing: UUID | None) -> None:
        if showing is not None and connection.in_atomic_block:
            tenancy.show_again()


def columns(alias: str, model: type[Model], only: tuple[str, ...] = ()) -> str:
    """The model's columns for a SELECT, all or ``only`` these, in the order of ``read``."""
    return ", ".join(f"{alias}.{name}" for name in only or _names(model))


def read(values: Iterator[Any], model: type[M], only: tuple[str, ...] = (), **related: Model) -> M:
    """The row of this model that comes next; not for models with a JSON column.

    ``only``: the columns that were selected; another one that is asked for is fetched then.
    ``related``: rows that its foreign keys point to, by field. As ``Model.from_db`` would make
    it, but without asking every field and signal: several times as fast.
    """
    row = model.__new__(model)
    row.__dict__.update(zip(only or _names(model), values, strict=False))
    state = ModelState()
    state.adding, state.db, state.fields_cache = False, connection.alias, related
    row._state = state  # noqa: SLF001 - as from_db sets it
    return row


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]
