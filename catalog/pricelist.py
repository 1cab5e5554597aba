"""One price list as a client of the API walks through it: products, SKUs, availabilities."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog import queries
from catalog.models import Availability, CancellationPolicy, Price, Product, Sku, TaxTreatment
from catalog.rules import SOLD, Kind, price_in_force
from catalog.terms import terms_at
from partnercenter.lib.errors import NotFound


class View(NamedTuple):
    """What a ``targetView`` shows: kinds, and a word of the SKU's title."""

    kinds: tuple[Kind, ...]
    word: str = ""


VIEWS = {
    "azure": View((Kind.RESERVATION, Kind.AZURE_USAGE)),
    "azurereservations": View((Kind.RESERVATION,)),
    "azurereservationsvm": View((Kind.RESERVATION,), "VM"),
    "azurereservationssql": View((Kind.RESERVATION,), "SQL"),
    "azurereservationscosmosdb": View((Kind.RESERVATION,), "Cosmos"),
    "microsoftazure": View((Kind.AZURE_USAGE,)),
    "onlineservices": View((Kind.ONLINE_SERVICE,)),
    "software": View((Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE, Kind.SOFTWARE_PLAN)),
    "softwaresuselinux": View((Kind.SOFTWARE_PLAN,)),
    "softwareperpetual": View((Kind.PERPETUAL_SOFTWARE,)),
    "softwaresubscriptions": View((Kind.SOFTWARE_SUBSCRIPTION,)),
}
EVERYTHING = View(tuple(Kind))


@dataclass(frozen=True)
class ListedSku:
    """A SKU of the list, with the billing plans it is sold on."""

    sku: Sku
    billing_plans: tuple[str, ...]
    cancellation: CancellationPolicy


@dataclass(frozen=True)
class ListedAvailability:
    """An availability of the list; ``price`` None: not for sale at present."""

    availability: Availability
    price: Price | None
    tax: TaxTreatment


@dataclass(frozen=True)
class PriceList:
    """What is listed in a market at an instant, without the kinds that are closed there.

    ``currency`` and ``segment`` narrow the list where they are given.
    """

    market: str
    at: datetime
    currency: str = ""
    segment: str = ""
    closed_kinds: Collection[str] = ()

    def products(self, view: View) -> list[tuple[Product, list[Sku]]]:
        """Products with the SKUs that the view shows, by title; one query."""
        skus = self._skus(view).select_related("product")
        found: dict[str, tuple[Product, list[Sku]]] = {}
        for sku in skus.order_by("product__title", "product_id", "sku_id"):
            found.setdefault(sku.product_id, (sku.product, []))[1].append(sku)
        return list(found.values())

    def product(self, product_id: str) -> tuple[Product, list[Sku]]:
        """One product and its SKUs of this list (else NotFound, 400013)."""
        skus = list(self._skus().filter(product=product_id.upper()).select_related("product"))
        if not skus:
            raise NotFound(_("The product was not found."), code=400013)
        return skus[0].product, skus

    def skus_of(self, product_ids: Collection[str]) -> list[Sku]:
        """All SKUs of these products in this list, one query."""
        found = self._skus().filter(product__in=product_ids)
        return list(found.order_by("product_id", "sku_id"))

    def skus(self, product_id: str) -> list[ListedSku]:
        """The product's SKUs of this list, three queries (else NotFound, 400013)."""
        _product, skus = self.product(product_id)
        plans: dict[int, list[str]] = {sku.pk: [] for sku in skus}
        rows = self._availabilities().filter(sku__in=skus).order_by("billing_plan")
        for sku_pk, plan in rows.values_list("sku_id", "billing_plan").distinct():
            plans[sku_pk].append(plan)
        policies = terms_at(self.market, self.at).cancellation
        return [
            ListedSku(sku, tuple(plans[sku.pk]), policies[sku.return_policy])
            for sku in sorted(skus, key=lambda sku: sku.sku_id)
        ]

    def sku(self, product_id: str, sku_id: str) -> ListedSku:
        """One SKU of this list (else NotFound, 400013 or 400018)."""
        for listed in self.skus(product_id):
            if listed.sku.sku_id == sku_id.upper():
                return listed
        raise NotFound(_("The SKU was not found."), code=400018)

    def availabilities(self, product_id: str, sku_id: str) -> list[ListedAvailability]:
        """How the SKU is sold in this list, with the price of the smallest quantity."""
        listed = self.sku(product_id, sku_id)
        rows = list(
            self._availabilities()
            .filter(sku=listed.sku)
            .select_related("sku__product")
            .order_by("currency", "segment", "term", "billing_plan")
        )
        prices: dict[str, list[Price]] = {row.id: [] for row in rows}
        for price in queries.prices_at(prices, self.at):
            prices[price.availability_id].append(price)
        tax = terms_at(self.market, self.at).tax
        return [
            ListedAvailability(
                row, price_in_force(prices[row.id], self.at, row.sku.min_quantity), tax
            )
            for row in rows
        ]

    def availability(self, product_id: str, sku_id: str, row_id: str) -> ListedAvailability:
        """One availability of this list (else NotFound, 400013, 400018 or 400019)."""
        for listed in self.availabilities(product_id, sku_id):
            if listed.availability.id == row_id.upper():
                return listed
        raise NotFound(_("The availability was not found in this market."), code=400019)

    def _skus(self, view: View = EVERYTHING) -> QuerySet[Sku]:
        kinds = [kind.value for kind in view.kinds if kind not in self.closed_kinds]
        sold = self._availabilities().filter(sku=OuterRef("pk"))
        return Sku.objects.filter(Exists(sold), kind__in=kinds, title__contains=view.word)

    def _availabilities(self) -> QuerySet[Availability]:
        narrowed = {"currency": self.currency, "segment": self.segment}
        given = {name: value for name, value in narrowed.items() if value}
        return Availability.objects.filter(market=self.market, **given)


def is_purchasable(listed: ListedAvailability) -> bool:
    """Whether a cart would take it."""
    return listed.price is not None and listed.availability.sku.kind in SOLD
