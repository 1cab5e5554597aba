"""Pages of a list by position, not by number: no count, no OFFSET, all pages equally fast."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Field, Func, Model, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.http import HttpRequest
from django.utils.translation import gettext as _

from partnercenter.lib.errors import Invalid
from partnercenter.lib.prepared import Statement

SIZE = 40


class Page(NamedTuple):
    """The rows, and the cursors of the pages beside them ("" where there is none)."""

    items: list[Any]
    next: str
    previous: str
    # For links on a portal page: the query that was asked, with the cursor in it.
    next_query: str = ""
    previous_query: str = ""


class Row(Func):
    """A row value: PostgreSQL compares ``(a, b) > (x, y)`` by one index range."""

    function = ""
    output_field = BooleanField()


class Beside(NamedTuple):
    """More columns of each row of a page: ``sql`` makes one row of them for its row ``page``."""

    columns: tuple[str, ...]
    sql: str

    def added_to(self, page: str, order: str) -> str:
        """The page's statement with these columns."""
        more = ", ".join(self.columns)
        beside = f"FROM ({page}) page CROSS JOIN LATERAL ({self.sql}) beside"
        return f"SELECT page.*, {more} {beside} ORDER BY {order}"


@dataclass(frozen=True)
class Listing:
    """Rows of one model by statements planned once, for the lists that are asked for most.

    ``where`` is a condition on the model's columns, with marks; ``values`` is what they stand
    for. It is paged as a QuerySet is.
    """

    model: type[Model]
    columns: tuple[str, ...]
    where: str
    values: Mapping[str, Any] = field(default_factory=dict)
    beside: Beside | None = None

    def of(self, **values: Any) -> "Listing":
        """The list for these values."""
        return replace(self, values=values)

    def fetch(
        self, names: Sequence[str], position: Sequence[Any] | None, *, falling: bool, limit: int
    ) -> list[dict[str, Any]]:
        """The first rows beyond the position, in the order of these columns."""
        there = {
            f"beyond_{name}": value for name, value in zip(names, position or (), strict=False)
        }
        statement = _listing(
            self.model, self.columns, self.where, tuple(names), bool(there), falling, self.beside
        )
        rows = statement.rows({**self.values, **there, "limit": limit})
        columns = self.columns + (self.beside.columns if self.beside else ())
        return [dict(zip(columns, row, strict=True)) for row in rows]


@cache
def _listing(
    model: type[Model],
    columns: tuple[str, ...],
    where: str,
    names: tuple[str, ...],
    beyond: bool,  # noqa: FBT001
    falling: bool,  # noqa: FBT001
    beside: Beside | None,
) -> Statement:
    table = model._meta.db_table
    if beyond:
        there = ", ".join(f"%(beyond_{name})s" for name in names)
        where += f" AND ({', '.join(names)}) {'<' if falling else '>'} ({there})"
    order = ", ".join(f"{name} {'DESC' if falling else 'ASC'}" for name in names)
    sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {order} LIMIT %(limit)s"  # noqa: S608 - names of our own tables
    return Statement(
        f"list_{model._meta.model_name}", beside.added_to(sql, order) if beside else sql
    )


def page(
    rows: QuerySet[Any] | Listing, *, order: Sequence[str], size: int = SIZE, cursor: str = ""
) -> Page:
    """One page of the rows in this order, after or before the cursor's place.

    ``order`` names columns of the model, all rising or all falling ("-"), the last one unique.
    Raises Invalid for a cursor of another list.
    """
    backwards, position = _read(cursor, rows.model, order) if cursor else (False, None)
    falling = order[0].startswith("-") != backwards
    names = [name.lstrip("-") for name in order]
    if isinstance(rows, Listing):
        found: list[Any] = rows.fetch(names, position, falling=falling, limit=size + 1)
    else:
        beyond = rows
        if position is not None:
            beyond = rows.filter(_beyond(rows.model, names, position, falling=falling))
        found = list(beyond.order_by(*(f"-{n}" if falling else n for n in names))[: size + 1])
    more, items = len(found) > size, found[:size]
    if backwards:
        if not items:
            return page(rows, order=order, size=size)
        items.reverse()
    has_next = bool(items) and (more or backwards)
    has_previous = bool(items) and (more if backwards else position is not None)
    return Page(
        items,
        _cursor(rows.model, items[-1], names, backwards=False) if has_next else "",
        _cursor(rows.model, items[0], names, backwards=True) if has_previous else "",
    )


def for_request(
    request: HttpRequest, rows: QuerySet[Any] | Listing, *, order: Sequence[str], size: int = SIZE
) -> Page:
    """The page that a portal address asks for by ``?after=`` or ``?before=``."""
    query = request.GET.copy()
    after, before = query.pop("after", [""])[-1], query.pop("before", [""])[-1]
    found = page(rows, order=order, size=size, cursor=after or before)

    def with_cursor(name: str, cursor: str) -> str:
        if not cursor:
            return ""
        there = query.copy()
        there[name] = cursor
        return there.urlencode()

    return found._replace(
        next_query=with_cursor("after", found.next),
        previous_query=with_cursor("before", found.previous),
    )


def _beyond(
    model: type[Model], names: Sequence[str], position: Sequence[Any], *, falling: bool
) -> GreaterThan | LessThan:
    there = Row(
        *(
            Value(value, output_field=_field(model, name))
            for name, value in zip(names, position, strict=True)
        )
    )
    here = Row(*(F(name) for name in names))
    return LessThan(here, there) if falling else GreaterThan(here, there)


def _field(model: type[Model], name: str) -> "Field[Any, Any]":
    field: Any = model._meta.get_field(name)
    found: Field[Any, Any] = getattr(field, "target_field", None) or getattr(
        field, "output_field", field
    )
    return found


def _cursor(model: type[Model], row: Any, names: Sequence[str], *, backwards: bool) -> str:
    values = [row[name] if isinstance(row, dict) else getattr(row, name) for name in names]
    texts = [value.isoformat() if isinstance(value, date) else str(value) for value in values]
    return signing.dumps([backwards, *texts], salt=_salt(model, names), compress=True)


def _read(cursor: str, model: type[Model], order: Sequence[str]) -> tuple[bool, list[Any]]:
    names = [name.lstrip("-") for name in order]
    try:
        backwards, *values = signing.loads(cursor, salt=_salt(model, names))
        return backwards, [
            _field(model, name).to_python(value) for name, value in zip(names, values, strict=True)
        ]
    except (signing.BadSignature, ValueError, ValidationError) as error:
        raise Invalid(
            _("This place in the list is not known any more. Go back to its first page.")
        ) from error


def _salt(model: type[Model], names: Sequence[str]) -> str:
    return f"{model._meta.label}:{','.join(names)}"
