"""Processes that never outlive us: not on Ctrl-C, not on kill -9."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

SERVICES, PROCESSES = 0, 1  # stages: what is started first is stopped last
GRACE = 10.0  # seconds from the gentle sign to SIGKILL
GRACE_WHEN_KILLED = 6.0  # the same, when we are gone and the guard stops what is left
PR_SET_PDEATHSIG = 1


def die_with_parent(number: int) -> Callable[[], None] | None:
    """For ``preexec_fn``: the kernel sends ``number`` when the starting process is gone."""
    if sys.platform != "linux":
        return None
    prctl, parent = ctypes.CDLL(None).prctl, os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # it went while we were born
            os._exit(1)

    return ask


@dataclass(frozen=True)
class Child:
    name: str
    process: subprocess.Popen[bytes]
    stage: int
    sign: int

    def stop(self, grace: float = GRACE) -> None:
        """Gently, then hard; with everything it started."""
        if self.process.poll() is None:
            self.process.send_signal(self.sign)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(grace)
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Children:
    """Starts processes, each leading a group of its own, and stops them in the right order."""

    def __init__(self, *, grace: float = GRACE_WHEN_KILLED) -> None:
        guard = Path(__file__).with_name("guard.py")
        self._guard = subprocess.Popen(
            [sys.executable, "-I", "-S", str(guard), str(grace)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            cwd="/",
        )
        self.running: list[Child] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        stage: int = PROCESSES,
        sign: int = signal.SIGTERM,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Child:
        """Start ``command``, its output appended to ``log``; ``sign`` is what stops it gently."""
        with log.open("ab") as out:
            process = subprocess.Popen(
                [*command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                start_new_session=True,
                preexec_fn=die_with_parent(sign),  # noqa: PLW1509 - no thread runs yet
                **options,
            )
        self._tell(f"add {stage} {int(sign)} {process.pid}")
        child = Child(name, process, stage, sign)
        self.running.append(child)
        return child

    def stop(self, child: Child, grace: float = GRACE) -> None:
        """Stop one and forget it."""
        child.stop(grace)
        self._tell(f"del {child.process.pid}")
        self.running.remove(child)

    def stop_all(self, grace: float = GRACE) -> None:
        """Stop everything: the product's processes together, then the services they need."""
        for stage in sorted({child.stage for child in self.running}, reverse=True):
            of_stage = [child for child in self.running if child.stage == stage]
            for child in of_stage:
                if child.process.poll() is None:
                    child.process.send_signal(child.sign)
            end = time.monotonic() + grace
            for child in of_stage:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.1, end - time.monotonic()))
                self.stop(child, grace=0.1)
        _input(self._guard).close()
        self._guard.wait(GRACE)

    def _tell(self, line: str) -> None:
        pipe = _input(self._guard)
        with contextlib.suppress(OSError):  # somebody killed the guard; the kernel's sign remains
            pipe.write(f"{line}\n".encode())
            pipe.flush()


def _input(process: subprocess.Popen[bytes]) -> IO[bytes]:
    if process.stdin is None:
        raise ValueError("started without a pipe")
    return process.stdin
