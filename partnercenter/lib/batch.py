"""Rows of several tables in one statement: what one deed writes costs one round trip."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import orjson
from django.db.models import Field as Column
from django.db.models import Model
from django.db.models.base import ModelState

from partnercenter.lib.prepared import MARK, Statement

M = TypeVar("M", bound=Model)


def new(model: type[M], **values: Any) -> M:
    """A row for ``insert_together``: what ``model(**values)`` makes, without asking every signal.

    Several times as fast. Foreign keys may be given as rows or as ids; TypeError for a name that
    is no column.
    """
    shape = _shape(model)
    related = {name: values.pop(name) for name in shape.relations.keys() & values.keys()}
    for name, one in related.items():
        values[shape.relations[name]] = one and one.pk
    for name, make in shape.made.items():
        if name not in values:
            values[name] = make()
    row = model.__new__(model)
    row.__dict__.update(shape.same, **values)
    if len(row.__dict__) > len(shape.names):
        raise TypeError(f"{model.__name__} has no {', '.join(values.keys() - shape.names)}")
    state = ModelState()
    state.fields_cache = related
    row._state = state  # noqa: SLF001 - as Model.__init__ sets it
    return row


@dataclass(frozen=True, slots=True)
class _Shape:
    """Of a model: its columns' defaults, and its foreign keys by field."""

    names: frozenset[str]
    same: Mapping[str, Any]
    made: Mapping[str, Callable[[], Any]]
    relations: Mapping[str, str]


@cache
def _shape(model: type[Model]) -> _Shape:
    columns = _fields(model)
    made = {c.attname: c.default for c in columns if callable(c.default) and c.has_default()}
    return _Shape(
        names=frozenset(c.attname for c in columns),
        same={c.attname: c.get_default() for c in columns if c.attname not in made},
        made=made,
        relations={c.name: c.attname for c in columns if c.is_relation},
    )


@dataclass(frozen=True, slots=True)
class Need:
    """SQL with ``%(name)s`` marks that has to give a row, for a deed to stand."""

    name: str
    sql: str

    def is_met(self, values: Mapping[str, Any]) -> bool:
        """Run it by itself; whether it gave a row."""
        return bool(_alone(self).rows(values))


@dataclass(frozen=True, slots=True)
class _Gathered:
    """What one statement is to do."""

    tables: list[Sequence[Model]] = field(default_factory=list)
    needs: list[tuple[Need, Mapping[str, Any], Callable[[], None]]] = field(default_factory=list)


_gathered: ContextVar[_Gathered | None] = ContextVar("gathered", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Do at the end of the block, by one statement, what was inserted and required inside it.

    So the verbs of several apps, each of which writes rows of its own, cost one round trip.
    Nothing in the block may look for those rows yet.
    """
    deed = _Gathered()
    token = _gathered.set(deed)
    try:
        yield
    finally:
        _gathered.reset(token)
    _do(deed)


def insert_together(*tables: Sequence[Model]) -> None:
    """INSERT the rows of each table by one statement; references among them hold at its end.

    Keys of the rows must be set beforehand, as with ``uuid4``: nothing is read back. The rows
    travel as JSON, so that the statement is the same for any number of them.
    """
    given = [rows for rows in tables if rows]
    waiting = _gathered.get()
    if waiting is None:
        _do(_Gathered(tables=given))
    else:
        waiting.tables.extend(given)


def require(need: Need, values: Mapping[str, Any], *, otherwise: Callable[[], None]) -> None:
    """Lock or change a row that the deed needs, in its transaction.

    Where there is none ``otherwise`` refuses, by raising, or makes good what is missing, to be
    tried again. Inside ``gathered`` no row is written before all needs are met: so what they lock
    is locked first. Of the needs of one deed only one may change rows, as it may be tried twice.
    """
    waiting = _gathered.get()
    if waiting is not None:
        waiting.needs.append((need, values, otherwise))
        return
    while not need.is_met(values):
        otherwise()


def _do(deed: _Gathered) -> None:
    if not (deed.tables or deed.needs):
        return
    values = {f"rows{number}": _json(rows) for number, rows in enumerate(deed.tables)}
    for number, (_need, given, _otherwise) in enumerate(deed.needs):
        values |= {f"{name}{number}": value for name, value in given.items()}
    models = tuple(type(rows[0]) for rows in deed.tables)
    statement = _statement(models, tuple(need for need, *_ in deed.needs))
    while not all(met := statement.rows(values)[0]):
        deed.needs[met.index(False) - 1][2]()
    for rows in deed.tables:
        for row in rows:
            row._state.adding = False  # noqa: SLF001 - as Django's own bulk_create does


@cache
def _alone(need: Need) -> Statement:
    return Statement(need.name, need.sql)


@cache
def _statement(models: tuple[type[Model], ...], needs: tuple[Need, ...]) -> Statement:
    """Its one row: true, and for each need whether it is met. If one is not, no row is written."""
    met = [f"EXISTS (SELECT FROM need{number})" for number in range(len(needs))]
    where = f" WHERE {' AND '.join(met)}" if met else ""
    parts = [f"need{n} AS ({_numbered(need.sql, n)})" for n, need in enumerate(needs)]
    parts += [f"part{n} AS ({_insert(model, f'rows{n}')}{where})" for n, model in enumerate(models)]
    names = [model._meta.model_name or "" for model in models] + [need.name for need in needs]
    sql = f"WITH {', '.join(parts)} SELECT {', '.join(['true', *met])}"
    return Statement(f"do_{'_'.join(names)}"[:50], sql)


def _numbered(sql: str, number: int) -> str:
    return MARK.sub(lambda mark: f"%({mark[1]}{number})s", sql)


def _insert(model: type[Model], mark: str) -> str:
    table = model._meta.db_table
    names = ", ".join(str(field.column) for field in _fields(model))
    rows = f"json_populate_recordset(NULL::{table}, %({mark})s)"
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM {rows}"  # noqa: S608 - names of our own tables


@cache
def _fields(model: type[Model]) -> "list[Column[Any, Any]]":
    return [field for field in model._meta.concrete_fields if not field.generated]


def _json(rows: Sequence[Model]) -> str:
    names = [(field.column, field.attname) for field in _fields(type(rows[0]))]
    data = [{column: getattr(row, name) for column, name in names} for row in rows]
    return orjson.dumps(data, default=_text).decode()


def _text(value: Any) -> str:
    """What JSON has no type for, as PostgreSQL reads it."""
    return f"\\x{value.hex()}" if isinstance(value, bytes | memoryview) else str(value)
