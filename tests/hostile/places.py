"""Where a client can put something: address, query, header, member of a body, field of a form."""

from typing import Any

from tests.customers import samples
from tests.matrix.table import CU, DR, B, C, H, K, S, U, V
from tests.matrix.world import Tenant
from tests.support import build as support

PAGES = ("after", "before")
AUTHORIZE = (
    *("client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "resource"),
    *("code_challenge", "code_challenge_method", "prompt", "request", "response_mode"),
)
SEEK = ("size", "seekOperation", "MS-ContinuationToken")
LINES = ("provider", "invoicelineitemtype", "offset", "hasPartnerEarnedCredit", *SEEK)
QUERY: dict[str, tuple[str, ...]] = {
    "dashboard/customers": ("q", *PAGES),
    "dashboard/customers/returns": PAGES,
    f"{C}/add-products": ("view", "segment", "term", "q", "category", "offer", *PAGES),
    f"{C}/orders": PAGES,
    f"{C}/software": (
        *("q", "line", "show", "version", "language", "file_type", "panel", "file"),
        *("sort", "rest", "dialog", "order", "done"),
        *PAGES,
    ),
    f"{C}/software/<uuid:entitlement_id>/keys": ("file",),
    f"{C}/software/cancel": ("line",),
    f"{C}/software/cancel/result": ("line",),
    f"{C}/reservations": PAGES,
    f"{S}/users": ("q", "role", *PAGES),
    f"{S}/users/<uuid:user_id>": ("dialog",),
    f"{S}/developer": ("dialog", "app", *PAGES),
    f"{S}/policies": ("policy", "market", "history", *PAGES),
    f"{S}/policies/<slug:policy>/add": ("row",),
    f"{S}/activity-log": (
        *("start", "end", "customer", "user", "action", "range", "record"),
        *PAGES,
    ),
    f"{S}/activity-log/export": ("start", "end", "customer", "user", "action", "range"),
    "v1/customers": ("filter", *SEEK),
    CU: ("filter", "sortField", "sortDirection", *SEEK),
    f"{DR}/<role_id>/usermembers": SEEK,
    f"{V}/agreements": ("agreementType",),
    f"{V}/validationStatus": ("type",),
    "v1/agreements": ("agreementType",),
    "v1/agreementtemplates/<template_id>/document": ("language", "country"),
    "v1/profiles/mpn": ("mpnId",),
    "v1/profiles/legalbusiness": ("vettingVersion",),
    "v1/relationships": ("relationship_type", "filter"),
    "v1/compliance/<program>/agreementstatus": ("mpnId", "tenantId"),
    "v1/products": ("country", "targetView", "targetSegment", "reservationScope"),
    "v1/products/<product_id>/skus": ("country", "targetSegment"),
    f"{V}/products": ("targetView", "targetSegment"),
    "v1/markets": ("reservations",),
    f"{V}/orders": ("include_price", "billingType", *SEEK),
    f"{V}/orders/<order_id>": ("include_price",),
    f"{V}/subscriptions": ("order_id", "mpn_id", *SEEK),
    f"{V}/servicecosts/<billing_period>/lineitems": SEEK,
    "v1/invoices/<invoice_id>/lineitems": LINES,
    f"{V}/software": SEEK,
    f"{V}/entitlements": ("entitlementType", "showExpiry"),
    "v1/auditrecords": ("startDate", "endDate", "filter", *SEEK),
    H: ("status", "q", *PAGES),
    f"{H}/new": ("order", "line", "context", "customer"),
    "desk": ("status", "q", *PAGES),
    f"{K}": ("dialog",),
    "dashboard/billing": ("year", "period", *PAGES),
    "dashboard/billing/unbilled": PAGES,
    f"{B}": PAGES,
    f"{V}/orders/<order_id>/cancellationeligibility": ("lineItemNumber",),
    "v1/servicerequests": ("filter", "status", "sort", *SEEK),
    "v1/invoices": ("size", "offset", "filter"),
    "v1/invoices/unbilled/lineitems": (
        *("provider", "invoicelineitemtype", "currencycode", "period", "size", "offset"),
        "idtype",
    ),
    "v1/invoices/estimates/links": ("currencycode",),
    "v1/invoices/<invoice_id>/lineitems/<provider>/<line_type>": ("size", "offset", *SEEK),
    "common/discovery/instance": ("authorization_endpoint", "api-version"),
    "signin": ("next",),
    "account/password/reset/": ("next",),
    "<str:tenant>/oauth2/authorize": AUTHORIZE,
    "<str:tenant>/oauth2/v2.0/authorize": AUTHORIZE,
    "identity/o/logout": ("id_token_hint", "client_id", "post_logout_redirect_uri", "state"),
}
HEADERS = (
    *("MS-RequestId", "MS-CorrelationId", "MS-ContinuationToken", "X-Locale", "Accept"),
    *("Accept-Language", "User-Agent", "Referer", "If-Match", "If-None-Match", "If-Range", "Range"),
    *("If-Modified-Since", "X-Forwarded-For", "X-Forwarded-Proto", "X-HTTP-Method-Override"),
    *("HX-Request", "HX-Target", "HX-Current-URL", "Cookie", "Origin", "Content-Encoding"),
)
FORMS: dict[str, tuple[str, ...]] = {
    "signin": ("login", "password", "remember", "next"),
    "account/reauthenticate/": ("password", "next"),
    "account/password/change/": ("oldpassword", "password1", "password2"),
    "account/password/reset/": ("email", "next"),
    "account/sessions/": ("all",),
    "account/2fa/authenticate/": ("code",),
    "language": ("language", "next"),
    "theme": ("theme", "next"),
    "<str:tenant>/oauth2/token": ("grant_type", "client_id", "client_secret", "resource", "code"),
    "<str:tenant>/oauth2/v2.0/token": ("grant_type", "client_id", "client_secret", "scope"),
    "identity/o/api/token": ("grant_type", "client_id", "client_secret", "scope", "code"),
    "identity/o/api/revoke": ("token", "token_type_hint", "client_id", "client_secret"),
    "identity/o/api/device/code": ("client_id", "scope"),
}


def _line(tenant: Tenant) -> dict[str, Any]:
    return {
        "quantity": 1,
        "friendlyName": "x",
        "termDuration": "P1Y",
        "provisioningContext": {"key": "value"},
    }


def bodies(tenant: Tenant) -> dict[tuple[str, str], Any]:
    """Method and route -> a whole valid body, with the members that may be left out too."""
    item = tenant.ids["item"]
    cart = _line(tenant) | {
        "id": 0,
        "catalogItemId": item,
        "currencyCode": "USD",
        "billingCycle": "one_time",
        "participants": [{"key": "transaction_reseller", "value": "1"}],
        "addonItems": [{"catalogItemId": item, "quantity": 1}],
    }
    order = _line(tenant) | {"lineItemNumber": 0, "offerId": item, "partnerIdOnRecord": "1"}
    line = f"{V}/software/<entitlement_id>"
    address = {"addressLine2": "x", "region": "WA", "phoneNumber": "1"}
    return {
        ("POST", "v1/customers"): samples.wire("Sixth", **address),
        ("POST", f"{V}/carts"): {"lineItems": [cart]},
        ("PUT", f"{V}/carts/<cart_id>"): {"lineItems": [cart]},
        ("POST", f"{V}/orders"): {
            "currencyCode": "USD",
            "billingCycle": "one_time",
            "lineItems": [order],
        },
        ("POST", f"{line}/search"): {
            "version": "2019",
            "language": "English",
            "fileType": "ISO, x64",
        },
        ("POST", f"{line}/keysanddownloads"): {"fileId": str(tenant.ids["file_id"])},
        ("PATCH", f"{V}/orders/<order_id>"): {
            "status": "cancelled",
            "lineItems": [{"lineItemNumber": 0, "quantity": 1}],
            "attributes": {"etag": ""},
        },
        ("PATCH", U): {
            "quantity": 2,
            "status": "active",
            "friendlyName": "x",
            "autoRenewEnabled": False,
            "billingCycle": "one_time",
            "partnerId": "",
            "attributes": {"etag": ""},
        },
        ("PUT", f"{U}/supportcontact"): {"supportTenantId": "", "supportMpnId": ""},
        ("POST", "v1/extensions/product/checkinventory"): {
            "targetItems": [{"productId": item.partition(":")[0], "skuId": "000B"}],
            "inventoryContext": {"customerId": str(tenant.ids["customer_id"])},
        },
        ("POST", "v1/sandbox/clock"): {"advanceBy": "PT1H"},
        ("PATCH", "v1/servicerequests/<request_id>"): {
            "status": "closed",
            "newNote": {"text": "x"},
        },
        ("POST", "v1/servicerequests/<agent_locale:agent_locale>"): support.wire(),
        **_of_customers(tenant),
    }


def _of_customers(tenant: Tenant) -> dict[tuple[str, str], Any]:
    """Bodies of the customer's profiles, users and agreements, and of the partner's profiles."""
    profile = samples.wire("Sixth")["billingProfile"]
    address = {"country": "US", "city": "x", "postalCode": "1"}
    password = {"password": "abCD123*", "forceChangePassword": True}
    support = {"email": "x", "telephone": "1", "website": "x"}
    tagged = {"attributes": {"etag": "1"}}
    return {
        ("POST", CU): samples.wire_user("Sixth", immutableId="x", phoneNumber="1"),
        ("PATCH", f"{CU}/<customer_user_id>"): {"state": "active", "passwordProfile": password},
        ("POST", f"{DR}/<role_id>/usermembers"): {"id": str(tenant.ids["customer_user_id"])},
        ("POST", f"{V}/agreements"): samples.wire_agreement(),
        ("PUT", f"{V}/profiles/billing"): profile | tagged,
        ("PATCH", V): {"relationshipToPartner": "none"},
        ("PUT", f"{V}/qualification"): {"qualification": "Education"},
        ("POST", f"{V}/qualifications"): {"qualification": "Education"},
        ("POST", "v1/validations/address"): address | {"addressLine1": "x", "state": "WA"},
        # The four profiles of a partner are read by the same view.
        ("PUT", "v1/profiles/billing"): {"address": address, "billingCurrency": "USD"} | tagged,
        ("PUT", "v1/profiles/support"): support,
    }


def leaves(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body, containers included."""
    inner = body.items() if isinstance(body, dict) else ()
    inner = enumerate(body) if isinstance(body, list) else inner
    return [path, *(found for key, part in inner for found in leaves(part, (*path, key)))]


def replaced(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with something else in that place."""
    if not path:
        return value
    copy = dict(body) if isinstance(body, dict) else list(body)
    copy[path[0]] = replaced(copy[path[0]], path[1:], value)
    return copy
