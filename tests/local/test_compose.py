"""The compose file and what its containers run."""

import re
import subprocess
import sys

import pytest
import yaml

from partnercenter.lib.uploads import MOST_IN_ALL
from partnercenter.local import keys, roles
from partnercenter.local.state import PROJECT


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


def test_it_follows_the_schema_of_compose_files():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [*command, PROJECT / "docker-compose.yml"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "ok -- validation done")


def test_one_image_whose_command_decides_on_the_role(compose):
    ours = {n: s for n, s in compose["services"].items() if "partnercenter" in s["image"]}
    assert {name: service["command"] for name, service in ours.items()} == {
        "migrate": ["migrate"],
        "web": ["web"],
        "worker": ["worker"],
        "beat": ["beat"],
    }
    assert {name for name in ours if name not in roles.COMMANDS} == set()
    for service in ours.values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "USER partnercenter" in (PROJECT / "Dockerfile").read_text()


def test_only_migrate_knows_the_owner(compose):
    assert [
        name
        for name, service in compose["services"].items()
        if "database_owner_url" in service.get("secrets", ())
    ] == ["migrate"]


def test_every_secret_is_written_by_make_secrets_once(compose, tmp_path):
    keys.for_compose(tmp_path / "secrets")
    named = {entry["file"].removeprefix(".secrets/") for entry in compose["secrets"].values()}
    written = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    assert set(written) == named
    assert written["app_password"] in written["database_url"]
    assert written["owner_password"] in written["database_owner_url"]
    keys.for_compose(tmp_path / "secrets")
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == written


def test_the_image_has_the_client_programs_of_the_server_that_compose_starts(compose):
    _image, major = compose["services"]["postgres"]["image"].split(":")
    last_stage = (PROJECT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    assert re.findall(r"postgresql-client-(\d+)", last_stage) == [major]


def test_S80_nginx_lets_through_what_the_product_itself_measures(compose):
    nginx = compose["configs"]["nginx"]["content"]
    place = re.search(r"location /dashboard/support \{\s+client_max_body_size (\d+)m;", nginx)
    assert int(place[1]) * 1024 * 1024 > MOST_IN_ALL


def test_the_image_is_built_without_a_secret_or_a_database(tmp_path):
    env = {"PATH": "/usr/bin:/bin", "COMPRESS_STATIC": "0", "STATIC_ROOT": str(tmp_path / "static")}
    command = [sys.executable, "-m", "partnercenter.local", "build"]
    subprocess.run(command, cwd=PROJECT, env=env, check=True)
    assert (tmp_path / "static/staticfiles.json").exists()
