"""Subscriptions and what stands below them, reservations, activation links, service costs."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    INSTANT,
    INTEGER,
    LINK,
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

NO_ITEM: Schema = {"title": "Nothing", "type": "object"}
SUBSCRIPTION = shape(
    "Subscription",
    id=GUID,
    entitlementId=GUID,
    offerId=TEXT,
    offerName=TEXT,
    friendlyName=TEXT,
    quantity=INTEGER,
    unitType=TEXT,
    hasPurchasableAddons=BOOLEAN,
    creationDate=INSTANT,
    effectiveStartDate=INSTANT,
    commitmentEndDate=INSTANT,
    status=one_of("active", "suspended", "deleted"),
    autoRenewEnabled=BOOLEAN,
    isTrial=BOOLEAN,
    billingType=one_of("license"),
    billingCycle=one_of("monthly", "annual", "one_time", "none"),
    isMicrosoftProduct=BOOLEAN,
    publisherName=TEXT,
    partnerId=TEXT,
    actions=list_of(TEXT),
    contractType=one_of("subscription"),
    orderId=TEXT,
    links=links("offer", "product", "sku", "availability", "entitlement", "self"),
    attributes=attributes("Subscription", etag=True),
    optional={
        "termDuration": TEXT,
        "suspensionReasons": list_of(TEXT),
        "refundOptions": list_of(
            shape("RefundOption", type=one_of("Full", "Partial"), expiresAt=INSTANT)
        ),
    },
)
PROVISIONING = shape(
    "SubscriptionProvisioningStatus",
    skuId=GUID,
    status=one_of("success", "pending", "none"),
    quantity=INTEGER,
    endDate=INSTANT,
    attributes=attributes("SubscriptionProvisioningStatus"),
)
REGISTRATION = shape(
    "SubscriptionRegistrationStatus",
    subscriptionId=GUID,
    status=one_of("registered", "NotRegistered"),
    attributes=attributes("SubscriptionRegistrationStatus"),
)
SUPPORT_CONTACT = shape(
    "SupportContact",
    supportTenantId=GUID,
    supportMpnId=TEXT,
    name=TEXT,
    links=links("self"),
    attributes=attributes("SupportContact"),
)
ACTIVATION_LINK = shape("ActivationLink", lineItemNumber=INTEGER, link=LINK)
RESERVATION = shape(
    "Reservation",
    reservationId=GUID,
    scopeType=one_of("Shared", "Single"),
    displayName=TEXT,
    quantity=INTEGER,
    expiryDateTime=INSTANT,
    effectiveDateTime=INSTANT,
    provisioningState=TEXT,
    optional={"appliedScopes": list_of(TEXT)},
)
RESTRICTION = shape("InventoryRestriction", reasonCode=TEXT, description=TEXT, properties=TEXTS)
INVENTORY = shape(
    "InventoryItem",
    productId=TEXT,
    skuId=TEXT,
    isRestricted=BOOLEAN,
    restrictions=list_of(RESTRICTION),
)
SUMS: dict[str, Schema] = {
    "billingStartDate": INSTANT,
    "billingEndDate": INSTANT,
    "pretaxTotal": NUMBER,
    "tax": NUMBER,
    "afterTaxTotal": NUMBER,
    "currencyCode": TEXT,
    "currencySymbol": TEXT,
    "customerId": GUID,
    "attributes": attributes("ServiceCostsSummary"),
}
PART = shape("ServiceCostsPart", **SUMS, links={"type": "object"})
COSTS = shape(
    "ServiceCostsSummary",
    **SUMS,
    details=list_of(shape("ServiceCostsDetail", invoiceType=TEXT, summary=PART)),
    links=links("serviceCostLineItems", "self"),
)
NAMES = (
    *("subscriptionFriendlyName", "subscriptionId", "orderId", "offerId", "offerName"),
    *("resellerMPNId", "chargeType", "currencyCode", "currencySymbol", "customerName"),
    *("invoiceNumber", "invoiceType", "productId", "productName", "skuId", "skuName"),
    *("availabilityId", "publisherId", "publisherName", "termAndBillingCycle", "discountDetails"),
)
COST_LINE = shape(
    "ServiceCostLineItem",
    startDate=INSTANT,
    endDate=INSTANT,
    customerId=GUID,
    quantity=INTEGER,
    unitPrice=NUMBER,
    pretaxTotal=NUMBER,
    tax=NUMBER,
    afterTaxTotal=NUMBER,
    **dict.fromkeys(NAMES, TEXT),
)
EMPTY = (
    *("addons", "azure_entitlements", "conversions_list", "upgrades_list", "transitions_list"),
    "transition_eligibilities",
)
ANSWERS: dict[str, Answers] = {
    "subscriptions_list": {200: page_of(SUBSCRIPTION)},
    "subscriptions_get": {200: SUBSCRIPTION},
    "subscriptions_update": {200: SUBSCRIPTION},
    "subscriptions_provisioning_status": {200: PROVISIONING},
    "subscriptions_registration_status": {200: REGISTRATION},
    "subscriptions_activation_links": {200: page_of(ACTIVATION_LINK)},
    "subscriptions_activate": {
        200: shape("ActivationResult", subscriptionId=GUID, status=one_of("Success"))
    },
    "subscriptions_support_contact_get": {200: SUPPORT_CONTACT},
    "subscriptions_support_contact_update": {200: SUPPORT_CONTACT},
    **{f"subscriptions_{name}": {200: page_of(NO_ITEM)} for name in EMPTY},
    "orders_activation_links": {200: page_of(ACTIVATION_LINK)},
    "orders_line_activation_links": {200: page_of(ACTIVATION_LINK)},
    "artifacts_reservedinstance_get": {
        200: shape(
            "ReservedInstanceArtifactDetails",
            type=TEXT,
            reservations=list_of(RESERVATION),
            virtualMachineReservations=list_of(RESERVATION),
        )
    },
    "artifacts_virtualmachinereservedinstance_get": {
        200: shape(
            "VirtualMachineReservedInstanceArtifactDetails",
            type=TEXT,
            virtualMachineReservations=list_of(RESERVATION),
        )
    },
    "inventory_check": {200: list_of(INVENTORY)},
    "servicecosts_summary": {200: COSTS},
    "servicecosts_lineitems": {200: page_of(COST_LINE)},
}
