"""What the catalogue offers, where, when and at what price. Query counts do not grow with rows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    Availability,
    CancellationPolicy,
    DownloadLinkPolicy,
    Price,
    Product,
    Sku,
)
from catalog.rules import SOLD, CatalogItemId, Kind, price_in_force, tidy
from catalog.terms import terms_at
from partnercenter.lib.errors import DomainError, Forbidden, Invalid, NotFound
from partnercenter.lib.money import digits
from partnercenter.lib.prepared import Statement, columns, read

PAGE = 40
PRICES = Statement(
    "prices_in_force",
    f"""
SELECT {columns("p", Price)}, {columns("a", Availability)}, {columns("s", Sku)},
       {columns("product", Product)}
FROM {Availability._meta.db_table} a
JOIN {Price._meta.db_table} p ON p.availability_id = a.id
JOIN {Sku._meta.db_table} s ON s.id = a.sku_id
JOIN {Product._meta.db_table} product ON product.id = s.product_id
WHERE a.id = ANY(%(ids)s) AND a.market_id = %(market)s
  AND p.valid_from <= %(at)s AND (p.valid_to IS NULL OR p.valid_to > %(at)s)
""",  # noqa: S608 - names of our own tables
)


@dataclass(frozen=True)
class Offer:
    """What can be bought at an instant, with everything an order line copies.

    ``unit_price`` is for one unit and the whole term, in ``currency``; it includes tax when
    ``price_includes_tax``. ``tax_rate`` is a fraction, None when none is configured.
    """

    availability: Availability
    price: Price
    price_includes_tax: bool
    tax_rate: Decimal | None
    cancellation: CancellationPolicy
    links: DownloadLinkPolicy
    tiers: Sequence[Price] = ()

    def for_quantity(self, quantity: int, *, at: datetime) -> "Offer | None":
        """The offer at the price of the tier that holds the quantity; None where none does."""
        price = price_in_force(self.tiers, at, quantity)
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


@dataclass(frozen=True)
class OfferPage:
    """Offers by title; ``next`` is the ``after`` of the following page, None on the last."""

    offers: list[Offer]
    next: tuple[str, str] | None


def offers_for(  # noqa: PLR0913 - each of them narrows the list
    *,
    market: str,
    currency: str,
    kinds: Collection[str],
    at: datetime,
    segment: str = "",
    term: str = "",
    search: str = "",
    after: tuple[str, str] | None = None,
    limit: int = PAGE,
) -> OfferPage:
    """The offers of one price list that have a price at the instant, by SKU title.

    ``segment`` and ``term`` narrow the list where they are given; ``search`` is looked for in the
    titles and ids of SKU and product.
    """
    narrowed = {"segment": segment, "term": term}
    listed = _with_sku().filter(
        _is_priced(at),
        market=market,
        currency=currency,
        sku__kind__in=[kind for kind in SOLD if kind in kinds],
        **{name: value for name, value in narrowed.items() if value},
    )
    if search:
        listed = listed.filter(
            Q(sku__title__icontains=search)
            | Q(sku__product__title__icontains=search)
            | Q(sku__product_id=search.upper())
        )
    if after:
        title, last_id = after
        listed = listed.filter(sku__title__gte=title).exclude(sku__title=title, id__lte=last_id)
    found = list(listed.order_by("sku__title", "id")[: limit + 1])
    rows = {row.id: row for row in found[:limit]}
    prices = list(prices_at(rows, at))
    for price in prices:
        price.availability = rows[price.availability_id]
    priced = _offers(prices, market=market, at=at)
    offers = [priced[row_id] for row_id in rows if row_id in priced]
    last = found[limit - 1] if len(found) > limit else None
    return OfferPage(offers, (last.sku.title, last.id) if last else None)


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
    catalog_item_ids: Iterable[str], *, market: str, at: datetime
) -> dict[str, Offer | DomainError]:
    """For each id its offer, or the refusal that ``offer`` would raise. Two queries."""
    parsed = {text: CatalogItemId.parse(text) for text in catalog_item_ids}
    asked = {item.availability_id for item in parsed.values() if item}
    rows = PRICES.rows({"ids": list(asked), "market": market, "at": at}) if asked else []
    found = _offers((_price(row) for row in rows), market=market, at=at)
    offers = {offer.catalog_item_id: offer for offer in found.values()}
    missing = {item for item in parsed.values() if item and str(item) not in offers}
    reasons = _explain(missing, market=market) if missing else {}
    return {
        text: offers.get(str(item)) or reasons[item] if item else _malformed()
        for text, item in parsed.items()
    }


def _price(row: tuple[Any, ...]) -> Price:
    values = iter(row)
    price, availability = read(values, Price), read(values, Availability)
    price.availability, availability.sku = availability, read(values, Sku)
    availability.sku.product = read(values, Product)
    return price


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
    rows = _with_sku().filter(id__in=[item.availability_id for item in items], market=market)
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


def _with_sku() -> QuerySet[Availability]:
    return Availability.objects.select_related("sku__product")


def _covers(at: datetime) -> Q:
    return Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def _is_priced(at: datetime) -> Exists:
    return Exists(Price.objects.filter(_covers(at), availability=OuterRef("pk")))


def prices_at(availability_ids: Iterable[str], at: datetime) -> QuerySet[Price]:
    return Price.objects.filter(_covers(at), availability__in=list(availability_ids))


def _offers(prices: Iterable[Price], *, market: str, at: datetime) -> dict[str, Offer]:
    """Offers of the prices by availability id, on the terms of the instant; one query."""
    tiers: dict[str, list[Price]] = {}
    for price in prices:
        if price.availability.sku.kind in SOLD:
            tiers.setdefault(price.availability_id, []).append(price)
    if not tiers:
        return {}
    terms = terms_at(market, at)
    offers = {}
    for listed in tiers.values():
        row = listed[0].availability
        first = price_in_force(listed, at, row.sku.min_quantity)
        if first:
            offers[row.id] = Offer(
                availability=row,
                price=first,
                price_includes_tax=terms.tax.price_includes_tax,
                tax_rate=terms.tax.rate,
                cancellation=terms.cancellation[row.sku.return_policy],
                links=terms.links,
                tiers=listed,
            )
    return offers
