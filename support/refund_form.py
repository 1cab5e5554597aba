"""The desk's decision: its words and, of an order with several purchases, which are refunded."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from support.forms import TextForm
from support.refunds import Refund


class RefundForm(TextForm):
    """A message, and the purchases to refund where there is a choice."""

    field_order = ("lines", "text")

    lines = forms.TypedMultipleChoiceField(
        label=_("Purchases to refund"),
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, refund: Refund | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        numbers = refund.open_numbers if refund else []
        if refund is None or len(numbers) < 2:  # noqa: PLR2004 - one is no choice
            del self.fields["lines"]
            return
        choices = [
            (each.line.number, f"{each.line.title} × {each.line.quantity}")
            for each in refund.lines
            if each.line.number in numbers
        ]
        field = cast("forms.TypedMultipleChoiceField", self.fields["lines"])
        field.choices, field.initial = choices, numbers

    def clean_lines(self) -> list[int]:
        """At least one, or there is nothing to approve."""
        chosen: list[int] | None = self.cleaned_data["lines"]
        if not chosen:
            raise forms.ValidationError(_("Choose the purchases that are to be refunded."))
        return chosen
