"""Billing months: calendar months in UTC, named by their first day, ``[start, end)``."""

from datetime import UTC, date, datetime


def first_day(of: date) -> date:
    """The first day of the month that this day or instant (in UTC) lies in."""
    if isinstance(of, datetime):
        of = of.astimezone(UTC).date()
    return of.replace(day=1)


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def start(month: date) -> datetime:
    """The month's first instant."""
    return datetime(month.year, month.month, 1, tzinfo=UTC)


def end(month: date) -> datetime:
    """The first instant after the month."""
    return start(following(month))


def parse(text: str) -> date:
    """``2020-01`` as a first day; ValueError for anything else."""
    year, _dash, month = text.partition("-")
    if len(year) != 4 or len(month) != 2 or not (year + month).isdecimal():  # noqa: PLR2004
        raise ValueError(text)
    return date(int(year), int(month), 1)
