"""Words of billing."""

from django.utils.translation import gettext_lazy as _

CHARGE_TYPES = {
    "new": _("New"),
    "cancelImmediate": _("Cancelled: credit"),
    "customerCredit": _("Customer credit"),
}

# Days from the invoice date until it is due.
PAYMENT_DAYS = 60
