"""``make run``, whole: on a fresh state folder, killed, started again."""

import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from partnercenter.local import product, state
from partnercenter.local.state import PROJECT
from partnercenter.local.trouble import Trouble

KEPT = ("PATH", "HOME", "LANG", "VENV", "PYTHONPATH")


def launch(folder, port):
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    env |= {"STATE_DIR": str(folder), "PORT": str(port), "MARK": str(folder)}
    return subprocess.Popen(
        ["make", "run", f"PYTHON={sys.executable}"],
        cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def until(process, text):
    """Everything said up to a line with ``text``."""
    said = ""
    for line in process.stdout:
        said += line
        if text in line:
            return said
    pytest.fail(f"ended with {process.wait()} before it said {text!r}:\n{said}")


def left_behind(folder):
    """Processes that carry the state folder in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if f"MARK={folder}\0" in (path / "environ").read_text(errors="replace"):
                found.append((path / "cmdline").read_text().replace("\0", " "))
            elif str(folder) in (command := (path / "cmdline").read_text()):
                found.append(command.replace("\0", " "))
        except OSError:
            continue
    return found


def gone(folder):
    end = time.monotonic() + 25
    while left_behind(folder) and time.monotonic() < end:
        time.sleep(0.1)
    return left_behind(folder) == []


@pytest.fixture
def folder(tmp_path):
    """A state folder that only we can reach, so that the database falls back where we are root."""
    path = tmp_path / "state"
    path.mkdir(mode=0o700)
    yield path
    database, _ = state.database_dir(path)
    assert gone(database)
    shutil.rmtree(database)


@pytest.mark.timeout(300)
def test_it_starts_survives_kill_9_and_starts_again_with_its_data(folder):
    port = random.randrange(15_000, 20_000)  # noqa: S311 - no secret
    first = launch(folder, port)
    said = until(first, "Ctrl-C stops")
    assert f"Partner Center with its demo data: http://localhost:{port}" in said
    assert ("falls back to /var/tmp/partnercenter-" in said) == (os.geteuid() == 0)
    demo = json.loads((folder / "demo.json").read_text())
    assert demo["base_url"] == f"http://localhost:{port}"
    assert demo["partners"]["fabrikam"]["users"]["aa"]["password"] in said
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz/ready") as answer:
        assert answer.status == 200
    running = " ".join(left_behind(folder))
    assert running.count("granian") >= 3  # the main process and two workers
    assert running.count("celery -A partnercenter worker") >= 3
    assert running.count("celery -A partnercenter beat") == 1

    second = launch(folder, port)
    assert re.search(r"Port \d+ is taken|is in use already", second.communicate()[0])
    assert second.returncode != 0

    launcher = int(re.search(r"process (\d+)", (folder / "lock").read_text())[1])
    os.kill(launcher, signal.SIGKILL)
    first.communicate()
    assert gone(folder)

    again = launch(folder, port)
    said = until(again, "Ctrl-C stops")
    assert "with its demo data" not in said
    assert json.loads((folder / "demo.json").read_text()) == demo
    os.killpg(again.pid, signal.SIGINT)
    again.communicate()
    assert gone(folder)


def test_a_taken_port_is_said_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(Trouble, match=rf"Port {port} is taken .* make run PORT="):
            product.check_port("127.0.0.1", port)


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(Trouble, match="must be a number from 1 to 65535"):
        product.address({"PORT": port})
