"""How amounts, instants, sizes and ids read, in the reader's language."""

from datetime import UTC, date, datetime
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from partnercenter.lib.money import digits

DATE_PATTERNS = {"en": "d MMM y", "zh": "y年M月d日"}
MONTH_PATTERNS = {"en": "MMMM y", "zh": "y年M月"}
UNITS = (_("bytes"), "KB", "MB", "GB", "TB", "PB")
STEP = 1024
# Unit prices may have more places than the currency; totals never do.
MOST_PLACES = 6


def locale() -> Locale:
    """Babel's locale for the active language; English when none is active."""
    return Locale.parse(get_language() or "en", sep="-")


def money(amount: Decimal, currency: str) -> str:
    """``3,620.00 USD``: at least the currency's places, the code behind."""
    places = digits(currency)
    pattern = "#,##0." + "0" * places + "#" * (MOST_PLACES - places)
    return f"{format_decimal(amount, pattern, locale=locale())} {currency}"


def number(value: Decimal | float) -> str:
    """``1,204`` or ``0.5``, without a unit."""
    return format_decimal(value, locale=locale())


def day(value: date) -> str:
    """``2 Jan 2020`` or ``2020年1月2日``; an instant counts as its day in UTC."""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    return format_date(value, DATE_PATTERNS[locale().language], locale=locale())


def month(value: date) -> str:
    """``January 2020`` or ``2020年1月``."""
    return format_date(value, MONTH_PATTERNS[locale().language], locale=locale())


def instant(value: datetime) -> str:
    """``2 Jan 2020 10:12 UTC`` or ``2020年1月2日 10:12 UTC``: date, time and zone."""
    pattern = DATE_PATTERNS[locale().language] + " HH:mm"
    return f"{format_datetime(value, pattern, tzinfo=UTC, locale=locale())} UTC"


def size(count: int) -> str:
    """``1.4 GB``: powers of 1,024, one decimal place from KB upwards."""
    if count < STEP:
        return f"{count} {UNITS[0]}"
    value = float(count)
    unit = 0
    while value >= STEP and unit < len(UNITS) - 1:
        value /= STEP
        unit += 1
    return f"{format_decimal(value, '#,##0.#', locale=locale())} {UNITS[unit]}"


def middle_cut(value: str, head: int = 6, tail: int = 4) -> str:
    """``NUXMSv…mNk1``: the two ends that people compare; a short value stays whole."""
    return value if len(value) <= head + tail + 1 else f"{value[:head]}…{value[-tail:]}"
