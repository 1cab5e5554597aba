"""Offers by their ids, with everything that an order copies; what cannot be had is explained."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import (
    Availability,
    CancellationPolicy,
    DownloadLinkPolicy,
    MarketAvailability,
    Price,
    Product,
    Sku,
    TaxTreatment,
)
from catalog.rules import SOLD, CatalogItemId, Kind, price_in_force, tidy
from catalog.terms import in_force
from partnercenter.lib.errors import DomainError, Forbidden, Invalid, NotFound
from partnercenter.lib.money import digits
from partnercenter.lib.prepared import Statement, columns, read

# What an order copies of them.
OF_CANCELLATION = ("id", "name", "kind", "days", "source")
OF_LINKS = ("id", "life_days", "max_downloads")
# All that is asked of the catalogue for an order: prices, the terms that hold, closed markets.
BY_ID = Statement(
    "offers_by_id",
    f"""
SELECT {columns("product", Product)}, {columns("s", Sku)}, {columns("a", Availability)},
       {columns("p", Price)}, {columns("c", CancellationPolicy, OF_CANCELLATION)},
       {columns("l", DownloadLinkPolicy, OF_LINKS)}, coalesce(t.price_includes_tax, false), t.rate,
       s.kind = ANY(ARRAY(
         SELECT m.kind FROM {MarketAvailability._meta.db_table} m
         WHERE m.market_id = ANY(%(countries)s) AND NOT m.available AND {in_force("m")}))
FROM {Availability._meta.db_table} a
JOIN {Price._meta.db_table} p ON p.availability_id = a.id AND {in_force("p")}
JOIN {Sku._meta.db_table} s ON s.id = a.sku_id
JOIN {Product._meta.db_table} product ON product.id = s.product_id
JOIN {CancellationPolicy._meta.db_table} c ON c.name = s.return_policy AND {in_force("c")}
JOIN {DownloadLinkPolicy._meta.db_table} l ON {in_force("l")}
LEFT JOIN {TaxTreatment._meta.db_table} t ON t.market_id = a.market_id AND {in_force("t")}
WHERE a.id = ANY(%(ids)s) AND a.market_id = %(market)s
""",  # noqa: S608 - names of our own tables
)


@dataclass(frozen=True)
class Offer:
    """What can be bought at an instant, with everything an order line copies.

    ``unit_price`` is for one unit and the whole term, in ``currency``; it includes tax when
    ``price_includes_tax``. ``tax_rate`` is a fraction, None when none is configured.
    ``is_closed``: its kind is not sold in one of the countries that were asked about.
    """

    availability: Availability
    price: Price
    price_includes_tax: bool
    tax_rate: Decimal | None
    cancellation: CancellationPolicy
    links: DownloadLinkPolicy
    tiers: Sequence[Price] = ()
    is_closed: bool = False

    def for_quantity(self, quantity: int, *, at: datetime) -> "Offer | None":
        """The offer at the price of the tier that holds the quantity; None where none does."""
        price = price_in_force(self.tiers, at, quantity)
        if price is self.price:
            return self
        return replace(self, price=price) if price else None

    @property
    def sku(self) -> Sku:
        return self.availability.sku

    @property
    def product(self) -> Product:
        return self.sku.product

    @property
    def catalog_item_id(self) -> str:
        return self.availability.catalog_item_id

    @property
    def kind(self) -> Kind:
        return Kind(self.sku.kind)

    @property
    def unit_price(self) -> Decimal:
        return tidy(self.price.unit_price, digits(self.currency))

    @property
    def currency(self) -> str:
        return self.availability.currency


def offer(catalog_item_id: str, *, market: str, at: datetime) -> Offer:
    """The offer behind a catalogue item id in this market's price list.

    Raises ``DomainError`` with code 800004 (no such form), 400013, 400018, 400019 (unknown
    product, SKU, availability) or 800020 (known, but not for sale at the instant).
    """
    found = offers_by_id([catalog_item_id], market=market, at=at)[catalog_item_id]
    if isinstance(found, DomainError):
        raise found
    return found


def offers_by_id(
    catalog_item_ids: Iterable[str], *, market: str, at: datetime, countries: Collection[str] = ()
) -> dict[str, Offer | DomainError]:
    """For each id its offer, or the refusal that ``offer`` would raise. One query.

    ``countries``: where its kind has to be sold, or the offer says that it is closed.
    """
    parsed = {text: CatalogItemId.parse(text) for text in catalog_item_ids}
    asked = [item.availability_id for item in parsed.values() if item]
    values = {"ids": asked, "market": market, "at": at, "countries": list(countries)}
    offers = _offers(BY_ID.rows(values), at) if asked else {}
    missing = {item for item in parsed.values() if item and str(item) not in offers}
    reasons = _explain(missing, market=market) if missing else {}
    return {
        text: offers.get(str(item)) or reasons[item] if item else _malformed()
        for text, item in parsed.items()
    }


def _offers(rows: Iterable[tuple[Any, ...]], at: datetime) -> dict[str, Offer]:
    """The offers of what is sold by their ids; a row is one of an offer's prices."""
    tiers: dict[str, list[Price]] = {}
    terms: dict[str, dict[str, Any]] = {}
    for row in rows:
        price, holds = _read(row)
        tiers.setdefault(price.availability_id, []).append(price)
        terms[price.availability_id] = holds
    offers = {}
    for listed in tiers.values():
        availability = listed[0].availability
        first = price_in_force(listed, at, availability.sku.min_quantity)
        if first and availability.sku.kind in SOLD:
            offers[availability.catalog_item_id] = Offer(
                availability=availability, price=first, tiers=listed, **terms[availability.id]
            )
    return offers


def _read(row: tuple[Any, ...]) -> tuple[Price, dict[str, Any]]:
    """The price with what it is for, and the terms on which that is sold."""
    values = iter(row)
    product = read(values, Product)
    sku = read(values, Sku, product=product)
    availability = read(values, Availability, sku=sku)
    price = read(values, Price, availability=availability)
    cancellation = read(values, CancellationPolicy, OF_CANCELLATION)
    links = read(values, DownloadLinkPolicy, OF_LINKS)
    includes_tax, rate, is_closed = values
    return price, {
        "price_includes_tax": includes_tax,
        "tax_rate": rate,
        "cancellation": cancellation,
        "links": links,
        "is_closed": is_closed,
    }


def _malformed() -> DomainError:
    return Invalid(
        _("A catalogue item id has the form product:sku:availability."),
        code=800004,
        field="catalogItemId",
    )


def _explain(items: Collection[CatalogItemId], *, market: str) -> dict[CatalogItemId, DomainError]:
    """Which part of each id is unknown, or that it is not for sale."""
    product_ids = [item.product_id for item in items]
    skus = set(Sku.objects.filter(product__in=product_ids).values_list("product_id", "sku_id"))
    products = {product for product, _sku in skus}
    rows = Availability.objects.select_related("sku__product").filter(
        id__in=[item.availability_id for item in items], market=market
    )
    known = {row.catalog_item_id for row in rows}
    reasons: dict[CatalogItemId, DomainError] = {}
    for item in items:
        if item.product_id not in products:
            reasons[item] = NotFound(_("The product was not found."), code=400013)
        elif (item.product_id, item.sku_id) not in skus:
            reasons[item] = NotFound(_("The SKU was not found."), code=400018)
        elif str(item) not in known:
            reasons[item] = NotFound(
                _("The availability was not found in this market."), code=400019
            )
        else:
            reasons[item] = Forbidden(_("This offer is not for sale at present."), code=800020)
    return reasons
