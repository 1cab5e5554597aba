"""``manage.py demo_token``: a token for curl."""

import json
import os
import stat

import pytest
from django.core.management import CommandError, call_command

from partnercenter.local import running

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(fabrikam, settings, tmp_path):
    settings.STATE_DIR = tmp_path
    known = {
        "apps": {"aa": {"client_id": fabrikam.app("aa").client_id}},
        "users": {"aa": {"email": fabrikam["aa"].email}},
    }
    (tmp_path / "demo.json").write_text(json.dumps({"partners": {"fabrikam": known}}))


def _me(client, capsys):
    value = capsys.readouterr().out.strip()
    return client.get("/v1/me", headers={"Authorization": f"Bearer {value}"}).json()["user"]


def test_it_is_the_admin_agent_s(demo, client, capsys):
    call_command("demo_token")
    assert _me(client, capsys)["email"] == "aa@fabrikam.example"


def test_it_may_be_the_application_s(demo, client, capsys):
    call_command("demo_token", "--app-only")
    assert _me(client, capsys)["type"] == "application"


@pytest.mark.parametrize("options", [{"user": "zz"}, {"partner": "nobody"}])
def test_who_is_not_there_is_said(demo, options):
    with pytest.raises(CommandError, match=r"knows no '(zz|nobody)'"):
        call_command("demo_token", **options)


def test_without_a_demo_it_is_said(settings, tmp_path):
    settings.STATE_DIR = tmp_path
    with pytest.raises(CommandError, match=r"demo\.json is missing"):
        call_command("demo_token")


def test_commands_join_the_installation_that_runs(tmp_path):
    path = running.keep(tmp_path, {"DATABASE_URL": "postgresql://x", "PATH": "/bin"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600

    joined = {"STATE_DIR": str(tmp_path)}
    running.join(joined)
    assert joined == {"STATE_DIR": str(tmp_path), "DATABASE_URL": "postgresql://x"}


def test_commands_that_are_told_a_database_take_that(tmp_path):
    running.keep(tmp_path, {"DATABASE_URL": "postgresql://x"})
    told = {"STATE_DIR": str(tmp_path), "DATABASE_URL": "postgresql://y"}
    running.join(told)
    assert told["DATABASE_URL"] == "postgresql://y"
    assert os.environ["DATABASE_URL"] != "postgresql://x"
