"""The virtual environment: made, and filled from a lock file with checked digests.

Runs on the machine's Python before any package is there. The index is whatever pip is configured
for; no address of one stands here.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import signal
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from partnercenter.local import pip
from partnercenter.local.children import die_with_parent
from partnercenter.local.state import PROJECT
from partnercenter.local.trouble import Trouble

RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"  # the second holds all of the first
STAMP = ".installed"
NO_NETWORK = (
    "NewConnectionError", "ConnectTimeoutError", "Temporary failure in name resolution",
    "Network is unreachable", "Name or service not known", "No matching distribution found",
    "ProxyError", "Connection refused", "Max retries exceeded",
)  # fmt: skip


def folder() -> Path:
    return PROJECT / os.environ.get("VENV", ".venv")


def python() -> Path:
    return folder() / "bin" / "python"


def inside() -> bool:
    """Whether this very process runs in the environment."""
    return Path(sys.prefix).resolve() == folder().resolve()


def ensure(lock: str) -> None:
    """Make the environment hold what ``lock`` names; at once when it does already."""
    if _is_complete(lock):
        return
    with _alone():
        if not _works():
            _say(f"Making {folder()}")
            _make()
        if not _is_complete(lock):
            _install(lock)


def replace_process(arguments: list[str]) -> None:
    """Go on as the environment's Python."""
    os.chdir(PROJECT)
    program = str(python())
    os.execv(program, [program, "-m", "partnercenter.local", *arguments])


def _is_complete(lock: str) -> bool:
    try:
        stamps = (folder() / STAMP).read_text().split()
    except OSError:
        return False
    return _works() and _digest(lock) in stamps


def _digest(lock: str) -> str:
    return hashlib.sha256((PROJECT / lock).read_bytes()).hexdigest()


def _works() -> bool:
    """A moved or upgraded interpreter leaves an environment behind that does not start."""
    try:
        wanted = "import sys; print(sys.version_info[:2])"
        answer = subprocess.run(
            [python(), "-c", wanted], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return False
    return inside() or answer.stdout.strip() == str(sys.version_info[:2])


def _make() -> None:
    has_pip = importlib.util.find_spec("ensurepip") is not None
    try:
        try:
            venv.create(folder(), with_pip=has_pip, clear=True, symlinks=True)
        except subprocess.CalledProcessError:  # ensurepip is there and its wheels are not
            venv.create(folder(), with_pip=False, clear=True, symlinks=True)
    except OSError as error:
        raise Trouble(
            f"The environment {folder()} could not be made ({error.strerror}). "
            "Set VENV to a folder that is writable."
        ) from error


def _install(lock: str) -> None:
    count = sum("==" in line for line in (PROJECT / lock).read_text().splitlines())
    _say(f"Installing {count} packages from {lock} (once; digests are checked)")
    command = [
        *pip.command(python(), PROJECT / lock), "install", "--require-hashes", "--no-deps",
        "--only-binary=:all:", "--no-input", "--disable-pip-version-check", "--quiet",
        "--requirement", str(PROJECT / lock),
    ]  # fmt: skip
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, check=False,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )  # fmt: skip
    if done.returncode:
        raise Trouble(_why(done.stdout))
    held = {RUN, lock}
    (folder() / STAMP).write_text("\n".join(sorted(map(_digest, held))))


def _why(output: str) -> str:
    tail = "\n".join(output.splitlines()[-6:])
    if "DO NOT MATCH THE HASHES" in output:
        return f"A package is not the one that was tested; nothing of it was installed:\n{tail}"
    if any(sign in output for sign in NO_NETWORK):
        return (
            "No network: the package index could not be reached. The first start needs it; "
            f"later ones do not. If you have a mirror, set PIP_INDEX_URL. pip said:\n{tail}"
        )
    return f"The packages could not be installed. pip said:\n{tail}"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two commands that start together must not both install."""
    place = folder().with_name(folder().name + ".lock")
    try:
        with place.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
    except OSError as error:
        if error.filename == str(place):
            raise Trouble(
                f"{place.parent} is not writable ({error.strerror}). Set VENV."
            ) from error
        raise


def _say(text: str) -> None:
    print(text, flush=True)
