"""Dated rules in the reader's words: what a row is about, and what it says."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog.models import CancellationPolicy, DownloadLinkPolicy, MarketAvailability, TaxTreatment
from catalog.models.places import Dated
from catalog.rules import SOLD, Kind, ReturnRule, Stage
from partnercenter.lib import formats

Names = dict[str, Promise]
KINDS: Names = {
    Kind.SOFTWARE_SUBSCRIPTION: gettext_lazy("Software subscription"),
    Kind.PERPETUAL_SOFTWARE: gettext_lazy("Perpetual software"),
    Kind.SOFTWARE_PLAN: gettext_lazy("Software plan"),
    Kind.RESERVATION: gettext_lazy("Azure reservation"),
}
SOLD_KINDS: Names = {kind.value: KINDS[kind] for kind in SOLD}
# What ``Sku.return_policy`` names.
RETURN_POLICIES: Names = {
    "software_subscription": gettext_lazy("Software subscription"),
    "perpetual_software": gettext_lazy("Perpetual software"),
    "support_only": gettext_lazy("Extended Security Updates"),
    "none": gettext_lazy("Software plans and reservations"),
}
RETURN_RULES: Names = {
    ReturnRule.WINDOW: gettext_lazy("Cancellation window"),
    ReturnRule.SUPPORT_ONLY: gettext_lazy("By support request only"),
    ReturnRule.NONE: gettext_lazy("Neither cancelled nor exchanged"),
}
STAGES: dict[str, tuple[str, Promise]] = {
    Stage.PLANNED: ("info", gettext_lazy("Planned")),
    Stage.IN_FORCE: ("success", gettext_lazy("In force")),
    Stage.ENDED: ("off", gettext_lazy("Ended")),
    Stage.WITHDRAWN: ("off", gettext_lazy("Withdrawn")),
}


def about(row: Dated) -> str:
    """What the row is a rule for."""
    match row:
        case CancellationPolicy():
            return str(RETURN_POLICIES.get(row.name, row.name))
        case TaxTreatment():
            return str(row.market)
        case MarketAvailability():
            return f"{row.market} – {KINDS.get(Kind(row.kind), row.kind)}"
    return _("All download links")


def says(row: Dated) -> str:
    """The rule itself."""
    match row:
        case CancellationPolicy(kind=ReturnRule.WINDOW.value):
            days = row.days or 0
            return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
        case CancellationPolicy():
            return str(RETURN_RULES[ReturnRule(row.kind)])
        case TaxTreatment():
            told = {"includes": _includes(row), "rate": _rate(row.rate)}
            return _("%(includes)s; %(rate)s") % told
        case MarketAvailability():
            return _("Sold") if row.available else _("Not sold")
        case DownloadLinkPolicy():
            return _("%(days)s days or %(downloads)s downloads, whichever comes first") % {
                "days": row.life_days,
                "downloads": row.max_downloads,
            }
    raise TypeError(row)


def _includes(row: TaxTreatment) -> str:
    return _("Prices include tax") if row.price_includes_tax else _("Prices exclude tax")


def _rate(rate: Decimal | None) -> str:
    if rate is None:
        return _("no rate")
    return f"{formats.number(rate * 100)} %"
