"""What the catalogue offers, where, when and at what price. Query counts do not grow with rows."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    Availability,
    CancellationPolicy,
    DownloadLinkPolicy,
    Price,
    Product,
    Sku,
    TaxTreatment,
)
from catalog.rules import SOLD, CatalogItemId, Kind, in_force, price_in_force, tidy
from partnercenter.lib.errors import DomainError, Forbidden, Invalid, NotFound
from partnercenter.lib.money import digits

PAGE = 40


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


def offers_for(
    *,
    market: str,
    currency: str,
    segment: str,
    kinds: Collection[str],
    at: datetime,
    search: str = "",
    after: tuple[str, str] | None = None,
    limit: int = PAGE,
) -> OfferPage:
    """The offers of one price list that have a price at the instant, by SKU title.

    ``search`` is looked for in the titles and ids of SKU and product.
    """
    listed = _with_sku().filter(
        _is_priced(at),
        market=market,
        currency=currency,
        segment=segment,
        sku__kind__in=[kind for kind in SOLD if kind in kinds],
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
    offers = list(_offers(found[:limit], market=market, at=at).values())
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
    """For each id its offer, or the refusal that ``offer`` would raise."""
    parsed = {text: CatalogItemId.parse(text) for text in catalog_item_ids}
    asked = {item.availability_id for item in parsed.values() if item}
    found = {row.id: row for row in _with_sku().filter(id__in=asked, market=market)}
    offers = _offers(found.values(), market=market, at=at)
    unknown = _explain(
        item for item in parsed.values() if item and item.availability_id not in found
    )
    return {text: _answer(item, offers, unknown) for text, item in parsed.items()}


def _answer(
    item: CatalogItemId | None,
    offers: Mapping[str, Offer],
    unknown: Mapping[CatalogItemId, DomainError],
) -> Offer | DomainError:
    if item is None:
        return Invalid(
            _("A catalogue item id has the form product:sku:availability."),
            code=800004,
            field="catalogItemId",
        )
    if item in unknown:
        return unknown[item]
    if item.availability_id not in offers:
        return Forbidden(_("This offer is not for sale at present."), code=800020)
    return offers[item.availability_id]


def _explain(items: Collection[CatalogItemId]) -> dict[CatalogItemId, DomainError]:
    """Which part of each id is unknown."""
    if not items:
        return {}
    skus = set(
        Sku.objects.filter(product__in=[item.product_id for item in items]).values_list(
            "product_id", "sku_id"
        )
    )
    products = {product for product, _sku in skus}
    reasons: dict[CatalogItemId, DomainError] = {}
    for item in items:
        if item.product_id not in products:
            reasons[item] = NotFound(_("The product was not found."), code=400013)
        elif (item.product_id, item.sku_id) not in skus:
            reasons[item] = NotFound(_("The SKU was not found."), code=400018)
        else:
            reasons[item] = NotFound(
                _("The availability was not found in this market."), code=400019
            )
    return reasons


def _with_sku() -> QuerySet[Availability]:
    return Availability.objects.select_related("sku__product")


def _covers(at: datetime) -> Q:
    return Q(valid_from__lte=at) & (Q(valid_to=None) | Q(valid_to__gt=at))


def _is_priced(at: datetime) -> Exists:
    return Exists(Price.objects.filter(_covers(at), availability=OuterRef("pk")))


def _offers(
    availabilities: Iterable[Availability], *, market: str, at: datetime
) -> dict[str, Offer]:
    """Four queries, whatever the number: prices, tax, cancellation and link policies."""
    rows = [row for row in availabilities if row.sku.kind in SOLD]
    if not rows:
        return {}
    prices: dict[str, list[Price]] = {row.id: [] for row in rows}
    for price in Price.objects.filter(_covers(at), availability__in=list(prices)):
        prices[price.availability_id].append(price)
    tax = _tax(market, at)
    cancellation = cancellation_policies({row.sku.return_policy for row in rows}, at)
    links = download_link_policy(at)
    offers = {}
    for row in rows:
        price = price_in_force(prices[row.id], at, row.sku.min_quantity)
        if price:
            offers[row.id] = Offer(
                availability=row,
                price=price,
                price_includes_tax=tax.price_includes_tax,
                tax_rate=tax.rate,
                cancellation=cancellation[row.sku.return_policy],
                links=links,
            )
    return offers


def _tax(market: str, at: datetime) -> TaxTreatment:
    """The market's treatment; one that has none lists prices without tax and has no rate."""
    rows = TaxTreatment.objects.filter(market=market, valid_from__lte=at)
    return in_force(rows, at) or TaxTreatment(market_id=market, price_includes_tax=False)


def cancellation_policies(names: Collection[str], at: datetime) -> dict[str, CancellationPolicy]:
    """The rule in force for each return policy of a SKU."""
    rows = list(CancellationPolicy.objects.filter(name__in=names, valid_from__lte=at))
    return {row.name: row for row in sorted(rows, key=attrgetter("valid_from"))}


def download_link_policy(at: datetime) -> DownloadLinkPolicy:
    """The link life in force at the instant."""
    return DownloadLinkPolicy.objects.filter(valid_from__lte=at).latest("valid_from")
