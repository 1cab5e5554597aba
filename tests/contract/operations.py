"""Which documented operations there are here, and what differs; ``docs/operations.md`` from it."""

import json
from pathlib import Path
from typing import Any

from tests.contract.replay import route_of

PATHS = Path("reference/partner-center-api/paths.json")
LICENCES = "Licences are assigned in the customer's own tenant; software has keys instead."
OLD_CATALOG = "The catalogue of the platform before products; software is sold by products."
AZURE = "No Azure subscriptions are sold, so that there are none to hold entitlements."
ONE_TERM = "Nothing that is sold turns into something else: software ends with its term."
SIGN_IN = "Multi-factor sign-in is reported by the identity provider, which is not this service."
FILES = "Orders of software ask for no papers."
# Operation without a route, or answered 501 -> why.
NOT_OFFERED = {
    "webhooks.callback": "Not called but sent: the events that subscribers receive.",
    "orders.attachments.list": FILES,
    "orders.attachments.upload": FILES,
    "orders.attachments.download": FILES,
    "subscriptions.conversions.create": ONE_TERM,
    "subscriptions.upgrades.create": ONE_TERM,
    "subscriptions.transitions.create": ONE_TERM,
    "subscriptions.azure_entitlement.get": AZURE,
    "subscriptions.azure_entitlement.cancel": AZURE,
    "licenses.assign": LICENCES,
    "licenses.of_user": LICENCES,
    "licenses.of_user_by_group": LICENCES,
    "licenses.available": LICENCES,
    "licenses.available_by_group": LICENCES,
    "relationshiprequests.get": "Customers are added by the partner, not invited.",
    "managedservices.list": "There are no managed services behind software.",
    "verifieddomain.add": "Domains are verified in the customer's own tenant.",
    "applicationconsents.create": "Applications act for the partner, not in customers' tenants.",
    "applicationconsents.delete": "Applications act for the partner, not in customers' tenants.",
    "offers.list": OLD_CATALOG,
    "offers.get": OLD_CATALOG,
    "offers.addons": OLD_CATALOG,
    "offercategories.list": OLD_CATALOG,
    "customer_offers.list": OLD_CATALOG,
    "customer_offercategories.list": OLD_CATALOG,
    "mfa.partner_requests": SIGN_IN,
    "mfa.adoption_status": SIGN_IN,
    "mfa.non_compliant": SIGN_IN,
}
# In the examples only: they are not operations of the API.
NO_OPERATIONS = {"webhooks.callback"}
NO_USAGE = "An empty list: nothing is billed by usage."
NO_CHANGE = "An empty list: nothing that is sold turns into something else."
# Not offered either, but a client that looks finds nothing instead of an error.
EMPTY = {
    "subscriptions.conversions.list": NO_CHANGE,
    "subscriptions.upgrades.list": NO_CHANGE,
    "subscriptions.transitions.list": NO_CHANGE,
    "subscriptions.transition_eligibilities": NO_CHANGE,
    "invoices.lineitems.usage_billed": NO_USAGE,
    "invoices.lineitems.usage_unbilled": NO_USAGE,
}
# Operation that is offered -> what of it is otherwise than documented.
DIFFERS = {
    "customers.delete": "Ends the customer, whose invoices and log stay; no tenant is purged.",
    "qualifications.create": "Nobody vets: InReview at once, Approved when read.",
    "qualifications.list": "Nobody vets: Approved, never Denied.",
    "validations.codes": "Always empty: no qualification is vetted by code.",
    "inventory.check": "Restricted by market only.",
    "agreements.direct_signed_status": "`isSigned` is always false: customers do not sign here.",
    "agreements.document": "A short text of our own instead of the legal document.",
    "orders.add_addon": "Refused with 800029: no product has add-ons to what was bought before.",
    "orders.change_billing_cycle": "Refused with 800072 where it is another than the order has.",
    "subscriptions.patch_quantity": "More only; less is refused with 800090.",
    "subscriptions.patch_autorenew": "Off only; on is refused with 800093.",
    "subscriptions.register": "Reservations only; software is refused with 800011.",
    "subscriptions.azure_entitlements": "Always empty: no Azure subscriptions are sold.",
    "invoices.list": "`taxReceipts`, which are of Taiwan, are always empty.",
    "customer_products.list": "Products, as `products.list` has them, and not SKUs.",
    "subscriptions.support_contact.update": "The partner itself only.",
    "invoices.receipt_statement": "404: there are no receipts.",
    "invoices.lineitems.query": "Lines of OneTime; of Office and Azure there are none.",
    "invoices.unbilled.lineitems": "Billing lines; usage lines are none.",
    "servicerequests.get": "`productId` is always empty: a request has a topic.",
    "webhooks.events": "Usage and referral events may be asked for; nothing raises them.",
    "webhooks.register": "Deliveries are signed with a certificate of this installation's own.",
}


def operations(reference: Path) -> list[dict[str, Any]]:
    """Every documented operation: its name, method, address and selector."""
    return json.loads((reference / PATHS).read_text("utf-8"))


def is_offered(told: dict[str, Any]) -> bool:
    """Whether the address and method lead to something that is not refused as a whole."""
    path = told["path_template"].partition("?")[0].replace("{agent_locale}", "en-US")
    return route_of(told["method"], path) is not None


def page(reference: Path) -> str:
    """``docs/operations.md``."""
    told = operations(reference)
    counts = {"yes": 0, "partly": 0, "no": 0}
    rows = []
    for each in told:
        name = each["operation"]
        answer, what = "yes", ""
        if name in NOT_OFFERED or name in EMPTY:
            answer, what = "no", (NOT_OFFERED | EMPTY)[name]
        elif name in DIFFERS:
            answer, what = "partly", DIFFERS[name]
        counts[answer] += 1
        address = each["path_template"].replace("|", "\\|")
        rows.append(f"| {name} | {each['method']} | `{address}` | {answer} | {what} |")
    return "\n".join(
        [
            "# Operations",
            "",
            f"The {len(told)} documented operations of the REST API: {counts['yes']} are offered,",
            f"{counts['partly']} partly, {counts['no']} not. Several at one address are told apart",
            "by query or body. What is not offered answers 501, 404 or 405 in the documented body,",
            "or an empty list where it says so. `tests/contract` replays the documented examples",
            "of all that is offered.",
            "",
            "| Operation | Method | Address | Offered | What differs |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )
