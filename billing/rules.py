"""Amounts of a line: net, tax and gross, by the tax treatment of the price list (ruling 8)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from partnercenter.lib.money import ZERO, cut


class ChargeType(StrEnum):
    """Charge types of the reconciliation file that this product books."""

    NEW = "new"


@dataclass(frozen=True, slots=True)
class Amounts:
    """One line's money, final: ``gross = net + tax`` to the currency's digits."""

    net: Decimal
    tax: Decimal
    gross: Decimal


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
