"""The partner's own profiles."""

from partnercenter.openapi.shapes import GUID, TEXT, Answers, Schema, attributes, links, shape

ADDRESS: dict[str, Schema] = dict.fromkeys(
    ("country", "city", "state", "addressLine1", "addressLine2", "postalCode"), TEXT
)
PERSON: dict[str, Schema] = dict.fromkeys(("firstName", "lastName"), TEXT)
PLACE = shape(
    "ProfileAddress",
    **ADDRESS,
    optional={"region": TEXT, **PERSON, "phoneNumber": TEXT},
)
CONTACT = shape("ProfileContact", **PERSON, email=TEXT, phoneNumber=TEXT)


def _profile(name: str, **members: Schema) -> Schema:
    return shape(
        name,
        **members,
        profileType=TEXT,
        links=links("self"),
        attributes=attributes(name, etag=True),
    )


LEGAL = _profile(
    "LegalBusinessProfile",
    companyName=TEXT,
    address=PLACE,
    primaryContact=CONTACT,
    companyApproverAddress=PLACE,
    companyApproverEmail=TEXT,
    vettingStatus=TEXT,
    vettingSubStatus=TEXT,
)
ORGANIZATION = _profile(
    "OrganizationProfile",
    id=GUID,
    companyName=TEXT,
    defaultAddress=PLACE,
    tenantId=GUID,
    domain=TEXT,
    email=TEXT,
    language=TEXT,
    culture=TEXT,
)
BILLING = _profile(
    "BillingProfile",
    companyName=TEXT,
    address=PLACE,
    primaryContact=CONTACT,
    purchaseOrderNumber=TEXT,
    taxId=TEXT,
    billingCurrency=TEXT,
)
SUPPORT = _profile("PartnerSupportProfile", email=TEXT, telephone=TEXT, website=TEXT)
MPN = _profile("MpnProfile", mpnId=TEXT, partnerName=TEXT)
ANSWERS: dict[str, Answers] = {
    "profiles_legalbusiness_get": {200: LEGAL},
    "profiles_legalbusiness_update": {200: LEGAL},
    "profiles_organization_get": {200: ORGANIZATION},
    "profiles_organization_update": {200: ORGANIZATION},
    "profiles_billing_get": {200: BILLING},
    "profiles_billing_update": {200: BILLING},
    "profiles_support_get": {200: SUPPORT},
    "profiles_support_update": {200: SUPPORT},
    "profiles_supportprofile_update": {200: SUPPORT},
    "profiles_mpn_get": {200: MPN},
}
