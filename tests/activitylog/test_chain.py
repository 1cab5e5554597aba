# ruff: noqa: S608 - the tables are our own
"""The log cannot be changed by the product, and what an owner changes is found (B22, B23)."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from activitylog import chain
from activitylog.models import STRANDS, ActivityRecord, ChainHead
from partnercenter.lib import clock, tenancy
from tests.activitylog import build

TABLE = "activitylog_activityrecord"
HEAD = "activitylog_chainhead"


def rows(partner, count):
    with tenancy.acting_for(partner.pk):
        by = build.actor(partner, "admin_agent")
        build.many(count, by, clock.now(), timedelta(seconds=1))


@pytest.fixture
def partner(committed_db):
    partner = build.partner()
    rows(build.partner("Tailspin"), 3)
    rows(partner, 6)
    chain.heads_file().unlink(missing_ok=True)
    yield partner
    chain.heads_file().unlink(missing_ok=True)


@pytest.fixture
def as_owner(owner_connection):
    """Runs SQL as who owns the tables, with the triggers off and everything in sight."""

    def run(sql, *values):
        with owner_connection, owner_connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partner', %s, true)", [str(tenancy.EVERYONE)])
            cursor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
            cursor.execute(sql, values)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")

    return run


def number(partner, position):
    """The number of the partner's first, second, … row, all of which one connection wrote."""
    with tenancy.acting_for(partner.pk):
        return (
            ActivityRecord.objects.filter(partner=partner).order_by("number")[position - 1].number
        )


def faults(partner):
    """What is found, by the positions of ``number``; 0 stays 0."""
    first = connection.connection.info.backend_pid % STRANDS
    found = [(f.number, f.what) for f in chain.verify() if f.partner_id == partner.pk]
    return [((n - first) // STRANDS if n else 0, what) for n, what in found]


def test_an_untouched_log_is_intact(partner, capsys):
    chain.export_heads()
    rows(partner, 2)
    call_command("verify_activity_log")
    assert capsys.readouterr().out == "The activity log is intact.\n"


def test_an_edited_row_is_found(partner, as_owner):
    as_owner(
        f"UPDATE {TABLE} SET actor_name = 'x' WHERE partner_id = %s AND number = %s",
        str(partner.pk),
        number(partner, 3),
    )
    assert faults(partner) == [(3, "row does not follow its chain")]
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_activity_log")


def test_an_edited_row_with_its_digest_made_anew_is_found(partner, as_owner):
    where = f"WHERE partner_id = '{partner.pk}' AND number = {number(partner, 3)}"
    as_owner(
        f"UPDATE {TABLE} SET actor_name = 'x' {where};"
        f"UPDATE {TABLE} r SET digest = activity_digest(r) {where}"
    )
    assert faults(partner) == [(4, "row does not follow its chain")]


def test_a_row_deleted_in_the_middle_is_found(partner, as_owner):
    as_owner(
        f"DELETE FROM {TABLE} WHERE partner_id = %s AND number = %s",
        str(partner.pk),
        number(partner, 3),
    )
    assert faults(partner) == [(4, "row does not follow its chain")]


def test_a_row_put_in_is_found(partner, as_owner):
    as_owner(
        f"INSERT INTO {TABLE} SELECT (jsonb_populate_record(r, jsonb_build_object("
        f"'id', gen_random_uuid(), 'number', r.number + {STRANDS}))).* FROM {TABLE} r "
        "WHERE partner_id = %s AND number = %s",
        str(partner.pk),
        number(partner, 6),
    )
    assert faults(partner)[0] == (7, "row does not follow its chain")


def test_a_deleted_tail_is_found(partner, as_owner):
    as_owner(
        f"DELETE FROM {TABLE} WHERE partner_id = %s AND number > %s",
        str(partner.pk),
        number(partner, 4),
    )
    assert faults(partner) == [(4, "last row and head differ")]


def test_a_log_deleted_whole_is_found(partner, as_owner):
    as_owner(f"DELETE FROM {TABLE} WHERE partner_id = %s", str(partner.pk))
    assert faults(partner) == [(0, "last row and head differ")]


def test_a_deleted_tail_with_a_forged_head_is_found_by_the_exported_one(partner, as_owner):
    chain.export_heads()
    last = number(partner, 4)
    as_owner(
        f"DELETE FROM {TABLE} WHERE partner_id = '{partner.pk}' AND number > {last};"
        f"UPDATE {HEAD} h SET number = r.number, digest = r.digest FROM {TABLE} r "
        f"WHERE h.partner_id = r.partner_id AND r.number = {last} AND h.partner_id = '{partner.pk}'"
    )
    assert faults(partner) == [(6, "row differs from the exported head")]


def test_a_forged_export_is_found(partner):
    chain.export_heads()
    path = chain.heads_file()
    path.write_text(
        path.read_text().replace(
            f'"number": {number(partner, 6)}', f'"number": {number(partner, 5)}'
        )
    )
    assert faults(partner) == [(5, "exported head has a wrong signature")]


def test_an_export_signed_before_the_secret_changed_still_counts(partner, settings):
    chain.export_heads()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "n" * 50
    assert faults(partner) == []


def test_heads_are_exported_once(partner):
    assert (chain.export_heads(), chain.export_heads()) == (2, 0)
    rows(partner, 1)
    assert chain.export_heads() == 1


@pytest.mark.parametrize("table", [TABLE, HEAD])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {} SET number = 1",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} ADD COLUMN x int",
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "DROP TABLE {}",
        "SET session_replication_role = replica",
    ],
)
def test_the_product_is_refused(fabrikam, aa, table, sql):
    build.record(aa, clock.now())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(table))


def test_the_owner_too_is_refused_while_the_triggers_stand(partner, owner_connection):
    for sql in (f"UPDATE {TABLE} SET subject = ''", f"DELETE FROM {TABLE}", f"TRUNCATE {TABLE}"):
        with owner_connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.partner', %s, true)", [str(tenancy.EVERYONE)])
            with pytest.raises(Exception, match="append-only"):
                cursor.execute(sql)
        owner_connection.rollback()


def test_number_and_digest_are_the_databases_own(fabrikam, aa):
    row = ActivityRecord(
        partner=fabrikam,
        number=77,
        digest=b"x",
        at=clock.now(),
        action="create_order",
        status="succeeded",
        actor_name="x",
        source="portal",
    )
    row.save(force_insert=True)
    row.refresh_from_db()
    assert row.number == STRANDS + connection.connection.info.backend_pid % STRANDS
    assert bytes(row.digest) == bytes(ChainHead.objects.get().digest) != b"x"


def test_writers_of_one_partner_do_not_wait_for_each_other(partner, owner_connection):
    """Each connection has a strand of its own; what both wrote is one intact log (ADR 0004)."""
    with transaction.atomic():
        rows(partner, 1)
        with owner_connection, owner_connection.cursor() as other:
            mine = connection.connection.info.backend_pid % STRANDS
            assert owner_connection.info.backend_pid % STRANDS != mine, "run again: pids collide"
            other.execute("SET LOCAL lock_timeout = '2s'")
            other.execute("SELECT set_config('app.partner', %s, true)", [str(tenancy.EVERYONE)])
            other.execute(
                f"INSERT INTO {TABLE} SELECT (jsonb_populate_record(r,"
                f" jsonb_build_object('id', gen_random_uuid()))).* FROM {TABLE} r"
                " WHERE partner_id = %s ORDER BY number LIMIT 2",
                [str(partner.pk)],
            )
    chain.export_heads()
    assert chain.verify() == []
    with tenancy.acting_for(partner.pk):
        assert ActivityRecord.objects.filter(partner=partner).count() == 9
        assert ChainHead.objects.filter(partner=partner).count() == 2
