"""Entitlements, and our own endpoints for keys and downloads."""

from partnercenter.openapi.catalog import POLICY
from partnercenter.openapi.shapes import (
    ANYTHING,
    GUID,
    INSTANT,
    INTEGER,
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

ENTITLEMENT = shape(
    "Entitlement",
    includedEntitlements=list_of({"type": "object"}),
    referenceOrder=shape(
        "ReferenceOrder", id=TEXT, lineItemId=TEXT, optional={"alternateId": TEXT}
    ),
    productId=TEXT,
    skuId=TEXT,
    quantity=INTEGER,
    quantityDetails=list_of(shape("QuantityDetail", quantity=INTEGER, status=TEXT)),
    entitledArtifacts=list_of(ANYTHING),
    entitlementType=TEXT,
    optional={"expiryDate": INSTANT, "dynamicAttributes": TEXTS, "fulfillmentState": TEXT},
)
SELECTOR = shape("Selector", label=TEXT, values=list_of(TEXT))
LINE = shape(
    "SoftwareLine",
    id=GUID,
    productId=TEXT,
    skuId=TEXT,
    title=TEXT,
    quantity=INTEGER,
    orderId=TEXT,
    lineItemNumber=INTEGER,
    purchaseDate=INSTANT,
    status=one_of("active", "pending", "cancelled"),
    cancellationPolicy=POLICY,
    attributes=attributes("SoftwareLine"),
    optional={
        "returnableUntil": INSTANT,
        "selectors": shape("Selectors", version=SELECTOR, language=SELECTOR, fileType=SELECTOR),
        "links": links("self"),
    },
)
ORDER_OF_SOFTWARE = shape(
    "SoftwareOrder",
    id=TEXT,
    lineItemNumbers=list_of(INTEGER),
    purchaseDate=INSTANT,
    quantity=INTEGER,
    status=TEXT,
    attributes=attributes("SoftwareOrder"),
    optional={"returnableUntil": INSTANT},
)
OPTION = shape("SoftwareOption", version=TEXT, language=TEXT, fileType=TEXT)
FILE = shape("SoftwareFile", fileId=GUID, fileName=TEXT, sizeBytes=INTEGER, sha256=TEXT)
DOWNLOAD = shape(
    "Download",
    fileId=GUID,
    link=TEXT,
    createdAt=INSTANT,
    expiresAt=INSTANT,
    maxDownloads=INTEGER,
    used=INTEGER,
    status=one_of("live", "expired", "exhausted", "revoked"),
)
KEYS = shape(
    "KeysAndDownloads",
    keys=list_of(shape("SoftwareKey", key=TEXT)),
    downloads=list_of(DOWNLOAD),
    attributes=attributes("KeysAndDownloads"),
)
ANSWERS: dict[str, Answers] = {
    "entitlements_list": {200: page_of(ENTITLEMENT)},
    "software_list": {200: page_of(LINE)},
    "software_get": {200: LINE},
    "software_options": {200: page_of(OPTION)},
    "software_search": {200: page_of(FILE)},
    "software_keys_and_downloads": {200: KEYS},
    "software_orders": {200: page_of(ORDER_OF_SOFTWARE)},
}
BODIES: dict[str, Schema] = {
    "software_search": OPTION,
    "software_keys_and_downloads": shape("FileChoice", fileId=GUID),
}
