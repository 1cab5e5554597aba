"""Amounts are ``Decimal`` with an ISO 4217 code beside them; this is the only place that rounds."""

from decimal import ROUND_DOWN, Decimal
from functools import cache

from babel.numbers import get_currency_precision

ZERO = Decimal(0)


@cache
def digits(currency: str) -> int:
    """Decimal places of the currency: USD 2, JPY 0, KWD 3."""
    return get_currency_precision(currency)


def cut(amount: Decimal, currency: str) -> Decimal:
    """Cut the amount towards zero to the currency's digits (design ruling 8 and 9)."""
    return amount.quantize(Decimal(1).scaleb(-digits(currency)), rounding=ROUND_DOWN)
