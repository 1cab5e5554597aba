"""Words of buying: terms, billing, tax, return rules, states."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders import labels
from partnercenter.lib import formats
from partnercenter.lib.templatetags.ui import status

register = template.Library()


def _names(name: str, names: Mapping[str, Promise]) -> None:
    register.filter(name, lambda value: names.get(value, value))


_names("term_name", labels.TERMS)
_names("billing_name", labels.BILLING)
_names("kind_name", labels.KINDS)
_names("segment_name", labels.SEGMENTS)
_names("source_name", labels.SOURCES)


@register.filter
def tax_label(price_includes_tax: bool) -> str:  # noqa: FBT001 - a template filter
    """What stands beside every amount of a price list (S17, S18)."""
    return _("incl. tax") if price_includes_tax else _("excl. tax")


@register.filter
def listed(row: Any) -> Any:
    """A sum in the terms of its price list, which ``tax_label`` names."""
    return row["gross"] if row["price_includes_tax"] else row["net"]


@register.filter
def percent(fraction: Decimal) -> str:
    """``10 %`` for 0.1."""
    return f"{formats.number(fraction * 100)} %"


@register.simple_tag
def return_rule(kind: str, days: int | None = None) -> str:
    """The rule of returning in words (S46)."""
    if kind == "window" and days:
        return ngettext(
            "Can be cancelled within %(days)d day", "Can be cancelled within %(days)d days", days
        ) % {"days": days}
    if kind == "support_only":
        return _("Cancelled by customer support request only")
    return _("Cannot be cancelled or exchanged")


@register.simple_tag
def order_status(word: str) -> SafeString:
    tone, name = labels.ORDER_STATUS[word]
    return status(tone, str(name))


@register.simple_tag
def line_status(word: str) -> SafeString:
    tone, name = labels.LINE_STATUS[word]
    return status(tone, str(name))


@register.filter
def quantity_of(row: Any) -> int:
    """All units of an order."""
    return sum(line["quantity"] for line in row["lines"])


@register.simple_tag
def partly_cancelled(row: Any) -> str:
    """How many lines of an order are cancelled; "" for none and for all, which its status says."""
    gone = sum(1 for line in row["lines"] if line["cancelled_at"])
    if gone in {0, len(row["lines"])}:
        return ""
    return _("%(gone)s of %(all)s lines cancelled") % {
        "gone": formats.number(gone),
        "all": formats.number(len(row["lines"])),
    }


@register.filter
def return_until(row: Any) -> Any:
    """The last instant at which some line of the order can be cancelled; None where none can."""
    ends = [x["returnable_until"] for x in row["lines"] if not x["cancelled_at"]]
    return max((end for end in ends if end), default=None)
