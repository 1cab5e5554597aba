"""Resources of the catalogue in the wire form of the real service (contract 4)."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from babel.numbers import get_currency_symbol
from django.utils.translation import gettext as _

from catalog.markets import UnavailableMarkets
from catalog.models import CancellationPolicy, Product, Sku
from catalog.pricelist import ListedAvailability, ListedSku, is_purchasable
from catalog.rules import (
    MAX_SAVING_PERCENT,
    SOFTWARE,
    Benefit,
    BillingPlan,
    Kind,
    ReturnRule,
    Segment,
    Term,
    tidy,
)
from partnercenter.lib.money import digits
from partnercenter.lib.wire.links import link, uri

SUBTYPES = {
    Kind.SOFTWARE_SUBSCRIPTION: "SoftwareSubscriptions",
    Kind.PERPETUAL_SOFTWARE: "SoftwarePerpetual",
    Kind.SOFTWARE_PLAN: "SoftwareSUSELinux",
    Kind.RESERVATION: "VirtualMachines",
    Kind.ONLINE_SERVICE: "OnlineServices",
    Kind.AZURE_USAGE: "Azure",
}
# The Java client knows no triennial: three years paid at once are one payment.
CYCLES = {
    BillingPlan.MONTHLY: "monthly",
    BillingPlan.ANNUAL: "annual",
    BillingPlan.NONE: "none",
}
SEGMENTS = {
    Segment.COMMERCIAL: "commercial",
    Segment.EDUCATION: "education",
    Segment.CHARITY: "nonprofit",
    Segment.GOVERNMENT: "government",
}
RETURN_TYPES = {
    ReturnRule.WINDOW: "window",
    ReturnRule.SUPPORT_ONLY: "supportOnly",
    ReturnRule.NONE: "none",
}
RESERVATION = {
    "purchasePrerequisites": ["InventoryCheck", "AzureSubscriptionRegistration"],
    "inventoryVariables": ["CustomerId", "AzureSubscriptionId"],
    "provisioningVariables": ["Scope", "SubscriptionId", "Duration"],
}
RESERVED_VM = re.compile(r"Reserved VM Instance, (\w+), (.+), (\d) Years?", re.IGNORECASE)


class Place(NamedTuple):
    """Where a list is read: below ``/products`` or below a customer, and with which query."""

    root: str
    query: Mapping[str, str]

    def link(self, *parts: str) -> dict[str, Any]:
        """Link to a resource below the list."""
        return link(uri("/".join([self.root, *parts]), **self.query))


def product_body(product: Product, skus: list[Sku], place: Place) -> dict[str, Any]:
    """A product; its type is that of its first SKU shown, its benefits those of all."""
    kind = Kind(skus[0].kind)
    group = "Software" if kind in SOFTWARE else "Azure"
    benefits = dict.fromkeys(Benefit(sku.benefit) for sku in skus)
    return {
        "id": product.id,
        "title": product.title,
        "description": product.title,
        "productType": {
            "id": group,
            "displayName": group,
            "subType": {"id": SUBTYPES[kind], "displayName": SUBTYPES[kind]},
        },
        "isMicrosoftProduct": product.publisher.startswith("Microsoft"),
        "publisherName": product.publisher,
        "benefits": _benefits(*benefits),
        "links": {
            "skus": place.link(product.id, "skus"),
            "self": place.link(product.id),
        },
    }


def sku_body(listed: ListedSku, place: Place) -> dict[str, Any]:
    """A SKU with its return rule (S46) and, where it has one, its benefit (S6-S8)."""
    sku = listed.sku
    kind = Kind(sku.kind)
    return {
        "id": sku.sku_id,
        "productId": sku.product_id,
        "title": sku.title,
        "description": sku.description or sku.title,
        "minimumQuantity": sku.min_quantity,
        "maximumQuantity": sku.max_quantity,
        "isTrial": False,
        "supportedBillingCycles": list(dict.fromkeys(map(billing_cycle, listed.billing_plans))),
        "purchasePrerequisites": [],
        "inventoryVariables": [],
        "provisioningVariables": [],
        **(RESERVATION if kind is Kind.RESERVATION else {}),
        "dynamicAttributes": _attributes(sku),
        "cancellationPolicy": cancellation_body(listed.cancellation),
        "benefits": _benefits(Benefit(sku.benefit)),
        "links": {
            "availabilities": place.link(sku.product_id, "skus", sku.sku_id, "availabilities"),
            "self": place.link(sku.product_id, "skus", sku.sku_id),
        },
    }


def availability_body(listed: ListedAvailability, place: Place) -> dict[str, Any]:
    """An availability; ``price`` is ours, the original has none in its catalogue (S17, S18)."""
    row = listed.availability
    sku = row.sku
    return {
        "id": row.id,
        "productId": sku.product_id,
        "skuId": sku.sku_id,
        "catalogItemId": row.catalog_item_id,
        "defaultCurrency": {
            "code": row.currency,
            "symbol": get_currency_symbol(row.currency, locale="en_US"),
        },
        "segment": SEGMENTS[Segment(row.segment)],
        "country": row.market_id,
        "isPurchasable": is_purchasable(listed),
        "isRenewable": False,
        "terms": _terms(row.term),
        "price": _price(listed),
        "product": {"id": sku.product_id, "title": sku.product.title},
        "sku": {"id": sku.sku_id, "productId": sku.product_id, "title": sku.title},
        "links": {"self": place.link(sku.product_id, "skus", sku.sku_id, "availabilities", row.id)},
    }


def cancellation_body(policy: CancellationPolicy) -> dict[str, Any]:
    """``{"type": "window", "days": 60}``, ``supportOnly`` or ``none``."""
    return {"type": RETURN_TYPES[ReturnRule(policy.kind)], "days": policy.days}


def unavailable_body(found: UnavailableMarkets) -> dict[str, Any]:
    """The markets in the order of their source, named in the reader's language (S9-S11)."""
    return {
        "totalCount": len(found.markets),
        "items": [{"code": market.code, "name": market.name} for market in found.markets],
        "asOf": f"{found.as_of:%Y-%m-%d}" if found.as_of else None,
        "source": found.source,
    }


def billing_cycle(plan: str) -> str:
    """A sheet's billing plan as the wire's billing cycle."""
    return CYCLES.get(BillingPlan(plan), "one_time")


def benefit_text(benefit: Benefit) -> str:
    """What Azure Hybrid Benefit does with the licence, in the reader's language (S6, S8)."""
    if benefit is Benefit.CONVERT:
        return _(
            "With Azure Hybrid Benefit you can convert Windows Server Standard licenses covered "
            "by Software Assurance to run Windows Server virtual machines in Azure and pay the "
            "lower base compute rate (the rate of Linux virtual machines, for example). It saves "
            "up to 40 percent. Datacenter licenses can also be re-used."
        )
    return _(
        "With Azure Hybrid Benefit you can convert or re-use Windows Server Datacenter licenses "
        "covered by Software Assurance to run Windows Server virtual machines in Azure and pay "
        "the lower base compute rate (the rate of Linux virtual machines, for example). It saves "
        "up to 40 percent."
    )


def _benefits(*benefits: Benefit) -> list[dict[str, Any]] | None:
    found = [
        {
            "azureHybridBenefit": {
                "maxSavingPercent": MAX_SAVING_PERCENT,
                "mode": benefit.value,
                "text": benefit_text(benefit),
            }
        }
        for benefit in benefits
        if benefit is not Benefit.NONE
    ]
    return found or None


def _price(listed: ListedAvailability) -> dict[str, Any] | None:
    if listed.price is None:
        return None
    currency = listed.availability.currency
    return {
        "unitPrice": tidy(listed.price.unit_price, digits(currency)),
        "currencyCode": currency,
        "taxIncluded": listed.tax.price_includes_tax,
        "taxRate": listed.tax.rate,
    }


def _terms(term: str) -> list[dict[str, str]]:
    names = {
        Term.MONTH: "1 Month Prepaid",
        Term.YEAR: "1 Year Prepaid",
        Term.THREE_YEARS: "3 Years Prepaid",
        Term.FIVE_YEARS: "5 Years Prepaid",
    }
    return [{"duration": term, "description": names[Term(term)]}] if term in names else []


def _attributes(sku: Sku) -> dict[str, Any]:
    """Scalars only: the Java client reads a map of strings."""
    found = RESERVED_VM.fullmatch(sku.title)
    if not found:
        return {"isMicrosoftProduct": sku.product.publisher.startswith("Microsoft")}
    return {
        "armSkuName": found[1],
        "skuDisplayName": found[1].removeprefix("Standard_").replace("_", " "),
        "region": found[2],
        "armRegionName": found[2].replace(" ", "").lower(),
        "duration": "1Year" if found[3] == "1" else f"{found[3]}Years",
    }
