"""Cells of a price sheet: every form they were seen in, and one form inside. Pure.

A parser gives the value or raises ``ValueError`` with what was expected instead.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from babel.numbers import list_currencies

from catalog.rules import BEGINNING, BillingPlan, Segment, Term, pad_sku_id

CURRENCIES = frozenset(list_currencies())
PRODUCT_ID_LENGTH = 12
PRODUCT_ID = re.compile("[A-Z0-9]{12}")
SKU_ID = re.compile("[A-Z0-9]{1,4}")
NUMBER = re.compile(r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
AMOUNT_LIMIT = Decimal(10) ** 16
TITLE_LENGTH, PUBLISHER_LENGTH = 300, 100
NO_BOUND = 2**63 - 1  # or what Excel makes of it, 9223372036854780000
QUANTITY_LIMIT = 999_999_999

ISO = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d)(?:\.(\d+))?)?)? ?(Z|[+-]\d\d:?\d\d)?"
)
AMERICAN = re.compile(
    r"(\d\d?)/(\d\d?)/(\d{4})(?: +(\d\d?):(\d\d)(?::(\d\d))? *([AP]M)?)?", re.IGNORECASE
)
YEAR_FIRST = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)")
SERIAL = re.compile(r"\d{5,7}(?:\.\d+)?")
SERIAL_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
NO_END_YEAR = 9999
LAST_SECOND = (23, 59, 59)
NOON = 12
DATE_FORMS = "a date such as 2021-10-01T00:00:00.0000000Z, 10/1/2021 12:00:00 AM or 44470"

JUNK = " \t\r\n\xa0\u200b\ufeff\"'“”‘’"
PLAIN = str.maketrans(
    {"\xa0": " ", "\u202f": " ", "\u3000": " ", "\u200b": None, "\ufeff": None, "\0": None}
    | dict.fromkeys("“”„‟", '"')
    | dict.fromkeys("‘’‚‛", "'")
)
SPACED_DASH = re.compile(r"(?<= )[\u2010-\u2015](?= )")
TERM_IN_TITLE = re.compile(r"\b(1|3|5)[ -]?year", re.IGNORECASE)
TERMS = {term.lower(): term for term in Term} | {"": Term.ONE_TIME, "one_time": Term.ONE_TIME}
PLANS = {plan.lower(): plan for plan in BillingPlan} | {"one_time": BillingPlan.ONE_TIME}
SEGMENTS = {segment.lower(): segment for segment in Segment} | {
    "": Segment.COMMERCIAL,
    "nonprofit": Segment.CHARITY,
}


def clean(text: str) -> str:
    """Text without the dirt of a round trip through Excel: blanks, odd and doubled quotes."""
    if text.isascii() and '"' not in text and "\0" not in text:
        return " ".join(text.split())
    text = unicodedata.normalize("NFC", text).translate(PLAIN).replace('""', '"')
    text = " ".join(text.split())
    if text.count('"') % 2:
        text = text.removeprefix('"') if text.startswith('"') else text.removesuffix('"')
    return text.strip()


def title(text: str) -> str:
    """A title that compares: clean, and one kind of dash between blanks."""
    text = SPACED_DASH.sub("-", clean(text))
    if len(text) > TITLE_LENGTH:
        raise ValueError(f"at most {TITLE_LENGTH} characters")
    return text


def publisher(text: str) -> str:
    text = clean(text)
    if len(text) > PUBLISHER_LENGTH:
        raise ValueError(f"at most {PUBLISHER_LENGTH} characters")
    return text


def product_id(text: str) -> str:
    text = text.strip(JUNK).upper()
    if not PRODUCT_ID.fullmatch(text):
        raise ValueError("12 letters and digits, such as DG7GMGF0FKZV")
    return text


def sku_id(text: str) -> str:
    text = text.strip(JUNK)
    if not SKU_ID.fullmatch(text.upper()):
        raise ValueError("1 to 4 letters and digits, such as 0004 or 000C")
    return pad_sku_id(text)


def availability_id(text: str) -> str | None:
    """Our own sheets may name it; Microsoft's do not."""
    return product_id(text) if text.strip(JUNK) else None


def amount(text: str) -> Decimal | None:
    """A price, None when the cell is empty ("do not order")."""
    value = _number(text, "an amount such as 3650 or 1,234.50, with a point before the decimals")
    if value is not None and value >= AMOUNT_LIMIT:
        raise ValueError(f"an amount below {AMOUNT_LIMIT:,}")
    return value


def tier_bound(text: str) -> int | None:
    """A bound of a price tier; None when there is none, or the sheets' word for "without end"."""
    value = _number(text, "a whole number such as 101")
    return None if value is None or value >= NO_BOUND else int(value)


def quantity_bound(text: str) -> int | None:
    value = tier_bound(text)
    if value is not None and not 1 <= value <= QUANTITY_LIMIT:
        raise ValueError(f"a whole number from 1 to {QUANTITY_LIMIT:,}")
    return value


def _number(text: str, expected: str) -> Decimal | None:
    text = text.strip(JUNK)
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise ValueError(expected)
    return Decimal(text.replace(",", ""))


def currency(text: str) -> str:
    text = text.strip(JUNK).upper()
    if text not in CURRENCIES:
        raise ValueError("a currency of ISO 4217, such as USD")
    return text


def term(text: str, title: str = "") -> str:
    """The term; an empty cell is read from the title ("... - 3 year"), else it is one-time."""
    text = text.strip(JUNK)
    if not text and (found := TERM_IN_TITLE.search(title)):
        return f"P{found[1]}Y"
    if text.lower() not in TERMS:
        raise ValueError(f"one of {', '.join(Term)}, or nothing")
    return TERMS[text.lower()].value


def billing_plan(text: str) -> str:
    text = text.strip(JUNK)
    if text.lower() not in PLANS:
        raise ValueError(f"one of {', '.join(plan for plan in BillingPlan if plan)}, or nothing")
    return PLANS[text.lower()].value


def segment(text: str) -> str:
    text = text.strip(JUNK)
    if text.lower() not in SEGMENTS:
        raise ValueError(f"one of {', '.join(Segment)}, or nothing")
    return SEGMENTS[text.lower()].value


def start(text: str) -> datetime:
    """When a price begins to hold; an empty cell and the year 1753 mean "always"."""
    parsed = _instant(text.strip(JUNK))
    if parsed is None or parsed[0].year <= BEGINNING.year:
        return BEGINNING
    if parsed[0].year >= NO_END_YEAR:
        raise ValueError("a start before the year 9999")
    return parsed[0]


def end(text: str) -> datetime | None:
    """When a price ceases to hold (first instant without it); None: until further notice.

    The year 9999 is a placeholder. An end in the last second of a day, or on a day without a time
    of day, means the whole day, so that the next day's price follows without a gap.
    """
    parsed = _instant(text.strip(JUNK))
    if parsed is None or parsed[0].year >= NO_END_YEAR or parsed[0].year <= BEGINNING.year:
        return None
    instant, has_time = parsed
    if not has_time:
        return instant + timedelta(days=1)
    if (instant.hour, instant.minute, instant.second) == LAST_SECOND:
        return instant.replace(microsecond=0) + timedelta(seconds=1)
    return instant


def _instant(text: str) -> tuple[datetime, bool] | None:
    """The instant in UTC, and whether a time of day was given."""
    if not text:
        return None
    try:
        if found := ISO.fullmatch(text):
            return _iso(found)
        if found := AMERICAN.fullmatch(text):
            return _american(found)
        if found := YEAR_FIRST.fullmatch(text):
            return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC), False
        if SERIAL.fullmatch(text):
            return SERIAL_ZERO + timedelta(days=float(text)), "." in text
    except (ValueError, OverflowError) as error:
        raise ValueError(DATE_FORMS) from error
    raise ValueError(DATE_FORMS)


def _iso(found: re.Match[str]) -> tuple[datetime, bool]:
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    micro = int((found[7] or "")[:6].ljust(6, "0"))
    instant = datetime(year, month, day, hour, minute, second, micro, tzinfo=UTC)
    zone = found[8]
    if zone and zone != "Z" and year < NO_END_YEAR:
        shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        instant += shift if zone[0] == "-" else -shift
    return instant, found[4] is not None


def _american(found: re.Match[str]) -> tuple[datetime, bool]:
    month, day, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    if half := (found[7] or "").upper():
        if not 1 <= hour <= NOON:
            raise ValueError(found[0])
        hour = hour % NOON + (NOON if half == "PM" else 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC), found[4] is not None
