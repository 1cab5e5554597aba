"""What clients send of a partner's profiles; what is left out stays as it is."""

from rest_framework import serializers

from accounts.rules import ProfileKind
from partnercenter.lib.wire.body import Body


def text(length: int) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=length)


class Codes(Body):
    """Codes of countries and currencies are kept in capitals."""

    def validate_country(self, value: str) -> str:
        return value.upper()

    def validate_billing_currency(self, value: str) -> str:
        return value.upper()


class AddressBody(Codes):
    country = text(2)
    city = text(100)
    state = text(100)
    address_line1 = text(200)
    address_line2 = text(200)
    postal_code = text(20)
    first_name = text(50)
    last_name = text(50)
    phone_number = text(30)


class ContactBody(Body):
    first_name = text(50)
    last_name = text(50)
    email = text(254)
    phone_number = text(30)


class LegalBusinessBody(Body):
    company_name = text(200)
    address = AddressBody(required=False)
    primary_contact = ContactBody(required=False)
    company_approver_address = AddressBody(required=False)
    company_approver_email = text(254)


class OrganizationBody(Body):
    company_name = text(200)
    default_address = AddressBody(required=False)
    email = text(254)
    language = text(10)
    culture = text(20)


class BillingBody(Codes):
    company_name = text(200)
    address = AddressBody(required=False)
    primary_contact = ContactBody(required=False)
    purchase_order_number = text(50)
    tax_id = text(50)
    billing_currency = text(3)


class SupportBody(Body):
    email = text(254)
    telephone = text(30)
    website = text(200)


BODIES: dict[ProfileKind, type[Body]] = {
    ProfileKind.LEGAL_BUSINESS: LegalBusinessBody,
    ProfileKind.ORGANIZATION: OrganizationBody,
    ProfileKind.BILLING: BillingBody,
    ProfileKind.SUPPORT: SupportBody,
}
