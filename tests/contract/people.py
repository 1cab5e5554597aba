"""What examples of customers, their users and agreements, and of resellers are about."""

import uuid
from typing import Any

from accounts.models import Partner
from customers import services as customer_services
from customers.services import add_reseller
from tests.contract.replay import Stage
from tests.customers import samples
from tests.matrix.world import Tenant

PHONE = "4255550100"
OWN_MPN_ID = "5219387"


def _customer(tenant: Tenant, name: str = "Contoso", **values: Any) -> dict[str, Any]:
    """Id of a customer who bought nothing."""
    return {"customer_id": samples.customer(tenant.org, name, **values).pk}


def _reseller(tenant: Tenant, mpn_id: str = "4391507", **values: Any) -> Any:
    return add_reseller(
        name="Adatum",
        tenant_id=uuid.UUID(int=7, version=4),
        mpn_id=mpn_id,
        country="US",
        by=tenant.org.system,
        **values,
    )


def nobody(tenant: Tenant) -> Stage:
    return Stage(_customer(tenant))


def with_phone(tenant: Tenant) -> Stage:
    return Stage(_customer(tenant, phone=PHONE))


def found_by_name(tenant: Tenant) -> Stage:
    _customer(tenant)
    return Stage()


def for_reseller(tenant: Tenant) -> Stage:
    return Stage(body={"AssociatedPartnerId": str(_reseller(tenant).tenant_id)})


def of_reseller(tenant: Tenant) -> Stage:
    tenant_id = str(_reseller(tenant).tenant_id)
    body = samples.wire("Wingtip") | {"associatedPartnerId": tenant_id}
    tenant.api["gaaa"].post("/v1/customers", body, format="json")
    told = f'{{"Field":"IndirectReseller","Value":"{tenant_id}","Operator":"starts_with"}}'
    return Stage(query={"filter": told})


def resellers(tenant: Tenant) -> Stage:
    _reseller(tenant)
    return Stage()


def supporter(tenant: Tenant) -> Stage:
    """The partner itself."""
    found = tenant.org.partner
    return Stage(body={"SupportTenantId": str(found.pk), "SupportMpnId": found.mpn_id})


def own_mpn_id(tenant: Tenant) -> Stage:
    # In the database alone, which is undone.
    Partner.objects.filter(pk=tenant.org.partner.pk).update(mpn_id=OWN_MPN_ID)
    return Stage(query={"mpnId": OWN_MPN_ID})


def signed(tenant: Tenant) -> Stage:
    _reseller(tenant, "1234567")
    return Stage()


def unsigned(tenant: Tenant) -> Stage:
    return Stage(query={"tenantId": _reseller(tenant, has_signed=False).tenant_id})


def _agreement(tenant: Tenant, **values: Any) -> dict[str, Any]:
    body = samples.wire_agreement(**values)
    address = f"/v1/customers/{tenant.customer.pk}/agreements"
    assert tenant.api["gaaa"].post(address, body, format="json").status_code == 201
    return body


def confirmed(tenant: Tenant) -> Stage:
    return Stage(body=_agreement(tenant))


def agreements(tenant: Tenant) -> Stage:
    _agreement(tenant)
    later = {"templateId": "117a77b0-9360-443b-8795-c6dedc750cf9"}
    _agreement(tenant, dateAgreed="2019-12-29", type="MicrosoftCustomerAgreement", **later)
    return Stage()


def qualified(tenant: Tenant) -> Stage:
    return Stage(_customer(tenant, segment="education"))


def deleted_user(tenant: Tenant) -> Stage:
    person = samples.user(tenant.org, tenant.customer, "Gone", first_name="G", last_name="T")
    customer_services.delete_user(person, by=tenant.org.system)
    return Stage({"user_id": person.pk, "customer_user_id": person.pk})


def named_user(tenant: Tenant) -> Stage:
    person = samples.user(tenant.org, tenant.customer, "Ann", first_name="A", last_name="T")
    return Stage({"user_id": person.pk, "customer_user_id": person.pk})


def moved_user(tenant: Tenant) -> Stage:
    return Stage(named_user(tenant).ids, body={"usageLocation": "DE"})


def member(tenant: Tenant) -> Stage:
    return Stage(body={"Id": str(tenant.ids["customer_user_id"])})
