"""A backup is whole or not there; a restore gives the same again, or changes nothing."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connections, transaction
from django.test import override_settings

from accounts.models import Partner
from partnercenter.backup import files, postgres
from partnercenter.local.databases import named
from partnercenter.local.state import PROJECT
from tests.matrix.conftest import START
from tests.matrix.world import world

CATALOG = """
SELECT 'constraint', conrelid::regclass::text, conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename::text, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, pg_get_triggerdef(oid)
  FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', proname::text, pg_get_functiondef(oid)
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'policy', tablename::text, policyname || ' ' || qual FROM pg_policies
UNION ALL SELECT 'walls', relname::text, format('%s %s', relrowsecurity, relforcerowsecurity)
  FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL SELECT 'sequence', sequencename::text, last_value::text FROM pg_sequences
UNION ALL SELECT 'grant', relname::text, a::text
  FROM pg_class, aclexplode(relacl) a WHERE relnamespace = 'public'::regnamespace
"""
DIGEST = "md5(string_agg(t::text, '|' ORDER BY t::text))"


def plain(row):
    """PostgreSQL writes the casts in ``x IN ('a', 'b')`` otherwise once it has read them back."""
    return re.sub(r"::text(\[\])?|::character varying|[()]", "", " ".join(map(str, row)))


def prints(url):
    """What is in the database: rows of all partners, and everything that guards them."""
    with closing(psycopg2.connect(url, options=postgres.ALL_PARTNERS)) as connection:
        tables = postgres.tables(connection)
        with connection.cursor() as cursor:
            cursor.execute(CATALOG)
            found = {"catalog": sorted(map(plain, cursor.fetchall()))}
            for table in tables:
                cursor.execute(f"SELECT count(*), {DIGEST} FROM {table} t")  # noqa: S608 - our tables
                found[table] = cursor.fetchone()
    return found


def tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def source(services, django_db_setup, django_db_blocker, home):
    """Three partners with one of everything; the owner's address of their database."""
    url = named(services.databases.owner, services.database)
    own = {"STATE_DIR": home, "MEDIA_ROOT": home / "media", "DATABASE_OWNER_URL": url}
    with django_db_blocker.unblock(), override_settings(**own):
        with time_machine.travel(START, tick=False), transaction.atomic():
            world()
        default_storage.save("deep/er/画.bin", ContentFile(b"\0" * 3_000_000))
        yield url
        connections.close_all()
    services.renew()


@pytest.fixture(scope="module")
def backup(source, home):
    call_command("backup")
    (folder,) = (home / "backups").iterdir()
    return folder


@pytest.fixture
def copy(backup, tmp_path):
    """A copy of the backup, to be spoilt."""
    return shutil.copytree(backup, tmp_path / "copy")


@pytest.fixture
def elsewhere(services, tmp_path):
    """Runs ``restore`` as a new installation on the same server would."""
    name = f"{services.database}_restored"
    services.databases.clone("template0", name)
    url = named(services.databases.owner, name)
    env = {
        **os.environ,
        "DATABASE_URL": named(services.databases.app, name),
        "DATABASE_OWNER_URL": url,
        "STATE_DIR": str(tmp_path),
        "MEDIA_ROOT": str(tmp_path / "media"),
    }

    def restore(*arguments):
        command = [sys.executable, "manage.py", "restore", *map(str, arguments)]
        return subprocess.run(
            command, cwd=PROJECT, env=env, capture_output=True, text=True, check=False
        )

    yield url, restore
    services.databases.drop(name)


def refusal(*arguments, **options):
    with pytest.raises(CommandError) as refused:
        call_command(*arguments, **options)
    return str(refused.value)


def text_of(backup, *options):
    command = [postgres.program("pg_restore"), "--file=-", *options, backup / "database.dump"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def rewrite(folder, **changes):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_round_trip_gives_the_same_and_so_does_a_second_one(
    source, backup, home, elsewhere, tmp_path
):
    url, restore = elsewhere
    before = prints(source)

    first = restore(backup)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines()[1:] == ["The activity log is intact.", "The ledger adds up."]
    assert prints(url) == before
    assert tree(tmp_path / "media") == tree(home / "media")
    heads = "activity-log-heads.jsonl"
    assert (tmp_path / heads).read_bytes() == (backup / heads).read_bytes()

    with closing(psycopg2.connect(url, options=postgres.ALL_PARTNERS)) as connection:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE later (); UPDATE accounts_partner SET name = 'Changed'")
        connection.commit()
    changed = prints(url)
    (tmp_path / "media/deep/er/画.bin").write_bytes(b"changed")
    with (tmp_path / heads).open("a") as file:
        file.write((backup / heads).read_text().splitlines()[0] + "\n")

    refused = restore(backup)
    assert refused.returncode == 1
    assert refused.stderr.startswith(
        f"CommandError: Not empty: the database has {len(changed) - 1}"
    )
    assert prints(url) == changed

    second = restore(backup, "--force")
    assert (second.returncode, second.stderr) == (0, "")
    assert prints(url) == before
    assert tree(tmp_path / "media") == tree(home / "media")
    assert (tmp_path / heads).read_bytes() == (backup / heads).read_bytes()
    assert len(list(tmp_path.glob("activity-log-heads.before-*.jsonl"))) == 1


def test_rows_of_all_partners_are_in_the_dump_although_its_owner_is_walled(source, backup):
    with closing(psycopg2.connect(source)) as walled, walled.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_customer")
        assert cursor.fetchone() == (0,)
    partners = set(map(str, Partner.objects.values_list("pk", flat=True)))
    dumped = text_of(backup, "--data-only", "--table=customers_customer").decode()
    assert len(partners) == 3
    assert {key for key in partners if key in dumped} == partners
    counted = json.loads((backup / "manifest.json").read_text())["rows"]
    assert counted == {name: row[0] for name, row in prints(source).items() if name != "catalog"}


def test_the_folder_is_closed_to_others_and_holds_no_secret(backup, services, settings):
    assert backup.stat().st_mode & 0o777 == 0o700
    held = text_of(backup) + (backup / "manifest.json").read_bytes()
    held += (backup / "activity-log-heads.jsonl").read_bytes()
    key = settings.KEY_ENCRYPTION_KEYS.split(",")[0].partition(":")[2]
    password = psycopg2.extensions.parse_dsn(services.databases.owner)["password"]
    secrets = [settings.SECRET_KEY, settings.IDP_OIDC_PRIVATE_KEY[60:120], key, password]
    assert [secret for secret in secrets if secret.encode() in held] == []
    assert b"Fabrikam" in held


def cut(folder):
    path = folder / "database.dump"
    path.write_bytes(path.read_bytes()[:-5000])


def turned(folder):
    path = folder / "database.dump"
    held = bytearray(path.read_bytes())
    held[len(held) // 2] ^= 1
    path.write_bytes(held)


def lost(folder):
    next((folder / "files").iterdir()).unlink()


def half(folder):
    (folder / "manifest.json").unlink()


def torn(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text()[:-20])


def newer(folder):
    rewrite(folder, migrations=["orders.9999_tomorrow"])


def foreign(folder):
    rewrite(folder, rows={'x"; DROP TABLE y; --': 1})


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (cut, "database.dump is not what was backed up"),
        (turned, "database.dump is not what was backed up"),
        (lost, "is missing"),
        (half, "is no whole backup: it has no manifest.json"),
        (torn, "is no whole backup: its manifest.json cannot be read"),
        (newer, "a newer version made it: migration orders.9999_tomorrow is not known here"),
        (foreign, "its manifest.json is not ours"),
    ],
)
def test_a_spoilt_backup_is_refused_and_nothing_changes(source, copy, home, spoil, said):
    spoil(copy)
    before, state = prints(source), tree(home)
    for dry_run in (True, False):
        assert said in refusal("restore", copy, force=True, dry_run=dry_run)
    assert prints(source) == before
    assert tree(home) == state


def test_a_restore_that_fails_on_its_way_leaves_the_database_as_it_was(source, copy):
    before = prints(source)
    cut(copy)
    made = json.loads((copy / "manifest.json").read_text())
    size, digest = files.digest_of(copy / "database.dump")
    made["parts"]["database.dump"] = {"sizeBytes": size, "sha256": digest}
    rewrite(copy, parts=made["parts"])
    assert "pg_restore failed, nothing was changed" in refusal("restore", copy, force=True)
    assert prints(source) == before


def test_a_table_that_lost_rows_undoes_the_restore(source, copy):
    before = prints(source)
    rows = json.loads((copy / "manifest.json").read_text())["rows"]
    wanted = rows["orders_order"] = rows["orders_order"] + 1
    rewrite(copy, rows=rows)
    said = refusal("restore", copy, force=True)
    assert f"table orders_order has not got its {wanted} rows" in said
    assert prints(source) == before


def test_dry_runs_write_nothing(source, backup, home, capsys):
    before, state = prints(source), tree(home)
    call_command("backup", dry_run=True)
    call_command("restore", backup, dry_run=True, force=True)
    said = capsys.readouterr().out.splitlines()
    rows = sum(row[0] for name, row in before.items() if name != "catalog")
    assert said[0].startswith(f"Would back up {rows} rows of {len(before) - 1} tables")
    assert said[1].startswith(f"Would restore {rows} rows of {len(before) - 1} tables")
    assert prints(source) == before
    assert tree(home) == state


def test_a_backup_that_fails_leaves_nothing(source, tmp_path, monkeypatch):
    def full(_into):
        raise OSError("No space left on device")

    monkeypatch.setattr(files, "copy_out", full)
    said = refusal("backup", to=tmp_path / "backups")
    assert said == "No backup was made: No space left on device"
    assert list((tmp_path / "backups").iterdir()) == []


def test_a_pg_dump_older_than_the_server_is_refused(source, tmp_path, settings):
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.22'\n")
    old.chmod(0o755)
    settings.PG_BIN = str(tmp_path)
    said = refusal("backup", to=tmp_path / "backups")
    assert f"{old} is of PostgreSQL 12.22, older than the server's" in said
    assert list((tmp_path / "backups").iterdir()) == []
