"""What each example is about, made before it is replayed: through the services, as deeds are."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from billing.models import BillingLine
from catalog.models import Availability
from orders import services as order_services
from orders.services import Item
from partnercenter.lib import clock
from partnercenter.webhooks.models import Attempt
from partnercenter.webhooks.queries import find_test
from support.queries import find_request
from support.services import thread
from tests.billing.book import book
from tests.contract import people
from tests.contract.replay import Exchange, Stage
from tests.matrix.world import WSD, Tenant
from tests.orders import build as orders
from tests.software import build as software

RESERVATION = ("DZH318Z0BQ36", "004G")


def asked(**query: Any) -> Callable[[Tenant], Stage]:
    return lambda _tenant: Stage(query=query)


def sent(**body: Any) -> Callable[[Tenant], Stage]:
    return lambda _tenant: Stage(body=body)


def at(**ids: Any) -> Callable[[Tenant], Stage]:
    return lambda _tenant: Stage(ids)


def _tag(tenant: Tenant, address: str) -> str:
    return tenant.api["gaaa"].get(f"/v1/{address}").json()["attributes"]["etag"]


def billing_profile(tenant: Tenant) -> Stage:
    tag = _tag(tenant, f"customers/{tenant.customer.pk}/profiles/billing")
    return Stage(body={"Attributes": {"Etag": tag}})


def partner_profile(tenant: Tenant) -> Stage:
    return Stage(body={"Attributes": {"Etag": _tag(tenant, "profiles/billing")}})


def own_order(tenant: Tenant) -> Stage:
    return Stage(body={"id": tenant.ids["order_id"]})


def subscription_as_read(tenant: Tenant) -> Stage:
    """The client changes what it read, so that all else is what is there."""
    software.keys(2, ids=WSD)
    address = f"/v1/customers/{tenant.customer.pk}/subscriptions/{tenant.ids['subscription_id']}"
    read = tenant.api["gaaa"].get(address).json()
    return Stage(body={name: read[name] for name in ("id", "billingCycle", "orderId")})


def more_seats(tenant: Tenant) -> Stage:
    software.keys(2, ids=WSD)
    pk = str(tenant.ids["subscription_id"])
    tag = _tag(tenant, f"customers/{tenant.customer.pk}/subscriptions/{pk}")
    return Stage(body={"Id": pk, "Attributes": {"Etag": tag, "ObjectType": "Subscription"}})


def cart(tenant: Tenant) -> Stage:
    return Stage(body={"Id": str(tenant.ids["cart_id"])})


def _reserve(tenant: Tenant) -> Any:
    product, sku = RESERVATION
    found = Availability.objects.filter(
        sku__product_id=product, sku__sku_id=sku, market_id="US", segment="Commercial"
    )
    item = Item(found.earliest("pk").catalog_item_id, 1)
    return order_services.place_order(tenant.customer, [item], by=tenant.org.actor("gaaa"))


def reserved(tenant: Tenant) -> Stage:
    """Ids of the artifact that the entitlements' list links to."""
    placed = _reserve(tenant)
    address = f"/v1/customers/{tenant.customer.pk}/entitlements?entitlementType=reservedinstance"
    listed = tenant.api["gaaa"].get(address).json()["items"]
    artifact = listed[0]["entitledArtifacts"][0]
    return Stage(
        {"order_id": placed.pk, "line_number": 0, "entitlement_id": artifact["resourceId"]}
    )


def registered(tenant: Tenant) -> Stage:
    return Stage({"subscription_id": _reserve(tenant).lines[0].pk})


def reservations(tenant: Tenant) -> Stage:
    """Reservations stand for what is sold of Azure here."""
    del tenant
    return Stage(
        {"product_id": RESERVATION[0], "sku_id": RESERVATION[1]},
        query={"targetView": "AzureReservations"},
    )


def where_none_are_sold(tenant: Tenant) -> Stage:
    found = orders.northwind(tenant.org)
    context = {"customerId": str(found.pk), "azureSubscriptionId": "", "armRegionName": "EU"}
    return Stage(body={"TargetItems": [{"ProductId": RESERVATION[0]}], "InventoryContext": context})


def billed(tenant: Tenant) -> Stage:
    """The customer on the invoice of the month before."""
    del tenant
    return Stage({"customer_id": BillingLine.objects.exclude(invoice=None)[0].customer_id})


def unbilled(tenant: Tenant) -> Stage:
    book(tenant.org, "5.00", clock.now() - timedelta(days=20))
    return Stage()


def recent(tenant: Tenant) -> Stage:
    told = f'{{"Field":"CustomerId","Value":"{tenant.customer.pk}","Operator":"equals"}}'
    return Stage(query={"startDate": "12/1/2019 12:00:00 AM", "filter": told})


def answered(tenant: Tenant) -> Stage:
    by = tenant.org.actor("gaaa")
    thread.add_note(find_request(tenant.ids["request_id"], by=by), "It is still so.", by=by)
    return Stage()


def delivered(tenant: Tenant) -> Stage:
    event = find_test(tenant.org.partner, tenant.ids["event_key"])
    Attempt.objects.create(
        partner=tenant.org.partner,
        event=event,
        at=clock.now(),
        url="https://hooks.example/",
        status=200,
        milliseconds=5,
    )
    return Stage()


HOOK = "https://hooks.example/other"
# Operation, or one example of it -> what it needs.
PREPARE: dict[str, Callable[[Tenant], Stage]] = {
    "agreements.create": people.confirmed,
    "agreements.of_customer": people.agreements,
    "artifacts.reservedinstance.get": reserved,
    "artifacts.virtualmachinereservedinstance.get": reserved,
    "auditrecords.query": recent,
    "carts.update": cart,
    "verify-indirect-reseller-mpa-status.1": people.signed,
    "verify-indirect-reseller-mpa-status.4": asked(mpnid="x"),
    "verify-indirect-reseller-mpa-status.6": asked(mpnid="1", tenantId=str(uuid.UUID(int=9))),
    "verify-indirect-reseller-mpa-status.7": asked(mpnid="123456"),
    "verify-indirect-reseller-mpa-status.10": asked(mpnid="123456"),
    "verify-indirect-reseller-mpa-status.11": asked(tenantId=str(uuid.UUID(int=9))),
    "verify-indirect-reseller-mpa-status.12": people.unsigned,
    "customer_products.list": reservations,
    "customers.billing_profile.update": billing_profile,
    "customers.company_profile.get": people.with_phone,
    "customers.create_for_indirect_reseller": people.for_reseller,
    "customers.delete": people.nobody,
    "customers.get": people.with_phone,
    "customers.list_of_indirect_reseller": people.of_reseller,
    "customers.remove_relationship": people.nobody,
    "customers.search": people.found_by_name,
    "domains.exists": at(domain="nobody.example"),
    "inventory.check": where_none_are_sold,
    "invoices.unbilled.lineitems": unbilled,
    "orders.cancel_sandbox": own_order,
    "orders.cancel_software": own_order,
    "get-partner-by-mpn-id.1": people.own_mpn_id,
    "products.list": reservations,
    "profiles.billing.update": partner_profile,
    "qualifications.list": people.qualified,
    "relationships.list": people.resellers,
    "roles.members.add": people.member,
    "servicecosts.lineitems": billed,
    "servicecosts.summary": billed,
    "servicerequests.get": answered,
    "skus.get": reservations,
    "skus.list": reservations,
    "availabilities.list": reservations,
    "subscriptions.patch_autorenew": subscription_as_read,
    "subscriptions.patch_quantity": more_seats,
    "subscriptions.register": registered,
    "subscriptions.support_contact.update": people.supporter,
    "users.create": sent(usageLocation="US"),
    "users.restore": people.deleted_user,
    "users.search": people.deleted_user,
    "users.get": people.named_user,
    "users.update": people.moved_user,
    "webhooks.update": sent(WebhookUrl=HOOK),
    "webhooks.validation_event.get": delivered,
}


def prepare(name: str, operation: str, tenant: Tenant) -> Stage:
    """Makes what the example needs; the partner's rows are visible."""
    make = PREPARE.get(name) or PREPARE.get(operation)
    return make(tenant) if make else Stage()


def of_our_kind(exchange: Exchange) -> Any:
    """The printed answer; of several orders the first of what is sold here.

    The first order of the printed checkout is of an Azure subscription, the second of reservations.
    """
    if exchange.operation != "carts.checkout":
        return exchange.answer
    return exchange.answer | {"orders": exchange.answer["orders"][1:]}
