"""Customers as the real service spells them (contract 2)."""

import uuid
from typing import Any

from customers.models import Customer
from partnercenter.lib.wire.links import self_link

Json = dict[str, Any]


def customer_body(customer: Customer) -> Json:
    """A customer as one resource: ``companyProfile``, ``billingProfile`` with its etag."""
    path = f"/customers/{customer.pk}"
    return {
        "id": customer.pk,
        "commerceId": uuid.uuid5(customer.pk, "commerce"),
        "companyProfile": company_profile(customer),
        "billingProfile": billing_profile(customer),
        "relationshipToPartner": "reseller",
        "allowDelegatedAccess": True,
        "customDomains": [customer.domain],
        "associatedPartnerId": customer.reseller.tenant_id if customer.reseller else None,
        "links": self_link(path),
        "attributes": {"objectType": "Customer"},
    }


def company_profile(customer: Customer) -> Json:
    return {
        "tenantId": customer.pk,
        "domain": customer.domain,
        "companyName": customer.company_name,
        "address": {
            "country": customer.country,
            "region": customer.state or None,
            "city": customer.city,
            "addressLine1": customer.address_line1,
            "postalCode": customer.postal_code or None,
            "phoneNumber": customer.phone or None,
        },
        "email": customer.email,
        "organizationRegistrationNumber": customer.organization_registration_number or None,
        "links": self_link(f"/customers/{customer.pk}/profiles/company"),
        "attributes": {"objectType": "CustomerCompanyProfile"},
    }


def billing_profile(customer: Customer) -> Json:
    return {
        "id": customer.billing_profile_id,
        "firstName": customer.first_name,
        "lastName": customer.last_name,
        "email": customer.email,
        "culture": customer.culture,
        "language": customer.language,
        "companyName": customer.company_name,
        "defaultAddress": {
            "country": customer.country,
            "city": customer.city,
            "state": customer.state or None,
            "addressLine1": customer.address_line1,
            "addressLine2": customer.address_line2 or None,
            "postalCode": customer.postal_code or None,
            "firstName": customer.first_name,
            "lastName": customer.last_name,
            "phoneNumber": customer.phone,
        },
        "links": self_link(f"/customers/{customer.pk}/profiles/billing"),
        "attributes": {"objectType": "CustomerBillingProfile", "etag": str(customer.version)},
    }


def item(row: Json) -> Json:
    """A customer in a list, of ``LIST_COLUMNS``."""
    return {
        "id": row["id"],
        "companyProfile": {
            "tenantId": row["id"],
            "domain": row["domain"],
            "companyName": row["company_name"],
            "links": self_link(f"/customers/{row['id']}/profiles/company"),
            "attributes": {"objectType": "CustomerCompanyProfile"},
        },
        "relationshipToPartner": "reseller",
        "links": self_link(f"/customers/{row['id']}"),
        "attributes": {"objectType": "Customer"},
    }


def ended(customer: Customer) -> Json:
    """The customer whose relationship has just ended."""
    return {
        "id": customer.pk,
        "relationshipToPartner": "none",
        "attributes": {"objectType": "Customer"},
    }
