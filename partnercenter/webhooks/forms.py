from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnercenter.lib.events import EventName
from partnercenter.webhooks.models import Registration

# What this product raises; the other names may be registered through the API.
OFFERED = (
    (EventName.ORDER_CREATED, _("Order created")),
    (EventName.ORDER_CANCELLED, _("Order cancelled, whole or in part")),
    (EventName.SUBSCRIPTION_UPDATED, _("Subscription updated: quantity or state")),
    (EventName.INVOICE_READY, _("Invoice ready")),
    (EventName.TEST_CREATED, _("Test event")),
)


class RegistrationForm(forms.Form):
    webhook_url = forms.CharField(
        label=_("Webhook address"),
        max_length=2000,
        widget=forms.URLInput(attrs={"data-testid": "webhook-url"}),
        help_text=_(
            "A public http or https address."
            " It takes an event by answering with a status from 200 to 299."
        ),
    )
    webhook_events = forms.MultipleChoiceField(
        label=_("Events"),
        choices=[(name.value, label) for name, label in OFFERED],
        widget=forms.CheckboxSelectMultiple,
    )
    signs_in_own_header = forms.BooleanField(
        label=_("Send the signature as x-ms-signature instead of Authorization"), required=False
    )

    @classmethod
    def values_of(cls, found: Registration | None) -> dict[str, Any]:
        """What the form shows at first."""
        if found is None:
            return {"webhook_events": [name.value for name, _label in OFFERED]}
        return {
            "webhook_url": found.url,
            "webhook_events": found.events,
            "signs_in_own_header": found.signs_in_own_header,
        }

    def values(self, found: Registration | None) -> dict[str, Any]:
        """As ``services.register`` takes them; events that the page does not offer stay."""
        offered = {name.value for name, _label in OFFERED}
        kept = [name for name in found.events if name not in offered] if found else []
        return {
            "url": self.cleaned_data["webhook_url"],
            "event_names": [*self.cleaned_data["webhook_events"], *kept],
            "signs_in_own_header": self.cleaned_data["signs_in_own_header"],
        }
