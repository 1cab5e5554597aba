"""Answers beside the documented ones: each member there, of the same JSON type."""

import json
from pathlib import Path
from typing import Any

EXAMPLES = Path("reference/partner-center-api/examples")


def example(reference: Path, name: str) -> dict[str, Any]:
    """One documented exchange, by the name of its file."""
    return json.loads((reference / EXAMPLES / f"{name}.json").read_text("utf-8"))


def differences(documented: Any, answer: Any, at: str = "") -> list[str]:
    """What the answer lacks, or has as another type; of a list the first items stand for all.

    Members that the documentation prints as null may be missing.
    """
    if documented is None:
        return []
    if isinstance(documented, dict) and isinstance(answer, dict):
        return [
            found
            for name, value in documented.items()
            for found in (
                differences(value, answer[name], f"{at}.{name}")
                if name in answer
                else ([f"{at}.{name} is missing"] if value is not None else [])
            )
        ]
    if isinstance(documented, list) and isinstance(answer, list):
        if not documented:
            return []
        return differences(documented[0], answer[0], f"{at}[0]") if answer else [f"{at} is empty"]
    if _type(documented) is not _type(answer):
        return [f"{at} is {type(answer).__name__}, not {type(documented).__name__}"]
    return []


def _type(value: Any) -> type:
    # A number may be whole in one place and broken in the other.
    return float if type(value) is int else type(value)
