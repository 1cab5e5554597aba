"""ISO 8601 durations, in calendar units too: ``P1M`` after 31 January is the end of February."""

import calendar
import re
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from partnercenter.lib.errors import Invalid

FORM = re.compile(
    r"P(?=.)(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=.)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,6})?)S)?)?",
    re.ASCII,
)


def after(start: datetime, duration: str, *, field: str) -> datetime:
    """The instant that lies the duration later; raises Invalid naming the field."""
    found = FORM.fullmatch(duration.strip().upper())
    if found is None:
        raise Invalid(
            _("%(field)s is not a duration. Send ISO 8601, for example P14D or PT1H.")
            % {"field": field},
            field=field,
        )
    years, months, weeks, days, hours, minutes = (int(part or 0) for part in found.groups()[:6])
    try:
        later = _months_later(start, years * 12 + months)
        return later + timedelta(
            weeks=weeks,
            days=days,
            hours=hours,
            minutes=minutes,
            seconds=float(found[7] or 0),
        )
    except (OverflowError, ValueError) as error:
        raise Invalid(_("%(field)s is too long.") % {"field": field}, field=field) from error


def _months_later(start: datetime, months: int) -> datetime:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return start.replace(year=year, month=month + 1, day=day)
