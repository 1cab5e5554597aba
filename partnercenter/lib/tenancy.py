"""The second wall: which partner's rows this database connection may see.

Row-level security compares every tenant row with the setting ``app.partner``. Queries still start
from the partner's scope; the wall is there for the query that forgets. With nothing set, no row
of any tenant table is visible.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import connection

EVERYONE = UUID(int=0)
_visible: ContextVar[str] = ContextVar("visible_partner", default="")


def _show(partner: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.partner', %s, false)", [partner])


# In autocommit a statement sent behind this one shares its transaction, and the setting ends.
FOR_ONE_STATEMENT = "SELECT set_config('app.partner', %s, true)"


def show_again() -> None:
    """Inside a transaction: end what ``FOR_ONE_STATEMENT`` has set."""
    _show(_visible.get())


@contextmanager
def acting_for(partner_id: UUID, *, shown: bool = False) -> Iterator[None]:
    """Show this partner's rows, and only these, while the block runs.

    ``shown``: the statement that found the partner has set ``app.partner`` already.
    """
    before = _visible.get()
    token = _visible.set(str(partner_id))
    if not shown:
        _show(str(partner_id))
    try:
        yield
    finally:
        _visible.reset(token)
        if connection.connection is not None and not connection.needs_rollback:
            _show(before)


@contextmanager
def everyone() -> Iterator[None]:
    """Show the rows of all partners: sweeps, and look-ups that must find the partner first."""
    with acting_for(EVERYONE):
        yield
