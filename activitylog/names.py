"""Actions and their details in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from activitylog.rules import Action, Status
from partnercenter.lib.errors import Text

# Resources whose rows have a product's title as their subject.
PRODUCTS = frozenset(["order", "software_download_link", "software_key", "subscription"])
ACTIONS: dict[str, Text] = {
    Action.GET_SOFTWARE_KEY: _("Get software key"),
    Action.GET_SOFTWARE_DOWNLOAD_LINK: _("Get software download link"),
    Action.DOWNLOAD_SOFTWARE: _("Download software"),
    Action.CREATE_ORDER: _("Create order"),
    Action.UPDATE_ORDER: _("Update order"),
    Action.UPDATE_SUBSCRIPTION: _("Update subscription"),
    Action.MOVE_SANDBOX_CLOCK: _("Move sandbox clock"),
    "add_customer": _("Add customer"),
    "update_customer_billing_profile": _("Update customer's billing profile"),
    "delete_customer": _("Delete customer"),
    "remove_partner_customer_relationship": _("Remove relationship with customer"),
    "update_customer_qualification": _("Update customer's qualification"),
    "create_agreement": _("Confirm agreement"),
    "create_customer_user": _("Add customer's user"),
    "update_customer_user": _("Update customer's user"),
    "update_customer_user_principal_name": _("Rename customer's user"),
    "reset_customer_user_password": _("Reset password of customer's user"),
    "delete_customer_user": _("Delete customer's user"),
    "restore_customer_user": _("Restore customer's user"),
    "update_partner_profile": _("Update company profile"),
    "create_partner_user": _("Add user"),
    "update_partner_user": _("Update user"),
    "remove_partner_user": _("Deactivate user"),
    "register_application": _("Register application"),
    "update_application": _("Update application"),
    "add_application_credential": _("New secret of application"),
    "unregister_application": _("Revoke application"),
    "register_webhook": _("Register webhook"),
    "update_webhook": _("Update webhook"),
    "remove_webhook": _("Remove webhook"),
    "disable_webhook": _("Webhook: sending ended"),
    "ready_invoice": _("Issue invoice"),
    "add_policy": _("Add policy"),
    "end_policy": _("End policy"),
    "create_service_request": _("Submit support request"),
    "update_service_request": _("Update support request"),
    "read_service_request": _("Support desk: read support request"),
}
STATUS: dict[str, tuple[str, Text]] = {
    Status.SUCCEEDED: ("success", _("Succeeded")),
    Status.FAILED: ("error", _("Failed")),
}
DETAILS: dict[str, Text] = {
    "orderId": _("Order ID"),
    "lineItem": _("Line item"),
    "linkId": _("Link ID"),
    "linkIssuedBy": _("Link issued by"),
    "version": _("Version"),
    "language": _("Language"),
    "file": _("File name"),
    "userAgent": _("Browser or program"),
    "reason": _("Reason"),
    "billingCycle": _("Billing cycle"),
    "credit": _("Credit"),
    "subscriptionId": _("Subscription ID"),
    "friendlyName": _("Name"),
    "quantity": _("Quantity"),
    "registration": _("Registration"),
    "activation": _("Activation"),
    "requestId": _("Support request"),
    "status": _("Status"),
    "decision": _("Decision"),
    "policy": _("Policy"),
    "rule": _("Rule"),
    "source": _("Source"),
    "events": _("Events"),
    "from": _("From"),
    "to": _("To"),
}


def subject_label(resource_type: str) -> Text:
    """What the subject of a row is: a product, or what else was acted on."""
    return _("Product") if resource_type in PRODUCTS else _("Subject")


def action_name(action: str) -> str:
    """The action in words; an action that has no words yet keeps its name."""
    return str(ACTIONS.get(action, action))


def detail_rows(details: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of each detail, those we know first and in their order."""
    known = [key for key in DETAILS if key in details]
    rest = [key for key in details if key not in DETAILS]
    return [(str(DETAILS.get(key, key)), str(details[key])) for key in (*known, *rest)]
