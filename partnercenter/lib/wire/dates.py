"""Instants on the wire: five forms are read, one is written."""

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from partnercenter.lib.errors import Invalid

# .NET's invariant culture, month first, with and without AM/PM.
MONTH_FIRST = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y")
# The Java client's "YYYY-MM-DD" by Joda: the last part is the day of the year.
DAY_OF_YEAR = re.compile(r"(\d{4})-(\d{2})-(\d{2,3})")
# .NET writes ticks: seven digits, one more than a datetime holds.
TOO_FINE = re.compile(r"(\.\d{6})\d+")


def iso(instant: datetime) -> str:
    """``2026-11-15T10:41:51Z``; fractions of a second only where there are any."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str, *, field: str) -> datetime:
    """An instant in UTC from ISO 8601 (with or without zone and time), a US date, or a day of year.

    Without a zone it is UTC; a date alone is its first instant. Raises Invalid naming the field.
    """
    text = text.strip()
    for read in (_iso, _month_first, _day_of_year):
        try:
            instant = read(text)
            return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            continue
    raise Invalid(
        _("%(field)s is not a date. Send ISO 8601, for example 2026-11-15T10:41:51Z.")
        % {"field": field},
        field=field,
    )


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(TOO_FINE.sub(r"\1", text))


def _month_first(text: str) -> datetime:
    for form in MONTH_FIRST:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the caller sets the zone
        except ValueError:
            continue
    raise ValueError(text)


def _day_of_year(text: str) -> datetime:
    match = DAY_OF_YEAR.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day = map(int, match.groups())
    instant = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day - 1)
    if (instant.year, instant.month) != (year, month):
        raise ValueError(text)
    return instant
