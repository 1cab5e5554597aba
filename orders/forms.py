"""What people choose on the pages of buying."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.rules import Kind, Segment, Term
from orders import labels, rules

AZURE, SOFTWARE = "azure", "software"
VIEWS = {
    "all": (Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE, Kind.SOFTWARE_PLAN),
    "subscriptions": (Kind.SOFTWARE_SUBSCRIPTION,),
    "perpetual": (Kind.PERPETUAL_SOFTWARE,),
    "plans": (Kind.SOFTWARE_PLAN,),
}
VIEW_NAMES = (
    ("all", _("All software")),
    ("subscriptions", _("Software subscriptions")),
    ("perpetual", _("Perpetual software")),
    ("plans", _("SUSE and Red Hat plans")),
)
ANY = ("", _("Any"))
TERM_CHOICES = (Term.YEAR, Term.THREE_YEARS, Term.ONE_TIME)


class ShelfForm(forms.Form):
    """Filters over what is for sale; nothing chosen is the first category, all of it."""

    view = forms.ChoiceField(label=_("View"), choices=VIEW_NAMES, required=False)
    segment = forms.ChoiceField(
        label=_("Segment"),
        required=False,
        choices=[ANY, *((s.value, labels.SEGMENTS[s]) for s in Segment)],
    )
    term = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[ANY, *((t.value, labels.TERMS[t]) for t in TERM_CHOICES)],
    )
    q = forms.CharField(
        label=_("Search products"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    category = forms.ChoiceField(
        required=False,
        choices=[(SOFTWARE, _("Software")), (AZURE, _("Azure"))],
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("category") == AZURE:
            del self.fields["view"]

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds of SKU that the choice shows."""
        if self.cleaned_data["category"] == AZURE:
            return (Kind.RESERVATION,)
        return VIEWS[self.cleaned_data.get("view") or "all"]

    @property
    def is_narrowed(self) -> bool:
        """Whether a filter beyond the category is set."""
        return any(self.cleaned_data.get(name) for name in ("view", "segment", "term", "q"))


class QuantityForm(forms.Form):
    """How many; the verb knows the product's own range."""

    quantity = forms.IntegerField(
        label=_("Quantity"),
        min_value=0,
        max_value=rules.MOST_QUANTITY,
        error_messages={
            "invalid": _("Enter a whole number."),
            "required": _("Enter a quantity."),
        },
    )


class AddForm(QuantityForm):
    """One product for the cart; its id is checked by the verb."""

    item = forms.CharField(required=False, max_length=40)


class LineForm(QuantityForm):
    """A line of the cart and its new quantity; 0 removes it."""

    line = forms.IntegerField(min_value=0, max_value=rules.MOST_QUANTITY)
