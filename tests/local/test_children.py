"""No process is left behind, however its starter ends."""

import os
import subprocess
import sys
import time
from pathlib import Path

from partnercenter.local.children import Children
from partnercenter.local.state import PROJECT

STARTER = """
import sys, time
from pathlib import Path
from partnercenter.local.children import Children, SERVICES
log = Path(sys.argv[1])
stubborn = "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);" \\
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', sys.argv[1]]);" \\
    "print('up', flush=True); time.sleep(60)"
children = Children(grace=1)
children.start("stubborn", [sys.executable, "-c", stubborn, sys.argv[1]], log=log)
children.start("meek", ["sleep", "61"], log=log, stage=SERVICES)
while "up" not in log.read_text():
    time.sleep(0.01)
print(children._guard.pid, *(child.process.pid for child in children.running), flush=True)
time.sleep(60)
"""


def with_argument(text: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if text in path.read_text():
                found.append(path.parent.name)
        except OSError:
            continue
    return found


def test_kill_9_of_the_starter_leaves_nothing(tmp_path):
    mark = str(tmp_path / "log")
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, mark], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    guard, *pids = starter.stdout.readline().split()
    assert len(pids) == 2
    assert len(with_argument(mark)) == 3  # the starter, the stubborn one, and its child
    starter.kill()
    starter.wait()
    starter.stdout.close()
    end = time.monotonic() + 15
    while time.monotonic() < end and (with_argument(mark) or Path(f"/proc/{guard}").exists()):
        time.sleep(0.05)
    assert with_argument(mark) == []
    assert [pid for pid in (guard, *pids) if Path(f"/proc/{pid}").exists()] == []


def test_stop_all_is_gentle_first_and_takes_grandchildren(tmp_path):
    children = Children()
    seconds = f"62.{os.getpid()}"
    script = f"sleep {seconds} & trap 'echo gently; exit 0' TERM; echo up; wait"
    log = tmp_path / "log"
    children.start("gentle", ["sh", "-c", script], log=log)
    while "up" not in log.read_text():
        time.sleep(0.01)
    children.stop_all()
    assert log.read_text().split() == ["up", "gently"]
    assert with_argument(f"sleep\0{seconds}") == []
