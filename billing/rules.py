"""Amounts of a line: net, tax and gross, by the tax treatment of the price list (ruling 8)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum

from partnercenter.lib.money import ZERO, cut


class ChargeType(StrEnum):
    """Charge types of the reconciliation file that this product books."""

    NEW = "new"
    CANCEL_IMMEDIATE = "cancelImmediate"


@dataclass(frozen=True, slots=True)
class Amounts:
    """One line's money, final: ``gross = net + tax`` to the currency's digits."""

    net: Decimal
    tax: Decimal
    gross: Decimal

    def __neg__(self) -> "Amounts":
        return Amounts(net=-self.net, tax=-self.tax, gross=-self.gross)


@dataclass(frozen=True, slots=True)
class Charged:
    """What was charged for one line: price and tax treatment of that day, sums, and for when.

    ``end`` is None for what has no term: perpetual software.
    """

    unit_price: Decimal
    quantity: int
    currency: str
    price_includes_tax: bool
    tax_rate: Decimal
    sums: Amounts
    start: datetime
    end: datetime | None


def amounts(
    *,
    unit_price: Decimal,
    quantity: int,
    currency: str,
    price_includes_tax: bool,
    tax_rate: Decimal,
) -> Amounts:
    """Net, tax and gross of a line; tax per line is cut down to the currency's digits (S17, S18).

    Where the list price includes tax the buyer pays the list price and the tax is a part of it.
    """
    listed = cut(unit_price * quantity, currency)
    if price_includes_tax:
        tax = cut(listed * tax_rate / (1 + tax_rate), currency)
        return Amounts(net=listed - tax, tax=tax, gross=listed)
    tax = cut(listed * tax_rate, currency)
    return Amounts(net=listed, tax=tax, gross=listed + tax)


def credit(charged: Charged, at: datetime) -> Amounts:
    """What a cancellation at that instant gives back, as positive amounts (S72, S73, ruling 9).

    Without a term all of the charge. With one, the days from the cancellation date (included) to
    the term's end: the unit price for them is cut to the currency's digits, then multiplied. The
    line's own tax treatment applies to the result, so it is never above the charge.
    """
    if charged.end is None:
        return charged.sums
    days = days_between(charged.start, charged.end)
    left = min(max(days_between(at, charged.end), 0), days)
    return amounts(
        unit_price=cut(charged.unit_price * left / days, charged.currency),
        quantity=charged.quantity,
        currency=charged.currency,
        price_includes_tax=charged.price_includes_tax,
        tax_rate=charged.tax_rate,
    )


def days_between(start: datetime, end: datetime) -> int:
    """Calendar days in UTC from the one's date (included) to the other's (not included)."""
    return (end.astimezone(UTC).date() - start.astimezone(UTC).date()).days


def total(lines: list[Amounts]) -> Amounts:
    """Sum of final lines; nothing is rounded again."""
    return Amounts(
        net=sum((line.net for line in lines), ZERO),
        tax=sum((line.tax for line in lines), ZERO),
        gross=sum((line.gross for line in lines), ZERO),
    )


def credit_left(*, limit: Decimal, balance: Decimal) -> Decimal:
    """What may still be bought on account (F-CAT-9); never negative."""
    return max(ZERO, limit - balance)
