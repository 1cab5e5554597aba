"""The same SQL without Django: what the database alone would do, on the same rows."""

import os
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import psycopg2


class Database(threading.local):
    """One connection for each thread, as the run-time role, seeing every partner."""

    def __init__(self) -> None:
        self.connection = psycopg2.connect(os.environ["DATABASE_URL"])
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partner', %s, false)", [str(uuid.UUID(int=0))])

    def run(self, statements: Sequence[tuple[str, Sequence[Any] | Mapping[str, Any]]]) -> int:
        """One transaction; 200 as a status, so that it can be measured as a request is."""
        with self.connection, self.connection.cursor() as cursor:
            for sql, values in statements:
                cursor.execute(sql, values)
        return 200

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.connection, self.connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()


def copy_of(database: Database, table: str, fresh: Mapping[str, str], where: str) -> str:
    """``INSERT … SELECT`` of rows like those, with other values in the ``fresh`` columns."""
    columns = [
        name
        for (name,) in database.rows(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attidentity = '' AND attgenerated = '' ORDER BY attnum",
            [table],
        )
    ]
    values = ", ".join(fresh.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where}"  # noqa: S608 - our own tables


def _those(database: Database, table: str, where: str, values: Sequence[Any]) -> str:
    """A condition on the ids of rows that are there now, so that copies are not copied again."""
    found = database.rows(f"SELECT id FROM {table} WHERE {where}", values)  # noqa: S608 - our own tables
    return "id IN (" + ", ".join(f"'{row[0]}'" for row in found) + ")"


def place_order(database: Database, order_id: str) -> Callable[[], int]:
    """The inserts of one order like that one, in one transaction."""
    own = {"id": "gen_random_uuid()"}
    line = own | {"order_id": "%(new)s"}
    key = own | {"stock_id": "NULL"}
    entitlement = "entitlement_id IN (SELECT id FROM software_entitlement WHERE order_id = %s)"
    copied = [
        ("orders_order", {"id": "%(new)s"}, "id = %s"),
        ("orders_orderline", line, "order_id = %s"),
        ("software_entitlement", line, "order_id = %s"),
        ("software_entitlementkey", key, entitlement),
        ("billing_billingline", line, "order_id = %s"),
        ("activitylog_activityrecord", own, "details ->> 'orderId' = %s"),
    ]
    statements = [
        copy_of(database, table, fresh, _those(database, table, where, [order_id]))
        for table, fresh, where in copied
    ]

    def call() -> int:
        new = {"new": "B" + secrets.token_hex(15)}
        return database.run([(sql, new) for sql in statements])

    return call


def grant_download(database: Database, link_ids: Sequence[str]) -> Callable[[], int]:
    """Count, open and record one download in one transaction of three statements."""
    last = "id = (SELECT id FROM activitylog_activityrecord WHERE action = %s LIMIT 1)"
    row = _those(database, "activitylog_activityrecord", last, ["download_software"])
    record = copy_of(database, "activitylog_activityrecord", {"id": "gen_random_uuid()"}, row)
    grant = copy_of(
        database,
        "software_downloadgrant",
        {"id": "gen_random_uuid()", "token_digest": "%(digest)s"},
        _those(
            database,
            "software_downloadgrant",
            "id = (SELECT id FROM software_downloadgrant LIMIT 1)",
            [],
        ),
    )
    take = (
        "UPDATE software_downloadlink SET used = used + 1 WHERE id = %(link)s"
        " AND used < max_downloads AND expires_at > now() AND revoked_at IS NULL"
        " AND superseded_at IS NULL"
    )

    def call() -> int:
        values = {"link": secrets.choice(link_ids), "digest": secrets.token_bytes(32)}
        return database.run([(sql, values) for sql in (take, grant, record)])

    return call
