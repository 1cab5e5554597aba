"""What is chosen in the Cancel purchase window."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

NOTHING = ("", _("Select an order"))


class CancelForm(forms.Form):
    """One of the orders that hold the product; the choice asks for its state in place (S58, S61).

    ``data`` None shows the list with nothing chosen in it.
    """

    order = forms.ChoiceField(
        label=_("Order number"),
        error_messages={
            "required": _("Select an order."),
            "invalid_choice": _("Select one of the orders of this list."),
        },
    )

    def __init__(
        self, orders: Iterable[tuple[str, str]], data: Mapping[str, str] | None, *, address: str
    ) -> None:
        super().__init__(data)
        field: Any = self.fields["order"]
        field.choices = [NOTHING, *orders]
        field.widget.attrs = {
            "data-testid": "cancel-order-number",
            "translate": "no",
            "aria-controls": "cancel-info",
            "hx-get": address,
            "hx-trigger": "change",
            "hx-include": "closest form",
            "hx-target": "#cancel-info",
            "hx-select": "#cancel-info > *",
            "hx-select-oob": "#cancel-actions",
            "hx-swap": "innerHTML show:none",
            "hx-sync": "this:replace",
            "hx-replace-url": "true",
            "hx-indicator": "#cancel-info",
        }
