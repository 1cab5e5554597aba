"""The Python package ``partnercenterservices``, unmodified, with a token of MSAL's, over https.

Its calls raise on every answer that they cannot read, and give ``None`` for refusals; both are
failures here. What it has no call for goes through its own pipeline and into its own models.
"""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msal
import pytest
from microsoft.store.partnercenterservices import MicrosoftPartnerStoreApis
from microsoft.store.partnercenterservices import models as m
from msrest.authentication import BasicTokenAuthentication

from partnercenter.lib import clock
from tests.clients.conftest import API, PASSWORD
from tests.clients.sign_in import BACK, answer_of
from tests.customers import samples
from tests.orders.build import PRODUCTS

V = "1"
ORDER = m.MicrosoftPartnerSdkContractsV1Order
LINE = m.MicrosoftPartnerSdkContractsV1OrderLineItem


class Client:
    """The package's client, and who watches it."""

    def __init__(self, url: str, token: str) -> None:
        self.api = MicrosoftPartnerStoreApis(BasicTokenAuthentication({"access_token": token}), url)
        self.calls = 0

    def ask(self, call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """The model that the package's own call gives."""
        self.calls += 1
        found = call(*args, version=V, raw=True, **options)
        assert found.response.status_code in {200, 201, 204}, found.response.text
        return found.output

    def send(self, method: str, path: str, body: Any = None, model: str = "", **query: Any) -> Any:
        """Through the package's pipeline; as its model, if it has one."""
        self.calls += 1
        pipe = self.api._client
        request = getattr(pipe, method)(f"/v{V}{path}", query)
        headers = {"Content-Type": "application/json; charset=utf-8", "MS-RequestId": _id()}
        answer = pipe.send(request, headers, body, stream=False)
        assert answer.status_code in {200, 201}, answer.text
        return self.api._deserialize(model, answer) if model else answer.json()


def _id() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def client(ground) -> Client:
    application = msal.ConfidentialClientApplication(
        ground.client_id,
        client_credential=ground.secret,
        authority=ground.authority,
        instance_discovery=False,
    )
    flow = application.initiate_auth_code_flow(
        [f"{API}/user_impersonation"], redirect_uri=BACK, response_mode="form_post"
    )
    back = answer_of(flow["auth_uri"], email=ground.email, password=PASSWORD)
    token = application.acquire_token_by_auth_code_flow(flow, back)["access_token"]
    return Client(ground.server.url, token)


def customers_paged_found_added_changed_removed(client, _customer):
    names, headers = [], {}
    listing = client.api.getvversioncustomersfilterfilter.value
    page = client.ask(listing, size=2)
    while True:
        names += [each.company_profile.company_name for each in page.items]
        if page.links.next is None:
            break
        headers = {each.key: each.value for each in page.links.next.headers}
        page = client.ask(listing, seek_operation="next", custom_headers=headers)
    assert {"Contoso", "Northwind", "Wingtip"} <= set(names)
    assert len(names) == len(set(names))

    sent = '{"Field":"CompanyName","Value":"north","Operator":"starts_with"}'
    (found,) = client.ask(listing, filter=sent).items
    assert found.company_profile.company_name == "Northwind"

    one = client.ask(client.api.getvversioncustomerscustomer.id, found.id)
    assert one.company_profile.domain == "northwind.example"
    profile = client.ask(client.api.getvversioncustomerscustomer.idprofilesbilling, found.id)
    profile.company_name = "Northwind Traders"
    put = client.api.putvversioncustomerscustomer.idprofilesbilling
    assert client.ask(put, found.id, profile).company_name == "Northwind Traders"
    assert client.ask(client.api.getvversioncustomerscustomer.idprofilescompany, found.id)

    new = client.send("post", "/customers", samples.wire("Fourth Coffee"))
    client.ask(client.api.deletevversioncustomerscustomer.id, new["id"])


def _shelf(client, key: str) -> str:
    """The catalogue, from product to what is put in a cart."""
    product, sku = PRODUCTS[key][0]
    at, market = f"/products/{product}/skus/{sku}", {"country": "US"}
    listed = client.send("get", "/products", targetView="Software", **market)
    assert product in [each["id"] for each in listed["items"]]
    assert client.send("get", f"/products/{product}/skus", **market)["totalCount"] == 1
    assert client.send("get", at, **market)["id"] == sku
    (found,) = client.send("get", f"{at}/availabilities", **market)["items"]
    return str(found["catalogItemId"])


def _buy(client, customer, *keys: str) -> Any:
    """Cart and checkout; the order as the package reads it."""
    lines = [
        {"id": n, "catalogItemId": _shelf(client, key), "quantity": 1, "billingCycle": "one_time"}
        for n, key in enumerate(keys)
    ]
    cart = client.send("post", f"/customers/{customer.id}/carts", {"lineItems": lines})
    checkout = client.api.postvversioncustomerscustomer.idcheckout
    result = client.ask(checkout, customer.id, cart["id"])
    assert not result.order_errors
    (order,) = result.orders
    return client.ask(client.api.getvversioncustomerscustomer.id5, customer.id, order.id)


def catalogue_cart_checkout_orders_and_both_ways_to_cancel(client, customer):
    order = _buy(client, customer, "WSD", "SQL")
    listed = client.ask(client.api.getvversioncustomerscustomer.value7, customer.id)
    assert order.id in [each.id for each in listed.items]

    patch = client.api.patchvversioncustomerscustomer.id3
    one = order.line_items[0]
    order.status, order.line_items = "cancelled", [one]
    answer = client.ask(patch, customer.id, order.id, order)
    assert [each.quantity for each in answer.line_items] == [0, 1]

    read = client.ask(client.api.getvversioncustomerscustomer.id5, customer.id, order.id)
    assert [each.quantity for each in read.line_items] == [0, 1]
    read.status, read.line_items = "cancelled", None
    assert client.ask(patch, customer.id, order.id, read).status == "cancelled"


def a_direct_order_its_subscription_and_entitlements(client, customer):
    line = LINE(line_item_number=0, offer_id=_shelf(client, "WSD"), quantity=2)
    order = ORDER(reference_customer_id=customer.id, billing_cycle="one_time", line_items=[line])
    made = client.ask(client.api.postvversioncustomerscustomer.idorders, customer.id, order)
    assert made.status

    held = client.ask(client.api.getvversioncustomerscustomer.value9, customer.id)
    by_order = client.api.getvversioncustomerscustomer.value9
    assert client.ask(by_order, customer.id, order_id=made.id).total_count <= held.total_count
    entitled = client.send("get", f"/customers/{customer.id}/entitlements")
    assert made.id in [each["referenceOrder"]["id"] for each in entitled["items"]]


def subscriptions_one_by_one(client, customer):
    _buy(client, customer, "WSD")
    listing = client.api.getvversioncustomerscustomer.value9
    held = client.ask(listing, customer.id).items
    active = [each for each in held if each.status == "active"]
    assert active
    for each in active:
        one = client.ask(client.api.getvversioncustomerscustomer.id6, customer.id, each.id)
        one.friendly_name = "Till"
        patch = client.api.patchvversioncustomerscustomer.id4
        assert client.ask(patch, customer.id, each.id, one).friendly_name == "Till"
        client.ask(client.api.getvversioncustomerscustomer.idaddons, customer.id, each.id)
        status = client.api.getvversioncustomerscustomer.idprovisioningstatus
        assert client.ask(status, customer.id, each.id).status


def audit_records(client, customer):
    _buy(client, customer, "WSD")
    day = (clock.now() - timedelta(days=7)).date()
    found = client.send("get", "/auditrecords", startDate=str(day))
    assert found["items"]


INVOICES = "MicrosoftPartnerSdkContractsV1CollectionsPagedResourceCollectionMicrosoftPartnerSdkContractsV1Invoice"  # noqa: E501


def invoices_their_lines_and_the_statement(client, _customer):
    listed = client.send("get", "/invoices", model=INVOICES)
    (invoice,) = listed.items
    read = client.send(
        "get", f"/invoices/{invoice.id}", model="MicrosoftPartnerSdkContractsV1Invoice"
    )
    assert read.total_charges == invoice.total_charges
    lines = client.send("get", f"/invoices/{invoice.id}/lineitems/OneTime/BillingLineItems")
    assert lines["totalCount"] == 1
    assert client.send("get", "/invoices/summaries")["items"]
    assert client.send("get", "/invoices/summary")

    pipe = client.api._client
    request = pipe.get(f"/v{V}/invoices/{invoice.id}/documents/statement")
    assert pipe.send(request, stream=False).content.startswith(b"%PDF-")


def service_requests(client, _customer):
    topics = client.ask(client.api.getvversionservicerequestssupporttopics).items
    (topic,) = (each for each in topics if each.name == "Partner Center issues")
    request = m.MicrosoftPartnerSdkContractsV1ServiceRequest(
        title="A key does not work",
        description="It is refused at activation.",
        severity="critical",
        support_topic_id=str(topic.id),
        primary_contact=m.MicrosoftPartnerSdkContractsV1ServiceRequestContact(
            first_name="Mia", last_name="Weber", phone_number="+1 425 555 0100"
        ),
    )
    made = client.ask(client.api.postvversionservicerequestsagent.locale, "en-US", request)
    read = client.ask(client.api.getvversionservicerequestsservice.id, made.id)
    assert read.title == "A key does not work"
    listed = client.ask(client.api.getvversionservicerequestsfilterfilter.value)
    assert [each.id for each in listed.items] == [made.id]
    read.status = "closed"
    patch = client.api.patchvversionservicerequestsservice.id
    assert client.ask(patch, made.id, read).status == "closed"


def validations_and_countries(client, _customer):
    address = m.MicrosoftPartnerSdkContractsV1Address(
        address_line1="1 Microsoft Way", city="Redmond", state="WA", postal_code="98052",
        country="US",
    )  # fmt: skip
    client.ask(client.api.postvversionvalidationsaddress, address)
    client.ask(client.api.headvversiondomainsdomain, "contoso.example")
    rules = client.ask(client.api.getvversioncountryvalidationrulescountry, "US")
    assert rules.iso2_code == "US"


def profiles(client, _customer):
    assert client.ask(client.api.getvversionprofilesorganization)
    assert client.ask(client.api.getvversionprofilesbilling)
    assert client.ask(client.api.getvversionprofilessupport)
    assert client.ask(
        client.api.getvversionprofileslegalbusinessvetting_versionvetting_version.value
    )
    assert client.ask(client.api.getvversionprofilesmpnmpn_idmpn_id.value)


def users_and_roles(client, customer):
    # Its model of a password is an object, so it can neither send nor read one.
    new = client.send("post", f"/customers/{customer.id}/users", samples.wire_user())
    made = client.ask(client.api.getvversioncustomerscustomer.id2, customer.id, new["id"])
    listed = client.ask(client.api.getvversioncustomerscustomer.value6, customer.id)
    assert [each.id for each in listed.items] == [made.id]
    made.display_name = "Daniel T."
    patch = client.api.patchvversioncustomerscustomer.id2
    client.ask(patch, customer.id, made.id, made)  # it reads no body there
    read = client.ask(client.api.getvversioncustomerscustomer.id2, customer.id, made.id)
    assert read.display_name == "Daniel T."
    roles = client.ask(client.api.getvversioncustomerscustomer.value, customer_id=customer.id)
    assert roles.items
    client.ask(client.api.deletevversioncustomerscustomer.id2, customer.id, made.id)


def generatetoken(client, _customer):
    found = client.api.postgeneratetoken("jwt_token", raw=True)
    assert found.response.status_code == 200, found.response.text


STEPS = (
    customers_paged_found_added_changed_removed,
    catalogue_cart_checkout_orders_and_both_ways_to_cancel,
    a_direct_order_its_subscription_and_entitlements,
    subscriptions_one_by_one,
    audit_records,
    invoices_their_lines_and_the_statement,
    service_requests,
    validations_and_countries,
    profiles,
    users_and_roles,
    generatetoken,
)


def test_the_whole_scenario_without_a_failure(client):
    listed = client.ask(client.api.getvversioncustomersfilterfilter.value)
    (customer,) = (e for e in listed.items if e.company_profile.company_name == "Contoso")
    failures = {}
    for step in STEPS:
        try:
            step(client, customer)
        except Exception as error:  # noqa: BLE001 - whatever the package raises is a failure
            failures[step.__name__] = f"{type(error).__name__}: {error}"[:1000]
    assert "\n".join(f"{name}: {text}" for name, text in failures.items()) == ""
    assert client.calls >= 60
