"""Net, tax and gross of a line (ruling 8)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.rules import amounts, total

prices = st.decimals(0, 100_000, places=4)
rates = st.decimals(0, Decimal("0.5"), places=4)
quantities = st.integers(1, 5000)


def line(price, quantity=1, currency="USD", rate="0", *, includes=False):
    return amounts(
        unit_price=Decimal(price),
        quantity=quantity,
        currency=currency,
        price_includes_tax=includes,
        tax_rate=Decimal(rate),
    )


@pytest.mark.parametrize(
    ("line", "net", "tax", "gross"),
    [
        (line("10.08", 10), "100.80", "0", "100.80"),
        (line("100", rate="0.1"), "100.00", "10.00", "110.00"),
        (line("9.99", rate="0.075"), "9.99", "0.74", "10.73"),
        (line("110", rate="0.1", includes=True), "100.00", "10.00", "110.00"),
        (line("602.25", rate="0.1", includes=True), "547.50", "54.75", "602.25"),
        (line("100", includes=True), "100.00", "0", "100.00"),
        (line("99.9", currency="JPY", rate="0.1"), "99", "9", "108"),
        (line("1.2345", currency="KWD", rate="0.05"), "1.234", "0.061", "1.295"),
    ],
)
def test_a_line(line, net, tax, gross):
    assert (line.net, line.tax, line.gross) == (Decimal(net), Decimal(tax), Decimal(gross))


@given(prices, quantities, rates, st.booleans())
def test_gross_is_net_plus_tax_and_tax_is_never_too_high(price, quantity, rate, includes):
    made = line(price, quantity, rate=rate, includes=includes)
    assert made.gross == made.net + made.tax
    assert made.tax >= 0
    assert made.tax <= made.net * rate + Decimal("0.01")


@given(prices, quantities, rates)
def test_a_price_with_tax_is_what_the_buyer_pays(price, quantity, rate):
    made = line(price, quantity, rate=rate, includes=True)
    assert 0 <= price * quantity - made.gross < Decimal("0.01")


def test_the_sum_rounds_nothing_again():
    sums = total([line("0.17", rate="0.1", includes=True)] * 3)
    assert (sums.net, sums.tax, sums.gross) == (Decimal("0.48"), Decimal("0.03"), Decimal("0.51"))


def test_the_sum_of_nothing_is_nothing():
    assert total([]) == total([line("0")])
