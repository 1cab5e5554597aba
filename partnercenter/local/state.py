"""The state folder: where it lies, who may use it, and who uses it now."""

import fcntl
import hashlib
import os
import pwd
import stat
from collections.abc import Mapping
from pathlib import Path

from partnercenter.local.trouble import Trouble

PROJECT = Path(__file__).resolve().parents[2]
FALLBACK_PARENT = Path("/var/tmp")  # noqa: S108 - outlives a reboot; own_folder refuses strangers
PASS_ONLY = 0o711  # others may pass to what lies inside, not list it


def state_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Make the state folder (``STATE_DIR``, else ``.state`` in the project) and return it."""
    path = PROJECT / (environ.get("STATE_DIR") or ".state")
    try:
        make_folder(path)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise Trouble(
            f"The state folder {path} is not writable ({error.strerror}). "
            "Set STATE_DIR to a folder that is, for example STATE_DIR=/var/tmp/partnercenter."
        ) from error
    return path.resolve()


def make_folder(path: Path) -> Path:
    """Make a folder that others may pass; one that exists already keeps its mode."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(exist_ok=True)
        path.chmod(PASS_ONLY)  # mkdir's own mode is cut by the umask
    return path


def own_folder(parent: Path, key: Path) -> Path:
    """Make a folder of our own in a folder that everybody may write to.

    Named after ``key`` and the user, so that a later start finds it again. A stranger may have
    made one of that name first: then it is refused.
    """
    digest = hashlib.sha256(str(key).encode()).hexdigest()[:10]
    path = parent / f"partnercenter-{os.geteuid()}-{digest}"
    try:
        path.mkdir()
        path.chmod(PASS_ONLY)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise Trouble(f"{path} belongs to somebody else. Set STATE_DIR.") from None
    except OSError as error:
        raise Trouble(f"No folder could be made in {parent} ({error.strerror}).") from error
    return path


def database_dir(state: Path) -> tuple[Path, str]:
    """Where PostgreSQL keeps its files, and a sentence if that is not the state folder.

    PostgreSQL refuses root, so it runs as ``nobody`` then, who must be able to reach its files.
    Nothing that exists is opened up for that; the files go elsewhere.
    """
    inside = state / "postgres"
    if os.geteuid() != 0 or others_can_reach(state):
        return make_folder(inside), ""
    path = own_folder(FALLBACK_PARENT, state)
    note = (
        f"PostgreSQL runs as {unprivileged().pw_name}, who cannot reach {state}: "
        f"the database's state falls back to {path}"
    )
    return path, note


def others_can_reach(path: Path) -> bool:
    """Whether every folder down to ``path`` lets every user pass."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def unprivileged() -> pwd.struct_passwd:
    """The existing user that PostgreSQL runs as when we are root."""
    try:
        return pwd.getpwnam("nobody")
    except KeyError:
        raise Trouble(
            "PostgreSQL refuses to run as root, and this machine has no user nobody. "
            "Start as another user, or set DATABASE_URL."
        ) from None


class Lock:
    """One process per folder. The kernel lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "lock"
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        """Whether the folder is ours from now on."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def say(self, text: str) -> None:
        """Leave word for whoever finds the folder taken."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, text.encode(), 0)

    def said(self) -> str:
        return self.path.read_text().strip()
