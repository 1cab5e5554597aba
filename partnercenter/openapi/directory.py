"""Customers' users and roles, agreements, resellers, qualification, and what is checked first."""

from partnercenter.openapi.shapes import (
    BOOLEAN,
    GUID,
    INSTANT,
    INTEGER,
    TEXT,
    Answers,
    attributes,
    links,
    list_of,
    page_of,
    shape,
)

PASSWORD = shape("PasswordProfile", forceChangePassword=BOOLEAN, optional={"password": TEXT})
USER = shape(
    "CustomerUser",
    usageLocation=TEXT,
    id=GUID,
    userPrincipalName=TEXT,
    firstName=TEXT,
    lastName=TEXT,
    displayName=TEXT,
    userDomainType=TEXT,
    state=TEXT,
    links=links("self"),
    attributes=attributes("CustomerUser", etag=True),
    optional={
        "immutableId": TEXT,
        "phoneNumber": TEXT,
        "passwordProfile": PASSWORD,
        "lastDirectorySyncTime": INSTANT,
        "softDeletionTime": INSTANT,
    },
)
ROLE = shape("DirectoryRole", name=TEXT, id=GUID, attributes=attributes("DirectoryRole"))
MEMBER = shape(
    "UserMember",
    displayName=TEXT,
    userPrincipalName=TEXT,
    roleId=GUID,
    id=GUID,
    attributes=attributes("UserMember"),
)
TEMPLATE = shape(
    "AgreementMetaData",
    templateId=GUID,
    agreementType=TEXT,
    agreementLink=TEXT,
    versionRank=INTEGER,
)
AGREEMENT = shape(
    "Agreement",
    primaryContact=shape(
        "AgreementContact",
        firstName=TEXT,
        lastName=TEXT,
        email=TEXT,
        optional={"phoneNumber": TEXT},
    ),
    templateId=GUID,
    dateAgreed=INSTANT,
    type=TEXT,
    agreementLink=TEXT,
    optional={"userId": GUID},
)
DOCUMENT = shape(
    "AgreementDocument", displayUri=TEXT, downloadUri=TEXT, language=TEXT, country=TEXT
)
RELATIONSHIP = shape(
    "PartnerRelationship",
    id=GUID,
    name=TEXT,
    relationshipType=TEXT,
    state=TEXT,
    mpnId=TEXT,
    location=TEXT,
    attributes=attributes("PartnerRelationship"),
)
QUALIFICATION = shape(
    "Qualification",
    qualification=TEXT,
    vettingStatus=TEXT,
    vettingCreatedDate=INSTANT,
    optional={"vettingCreateDate": INSTANT, "vettingReason": TEXT},
)
VALUES = shape("Values", value=list_of(TEXT))
COUNTRY = shape(
    "CountryInformation",
    iso2Code=TEXT,
    defaultCulture=TEXT,
    isStateRequired=BOOLEAN,
    isPostalCodeRequired=BOOLEAN,
    isCityRequired=BOOLEAN,
    isVatIdSupported=BOOLEAN,
    isTaxIdSupported=BOOLEAN,
    isTaxIdOptional=BOOLEAN,
    isRegistrationNumberSupported=BOOLEAN,
    supportedStatesList=list_of(TEXT),
    supportedLanguagesList=list_of(TEXT),
    supportedCulturesList=list_of(TEXT),
    countryCallingCodesList=list_of(TEXT),
    states=VALUES,
    supportedLanguages=VALUES,
    supportedCultures=VALUES,
    countryCallingCodes=VALUES,
    attributes=attributes("CountryInformation"),
    optional=dict.fromkeys(
        (
            "postalCodeRegex",
            "phoneNumberRegex",
            "taxIdFormat",
            "taxIdSample",
            "resellerAgreementRegion",
            "geographicRegion",
            "registrationNumberRegex",
        ),
        TEXT,
    ),
)
CODES = list_of(shape("ValidationCode", partnerId=TEXT, expiredTime=INSTANT))
STATUS = shape("ValidationStatus", type=TEXT, status=TEXT, lastUpdateDateTime=INSTANT)
MEMBERS, ROLES = page_of(MEMBER), page_of(ROLE)
ANSWERS: dict[str, Answers] = {
    "users_list": {200: page_of(USER)},
    "users_create": {200: USER},
    "users_get": {200: USER},
    "users_update": {200: USER},
    "users_reset_password": {200: USER},
    "users_roles": {200: ROLES},
    "roles_list": {200: ROLES},
    "roles_members_list": {200: MEMBERS},
    "roles_members_add": {201: MEMBER},
    "agreements_metadata": {200: page_of(TEMPLATE)},
    "agreements_of_customer": {200: page_of(AGREEMENT)},
    "agreements_create": {201: AGREEMENT},
    "agreements_document": {200: DOCUMENT},
    "agreements_direct_signed_status": {200: shape("DirectSignedStatus", isSigned=BOOLEAN)},
    "compliance_agreementstatus": {200: shape("AgreementStatus", isAgreementSigned=BOOLEAN)},
    "relationships_list": {200: page_of(RELATIONSHIP)},
    "relationships_of_customer": {200: page_of(RELATIONSHIP)},
    "qualification_get": {200: TEXT},
    "qualification_update": {200: TEXT},
    "qualifications_list": {200: list_of(QUALIFICATION)},
    "qualifications_create": {201: QUALIFICATION},
    "countryvalidationrules_get": {200: COUNTRY},
    "validations_codes": {200: CODES},
    "validations_customer_codes": {200: CODES},
    "validations_status": {200: STATUS},
    "validations_address": {200: None},  # a body only for clients that insist on one
    "validations_check_domain_prefix": {200: BOOLEAN},
}
