"""Answers of orders and subscriptions beside the documented ones."""

from pathlib import Path
from typing import Any

from tests.documented import differences, example


def lacks(reference: Path, name: str, answer: Any, *, without: str = "?") -> list[str]:
    """What the answer lacks of the example's body; names without case, as some pages print them.

    ``without`` is the beginning of what a test expects not to be there.
    """
    found = differences(_folded(example(reference, name)["response_body"]), _folded(answer))
    return [each for each in found if not each.startswith(without)]


def _folded(data: Any) -> Any:
    if isinstance(data, dict):
        return {name.lower(): _folded(value) for name, value in data.items()}
    return [_folded(item) for item in data] if isinstance(data, list) else data
