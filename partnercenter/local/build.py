"""Steps between a checkout and a product that can start. Each is skipped when nothing changed."""

import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from partnercenter.local import digest
from partnercenter.local.children import die_with_parent
from partnercenter.local.state import PROJECT
from partnercenter.local.trouble import Trouble

APPS = "accounts activitylog billing catalog customers orders partnercenter software support"


def manage(*arguments: str, env: Mapping[str, str]) -> None:
    """Run a management command; its output is shown only when it fails."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=PROJECT, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
        preexec_fn=die_with_parent(signal.SIGKILL),
    )  # fmt: skip
    if done.returncode:
        tail = "\n".join(done.stdout.splitlines()[-30:])
        raise Trouble(f"manage.py {' '.join(arguments)} failed:\n{tail}")


def translations(env: Mapping[str, str]) -> None:
    """Compile the catalogues next to their sources."""
    sources = list(PROJECT.glob("locale/*/LC_MESSAGES/*.po"))
    compiled = [path.with_suffix(".mo") for path in sources]
    _once(
        PROJECT / "locale" / ".compiled", sources,
        ("translations", "--compile"), env, all(path.exists() for path in compiled),
    )  # fmt: skip


def static_files(env: Mapping[str, str], root: Path) -> None:
    """Collect, hash and compress the static files into ``root``."""
    sources = [
        *(PROJECT / "static").rglob("*"),
        PROJECT / "requirements.txt",
        PROJECT / "partnercenter/settings.py",
    ]
    _once(
        root / ".collected", sources, ("collectstatic", "--noinput"),
        {**env, "STATIC_ROOT": str(root)}, (root / "staticfiles.json").exists(),
    )  # fmt: skip


def schema_digest() -> str:
    """Changes with whatever decides on the schema: migrations, models, walls, libraries."""
    sources = [PROJECT / "requirements.txt", PROJECT / "partnercenter/settings.py"]
    for app in APPS.split():
        sources += PROJECT.glob(f"{app}/**/migrations/*.py")
        sources += PROJECT.glob(f"{app}/**/models*.py")
    sources += PROJECT.glob("partnercenter/lib/walls.py")
    sources += PROJECT.glob("partnercenter/lib/management/commands/secure_database.py")
    return digest.of(sources)


def migrate(env: Mapping[str, str], owner_url: str) -> None:
    """Bring the schema up to date and put up the tenant walls, as the database's owner."""
    owner = {**env, "DATABASE_URL": owner_url}
    owner.pop("DATABASE_URL_FILE", None)  # a file would win over the variable
    manage("migrate", "--noinput", env=owner)
    manage("secure_database", env=owner)


def _once(
    stamp: Path, sources: Iterable[Path], command: tuple[str, ...],
    env: Mapping[str, str], there: bool,  # noqa: FBT001 - private
) -> None:  # fmt: skip
    wanted = digest.of(sources)
    if there and stamp.exists() and stamp.read_text() == wanted:
        return
    manage(*command, env=env)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
