"""Customers with their profiles."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    TEXT,
    Answers,
    attributes,
    links,
    list_of,
    page_of,
    shape,
)

ADDRESS_LINES = (
    "region",
    "city",
    "state",
    "addressLine1",
    "addressLine2",
    "postalCode",
    "firstName",
    "lastName",
    "phoneNumber",
)
ADDRESS = shape(
    "Address",
    country=TEXT,
    optional=dict.fromkeys(
        (
            "region",
            "city",
            "state",
            "addressLine1",
            "addressLine2",
            "postalCode",
            "firstName",
            "lastName",
            "phoneNumber",
        ),
        TEXT,
    ),
)
COMPANY_PROFILE = shape(
    "CustomerCompanyProfile",
    tenantId=GUID,
    domain=TEXT,
    companyName=TEXT,
    links=links("self"),
    attributes=attributes("CustomerCompanyProfile", etag=True),
    optional={"address": ADDRESS, "email": TEXT, "organizationRegistrationNumber": TEXT},
)
BILLING_PROFILE = shape(
    "CustomerBillingProfile",
    id=GUID,
    firstName=TEXT,
    lastName=TEXT,
    email=TEXT,
    culture=TEXT,
    language=TEXT,
    companyName=TEXT,
    defaultAddress=ADDRESS,
    links=links("self"),
    attributes=attributes("CustomerBillingProfile", etag=True),
)
CUSTOMER = shape(
    "Customer",
    id=GUID,
    companyProfile=COMPANY_PROFILE,
    relationshipToPartner=TEXT,
    links=links("self"),
    attributes=attributes("Customer", etag=True),
    optional={
        "commerceId": GUID,
        "billingProfile": BILLING_PROFILE,
        "allowDelegatedAccess": BOOLEAN,
        "customDomains": list_of(TEXT),
        "associatedPartnerId": TEXT,
        "userCredentials": shape("UserCredentials", userName=TEXT, password=TEXT),
    },
)
ENDED = shape(
    "EndedRelationship", id=GUID, relationshipToPartner=TEXT, attributes=attributes("Customer")
)
ANSWERS: dict[str, Answers] = {
    "customers_list": {200: page_of(CUSTOMER)},
    "customers_create": {201: CUSTOMER},
    "customers_get": {200: CUSTOMER},
    "customers_remove_relationship": {200: ENDED},
    "customers_billing_profile_get": {200: BILLING_PROFILE},
    "customers_billing_profile_update": {200: BILLING_PROFILE},
    "customers_company_profile_get": {200: COMPANY_PROFILE},
}
