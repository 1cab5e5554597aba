"""What an import says when a file cannot be taken in."""

from collections.abc import Sequence
from dataclasses import dataclass

from partnercenter.lib.errors import Invalid


@dataclass(frozen=True)
class Problem:
    """One wrong cell or row: where, what stands there, what was expected."""

    line: int
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        return f"{where}: found {self.found!r}, expected {self.expected}"


class BrokenFile(Invalid):
    """The file changed nothing. ``problems`` may be cut off; ``count`` is the number of all."""

    def __init__(self, problems: Sequence[Problem], count: int | None = None) -> None:
        self.problems = list(problems)
        self.count = len(self.problems) if count is None else count
        super().__init__(f"{self.count} problems in the file. Nothing was changed.")
