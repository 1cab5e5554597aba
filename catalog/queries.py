"""The price lists: what is offered where, when and at what price. Query counts do not grow."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.models import Availability, Price
from catalog.offers import Offer
from catalog.rules import SOLD, price_in_force
from catalog.terms import terms_at

PAGE = 40


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
