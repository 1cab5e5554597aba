"""The first page reads as little among ten thousand rows as among ten."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from activitylog.models import ActivityRecord
from activitylog.queries import NEWEST_FIRST, Asked, records
from activitylog.views import SIZE
from partnercenter.lib import paging, tenancy
from tests.activitylog import build
from tests.activitylog.conftest import NOW

FILL = """
INSERT INTO activitylog_activityrecord (id, partner_id, number, at, action, resource_type, status,
  actor_name, application_id, source, customer_id, customer_name, subject, details, ip,
  correlation_id)
SELECT gen_random_uuid(), %s, 0, %s - n * interval '1 minute', 'get_software_key', 'software_key',
  'succeeded', %s, '', 'portal', %s, 'Contoso', 'SQL Server', '{"orderId": "O1"}', '', ''
FROM generate_series(%s, %s) n
"""


@pytest.fixture
def full(committed_db, owner_connection):
    """The log of a partner, committed and analyzed, as it is on any day but the first."""
    partner = build.partner()
    with tenancy.acting_for(partner.pk):
        by = build.actor(partner, "admin_agent")
        contoso = build.customer(partner)
        with connection.cursor() as cursor:
            # In lots: within one transaction the head's old versions pile up.
            for first in range(1, 10_000, 100):
                values = [partner.pk, NOW, by.name, contoso.pk, first, first + 99]
                cursor.execute(FILL, values)
        owner_connection.autocommit = True
        with owner_connection.cursor() as cursor:
            cursor.execute("ANALYZE activitylog_activityrecord")
        yield by


def buffers(rows):
    """Pages that PostgreSQL touched to answer."""
    plan = rows.explain(analyze=True, buffers=True, format="json", timing=False)
    top = json.loads(plan)[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"]


@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(start=NOW - timedelta(days=30), end=NOW),
        Asked(customer="contoso"),
        Asked(user="admin_agent"),
        Asked(action="get_software_key"),
    ],
    ids=["all", "month", "customer", "user", "action"],
)
def test_the_first_page_needs_at_most_30_buffers(full, asked):
    rows = records(asked, by=full).order_by(*NEWEST_FIRST)[: SIZE + 1]
    buffers(rows)
    assert buffers(rows) <= 30


def test_a_page_deep_in_the_log_too(full):
    rows, cursor = records(Asked(), by=full), ""
    for _ in range(5):
        cursor = paging.page(rows, order=NEWEST_FIRST, size=1000, cursor=cursor).next
    backwards, position = paging._read(cursor, ActivityRecord, NEWEST_FIRST)
    assert not backwards
    beyond = rows.filter(
        paging._beyond(ActivityRecord, ["at", "number"], position, falling=True)
    ).order_by(*NEWEST_FIRST)[: SIZE + 1]
    buffers(beyond)
    assert buffers(beyond) <= 30
