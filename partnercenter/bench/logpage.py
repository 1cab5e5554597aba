"""The first page of the activity log, at two sizes of the log."""

import os
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial

import psycopg2

from partnercenter.bench.ground import Ground
from partnercenter.bench.load import row

LOG_SIZES = (10_000, 1_000_000)


def log_page(ground: Ground) -> list[str]:
    """First page of the activity log by the API, at two sizes of the log."""
    lines, medians = [], []
    token = ground.token_of("ga")  # the log is for other roles than the orders
    for size in LOG_SIZES:
        _fill_log(ground, size)
        client = ground.client()  # the server has closed one that waited through the filling
        asked = partial(
            client.send, "GET", "/v1/auditrecords?size=50", Authorization=f"Bearer {token}"
        )
        read = partial(ground.floor.rows, LOG_PAGE, [ground.partner["tenant_id"]])
        taken, floor = ([_seconds(act) for _ in range(200)] for act in (asked, read))
        medians.append(statistics.median(taken))
        lines.append(
            row(
                f"log, first page at {size:,} rows",
                medians[-1] * 1000,
                statistics.median(floor) * 1000,
                unit="ms",
                target="-",
            )
        )
    lines.append(
        row(
            "log, first page, large beside small",
            medians[1] * 1000,
            medians[0] * 1000,
            unit="ms",
            target="<= 1.15",
        )
    )
    return lines


LOG_PAGE = (
    "SELECT * FROM activitylog_activityrecord WHERE partner_id = %s"
    " AND at > now() - interval '30 days' ORDER BY at DESC, number DESC LIMIT 51"
)
FILL = """
INSERT INTO activitylog_activityrecord (id, partner_id, number, at, action, resource_type,
  status, actor_name, source, application_id, customer_id, customer_name, subject, details, ip,
  correlation_id)
SELECT gen_random_uuid(), %(partner)s, head + n, now() - random() * interval '29 days',
  'get_software_key', 'software_key', 'succeeded', 'aa@fabrikam.example', 'portal', '',
  %(customer)s, 'Contoso', 'SQL Server Enterprise', '{}', '', ''
FROM (SELECT max(number) AS head, count(*) AS there FROM activitylog_activityrecord
      WHERE partner_id = %(partner)s) h,
  generate_series(1, %(size)s - there) n
"""
# A chain of a million links takes a quarter of an hour; the page does not look at it.
UNCHAINED = "ALTER TABLE activitylog_activityrecord {} TRIGGER activity_chain"
HEAD = """
UPDATE activitylog_chainhead SET number = strand + (
  SELECT max(number) / 16 * 16 FROM activitylog_activityrecord WHERE partner_id = %(partner)s)
WHERE partner_id = %(partner)s
"""


def _fill_log(ground: Ground, size: int) -> None:
    values = {
        "partner": ground.partner["tenant_id"],
        "customer": ground.customer,
        "size": size,
    }
    with closing(psycopg2.connect(os.environ["DATABASE_OWNER_URL"])) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partner', %(partner)s, false)", values)
            cursor.execute(UNCHAINED.format("DISABLE"))
            cursor.execute(FILL, values)
            cursor.execute(HEAD, values)
            cursor.execute(UNCHAINED.format("ENABLE"))
            cursor.execute("VACUUM ANALYZE activitylog_activityrecord")


def _seconds(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin
