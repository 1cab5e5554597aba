"""The published matrix (portal.md B.1), written out again: address, method, who, what comes.

Literals only: what the product thinks of its own roles is what is tested.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.customers import samples
from tests.matrix.world import Tenant
from tests.support import build as support

ROLE_NAMES = {
    "aa": "Admin agent",
    "ga": "Global admin",
    "acct": "Account admin",
    "ref": "Referral admin",
    "mkt": "Marketing content admin",
    "sa": "Sales agent",
    "ha": "Helpdesk agent",
    "ba": "Billing admin",
    "uma": "User management admin",
}
EVERYBODY = frozenset({*ROLE_NAMES, "gaaa", "du"})


def _who(names: str) -> frozenset[str]:
    """Holders of one of these roles; ``gaaa`` is both Global admin and Admin agent."""
    roles = set(names.split())
    return frozenset(roles | ({"gaaa"} if roles & {"ga", "aa"} else set()))


SEE_CUSTOMERS = _who("aa ga sa ha ba")
ADD_CUSTOMER = _who("ga uma aa sa")
END_RELATIONSHIP = _who("ga")
DELETE_CUSTOMER = _who("ga aa")
CUSTOMER_USERS = _who("ga uma aa")
CONFIRM_AGREEMENT = _who("aa sa")
EDIT_CUSTOMER = _who("aa ga sa ha")
BUY = _who("aa ga")
SOFTWARE_LIST = _who("aa ga sa ha")
KEYS_AND_DOWNLOADS = _who("aa")
CANCEL = _who("aa")
RETURNS = _who("aa ga")
ORDER_HISTORY = _who("aa ga sa ha ba")
ACTIVITY_LOG = _who("ga acct ref mkt")
INVOICES = _who("ga ba aa")
RECONCILIATION = _who("ga ba")
PRICE_LISTS = _who("ga uma aa sa ba")
PARTNER_USERS = _who("ga uma acct")
API_APPLICATIONS = _who("ga")
POLICIES = _who("ga")
SANDBOX_CLOCK = _who("aa ga")
PARTNER_PROFILE = _who("ga acct aa sa ha ba")
EDIT_PARTNER_PROFILE = _who("ga acct")
EDIT_BILLING_PROFILE = _who("ga ba")

Data = Callable[[Tenant], Any]


class Row(NamedTuple):
    """One method of one address."""

    who: frozenset[str]
    status: int = 200
    data: Data | None = None
    query: str = ""
    # Whether partners that are not enrolled in CSP are refused, whatever the role (S2).
    csp: bool = True
    # Whether it does not exist for anybody else, instead of needing a role.
    hidden: bool = False
    # Name in the address -> name among the tenant's ids, where they differ.
    names: dict[str, str] = {}


def _details(tenant: Tenant) -> dict[str, Any]:
    """A customer that the wizard takes."""
    address = samples.wire()["billingProfile"]["defaultAddress"]
    return {
        "company_name": "Fifth",
        "domain": f"fifth.{tenant.org.partner.domain}",
        "country": "US",
        "language": "en",
        "email": "kim@fifth.example",
        "first_name": address["firstName"],
        "last_name": address["lastName"],
        "address_line1": address["addressLine1"],
        "city": address["city"],
        "state": address["state"],
        "postal_code": address["postalCode"],
        "step": "submit",
    }


def _address(_tenant: Tenant) -> Any:
    return samples.wire()["billingProfile"]["defaultAddress"]


def _changed(tenant: Tenant) -> dict[str, Any]:
    return _details(tenant) | {"version": tenant.customer.version}


def _lines(name: str) -> Data:
    return lambda tenant: {"lineItems": [{"id": 0, name: tenant.ids["item"], "quantity": 1}]}


def _webhook(_tenant: Tenant) -> dict[str, Any]:
    return {"WebhookUrl": "https://x.example/", "WebhookEvents": ["test-created"]}


def _build(_tenant: Tenant) -> dict[str, str]:
    return {"version": "2019", "language": "English", "fileType": "ISO, x64"}


C = "dashboard/customers/<uuid:customer_id>"
B = "dashboard/billing/invoices/<str:number>"
S = "dashboard/settings"
PORTAL: dict[str, dict[str, Row]] = {
    "dashboard": {"GET": Row(EVERYBODY, csp=False)},
    "dashboard/customers": {"GET": Row(SEE_CUSTOMERS)},
    "dashboard/customers/new": {
        "GET": Row(ADD_CUSTOMER),
        "POST": Row(ADD_CUSTOMER, 302, _details),
    },
    "dashboard/customers/returns": {"GET": Row(RETURNS)},
    "dashboard/customers/returns/export": {"GET": Row(RETURNS)},
    "dashboard/customers/returns/calendar.ics": {"GET": Row(RETURNS)},
    C: {"GET": Row(SEE_CUSTOMERS)},
    f"{C}/added": {"GET": Row(ADD_CUSTOMER)},
    f"{C}/account": {"GET": Row(EDIT_CUSTOMER), "POST": Row(EDIT_CUSTOMER, 302, _changed)},
    f"{C}/add-products": {
        "GET": Row(BUY),
        "POST": Row(BUY, 302, lambda t: {"item": t.ids["item"], "quantity": 1}),
    },
    f"{C}/cart": {
        "GET": Row(BUY),
        "POST": Row(BUY, 302, lambda _: {"line": 0, "quantity": 2}),
    },
    f"{C}/cart/restore": {"POST": Row(BUY, 302)},
    f"{C}/cart/buy": {
        "GET": Row(BUY, 302),
        "POST": Row(BUY, 302, lambda t: {"cart": t.ids["cart_id"]}),
    },
    f"{C}/orders": {"GET": Row(ORDER_HISTORY)},
    f"{C}/orders/<str:order_id>": {"GET": Row(ORDER_HISTORY)},
    f"{C}/orders/<str:order_id>/confirmation": {"GET": Row(BUY)},
    f"{C}/software": {"GET": Row(SOFTWARE_LIST)},
    f"{C}/software/<uuid:entitlement_id>/keys": {
        "GET": Row(KEYS_AND_DOWNLOADS, 302),
        "POST": Row(KEYS_AND_DOWNLOADS),
    },
    f"{C}/software/<uuid:entitlement_id>/cancel": {
        "GET": Row(CANCEL, 302),
        "POST": Row(CANCEL, 302, lambda t: {"order": t.ids["order_id"]}),
    },
    # Nothing is named: the page says so.
    f"{C}/software/cancel": {
        "GET": Row(CANCEL, 400),
        "POST": Row(CANCEL, 302, lambda t: {"line": t.ids["entitlement_id"]}),
    },
    f"{C}/software/cancel/result": {"GET": Row(CANCEL, 400)},
    f"{C}/reservations": {"GET": Row(SOFTWARE_LIST)},
    "dashboard/billing": {"GET": Row(INVOICES)},
    "dashboard/billing/unbilled": {"GET": Row(RECONCILIATION)},
    "dashboard/billing/unbilled/export": {"GET": Row(RECONCILIATION)},
    B: {"GET": Row(INVOICES)},
    f"{B}/pdf": {"GET": Row(INVOICES)},
    f"{B}/reconciliation": {"GET": Row(RECONCILIATION)},
    S: {"GET": Row(EVERYBODY, csp=False)},
    f"{S}/me": {
        "GET": Row(EVERYBODY, csp=False),
        "POST": Row(EVERYBODY, 302, lambda _: {"locale": "en", "time_zone": "UTC"}, csp=False),
    },
    f"{S}/clock": {
        "GET": Row(SANDBOX_CLOCK, csp=False),
        "POST": Row(SANDBOX_CLOCK, 302, lambda _: {"step": "PT1H"}, csp=False),
    },
    f"{S}/activity-log": {"GET": Row(ACTIVITY_LOG, csp=False)},
    f"{S}/activity-log/export": {"GET": Row(ACTIVITY_LOG, csp=False)},
    f"{S}/users": {"GET": Row(PARTNER_USERS, csp=False)},
    f"{S}/users/new": {
        "GET": Row(PARTNER_USERS, csp=False),
        "POST": Row(
            PARTNER_USERS,
            200,
            lambda _: {"email": "new@new.example", "first_name": "N", "last_name": "N"},
            csp=False,
        ),
    },
    f"{S}/users/<uuid:user_id>": {
        "GET": Row(PARTNER_USERS, csp=False),
        "POST": Row(PARTNER_USERS, 302, csp=False),
    },
    f"{S}/users/<uuid:user_id>/password": {"POST": Row(PARTNER_USERS, csp=False)},
    f"{S}/users/<uuid:user_id>/deactivate": {"POST": Row(PARTNER_USERS, 302, csp=False)},
    f"{S}/users/<uuid:user_id>/reactivate": {"POST": Row(PARTNER_USERS, 302, csp=False)},
    f"{S}/developer": {"GET": Row(API_APPLICATIONS, csp=False)},
    f"{S}/developer/new": {
        "GET": Row(API_APPLICATIONS, csp=False),
        "POST": Row(API_APPLICATIONS, 200, lambda _: {"name": "Shop"}, csp=False),
    },
    f"{S}/developer/webhooks": {
        "GET": Row(API_APPLICATIONS, csp=False),
        "POST": Row(
            API_APPLICATIONS,
            302,
            lambda _: {"webhook_url": "https://x.example/", "webhook_events": ["test-created"]},
            csp=False,
        ),
    },
    f"{S}/developer/webhooks/test": {"POST": Row(API_APPLICATIONS, 302, csp=False)},
    f"{S}/developer/webhooks/remove": {"POST": Row(API_APPLICATIONS, 302, csp=False)},
    f"{S}/developer/webhooks/resume": {"POST": Row(API_APPLICATIONS, 302, csp=False)},
    f"{S}/developer/webhooks/events/<uuid:event_key>/replay": {
        "POST": Row(API_APPLICATIONS, 302, csp=False)
    },
    f"{S}/developer/<uuid:app_id>": {
        "GET": Row(API_APPLICATIONS, csp=False),
        "POST": Row(API_APPLICATIONS, 302, lambda _: {"roles": ["sales_agent"]}, csp=False),
    },
    f"{S}/developer/<uuid:app_id>/secret": {"POST": Row(API_APPLICATIONS, csp=False)},
    f"{S}/developer/<uuid:app_id>/revoke": {"POST": Row(API_APPLICATIONS, 302, csp=False)},
}

H = "dashboard/support"
R, D = f"{H}/<str:request_id>", f"{H}/<str:draft_id>"
# The request is the Sales agent's; a Global admin sees all of the partner, but nobody's draft.
REQUEST, DRAFT = frozenset({"sa", "ga", "gaaa"}), frozenset({"sa"})
OF_REQUEST: dict[str, Any] = {"csp": False, "hidden": True}
PORTAL |= {
    H: {"GET": Row(EVERYBODY, csp=False)},
    f"{H}/new": {
        "GET": Row(EVERYBODY, csp=False),
        "POST": Row(EVERYBODY, 302, lambda _: support.fields(), csp=False),
    },
    R: {"GET": Row(REQUEST, **OF_REQUEST)},
    f"{R}/notes": {"POST": Row(REQUEST, 302, lambda _: {"text": "More"}, **OF_REQUEST)},
    f"{R}/files": {
        "POST": Row(REQUEST, 302, lambda _: {"attachments": support.upload()}, **OF_REQUEST)
    },
    f"{R}/files/<uuid:attachment_id>": {"GET": Row(REQUEST, **OF_REQUEST)},
    f"{R}/close": {"POST": Row(REQUEST, 302, **OF_REQUEST)},
    f"{R}/reopen": {"POST": Row(REQUEST, 302, **OF_REQUEST)},
    f"{D}/edit": {
        "GET": Row(DRAFT, **OF_REQUEST),
        "POST": Row(DRAFT, 302, lambda _: support.fields(), **OF_REQUEST),
    },
    f"{D}/files/<uuid:attachment_id>/remove": {
        "POST": Row(DRAFT, 302, names={"attachment_id": "draft_file_id"}, **OF_REQUEST)
    },
}
PORTAL[f"{S}/policies"] = {"GET": Row(POLICIES, csp=False)}
# No role of a partner opens these: only whoever runs the installation can make an operator.
K = "desk/<str:request_id>"
OPERATOR = frozenset({"operator"})
DESK: dict[str, dict[str, Row]] = {
    "desk": {"GET": Row(OPERATOR)},
    K: {"GET": Row(OPERATOR)},
    f"{K}/answer": {"POST": Row(OPERATOR, 302, lambda _: {"text": "Because"})},
    f"{K}/ask": {"POST": Row(OPERATOR, 302, lambda _: {"text": "Because"})},
    # The world's request asks for no refund.
    f"{K}/approve": {"POST": Row(OPERATOR, 409, lambda _: {"text": "Because"})},
    f"{K}/refuse": {"POST": Row(OPERATOR, 409, lambda _: {"text": "Because"})},
    f"{K}/files/<uuid:attachment_id>": {"GET": Row(OPERATOR)},
    f"{S}/policies/<slug:policy>/add": {
        "GET": Row(OPERATOR),
        "POST": Row(
            OPERATOR,
            302,
            lambda _: {"market": "NZ", "includes": "no", "source": "x", "takes_over": "on"},
        ),
    },
    f"{S}/policies/<slug:policy>/<int:row_id>/end": {
        "GET": Row(OPERATOR),
        "POST": Row(OPERATOR, 302),
    },
}

W = "webhooks/v1/registration"
V = "v1/customers/<customer_id>"
CU, DR = f"{V}/users", f"{V}/directoryroles"
U = f"{V}/subscriptions/<subscription_id>"
OF_SUBSCRIPTION = (
    "provisioningstatus", "registrationstatus", "activationlinks", "addons", "azureEntitlements",
    "conversions", "upgrades", "transitions", "transitioneligibilities",
)  # fmt: skip
ARTIFACT = "<order_id>/lineitems/<line_number>/resource/<entitlement_id>"
SKU = "/<product_id>/skus/<sku_id>"
CATALOG = {
    "": "targetView=Software",
    "/<product_id>": "",
    "/<product_id>/skus": "",
    SKU: "",
    f"{SKU}/availabilities": "",
    f"{SKU}/availabilities/<availability_id>": "",
}
PROFILE = {"GET": Row(PARTNER_PROFILE, csp=False)}
API: dict[str, dict[str, Row]] = {
    "v1/me": {"GET": Row(EVERYBODY, csp=False)},
    **{
        f"v1/profiles/{kind}": PROFILE | {"PUT": Row(EDIT_PARTNER_PROFILE, csp=False)}
        for kind in ("legalbusiness", "organization", "support")
    },
    "v1/profiles/supportprofile": {"PUT": Row(EDIT_PARTNER_PROFILE, csp=False)},
    "v1/profiles/billing": PROFILE | {"PUT": Row(EDIT_BILLING_PROFILE, csp=False)},
    "v1/customers": {
        "GET": Row(SEE_CUSTOMERS),
        "POST": Row(ADD_CUSTOMER, 201, lambda _: samples.wire("Fifth")),
    },
    # The world's customer has orders that hold it.
    V: {
        "GET": Row(SEE_CUSTOMERS),
        "DELETE": Row(DELETE_CUSTOMER, 400),
        "PATCH": Row(END_RELATIONSHIP, 400, lambda _: {"relationshipToPartner": "none"}),
    },
    f"{V}/profiles/company": {"GET": Row(SEE_CUSTOMERS)},
    f"{V}/profiles/billing": {
        "GET": Row(SEE_CUSTOMERS),
        "PUT": Row(EDIT_CUSTOMER, 200, lambda _: samples.wire("Fifth")["billingProfile"]),
    },
    CU: {
        "GET": Row(CUSTOMER_USERS),
        "POST": Row(CUSTOMER_USERS, 200, lambda _: samples.wire_user("Fifth")),
    },
    f"{CU}/<customer_user_id>": {
        "GET": Row(CUSTOMER_USERS),
        "PATCH": Row(CUSTOMER_USERS, 200, lambda _: {"displayName": "Fifth"}),
        "DELETE": Row(CUSTOMER_USERS, 204),
    },
    f"{CU}/<customer_user_id>/resetpassword": {"PATCH": Row(CUSTOMER_USERS)},
    f"{CU}/<customer_user_id>/directoryroles": {"GET": Row(CUSTOMER_USERS)},
    DR: {"GET": Row(CUSTOMER_USERS)},
    f"{DR}/<role_id>/usermembers": {
        "GET": Row(CUSTOMER_USERS),
        "POST": Row(CUSTOMER_USERS, 201, lambda t: {"id": str(t.ids["customer_user_id"])}),
    },
    f"{DR}/<role_id>/usermembers/<customer_user_id>": {"DELETE": Row(CUSTOMER_USERS, 204)},
    "v1/agreements": {"GET": Row(SEE_CUSTOMERS)},
    "v1/profiles/mpn": PROFILE,
    "v1/relationships": {"GET": Row(SEE_CUSTOMERS, query="relationship_type=IsIndirectResellerOf")},
    f"{V}/relationships": {"GET": Row(SEE_CUSTOMERS)},
    # Nobody of the world is a reseller.
    "v1/compliance/<program>/agreementstatus": {"GET": Row(SEE_CUSTOMERS, 400, query="mpnId=1")},
    "v1/<not_offered:what>": {
        method: Row(EVERYBODY, 501, csp=False)
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    },
    "v1/agreementtemplates/<template_id>/document": {"GET": Row(SEE_CUSTOMERS)},
    f"{V}/agreements": {
        "GET": Row(SEE_CUSTOMERS),
        "POST": Row(CONFIRM_AGREEMENT, 201, lambda _: samples.wire_agreement()),
    },
    f"{V}/directSignedMicrosoftCustomerAgreementStatus": {"GET": Row(SEE_CUSTOMERS)},
    f"{V}/qualification": {
        "GET": Row(SEE_CUSTOMERS),
        "PUT": Row(EDIT_CUSTOMER, 200, lambda _: {"qualification": "Education"}),
    },
    f"{V}/qualifications": {
        "GET": Row(SEE_CUSTOMERS),
        "POST": Row(EDIT_CUSTOMER, 201, lambda _: {"qualification": "Education"}),
    },
    f"{V}/validations": {"GET": Row(SEE_CUSTOMERS)},
    f"{V}/validationStatus": {"GET": Row(SEE_CUSTOMERS)},
    "v1/customers/all/validations": {"GET": Row(SEE_CUSTOMERS)},
    "v1/validations/address": {"POST": Row(ADD_CUSTOMER, 200, _address)},
    "v1/validations/checkdomainavailability/<prefix>": {
        "GET": Row(ADD_CUSTOMER, names={"prefix": "domain"})
    },
    "v1/domains/<domain>": {"GET": Row(ADD_CUSTOMER)},
    "v1/countryvalidationrules/<country>": {"GET": Row(ADD_CUSTOMER)},
    **{
        f"v1/products{below}": {"GET": Row(PRICE_LISTS, query=f"country=US&{query}")}
        for below, query in CATALOG.items()
    },
    **{
        f"{V}/products{below}": {"GET": Row(PRICE_LISTS, query=query)}
        for below, query in CATALOG.items()
    },
    "v1/extensions/product/checkinventory": {
        "POST": Row(
            PRICE_LISTS,
            200,
            lambda _: {"targetItems": [{"productId": "DG7GMGF0DVT9"}]},
            query="country=US",
        )
    },
    "v1/markets": {"GET": Row(PRICE_LISTS, query="reservations=unavailable")},
    f"{V}/carts": {"POST": Row(BUY, 201, _lines("catalogItemId"))},
    f"{V}/carts/<cart_id>": {"GET": Row(BUY), "PUT": Row(BUY, 201, _lines("catalogItemId"))},
    f"{V}/carts/<cart_id>/checkout": {"POST": Row(BUY, 201)},
    f"{V}/orders": {"GET": Row(ORDER_HISTORY), "POST": Row(BUY, 201, _lines("offerId"))},
    f"{V}/orders/<order_id>": {
        "GET": Row(ORDER_HISTORY),
        "PATCH": Row(CANCEL, 200, lambda _: {"status": "cancelled"}),
    },
    f"{V}/orders/<order_id>/cancellationeligibility": {"GET": Row(CANCEL)},
    f"{V}/orders/<order_id>/provisioningstatus": {"GET": Row(ORDER_HISTORY)},
    f"{V}/orders/<order_id>/activationlinks": {"GET": Row(ORDER_HISTORY)},
    f"{V}/orders/<order_id>/lineitems/<line_number>/activationlinks": {"GET": Row(ORDER_HISTORY)},
    f"{V}/subscriptions": {"GET": Row(ORDER_HISTORY)},
    U: {
        "GET": Row(ORDER_HISTORY),
        "PATCH": Row(BUY, 200, lambda _: {"friendlyName": "Ours"}),
    },
    **{f"{U}/{part}": {"GET": Row(ORDER_HISTORY)} for part in OF_SUBSCRIPTION},
    # The world's subscription does not live in Azure.
    f"{U}/registrations": {"POST": Row(BUY, 400)},
    f"{U}/activate": {"POST": Row(BUY)},
    f"{U}/supportcontact": {"GET": Row(ORDER_HISTORY), "PUT": Row(BUY)},
    f"{V}/software": {"GET": Row(SOFTWARE_LIST)},
    f"{V}/software/<entitlement_id>": {"GET": Row(SOFTWARE_LIST)},
    f"{V}/software/<entitlement_id>/orders": {"GET": Row(CANCEL)},
    f"{V}/software/<entitlement_id>/options": {"GET": Row(SOFTWARE_LIST)},
    f"{V}/software/<entitlement_id>/search": {"POST": Row(SOFTWARE_LIST, 200, _build)},
    f"{V}/software/<entitlement_id>/keysanddownloads": {
        "POST": Row(KEYS_AND_DOWNLOADS, 200, lambda t: {"fileId": str(t.ids["file_id"])})
    },
    f"{V}/entitlements": {"GET": Row(SOFTWARE_LIST)},
    # The world's entitlement is of software, not of a reservation.
    **{
        f"{V}/artifacts/{kind}/groups/{ARTIFACT}": {"GET": Row(SOFTWARE_LIST, 404)}
        for kind in ("reservedinstance", "virtualmachinereservedinstance")
    },
    "v1/invoices": {"GET": Row(INVOICES)},
    "v1/invoices/summary": {"GET": Row(INVOICES)},
    "v1/invoices/summaries": {"GET": Row(INVOICES)},
    "v1/invoices/estimates/links": {"GET": Row(RECONCILIATION, query="currencycode=usd")},
    "v1/invoices/unbilled/lineitems": {"GET": Row(RECONCILIATION)},
    "v1/invoices/<invoice_id>": {"GET": Row(INVOICES)},
    "v1/invoices/<invoice_id>/documents/statement": {"GET": Row(INVOICES)},
    "v1/invoices/<invoice_id>/receipts/<receipt_id>/documents/statement": {
        "GET": Row(INVOICES, 404)
    },
    "v1/invoices/<invoice_id>/lineitems": {"GET": Row(INVOICES)},
    **{
        f"{V}/servicecosts/<billing_period>{below}": {"GET": Row(INVOICES)}
        for below in ("", "/lineitems")
    },
    "v1/invoices/<invoice_id>/lineitems/<provider>/<line_type>": {"GET": Row(INVOICES)},
    "v1/auditrecords": {"GET": Row(ACTIVITY_LOG, csp=False)},
    "v1/auditrecords/<audit_id>": {"GET": Row(ACTIVITY_LOG, csp=False)},
    "auditactivity/v1/auditrecords": {"GET": Row(ACTIVITY_LOG, csp=False)},
    "auditactivity/v1/auditrecords/<audit_id>": {"GET": Row(ACTIVITY_LOG, csp=False)},
    f"{W}/events": {"GET": Row(API_APPLICATIONS, csp=False)},
    W: {
        "GET": Row(API_APPLICATIONS, csp=False),
        # There is one already.
        "POST": Row(API_APPLICATIONS, 409, _webhook, csp=False),
        "PUT": Row(API_APPLICATIONS, 200, _webhook, csp=False),
        "DELETE": Row(API_APPLICATIONS, 204, csp=False),
    },
    "webhooks/v1/customers/<customer_id>/subscriptions/<subscription_id>": {
        "GET": Row(ORDER_HISTORY)
    },
    f"{W}/validationEvents": {"POST": Row(API_APPLICATIONS, csp=False)},
    f"{W}/validationEvents/<uuid:event_key>": {"GET": Row(API_APPLICATIONS, csp=False)},
    "v1/sandbox/clock": {
        "GET": Row(EVERYBODY, csp=False),
        "POST": Row(SANDBOX_CLOCK, 200, lambda _: {"advanceBy": "PT1H"}, csp=False),
    },
    "v1/servicerequests/supporttopics": {"GET": Row(EVERYBODY, csp=False)},
    "v1/servicerequests": {"GET": Row(EVERYBODY, csp=False)},
    # The request is the Sales agent's.
    "v1/servicerequests/<request_id>": {
        "GET": Row(_who("ga sa"), **OF_REQUEST),
        "PATCH": Row(_who("ga sa"), 200, lambda _: {"status": "closed"}, **OF_REQUEST),
    },
    f"{V}/servicerequests": {"GET": Row(SEE_CUSTOMERS)},
    f"{V}/servicerequests/<request_id>": {
        "GET": Row(REQUEST, **OF_REQUEST),
        "PATCH": Row(REQUEST, 200, lambda _: {"status": "closed"}, **OF_REQUEST),
    },
    "v1/servicerequests/<agent_locale:agent_locale>": {
        "POST": Row(EVERYBODY, 201, lambda _: support.wire(), csp=False),
    },
    "v1/help/<slug:slug>": {"GET": Row(EVERYBODY, csp=False, names={"slug": "article"})},
}
