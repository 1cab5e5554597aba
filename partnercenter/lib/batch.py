"""Rows of several tables in one statement: what one deed writes costs one round trip."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import orjson
from django.db.models import Field, Model

from partnercenter.lib.prepared import Statement

_gathered: ContextVar[list[Sequence[Model]] | None] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """INSERT at the end of the block, by one statement, what ``insert_together`` got inside it.

    So the verbs of several apps, each of which writes rows of its own, cost one round trip.
    Nothing in the block may look for those rows yet.
    """
    tables: list[Sequence[Model]] = []
    token = _gathered.set(tables)
    try:
        yield
    finally:
        _gathered.reset(token)
    insert_together(*tables)


def insert_together(*tables: Sequence[Model]) -> None:
    """INSERT the rows of each table by one statement; references among them hold at its end.

    Keys of the rows must be set beforehand, as with ``uuid4``: nothing is read back. The rows
    travel as JSON, so that the statement is the same for any number of them.
    """
    given = [rows for rows in tables if rows]
    waiting = _gathered.get()
    if waiting is not None:
        waiting.extend(given)
        return
    if not given:
        return
    values = {f"rows{number}": _json(rows) for number, rows in enumerate(given)}
    _statement(tuple(type(rows[0]) for rows in given)).run(values)
    for rows in given:
        for row in rows:
            row._state.adding = False  # noqa: SLF001 - as Django's own bulk_create does


@cache
def _statement(models: tuple[type[Model], ...]) -> Statement:
    *before, last = [_insert(model, f"rows{number}") for number, model in enumerate(models)]
    named = ", ".join(f"part{number} AS ({sql})" for number, sql in enumerate(before))
    name = "insert_" + "_".join(model._meta.model_name or "" for model in models)
    return Statement(name[:50], f"WITH {named} {last}" if before else last)


def _insert(model: type[Model], mark: str) -> str:
    table = model._meta.db_table
    names = ", ".join(str(field.column) for field in _fields(model))
    rows = f"json_populate_recordset(NULL::{table}, %({mark})s)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 - names of our own tables


@cache
def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.generated]


def _json(rows: Sequence[Model]) -> str:
    names = [(field.column, field.attname) for field in _fields(type(rows[0]))]
    data = [{column: getattr(row, name) for column, name in names} for row in rows]
    return orjson.dumps(data, default=_text).decode()


def _text(value: Any) -> str:
    """What JSON has no type for, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes | memoryview) else str(value)
