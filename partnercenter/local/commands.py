"""What ``make`` calls. Each brings the environment up to date first, then goes on inside it."""

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from partnercenter.local import bootstrap, keys, product, roles, state
from partnercenter.local.children import PR_SET_PDEATHSIG
from partnercenter.local.trouble import Trouble

CHECKS = (
    "ruff check .",
    "ruff format --check .",
    "lint-imports",
    "mypy",
    "djade --check",
    "manage.py makemigrations --check --dry-run",
    "manage.py translations --check",
    "check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml",
)


def main(arguments: Sequence[str]) -> int:
    commands = {"run": run, "test": test, "check": check, "reset": reset, "setup": setup,
                "secrets": secrets, "with-services": services, **roles.COMMANDS}  # fmt: skip
    name, *rest = arguments or ["run"]
    if name not in commands:
        print(f"Commands: {', '.join(commands)}", file=sys.stderr)
        return 2
    _end_with_make()
    try:
        return commands[name](rest)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def setup(_arguments: Sequence[str]) -> int:
    """Only the environment, with the tools for tests and checks."""
    bootstrap.ensure(bootstrap.DEVELOP)
    return 0


def run(arguments: Sequence[str]) -> int:
    if not bootstrap.inside():  # said at once, not after the packages are installed
        state.state_dir()
        product.check_port(*product.address())
    _go_inside(bootstrap.RUN, ["run", *arguments])
    from partnercenter.local import start  # noqa: PLC0415 - needs the packages

    return start.main()


def test(arguments: Sequence[str]) -> int:
    """All tests; ``PYTEST`` and arguments go to pytest."""
    _go_inside(bootstrap.DEVELOP, ["test", *arguments])
    options = shlex.split(os.environ.get("PYTEST", "")) or ["-n", str(min(4, os.cpu_count() or 1))]
    pytest = [sys.executable, "-m", "pytest", "-m", "not soak"]  # a later -m wins
    return subprocess.call([*pytest, *options, *arguments])


def check(_arguments: Sequence[str]) -> int:
    """Every check, to the end; which of them failed is said last."""
    _go_inside(bootstrap.DEVELOP, ["check"])
    env = {"DATABASE_URL": "postgresql://nobody@/nothing", "REDIS_URL": "unix:///nothing",
           **keys.files(state.state_dir() / "secrets"), **os.environ}  # fmt: skip
    failed = [line for line in CHECKS if _check(line, env)]
    print(
        f"{len(CHECKS) - len(failed)} of {len(CHECKS)} checks passed"
        + "".join(f"\nfailed: {x}" for x in failed)
    )
    return 1 if failed else 0


def _check(line: str, env: dict[str, str]) -> int:
    print(f"$ {line}", flush=True)
    name, *rest = line.split()
    if name == "djade":
        rest += [
            str(path)
            for path in sorted(state.PROJECT.glob("**/templates/**/*.html"))
            if ".venv" not in path.parts
        ]
    program = [str(Path(sys.executable).with_name(name))]
    if name.endswith(".py"):
        program = [sys.executable, "-W", "ignore::RuntimeWarning", name]  # there is no database
    return subprocess.call([*program, *rest], cwd=state.PROJECT, env=env, stdin=subprocess.DEVNULL)


def services(arguments: Sequence[str]) -> int:
    """``with-services NAME COMMAND…``: run a command on empty services of its own, under NAME."""
    _go_inside(bootstrap.DEVELOP, ["with-services", *arguments])
    from partnercenter.local import start  # noqa: PLC0415 - needs the packages

    name, *command = arguments
    return start.with_services(name, command)


def secrets(_arguments: Sequence[str]) -> int:
    """Write ``.secrets/`` for docker-compose.yml; what is there stays."""
    _go_inside(bootstrap.RUN, ["secrets"])
    folder = state.PROJECT / ".secrets"
    keys.for_compose(folder)
    print(f"{folder} holds the secrets of docker-compose.yml. Keep a copy; never commit it.")
    return 0


def reset(_arguments: Sequence[str]) -> int:
    """Remove what a start keeps: the database, files, secrets, logs. The environment stays."""
    folder = state.state_dir()
    users = [folder, *(path.parent for path in folder.glob("*/lock"))]  # tests and bench, too
    locks = [state.Lock(path) for path in users if path.name != "browser"]
    for lock in locks:
        if not lock.take():
            raise Trouble(f"{lock.path.parent} is in use ({lock.said()}). Stop it first.")
    for lock in locks:
        shutil.rmtree(state.database_dir(lock.path.parent)[0])
    for path in folder.iterdir():
        if path.is_dir() and path.name != "browser":
            shutil.rmtree(path)
        elif path.is_file() and path.name != "lock":
            path.unlink()
    print(f"{folder} is empty: the next start is a first start.")
    return 0


def _go_inside(lock: str, arguments: list[str]) -> None:
    bootstrap.ensure(lock)
    if not bootstrap.inside():
        bootstrap.replace_process(arguments)


def _end_with_make() -> None:
    """A killed ``make`` must not leave us behind: the kernel tells us then."""
    if "MAKELEVEL" in os.environ and sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
