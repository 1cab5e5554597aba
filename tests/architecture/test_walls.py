"""The second wall: what the database itself refuses."""

import pytest
from django.db import connection

from partnercenter.lib import walls

pytestmark = pytest.mark.django_db
TENANT_TABLES = sorted(model._meta.db_table for model in walls.tenant_models())


def _one(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def test_every_tenant_table_is_known():
    assert len(TENANT_TABLES) >= 14


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_row_security_is_forced(table):
    sql = "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s"
    assert _one(sql, table) == (True, True)


@pytest.mark.parametrize("table", TENANT_TABLES)
def test_nothing_is_visible_without_a_partner(table):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.partner', '', false)")
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own tables
        assert cursor.fetchone() == (0,)


def test_the_product_runs_without_rights_over_the_schema():
    role = _one(
        "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    assert role == (False, False, False)
    owned = (
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
    )
    assert _one(owned) == (0,)


@pytest.mark.parametrize("table", ["activitylog_activityrecord", "activitylog_chainhead"])
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_log_cannot_be_changed_by_the_product(table, right):
    assert _one("SELECT has_table_privilege(%s, %s)", table, right) == (False,)
