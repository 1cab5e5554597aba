"""Service requests."""

from partnercenter.openapi.shapes import (
    ANYTHING,
    GUID,
    INSTANT,
    INTEGER,
    NUMBER,
    TEXT,
    TEXTS,
    Answers,
    attributes,
    links,
    list_of,
    one_of,
    page_of,
    shape,
)

ORGANIZATION = shape(
    "ServiceRequestOrganization", id=GUID, name=TEXT, optional={"phoneNumber": TEXT}
)
CONTACT = shape(
    "ServiceRequestContact",
    organization=ORGANIZATION,
    email=TEXT,
    optional={"contactId": GUID, "lastName": TEXT, "firstName": TEXT, "phoneNumber": TEXT},
)
NOTE = shape("ServiceRequestNote", createdByName=TEXT, createdDate=INSTANT, text=TEXT)
REQUEST = shape(
    "ServiceRequest",
    id=TEXT,
    title=TEXT,
    description=TEXT,
    severity=one_of("minimal", "moderate", "critical"),
    supportTopicId=TEXT,
    supportTopicName=TEXT,
    productId=TEXT,
    status=one_of("open", "closed", "attention_needed"),
    organization=ORGANIZATION,
    primaryContact=CONTACT,
    lastUpdatedBy=CONTACT,
    createdDate=INSTANT,
    lastModifiedDate=INSTANT,
    lastClosedDate=INSTANT,
    countryCode=TEXT,
    notes=list_of(NOTE),
    fileLinks=list_of(ANYTHING),
    links=links("self"),
    attributes=attributes("ServiceRequest"),
    optional={
        "context": TEXTS,
        "customer": TEXT,
        "orderOrSubscriptionId": TEXT,
        "refundReason": TEXT,
        "amountRequested": NUMBER,
        "currencyCode": TEXT,
        "refund": shape(
            "RefundDecision",
            decision=one_of("approved", "refused"),
            decidedDate=INSTANT,
            optional={"credit": NUMBER, "currencyCode": TEXT},
        ),
    },
)
TOPIC = shape(
    "SupportTopic",
    id=INTEGER,
    name=TEXT,
    description=TEXT,
    attributes=attributes("SupportTopic"),
)
LIST = page_of(REQUEST)
ANSWERS: dict[str, Answers] = {
    "servicerequests_list": {200: LIST},
    "servicerequests_create": {201: REQUEST},
    "servicerequests_get": {200: REQUEST},
    "servicerequests_update": {200: REQUEST},
    "servicerequests_support_topics": {200: page_of(TOPIC)},
    "customer_servicerequests_list": {200: LIST},
    "customer_servicerequests_get": {200: REQUEST},
    "customer_servicerequests_update": {200: REQUEST},
}
