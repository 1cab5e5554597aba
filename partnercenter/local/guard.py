"""A process that outlives a killed launcher just long enough to stop what it started.

Run by path, before and without any package: ``python guard.py SECONDS``. On standard input come
lines ``add STAGE SIGNAL PID`` and ``del PID``. When the input ends, whoever wrote it is gone: every
process is stopped, stage by stage from the highest, gently first and after SECONDS hard.
"""

import contextlib
import os
import signal
import sys
import time


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123 - no imports beyond the need
            return file.read().rpartition(b") ")[2][:1] != b"Z"
    except OSError:
        return not os.path.isdir("/proc/self")  # noqa: PTH112


def stop(pids: dict[int, int], grace: float) -> None:
    for pid, number in pids.items():
        with contextlib.suppress(OSError):
            os.kill(pid, number)
    end = time.monotonic() + grace
    while time.monotonic() < end and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    for pid in pids:  # each leads a group of its own, so this takes its children too
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)


def main() -> None:
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # the end of the input is the only sign
    stages: dict[int, dict[int, int]] = {}
    for line in sys.stdin:
        verb, *numbers = line.split()
        if verb == "add":
            stage, number, pid = map(int, numbers)
            stages.setdefault(stage, {})[pid] = number
        else:
            for pids in stages.values():
                pids.pop(int(numbers[0]), None)
    for stage in sorted(stages, reverse=True):
        stop(stages[stage], float(sys.argv[1]))


if __name__ == "__main__":
    main()
