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


SHOW = "SELECT set_config('app.partner', %s, false)"
# In autocommit a statement sent behind this one shares its transaction, and the setting ends.
FOR_ONE_STATEMENT = "SELECT set_config('app.partner', %s, true)"


def visible() -> str:
    """Id of the partner whose rows are to be seen here; "" for nobody's."""
    return _visible.get()


def show_again() -> None:
    """Inside a transaction: end what ``FOR_ONE_STATEMENT`` has set."""
    _show(_visible.get())


def _show(partner: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SHOW, [partner])


@contextmanager
def acting_for(partner_id: UUID, *, shown: bool = False) -> Iterator[None]:
    """Show this partner's rows, and only these, while the block runs.

    Where nothing was shown before, nothing is again from the next statement on: it waits until
    Django has asked whether the connection is alive, which is how these rows are hidden.
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
        is_open = connection.connection is not None and not connection.needs_rollback
        if is_open and (before or not connection.show_before_next_use()):  # type: ignore[attr-defined]
            _show(before)


@contextmanager
def everyone() -> Iterator[None]:
    """Show the rows of all partners: sweeps, and look-ups that must find the partner first."""
    with acting_for(EVERYONE):
        yield
