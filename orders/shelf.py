"""What the Add products page shows: offers of the price list, each with why it may not be had."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.actors import Actor
from catalog.markets import UnavailableMarkets, refusal_for, refused_kinds, unavailable_markets
from catalog.offers import Offer
from catalog.queries import offers_for
from catalog.rules import Kind
from customers.models import Customer
from orders.pricing import segment_refusal
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid

SALT = "orders.shelf"
SIZE = 40


@dataclass(frozen=True, slots=True)
class Shelved:
    """An offer of the list; ``why_not`` is empty where it can be bought for this customer."""

    offer: Offer
    why_not: str

    @property
    def id(self) -> str:
        return str(self.offer.availability.pk)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of offers. ``closed`` says why no reservation can be bought at all (S10)."""

    rows: list[Shelved]
    after: str
    closed: str
    unavailable: UnavailableMarkets | None


def shelf(
    *, customer: Customer, by: Actor, kinds: Sequence[str], chosen: dict[str, Any], after: str
) -> Shelf:
    """Offers in the partner's country and currency; the number of queries does not grow."""
    at = clock.now(by.partner)
    reservations = Kind.RESERVATION in kinds
    closed = _closed(kinds, customer=customer, by=by, at=at)
    page = offers_for(
        market=by.partner.country,
        currency=by.partner.currency,
        kinds=kinds,
        at=at,
        segment=chosen.get("segment", ""),
        term=chosen.get("term", ""),
        search=chosen.get("q", ""),
        after=_place(after),
        limit=SIZE,
    )
    return Shelf(
        rows=[_shelved(offer, customer, closed) for offer in page.offers],
        after=signing.dumps(page.next, salt=SALT) if page.next else "",
        closed=closed,
        unavailable=unavailable_markets(at) if reservations else None,
    )


def _closed(kinds: Sequence[str], *, customer: Customer, by: Actor, at: datetime) -> str:
    countries = {by.partner.country, customer.country}
    found = refused_kinds(countries=countries, at=at)
    refusal = refusal_for([market for kind in kinds for market in found.get(kind, ())])
    return str(refusal) if refusal else ""


def _shelved(offer: Offer, customer: Customer, closed: str) -> Shelved:
    wrong_segment = segment_refusal(offer, customer)
    return Shelved(offer, closed or (str(wrong_segment) if wrong_segment else ""))


def _place(after: str) -> tuple[str, str] | None:
    if not after:
        return None
    try:
        title, last_id = signing.loads(after, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise Invalid(
            _("This place in the list is not known any more. Go back to its first page.")
        ) from error
    return title, last_id
