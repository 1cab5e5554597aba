"""Whose prices include tax, and money to the cent (S17, S18, ruling 8)."""

from decimal import Decimal

import pytest

from accounts.models import Partner
from catalog.models import Market, TaxTreatment
from orders.models import OrderLine
from orders.pricing import Item, review
from orders.rules import MOST_QUANTITY
from tests.catalog.dated import takes_over
from tests.orders import build


def test_S18_australia_and_brazil_include_tax_and_no_other_market(shop):
    markets = list(Market.objects.values_list("code", flat=True))
    assert len(markets) > 240
    including = set()
    for code in markets:
        row = build.offer("WSD", "100", market=code, currency="USD")
        partner = Partner(country=code, currency="USD")
        items = [Item(row.catalog_item_id, 1)]
        (line,) = review(items, customer=shop.customer, partner=partner, at=build.now())
        sums = line.priced.amounts
        assert sums.gross == sums.net + sums.tax
        if line.offer.price_includes_tax:
            including.add(code)
            assert sums.gross == 100
        else:
            assert sums.net == 100
    assert including == {"AU", "BR"}


@pytest.mark.parametrize(
    ("org", "country", "price", "quantity", "sums"),
    [
        ("fabrikam", "US", "365.00", 3, ("1095.00", "0", "1095.00")),
        ("fabrikam", "US", "0.015", 3, ("0.04", "0", "0.04")),
        ("fabrikam", "US", "0.001", 1, ("0", "0", "0")),
        ("tailspin", "AU", "602.25", 1, ("547.50", "54.75", "602.25")),
        ("tailspin", "AU", "602.25", 3, ("1642.50", "164.25", "1806.75")),
        ("tailspin", "AU", "10.00", 1, ("9.10", "0.90", "10.00")),
        ("tailspin", "AU", "0.05", 1, ("0.05", "0", "0.05")),
        ("litware", "BR", "2153.50", 2, ("4307.00", "0", "4307.00")),
    ],
)
def test_S17_S18_money_to_the_cent(request, travel, org, country, price, quantity, sums):
    org = request.getfixturevalue(org)
    with org.visible():
        shop = build.shop(org)
        placed = shop.buy(build.offer("PERP", price, market=country), quantity=quantity)
        line = OrderLine.objects.get()
    expected = tuple(map(Decimal, sums))
    assert (line.net, line.tax, line.gross) == expected
    order = placed.order
    assert (order.net, order.tax, order.gross) == expected


def test_tax_is_cut_per_line_then_summed(travel, tailspin):
    with tailspin.visible():
        shop = build.shop(tailspin)
        row = build.offer("PERP", "0.17", market="AU")
        order = shop.buy(row, row, row).order
    # 0.17 includes 0.0154 of tax: cut to 0.01 in each line, not 0.04 of the sum.
    assert (order.gross, order.tax) == (Decimal("0.51"), Decimal("0.03"))


def test_a_currency_without_places_has_none(travel, db):
    japan = build.Organization("Tokyo", country="JP", currency="JPY")
    with japan.visible():
        shop = build.shop(japan)
        order = shop.buy(build.offer("PERP", "99.9", market="JP", currency="JPY")).order
    assert order.gross == 99


def test_a_rate_that_an_operator_sets_is_added_where_prices_exclude_tax(shop, wsd):
    takes_over(
        TaxTreatment,
        market_id=wsd.market_id,
        price_includes_tax=False,
        rate=Decimal("0.075"),
        valid_from=build.now(),
        source="ours",
    )
    order = shop.buy(wsd).order
    assert (order.net, order.tax, order.gross) == (365, Decimal("27.37"), Decimal("392.37"))


def test_the_largest_quantity_is_a_number_the_database_holds():
    assert MOST_QUANTITY < 2**31
