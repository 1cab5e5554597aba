import psycopg2
from django.db.backends.postgresql import base

from partnercenter.lib import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """Asks whether the connection is alive by setting whose rows it shows.

    Django asks before the first statement of each request. So what the last request has shown is
    hidden without a round trip of its own.
    """

    def is_usable(self) -> bool:
        if self.connection is None:
            return False
        try:
            with self.connection.cursor() as cursor:
                cursor.execute(tenancy.SHOW, [tenancy.visible()])
        except psycopg2.Error:
            return False
        return True

    def show_before_next_use(self) -> bool:
        """Have it ask before the next statement, whoever sends it; False where it would not."""
        if self.in_atomic_block or not self.health_check_enabled:  # type: ignore[attr-defined]
            return False
        self.health_check_done = False
        return True
