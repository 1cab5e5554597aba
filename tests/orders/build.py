"""Offers, customers and carts to buy with; what a test is about, it names."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from catalog.models import Availability, Price, Product, Sku
from catalog.rules import availability_id
from customers.models import Customer
from orders import services
from orders.services import Item
from partnercenter.lib import clock
from tests.customers.samples import customer
from tests.people import Organization

START = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)
ALWAYS = datetime(2018, 1, 1, tzinfo=UTC)
CURRENCIES = {"US": "USD", "AU": "AUD", "BR": "BRL"}
PRODUCTS = {
    "WSD": (
        ("DG7GMGF0DVT9", "000B"),
        "Windows Server Standard - 8 Core License Pack - 1 year",
        "software_subscription",
        "P1Y",
    ),
    "SQL": (
        ("DG7GMGF0FKZV", "0003"),
        "SQL Server Enterprise - 2 Core License Pack - 3 year",
        "software_subscription",
        "P3Y",
    ),
    "PERP": (("DG7GMGF0DWM3", "0002"), "BizTalk Server 2016 Branch", "perpetual_software", ""),
    "ESU": (
        ("ESU0WIN70202", "0001"),
        "Windows 7 Extended Security Updates 2020",
        "perpetual_software",
        "",
    ),
    "SUSE": (("SUSE0LINUX01", "0001"), "SUSE Linux plan", "software_plan", "P1Y"),
    "RI": (
        ("DZH318Z0BQ36", "004G"),
        "Reserved VM Instance, Standard_NV12, US East 2, 1 Year",
        "reservation",
        "P1Y",
    ),
}
POLICIES = {"ESU": "support_only", "SUSE": "none", "RI": "none"}
PRICES = {"WSD": "365.00", "SQL": "3650.00", "PERP": "1000.00", "RI": "120.00"}


def offer(key: str = "WSD", price: str = "", market: str = "US", **values) -> Availability:
    """An availability with one price, for ever."""
    (product_id, sku_id), title, kind, term = PRODUCTS[key]
    product, _ = Product.objects.get_or_create(pk=product_id, defaults={"title": title})
    sku_values = {
        "title": title,
        "kind": values.pop("kind", kind),
        "return_policy": POLICIES.get(key, "software_subscription"),
        "max_quantity": values.pop("max_quantity", 5000),
        "benefit": values.pop("benefit", "none"),
    }
    sku, _ = Sku.objects.get_or_create(product=product, sku_id=sku_id, defaults=sku_values)
    at = {
        "market": market,
        "currency": values.pop("currency", CURRENCIES.get(market, "USD")),
        "segment": values.pop("segment", "Commercial"),
        "term": values.pop("term", term or "OneTime"),
        "billing_plan": values.pop("billing_plan", "OneTime"),
    }
    row, _ = Availability.objects.get_or_create(
        pk=availability_id(product_id, sku_id, *at.values()),
        defaults={"sku": sku, "market_id": at.pop("market"), **at},
    )
    price_row(row, price or PRICES.get(key, "10.00"), **values)
    return row


def price_row(row: Availability, amount: str, **values) -> Price:
    """A price of the availability; the one that is there already stays."""
    key = {"valid_from": values.pop("valid_from", ALWAYS), "tier_min": values.pop("tier_min", 1)}
    values["unit_price"] = Decimal(amount)
    return Price.objects.get_or_create(availability=row, **key, defaults=values)[0]


@dataclass
class Shop:
    """A partner with a customer and something to buy; its rows are visible."""

    org: Organization
    customer: Customer

    def actor(self, key: str = "aa"):
        return self.org.actor(key)

    def buy(self, *offers: Availability, quantity: int = 1, by: str = "aa", customer=None):
        items = [Item(each.catalog_item_id, quantity) for each in offers]
        return services.place_order(customer or self.customer, items, by=self.actor(by))

    def add(self, each: Availability, quantity: int = 1, by: str = "aa"):
        item = Item(each.catalog_item_id, quantity)
        return services.add_to_cart(self.customer, item, by=self.actor(by))

    def path(self, rest: str = "", customer=None) -> str:
        """Portal address under the customer."""
        return f"/dashboard/customers/{(customer or self.customer).pk}{rest}"

    def api(self, rest: str = "", customer=None) -> str:
        return f"/v1/customers/{(customer or self.customer).pk}{rest}"


def shop(org: Organization, **values) -> Shop:
    return Shop(org, customer(org, **values))


def northwind(org: Organization) -> Customer:
    """Greenland: a market in which no reservations are sold."""
    address = {"country": "GL", "culture": "da-GL", "state": "", "postal_code": "3900"}
    return customer(org, "Northwind", **address)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def now():
    return clock.now()
