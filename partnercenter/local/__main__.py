"""``python3 -m partnercenter.local COMMAND``: see ``make help``.

Works with any Python 3 and no package at all, so that an old one gets a sentence, not a traceback.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence

OLDEST, NEWEST = (3, 11), (3, 13)
NO_PYTHON = (
    "This needs Python 3.11, 3.12 or 3.13; {found} is {version[0]}.{version[1]}. "
    "Install one of these, or name it: make run PYTHON=/path/to/python3.12"
)


def supported(version: "Sequence[int]") -> bool:
    return OLDEST <= tuple(version[:2]) <= NEWEST


def other_python() -> "str | None":
    """A supported Python on the path that really runs, or nothing."""
    for name in ("python3.11", "python3.12", "python3.13"):
        path = shutil.which(name)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main(
    arguments: "list[str]",
    version: "Sequence[int]" = tuple(sys.version_info[:3]),
    environ: "Mapping[str, str]" = os.environ,
) -> int:
    if not supported(version):
        path = other_python()
        if path and "PC_PYTHON_TRIED" not in environ:
            os.execve(
                path,
                [path, "-m", "partnercenter.local", *arguments],
                {**environ, "PC_PYTHON_TRIED": "1"},
            )
        sys.stderr.write(NO_PYTHON.format(found=sys.executable, version=version) + "\n")
        return 1
    from partnercenter.local import commands  # noqa: PLC0415 - an old Python cannot read it

    return commands.main(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
