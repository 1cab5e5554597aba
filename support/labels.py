"""What the reader sees for the words that the database keeps."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.rules import Reason
from support.rules import Decision, Impact, ScanState, Status, Topic

Names = dict[str, Promise]
NO_REQUEST = _("This support request was not found. It does not exist, or it is not yours.")

TOPICS: Names = {
    Topic.REFUND: _("CSP Purchase/Refund on behalf of customers"),
    Topic.PARTNER_CENTER: _("Partner Center issues"),
    Topic.PROFILE: _("Cannot manage my profile"),
    Topic.CUSTOMERS: _("Cannot manage a customer"),
    Topic.ORDERS: _("Cannot place or find an order"),
    Topic.SOFTWARE: _("Software keys and downloads"),
    Topic.BILLING: _("Invoices and billing"),
    Topic.API: _("REST API and integration"),
}
TOPIC_HELP: Names = {
    Topic.REFUND: _("Purchases and refunds of what you cannot cancel yourself"),
    Topic.PARTNER_CENTER: _("Pages that fail or show something wrong"),
    Topic.PROFILE: _("Errors or problems with your own profile, language or sign-in"),
    Topic.CUSTOMERS: _("Adding customers, or changing what is known about them"),
    Topic.ORDERS: _("Carts, orders and their status"),
    Topic.SOFTWARE: _("Keys that are missing, links that do not work"),
    Topic.BILLING: _("Charges, credits, tax and invoices"),
    Topic.API: _("Requests that are refused or answered unexpectedly"),
}
IMPACTS: Names = {
    Impact.CRITICAL: _("Critical"),
    Impact.MODERATE: _("Moderate"),
    Impact.MINIMAL: _("Minimal"),
}
IMPACT_CHOICES: Names = {
    Impact.CRITICAL: _("Critical: the business stands still"),
    Impact.MODERATE: _("Moderate: work goes on, with difficulty"),
    Impact.MINIMAL: _("Minimal: a question, or a small nuisance"),
}
STATUS: dict[str, tuple[str, Promise]] = {
    Status.NONE: ("neutral", pgettext_lazy("support request", "Draft")),
    Status.OPEN: ("info", pgettext_lazy("support request", "Open")),
    Status.ATTENTION_NEEDED: ("warning", _("Attention needed")),
    Status.CLOSED: ("off", pgettext_lazy("support request", "Closed")),
}
DECISIONS: dict[str, tuple[str, Promise]] = {
    Decision.APPROVED: ("success", _("Refund approved")),
    Decision.REFUSED: ("error", _("Refund refused")),
}
FACTS: dict[str, Any] = {
    "customer": _("Customer tenant GUID or domain name"),
    "order": _("Order ID or Subscription ID"),
    "reason": _("Refund reason"),
    "amount": _("Amount requested"),
}
NO_REFUND: Names = {
    Reason.ALREADY_CANCELLED: _("Cancelled already"),
    Reason.NOT_CANCELLABLE: _("Can be neither cancelled nor exchanged"),
}
SCAN: dict[str, tuple[str, Promise]] = {
    ScanState.NOT_SCANNED: ("neutral", _("Not scanned")),
    ScanState.CLEAN: ("success", _("No virus found")),
    ScanState.INFECTED: ("error", _("Quarantined: a virus was found")),
}
