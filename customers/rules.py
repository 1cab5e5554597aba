"""Rules on a customer's data: search words, country rules, address limits."""

import re
from enum import StrEnum

_SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~]+")
MAX_SEARCH_WORDS = 8


class Segment(StrEnum):
    """Who may buy what; software is sold to commercial customers unless an offer says otherwise."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    GOVERNMENT = "government"
    NONPROFIT = "nonprofit"


def words(text: str) -> list[str]:
    """The words of a text, lower case, each once: ``a-Tea.example`` is ``a``, ``tea``, ``example``."""
    return list(dict.fromkeys(word for word in _SEPARATORS.split(text.lower()) if word))
