"""Bodies that can be sent as they stand to an installation with the demo's catalogue."""

from typing import Any

BIZTALK = "DG7GMGF0DWM3:0002:DG7GMGF0DT1M"
ADDRESS = {
    "firstName": "Kim",
    "lastName": "Abercrombie",
    "addressLine1": "1 Microsoft Way",
    "city": "Redmond",
    "state": "WA",
    "postalCode": "98052",
    "country": "US",
}
CART = {"lineItems": [{"id": 0, "catalogItemId": BIZTALK, "quantity": 2}]}
WEBHOOK = {"WebhookUrl": "https://hooks.example/events", "WebhookEvents": ["invoice-ready"]}
EXAMPLES: dict[str, Any] = {
    "customers_create": {
        "companyProfile": {"domain": "wingtip.example"},
        "billingProfile": {
            "culture": "en-US",
            "email": "kim@wingtip.example",
            "language": "en",
            "companyName": "Wingtip Toys",
            "defaultAddress": ADDRESS,
        },
    },
    "carts_create": CART,
    "carts_update": CART,
    "orders_create": {"lineItems": [{"lineItemNumber": 0, "offerId": BIZTALK, "quantity": 1}]},
    "orders_cancel": {"status": "cancelled"},
    "subscriptions_update": {"friendlyName": "Servers of the head office"},
    "software_search": {"version": "2019", "language": "English", "fileType": "ISO, x64"},
    "users_create": {
        "usageLocation": "US",
        "userPrincipalName": "daniel@{domain}",
        "firstName": "Daniel",
        "lastName": "Tsai",
        "displayName": "Daniel Tsai",
        "passwordProfile": {"password": "correct horse 7 battery", "forceChangePassword": True},
    },
    "users_update": {"displayName": "Daniel T."},
    "qualification_update": "education",
    "servicerequests_create": {
        "title": "The list of orders stays empty",
        "description": "It shows no order although three were made today.",
        "severity": "moderate",
        "supportTopicId": "32444667",
        "primaryContact": {
            "firstName": "Mia",
            "lastName": "Weber",
            "email": "mia@fabrikam.example",
            "phoneNumber": "+1 425 555 0100",
        },
    },
    "servicerequests_update": {"newNote": {"text": "The customer asked again."}},
    "validations_address": {
        name: ADDRESS[name] for name in ("addressLine1", "city", "state", "postalCode", "country")
    },
    "sandbox_clock_move": {"advanceBy": "P14D"},
    "webhooks_update": WEBHOOK,
}
