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

    def run(self, statements: Sequence[tuple[str, Sequence[Any]]]) -> int:
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


def place_order(database: Database, order_id: str) -> Callable[[], int]:
    """The inserts of one order like that one, in one transaction."""
    by_order = f"order_id = '{order_id}'"
    fresh = {"id": "gen_random_uuid()", "order_id": "%(new)s"}
    entitlements = f"SELECT id FROM software_entitlement WHERE {by_order}"  # noqa: S608
    statements = [
        copy_of(database, "orders_order", {"id": "%(new)s"}, f"id = '{order_id}'"),
        copy_of(database, "orders_orderline", fresh, by_order),
        copy_of(database, "software_entitlement", fresh, by_order),
        copy_of(
            database,
            "software_entitlementkey",
            {"id": "gen_random_uuid()", "stock_id": "NULL"},
            f"entitlement_id IN ({entitlements})",
        ),
        copy_of(database, "billing_billingline", fresh, by_order),
        copy_of(
            database,
            "lib_outboxmessage",
            {"dedupe_key": "%(new)s", "done_at": "now()"},
            f"dedupe_key = 'mail:order_placed:{order_id}'",
        ),
        copy_of(
            database,
            "activitylog_activityrecord",
            {"id": "gen_random_uuid()"},
            f"details ->> 'orderId' = '{order_id}' AND action = 'create_order'",
        ),
    ]

    def call() -> int:
        new = {"new": "B" + secrets.token_hex(15)}
        return database.run([(sql, new) for sql in statements])  # type: ignore[misc]

    return call


def grant_download(database: Database, link_ids: Sequence[str]) -> Callable[[], int]:
    """Count, open and record one download in one transaction of three statements."""
    record = copy_of(
        database,
        "activitylog_activityrecord",
        {"id": "gen_random_uuid()"},
        "id = (SELECT id FROM activitylog_activityrecord WHERE action = 'download_software'"
        " ORDER BY at DESC LIMIT 1)",
    )
    grant = copy_of(
        database,
        "software_downloadgrant",
        {"id": "gen_random_uuid()", "token_digest": "%(digest)s"},
        "id = (SELECT id FROM software_downloadgrant LIMIT 1)",
    )
    take = (
        "UPDATE software_downloadlink SET used = used + 1 WHERE id = %(link)s"
        " AND used < max_downloads AND expires_at > now() AND revoked_at IS NULL"
        " AND superseded_at IS NULL"
    )

    def call() -> int:
        values = {"link": secrets.choice(link_ids), "digest": secrets.token_bytes(32)}
        return database.run([(sql, values) for sql in (take, grant, record)])  # type: ignore[misc]

    return call
