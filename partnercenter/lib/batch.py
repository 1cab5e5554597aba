"""Rows of several tables in one statement: what one deed writes costs one round trip."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.sql import InsertQuery


def insert_together(*tables: Sequence[Model]) -> None:
    """INSERT the rows of each table by one statement; references among them hold at its end.

    Keys of the rows must be set beforehand, as with ``uuid4``: nothing is read back.
    """
    statements = [_insert(rows) for rows in tables if rows]
    if not statements:
        return
    *before, (last, values) = statements
    named = ", ".join(f"part{number} AS ({sql})" for number, (sql, _) in enumerate(before))
    parameters = [value for _, each in before for value in each]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if before else last, [*parameters, *values])
    for rows in tables:
        for row in rows:
            row._state.adding = False  # noqa: SLF001 - as Django's own bulk_create does


def _insert(rows: Sequence[Model]) -> tuple[str, Sequence[Any]]:
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    query = InsertQuery(model)
    query.insert_values(fields, list(rows))
    ((sql, values),) = query.get_compiler(connection=connection).as_sql()
    return sql, values
