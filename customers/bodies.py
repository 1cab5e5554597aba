"""What clients send about a customer."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from customers.models import Customer
from customers.rules import Profile
from customers.services import FIXED
from partnercenter.lib.errors import Invalid
from partnercenter.lib.wire.body import Body


def optional() -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True)


class AddressBody(Body):
    """``billingProfile.defaultAddress``."""

    country = serializers.CharField()
    city = serializers.CharField()
    address_line1 = serializers.CharField()
    address_line2 = optional()
    state = optional()
    region = optional()
    postal_code = optional()
    first_name = optional()
    last_name = optional()
    phone_number = optional()


class CompanyProfileBody(Body):
    domain = serializers.CharField()
    organization_registration_number = optional()


class BillingProfileBody(Body):
    company_name = serializers.CharField()
    email = serializers.CharField()
    culture = serializers.CharField()
    language = serializers.CharField()
    first_name = optional()
    last_name = optional()
    default_address = AddressBody()


class ChangedBillingProfileBody(BillingProfileBody):
    """The whole billing profile as ``PUT`` sends it."""

    def profile(self, customer: Customer) -> Profile:
        """The customer's profile as it would be; its country stays (400)."""
        entered = _profile_values(self.validated_data, before=customer)
        if entered["country"].strip().upper() != customer.country:
            raise Invalid(
                _("The country of a customer cannot be changed. Send %(country)s.")
                % {"country": customer.country},
                field="defaultAddress.country",
            )
        kept = {name: getattr(customer, name) for name in FIXED}
        number = customer.organization_registration_number
        return Profile(**{**entered, **kept, "organization_registration_number": number})


class CustomerBody(Body):
    company_profile = CompanyProfileBody()
    billing_profile = BillingProfileBody()
    associated_partner_id = optional()

    def profile(self) -> Profile:
        """The profile that the verb takes."""
        company = self.validated_data["company_profile"]
        return Profile(
            domain=company["domain"],
            organization_registration_number=company.get("organization_registration_number", ""),
            **_profile_values(self.validated_data["billing_profile"]),
        )

    @property
    def reseller(self) -> str:
        """Tenant GUID of the indirect reseller, "" for a customer of the partner's own."""
        return str(self.validated_data.get("associated_partner_id", ""))


class RelationshipBody(Body):
    """The one change of a customer: ``{"relationshipToPartner": "none"}``."""

    relationship_to_partner = serializers.ChoiceField(choices=["none"])


def _profile_values(billing: dict[str, Any], before: Customer | None = None) -> dict[str, Any]:
    address = dict(billing["default_address"])
    region = address.pop("region", "")
    contact = {
        name: _changed([address.pop(name, ""), billing.get(name, "")], getattr(before, name, ""))
        for name in ("first_name", "last_name")
    }
    return {
        "company_name": billing["company_name"],
        "email": billing["email"],
        "culture": billing["culture"],
        "language": billing["language"],
        "phone": address.pop("phone_number", ""),
        "state": region,
        **contact,
        **address,
    }


def _changed(sent: list[str], before: str) -> str:
    """Of the contact's name as it is sent in two places: the one that its reader changed."""
    named = [name for name in sent if name]
    return next((name for name in named if name != before), named[0] if named else "")
