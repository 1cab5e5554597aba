"""Carts, orders, cancellations."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    TEXTS,
    Answers,
    Schema,
    attributes,
    links,
    list_of,
    one_of,
    page_of,
    shape,
)

CART_LINE = shape(
    "CartLineItem",
    id=INTEGER,
    catalogItemId=TEXT,
    quantity=INTEGER,
    billingCycle=TEXT,
    optional={
        "friendlyName": TEXT,
        "currencyCode": TEXT,
        "termDuration": TEXT,
        "orderGroup": TEXT,
        "participants": list_of(TEXTS),
        "provisioningContext": TEXTS,
        "error": shape("CartLineError", errorCode=INTEGER, errorDescription=TEXT),
    },
)
CART_LINE["properties"]["addonItems"] = list_of({"type": "object"})
CART = shape(
    "Cart",
    id=GUID,
    creationTimestamp=INSTANT,
    lastModifiedTimestamp=INSTANT,
    expirationTimestamp=INSTANT,
    lastModifiedUser=TEXT,
    status=one_of("Active", "Ordered"),
    lineItems=list_of(CART_LINE),
    links=links("self"),
    attributes=attributes("Cart", etag=True),
)
TAX: dict[str, Schema] = {
    "taxIncluded": BOOLEAN,
    "netPrice": NUMBER,
    "taxAmount": NUMBER,
    "grossPrice": NUMBER,
}
PRICING = shape(
    "Pricing",
    listPrice=NUMBER,
    discountedPrice=NUMBER,
    proratedPrice=NUMBER,
    price=NUMBER,
    extendedPrice=NUMBER,
    **TAX,
)
ORDER_LINE = shape(
    "OrderLineItem",
    lineItemNumber=INTEGER,
    offerId=TEXT,
    transactionType=TEXT,
    friendlyName=TEXT,
    quantity=INTEGER,
    links=links("product", "sku", "availability", optional=("subscription",)),
    optional={
        "subscriptionId": GUID,
        "termDuration": TEXT,
        "partnerIdOnRecord": TEXT,
        "provisioningContext": TEXTS,
        "pricing": PRICING,
    },
)
ORDER = shape(
    "Order",
    id=TEXT,
    alternateId=TEXT,
    referenceCustomerId=GUID,
    billingCycle=one_of("monthly", "annual", "one_time", "none"),
    currencyCode=TEXT,
    currencySymbol=TEXT,
    lineItems=list_of(ORDER_LINE),
    creationDate=INSTANT,
    status=one_of("pending", "completed", "cancelled"),
    transactionType=TEXT,
    attributes=attributes("Order", etag=True),
    optional={
        "links": links("self", optional=("provisioningStatus", "patchOperation")),
        "client": shape("Client", marketplaceCountry=TEXT, deviceFamily=TEXT, name=TEXT),
        "totalPrice": NUMBER,
        **TAX,
    },
)
PROVISIONING = shape(
    "OrderLineItemProvisioningStatus",
    lineItemNumber=INTEGER,
    status=TEXT,
    quantityProvisioningInformation=list_of(
        shape("QuantityProvisioningInformation", quantity=INTEGER, status=TEXT)
    ),
)
CHECKOUT = shape(
    "CartCheckoutResult",
    orders=list_of(ORDER),
    attributes=attributes("CartCheckoutResult"),
    optional={
        "orderErrors": list_of(
            shape("OrderError", orderGroupId=TEXT, code=INTEGER, description=TEXT)
        )
    },
)
CREDIT = shape(
    "CreditPreview",
    subtotal=NUMBER,
    tax=NUMBER,
    total=NUMBER,
    currencyCode=TEXT,
    earlyTerminationFee=NUMBER,
    invoiceMonth=TEXT,
)
ELIGIBILITY = shape(
    "CancellationEligibility",
    eligible=BOOLEAN,
    reason=TEXT,
    daysRemaining=INTEGER,
    notes=list_of(
        shape("CancellationNote", kind=one_of("restriction", "postCancellation"), text=TEXT)
    ),
    attributes=attributes("CancellationEligibility"),
    optional={
        "windowEnd": INSTANT,
        "supportRequestUrl": TEXT,
        "learnMoreUrl": TEXT,
        "review": shape("Review", requestId=TEXT, state=TEXT, url=TEXT),
        "creditPreview": CREDIT,
    },
)
ANSWERS: dict[str, Answers] = {
    "carts_create": {201: CART},
    "carts_get": {200: CART},
    "carts_update": {201: CART},
    "carts_checkout": {201: CHECKOUT},
    "orders_create": {201: ORDER},
    "orders_list": {200: page_of(ORDER)},
    "orders_get": {200: ORDER},
    "orders_cancel": {200: ORDER},
    "orders_provisioning_status": {200: page_of(PROVISIONING)},
    "orders_cancellation_eligibility": {200: ELIGIBILITY},
}
