"""A pip for an environment that has none, because the machine's Python came without ensurepip."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from configparser import ConfigParser, Error
from pathlib import Path

from partnercenter.local.trouble import Trouble

SYSTEM_WHEELS = Path("/usr/share/python-wheels")
OLDEST = (22, 3)  # knows --python
NO_PIP = (
    "This Python has neither ensurepip nor pip, and no configured index serves the pip that was "
    "tested. Install python3-venv or python3-pip, or set PIP_INDEX_URL."
)


def command(python: Path, lock: Path) -> list[str]:
    """Start of a command line that is pip for ``python``: its own, or one that can be borrowed."""
    own = [str(python), "-m", "pip"]
    if _runs([*own, "--version"]):
        return own
    for wheel in sorted(SYSTEM_WHEELS.glob("pip-*.whl"), reverse=True):
        return [str(python), f"{wheel}/pip"]
    found = [[path] for name in ("pip3", "pip") if (path := shutil.which(name))]
    for other in ([sys.executable, "-m", "pip"], *found):
        if _runs([*other, "--version"], OLDEST):
            return [*other, "--python", str(python)]
    return [str(python), f"{_download(lock, python.parent.parent)}/pip"]


def _runs(call: list[str], oldest: tuple[int, int] = (0, 0)) -> bool:
    try:
        done = subprocess.run(call, capture_output=True, text=True, check=False)
    except OSError:
        return False
    found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    return found is not None and (int(found[1]), int(found[2])) >= oldest


def _download(lock: Path, to: Path) -> Path:
    """The very wheel that the lock file names, from an index that pip's configuration names."""
    pinned = re.search(
        r"^pip==(\S+) \\\n((?:    --hash=\S+ ?\\?\n)+)", lock.read_text(), re.MULTILINE
    )
    if pinned is None:
        raise Trouble(f"{lock.name} does not name pip.")
    name = f"pip-{pinned[1]}-py3-none-any.whl"
    digests = set(re.findall(r"sha256:(\w+)", pinned[2]))
    tried = []
    for index in indexes():
        page = f"{index.rstrip('/')}/pip/"
        try:
            data = _fetch(page, name)
        except (OSError, ValueError) as error:
            tried.append(f"{urllib.parse.urlsplit(page).netloc or page}: {error}")
            continue
        if hashlib.sha256(data).hexdigest() in digests:
            path = Path(tempfile.mkdtemp(dir=to)) / name
            path.write_bytes(data)
            return path
        tried.append(f"{page}: the digest of {name} is wrong")
    raise Trouble(f"{NO_PIP} Tried: {'; '.join(tried)}" if tried else NO_PIP)


def _fetch(page: str, name: str) -> bytes:
    with urllib.request.urlopen(_as_page(page), timeout=30) as answer:  # noqa: S310 - file: is meant
        text = answer.read().decode()
    for link in re.findall(r'href="([^"]+)"', text):
        address = urllib.parse.urljoin(page, link).partition("#")[0]
        if address.endswith(f"/{name}"):
            with urllib.request.urlopen(address, timeout=120) as answer:  # noqa: S310 - as above
                data: bytes = answer.read()
                return data
    raise ValueError(f"has no {name}")


def _as_page(address: str) -> str:
    return f"{address}index.html" if address.startswith("file:") else address


def indexes() -> Iterator[str]:
    """Indexes in pip's own order of precedence: environment, then configuration files."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        yield from os.environ.get(name, "").split()
    for path in _configuration_files():
        parser = ConfigParser(interpolation=None)
        try:
            parser.read(path)
        except Error:
            continue
        for section in ("install", "global"):
            for option in ("index-url", "extra-index-url"):
                yield from parser.get(section, option, fallback="").split()


def _configuration_files() -> list[Path]:
    home = Path.home()
    places = [home / ".config/pip/pip.conf", home / ".pip/pip.conf", Path("/etc/pip.conf")]
    places += [Path(f"{folder}/pip/pip.conf") for folder in
               os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")]  # fmt: skip
    if named := os.environ.get("PIP_CONFIG_FILE"):
        places.insert(0, Path(named))
    return places
