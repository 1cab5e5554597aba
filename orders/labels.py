"""What the reader sees for the words that the database keeps."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.rules import BillingPlan, Kind, Segment, Term
from orders.rules import LineStatus, OrderStatus

Names = dict[str, Promise]
NO_CART = _("This cart was not found. It does not exist, or it is not yours.")
NO_ORDER = _("This order was not found. It does not exist, or it is not yours.")

SEGMENTS: Names = {
    Segment.COMMERCIAL: _("Commercial"),
    Segment.EDUCATION: _("Education"),
    Segment.GOVERNMENT: _("Government"),
    Segment.CHARITY: _("Non-profit"),
}
CUSTOMER_SEGMENTS: Names = {
    "commercial": _("Commercial"),
    "education": _("Education"),
    "government": _("Government"),
    "nonprofit": _("Non-profit"),
}
TERMS: Names = {
    Term.MONTH: _("1 month"),
    Term.YEAR: _("1 year"),
    Term.THREE_YEARS: _("3 years"),
    Term.FIVE_YEARS: _("5 years"),
    Term.ONE_TIME: _("No end"),
    Term.NO_TERM: _("No end"),
}
BILLING: Names = {
    BillingPlan.UNSTATED: pgettext_lazy("billing frequency", "One-time"),
    BillingPlan.ONE_TIME: pgettext_lazy("billing frequency", "One-time"),
    BillingPlan.MONTHLY: pgettext_lazy("billing frequency", "Monthly"),
    BillingPlan.ANNUAL: pgettext_lazy("billing frequency", "Annual"),
    BillingPlan.TRIENNIAL: pgettext_lazy("billing frequency", "Triennial"),
    BillingPlan.NONE: pgettext_lazy("billing frequency", "Not billed"),
}
KINDS: Names = {
    Kind.SOFTWARE_SUBSCRIPTION: _("Software subscription"),
    Kind.PERPETUAL_SOFTWARE: _("Perpetual software"),
    Kind.SOFTWARE_PLAN: _("Software plan"),
    Kind.RESERVATION: _("Azure reservation"),
}
ORDER_STATUS: dict[str, tuple[str, Promise]] = {
    OrderStatus.PENDING: ("info", _("Pending")),
    OrderStatus.COMPLETED: ("success", _("Completed")),
    OrderStatus.CANCELLED: ("off", _("Cancelled")),
}
LINE_STATUS: dict[str, tuple[str, Promise]] = {
    LineStatus.PENDING: ("info", _("Preparing")),
    LineStatus.FULFILLED: ("success", _("Fulfilled")),
    LineStatus.CANCELLED: ("off", _("Cancelled")),
}
SOURCES: Names = {
    "portal": pgettext_lazy("source of an order", "Portal"),
    "api": pgettext_lazy("source of an order", "API"),
    "system": pgettext_lazy("source of an order", "System"),
}
