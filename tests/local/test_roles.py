"""The roles of the image, on a database and a Valkey given from outside."""

import os
import random
import subprocess
import sys
import time

from partnercenter.local.children import Children
from partnercenter.local.state import PROJECT


def command(*arguments):
    return [sys.executable, "-m", "partnercenter.local", *arguments]


def healthy(role, env):
    return subprocess.call(command("healthy", role), cwd=PROJECT, env=env) == 0


def soon(check, seconds=40):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.2)
    return False


def test_each_role_becomes_its_process_and_says_when_it_is_healthy(committed_db, tmp_path):
    port = str(random.randrange(15_000, 20_000))  # noqa: S311 - no secret
    env = {**os.environ, "PORT": port, "PUBLIC_URL": f"http://localhost:{port}"}
    env |= {"WEB_PROCESSES": "1", "WORKER_PROCESSES": "1", "TMPDIR": str(tmp_path)}
    assert not healthy("web", env)
    children = Children()
    try:
        for role in ("web", "worker", "beat"):
            children.start(role, command(role), log=tmp_path / f"{role}.log", env=env, cwd=PROJECT)
        assert soon(lambda: healthy("web", env))
        assert soon(lambda: healthy("worker", env))
        assert soon(lambda: "Sending due task" in (tmp_path / "beat.log").read_text())
        assert [child.process.poll() for child in children.running] == [None] * 3
    finally:
        children.stop_all(grace=5)
    assert not healthy("web", env)


def test_migrate_is_safe_to_run_again(committed_db):
    env = {**os.environ}
    subprocess.run(command("migrate"), cwd=PROJECT, env=env, check=True)


def test_migrate_without_a_database_says_what_to_set():
    env = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        command("migrate"), cwd=PROJECT, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (1, "Set DATABASE_OWNER_URL, or DATABASE_URL.\n")
