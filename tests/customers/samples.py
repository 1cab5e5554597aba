"""Customers as tests need them; what a test is about, it names."""

from customers import services
from customers.models import Customer, CustomerUser
from customers.rules import Profile


def profile(name: str = "Contoso", **changes) -> Profile:
    domain = f"{name.lower().replace(' ', '')}.example"
    return Profile(
        **{
            "company_name": name,
            "domain": domain,
            "country": "US",
            "culture": "en-US",
            "language": "en",
            "first_name": "Kim",
            "last_name": "Abercrombie",
            "email": f"kim@{domain}",
            "address_line1": "1 Microsoft Way",
            "city": "Redmond",
            "state": "WA",
            "postal_code": "98052",
        }
        | changes
    )


def customer(organization, name: str = "Contoso", **changes) -> Customer:
    """Made through the verb, as the partner's own system."""
    with organization.visible():
        return services.add_customer(profile(name, **changes), by=organization.system)


def wire(name: str = "Contoso", **address) -> dict:
    """The documented body of POST /v1/customers."""
    domain = f"{name.lower().replace(' ', '')}.example"
    return {
        "companyProfile": {"domain": domain},
        "billingProfile": {
            "culture": "EN-US",
            "email": f"kim@{domain}",
            "language": "en",
            "companyName": name,
            "defaultAddress": {
                "firstName": "Kim",
                "lastName": "Abercrombie",
                "addressLine1": "1 Microsoft Way",
                "city": "Redmond",
                "state": "WA",
                "postalCode": "98052",
                "country": "US",
            }
            | address,
        },
    }


def wire_user(name: str = "Daniel", **changes) -> dict:
    """The documented body of POST /v1/customers/{customer_id}/users."""
    return {
        "usageLocation": "US",
        "userPrincipalName": f"{name.lower()}@contoso.example",
        "firstName": name,
        "lastName": "Tsai",
        "displayName": f"{name} Tsai",
        "passwordProfile": {"password": "abCD123*", "forceChangePassword": True},
        "attributes": {"objectType": "CustomerUser"},
    } | changes


def user(organization, of: Customer, name: str = "Daniel", **changes) -> CustomerUser:
    """A user of the customer, made through the verb."""
    values = {
        "usage_location": "US",
        "user_principal_name": f"{name.lower()}@contoso.example",
        "display_name": f"{name} Tsai",
    }
    with organization.visible():
        return services.add_user(of, values | changes, by=organization.system)


def wire_agreement(**changes) -> dict:
    """The documented body of POST /v1/customers/{customer_id}/agreements."""
    return {
        "primaryContact": {
            "firstName": "Tania",
            "lastName": "Carr",
            "email": "tania@contoso.example",
            "phoneNumber": "1234567890",
        },
        "dateAgreed": "2019-12-28T00:00:00",
        "templateId": "998b88de-aa99-4388-a42c-1b3517d49490",
        "type": "MicrosoftCloudAgreement",
    } | changes
