"""What an operator enters of a dated rule."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    CancellationPolicy,
    DownloadLinkPolicy,
    Market,
    MarketAvailability,
    TaxTreatment,
)
from catalog.policies_labels import RETURN_POLICIES, RETURN_RULES, SOLD_KINDS
from catalog.rules import ReturnRule
from partnercenter.lib.errors import Text

MOST = 9999
CENT = Decimal("0.01")
YES_NO = (("no", _("No")), ("yes", _("Yes")))


def _instant(label: Any, name: str, help_text: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(
        format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "data-testid": name}
    )
    return forms.DateTimeField(label=label, required=False, help_text=help_text, widget=widget)


def _number(label: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=MOST, **options)


class WithMarket(forms.Form):
    """A market by its name, in the order of the reader's language."""

    no_market: Text = _("Select a market")

    market = forms.ChoiceField(label=_("Market"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(market.code, market.name) for market in Market.objects.all()]
        named.sort(key=lambda market: market[1])
        field: Any = self.fields["market"]
        field.choices = [("", self.no_market), *named]


class RowForm(forms.Form):
    """The part that all kinds share; subclasses say what the rule is."""

    valid_from = _instant(
        _("In force from (UTC)"), "policy-from", _("Left empty: from now on. The past is fixed.")
    )
    source = forms.CharField(
        label=_("Source"), max_length=200, help_text=_("Where this rule comes from.")
    )
    takes_over = forms.BooleanField(
        label=_("It takes over"),
        required=False,
        help_text=_("What holds then ends there; what is planned for later is withdrawn."),
    )

    def values(self) -> dict[str, Any]:
        """The model's columns that say what the rule is."""
        raise NotImplementedError

    @staticmethod
    def of(row: Any) -> dict[str, Any]:
        """The row's rule as this form shows it."""
        raise NotImplementedError


class CancellationForm(RowForm):
    field_order = ["name", "kind", "days"]

    name = forms.ChoiceField(label=_("For"), choices=list(RETURN_POLICIES.items()))
    kind = forms.ChoiceField(label=_("Rule"), choices=list(RETURN_RULES.items()))
    days = _number(_("Days"), required=False, help_text=_("Of the window, from the purchase on."))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        is_window = found.get("kind") == ReturnRule.WINDOW
        if is_window and not found.get("days") and "days" not in self.errors:
            self.add_error("days", _("Say how many days the window has."))
        if not is_window and found.get("days"):
            self.add_error("days", _("Only a cancellation window has days. Leave this empty."))
        return found

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "kind", "days")}

    @staticmethod
    def of(row: CancellationPolicy) -> dict[str, Any]:
        return {"name": row.name, "kind": row.kind, "days": row.days}


class LinkForm(RowForm):
    field_order = ["life_days", "max_downloads"]

    life_days = _number(_("Days that a link lives"))
    max_downloads = _number(_("Downloads that a link allows"))

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("life_days", "max_downloads")}

    @staticmethod
    def of(row: DownloadLinkPolicy) -> dict[str, Any]:
        return {"life_days": row.life_days, "max_downloads": row.max_downloads}


class TaxForm(WithMarket, RowForm):
    field_order = ["market", "includes", "percent"]

    includes = forms.ChoiceField(label=_("List prices include tax"), choices=YES_NO)
    percent = forms.DecimalField(
        label=_("Rate in percent"),
        required=False,
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        help_text=_("Left empty: no rate is configured, and no tax is computed."),
    )

    def values(self) -> dict[str, Any]:
        percent = self.cleaned_data["percent"]
        return {
            "market_id": self.cleaned_data["market"],
            "price_includes_tax": self.cleaned_data["includes"] == "yes",
            "rate": None if percent is None else percent / 100,
        }

    @staticmethod
    def of(row: TaxTreatment) -> dict[str, Any]:
        percent = None if row.rate is None else (row.rate * 100).quantize(CENT)
        includes = "yes" if row.price_includes_tax else "no"
        return {"market": row.market_id, "includes": includes, "percent": percent}


class MarketForm(WithMarket, RowForm):
    field_order = ["market", "kind", "sold"]

    kind = forms.ChoiceField(label=_("What is sold"), choices=list(SOLD_KINDS.items()))
    sold = forms.ChoiceField(label=_("Sold in this market"), choices=YES_NO)

    def values(self) -> dict[str, Any]:
        return {
            "market_id": self.cleaned_data["market"],
            "kind": self.cleaned_data["kind"],
            "available": self.cleaned_data["sold"] == "yes",
        }

    @staticmethod
    def of(row: MarketAvailability) -> dict[str, Any]:
        sold = "yes" if row.available else "no"
        return {"market": row.market_id, "kind": row.kind, "sold": sold}


FORMS: Mapping[str, type[RowForm]] = {
    "cancellation": CancellationForm,
    "links": LinkForm,
    "tax": TaxForm,
    "markets": MarketForm,
}


class EndForm(forms.Form):
    """When a row ends."""

    at = _instant(
        _("Ends at (UTC)"),
        "policy-end-at",
        _("Left empty: now, or for a planned row before it begins."),
    )


class HistoryForm(forms.Form):
    """Whether a list has the rows that ended too."""

    history = forms.ChoiceField(
        label=_("Rows"),
        required=False,
        choices=[("", _("In force and planned")), ("on", _("All, with what has ended"))],
    )


class MarketFilter(WithMarket, HistoryForm):
    """Which rows of a list by market are shown."""

    field_order = ["market"]
    no_market = _("All markets")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["market"].required = False
