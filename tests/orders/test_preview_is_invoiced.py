"""What the window promises is what the invoice says (C1, S71-S73)."""

import random
from datetime import timedelta

import pytest

from billing import ledger, months, settlement
from billing.models import BillingLine
from orders import cancel_page, services
from software.models import Entitlement
from tests.orders import build
from tests.people import Organization

MARKETS = {"US": "USD", "AU": "AUD", "BR": "BRL", "JP": "JPY", "KW": "KWD"}


def buy(shop, dice):
    """One order of one to three products at prices nobody would set."""
    keys = dice.sample(["WSD", "SQL", "PERP"], dice.randint(1, 3))
    offers = []
    for key in keys:
        offer = build.offer(
            key, market=shop.org.partner.country, currency=shop.org.partner.currency
        )
        offer.prices.update(unit_price=f"{dice.uniform(0.01, 9999):.4f}")
        offers.append(offer)
    return shop.buy(*offers, quantity=dice.randint(1, 500))


def promised(line, *, by):
    """The preview of the window over this row; each row's product stands once in its order."""
    asked = {"order": line.order_id}
    return cancel_page.dialog(line, asked, by=by, address="").state.found.preview


def bill(shop, count, dice, travel):
    """Buy ``count`` lines on one day, cancel each order on a day of its window, bill the months.

    Returns what the window promised of each line.
    """
    orders, lines, told = [], 0, {}
    by = shop.actor()
    while lines < count:
        travel.shift(timedelta(minutes=1))
        placed = buy(shop, dice)
        lines += placed.order.lines.count()
        orders.append((build.now() + timedelta(seconds=dice.randrange(60 * 86400)), placed))
    for at, placed in sorted(orders, key=lambda pair: pair[0]):
        travel.move_to(at)
        for line in Entitlement.objects.filter(order_id=placed.pk):
            line.customer = shop.customer
            told[line.order_id, line.line_number] = promised(line, by=by)
        services.cancel_order(placed.order, by=by)
    travel.shift(build.days(62))
    for month in range(1, 5):
        settlement.settle(month=months.first_day(build.START).replace(month=month))
    return told


@pytest.mark.parametrize("count", [12, pytest.param(250, marks=pytest.mark.soak)])
@pytest.mark.parametrize(("country", "currency"), MARKETS.items())
def test_S71_C1_the_preview_is_the_invoice_s_line(db, travel, country, currency, count):
    dice = random.Random(f"{country} {count}")  # noqa: S311 - the same cases every time
    org = Organization(f"Firm {country}", country=country, currency=currency)
    with org.visible():
        told = bill(build.shop(org), count, dice, travel)
        found = BillingLine.objects.filter(charge_type="cancelImmediate").exclude(invoice=None)
        billed = {(x.order_id, x.line_number): (-x.net, -x.tax, -x.gross) for x in found}
    assert billed == {key: (sums.net, sums.tax, sums.gross) for key, sums in told.items()}
    assert len(set(billed.values())) > count * 0.9  # hardly two cases alike
    assert ledger.faults() == []
