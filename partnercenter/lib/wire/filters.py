"""The ``filter`` parameter: a JSON object whose keys and operators come in several spellings."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire import json
from partnercenter.lib.wire.body import fold


class Filter(NamedTuple):
    """One comparison; ``field`` and ``operator`` in lower case without underscores."""

    field: str
    value: str
    operator: str


def parse(text: str) -> Filter | None:
    """``{"Field", "Value", "Operator"}`` in any case; None where there is no filter."""
    if not text.strip():
        return None
    data = json.loads(text.encode())
    if not isinstance(data, dict):
        raise _unreadable()
    folded = {fold(key): value for key, value in data.items()}
    parts = [folded.get(name) for name in ("field", "value", "operator")]
    if not all(isinstance(part, str | int) for part in parts):
        raise _unreadable()
    field, value, operator = map(str, parts)
    return Filter(fold(field), value, fold(operator))


def unsupported(allowed: str) -> Invalid:
    """Refuses a field or operator that the list does not know, and says which it knows."""
    return Invalid(
        _("This list cannot be filtered so. It knows: %(allowed)s.") % {"allowed": allowed},
        field="filter",
    )


def _unreadable() -> Invalid:
    return Invalid(
        _('filter must be a JSON object with "Field", "Value" and "Operator".'), field="filter"
    )
