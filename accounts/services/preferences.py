import zoneinfo

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.actors import Actor
from partnercenter.lib.errors import Invalid


def set_preferences(*, by: Actor, locale: str | None = None, time_zone: str | None = None) -> None:
    """Language ("" follows the browser) and time zone of the acting user; None leaves as it is."""
    user = by.user
    if user is None:
        raise Invalid(_("Only a user has preferences."))
    if locale is not None and locale not in {"", *dict(settings.LANGUAGES)}:
        raise Invalid(_("Select one of the listed languages."), field="locale")
    if time_zone is not None and time_zone not in zoneinfo.available_timezones():
        raise Invalid(_("Select one of the listed time zones."), field="time_zone")
    user.locale = user.locale if locale is None else locale
    user.time_zone = user.time_zone if time_zone is None else time_zone
    user.save(update_fields=["locale", "time_zone"])
