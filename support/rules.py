"""Topics, states, numbers, facts and limits of a support request: no Django, no clock."""

import re
import uuid
from datetime import date
from enum import StrEnum
from typing import NamedTuple

TITLE_LENGTH = 120
TEXT_LENGTH = 10_000
REASON_LENGTH = 2_000
ID_LENGTH = 64
MOST_FILES = 10
MOST_BYTES = 20 * 1024 * 1024
DOMAIN = re.compile(
    r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
PHONE = re.compile(r"[+]?[0-9 ().\-/]{5,30}")


class Status(StrEnum):
    """The public names; a draft has none yet."""

    NONE = "none"
    OPEN = "open"
    CLOSED = "closed"
    ATTENTION_NEEDED = "attention_needed"


class Impact(StrEnum):
    CRITICAL = "critical"
    MODERATE = "moderate"
    MINIMAL = "minimal"


class Decision(StrEnum):
    NONE = ""
    APPROVED = "approved"
    REFUSED = "refused"


class ScanState(StrEnum):
    """What a virus scanner said of a file; nothing, where none is connected."""

    NOT_SCANNED = "not_scanned"
    CLEAN = "clean"
    INFECTED = "infected"


class Topic(StrEnum):
    """Types of problem; the value is the public ``supportTopicId``."""

    REFUND = "32444675"
    PARTNER_CENTER = "32444667"
    PROFILE = "32444671"
    CUSTOMERS = "32444672"
    ORDERS = "32444673"
    SOFTWARE = "32444674"
    BILLING = "32444676"
    API = "32444677"


class Facts(NamedTuple):
    """What a refund needs (S78); each of the first two holds either of two kinds of id."""

    customer: str = ""
    order: str = ""
    reason: str = ""
    amount: str = ""

    def absent(self) -> list[str]:
        """Names of those that are not given, in order."""
        return [name for name in self._fields if not getattr(self, name).strip()]


def needs_facts(topic: str) -> bool:
    """Whether the four facts must be given: only a refund needs them."""
    return topic == Topic.REFUND


def number(day: date, chance: int) -> str:
    """A request's number: 15 digits, ``6``, the day and eight digits of chance."""
    return f"6{day:%y%m%d}{chance:08d}"


def as_guid(text: str) -> uuid.UUID | None:
    """The GUID that the text spells, with or without braces; None for anything else."""
    try:
        return uuid.UUID(text.strip())
    except ValueError:
        return None


def is_domain(text: str) -> bool:
    return bool(DOMAIN.fullmatch(text.strip().lower()))


def is_phone(text: str) -> bool:
    return bool(PHONE.fullmatch(text.strip()))


def split_name(full: str) -> tuple[str, str]:
    """First and last name of a name written in one piece; one word is a last name."""
    first, _space, last = full.strip().rpartition(" ")
    return first.strip(), last
