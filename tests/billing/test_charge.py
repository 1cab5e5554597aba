"""Charges and the account they add up in (S16, F-CAT-9)."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from billing import rules, services
from billing.models import Account, BillingLine
from partnercenter.lib.errors import Forbidden
from tests.orders import build


@pytest.fixture
def shop(fabrikam):
    with fabrikam.visible():
        yield build.shop(fabrikam)


def line(shop, gross="10.00", number=0, **values):
    at = build.now()
    amount = Decimal(gross)
    values = {"net": amount, "tax": 0, "gross": amount, "charge_type": "new"} | values
    return BillingLine(
        partner=shop.org.partner, customer=shop.customer, order_id="O1", line_number=number,
        product_id="DG7GMGF0DVT9", sku_id="000B", title="Windows Server", term="P1Y",
        billing_plan="OneTime", quantity=1, unit_price=amount, currency="USD",
        price_includes_tax=False, tax_rate=0, period_start=build.START, booked_at=at, **values,
    )  # fmt: skip


def limited(shop, amount):
    shop.org.partner.credit_limit = Decimal(amount)
    return shop.org.partner


def test_the_account_is_the_sum_of_the_lines(shop):
    services.charge([line(shop), line(shop, "5.50", 1)], partner=shop.org.partner)
    services.charge([line(shop, "0.25", 2)], partner=shop.org.partner)
    booked = BillingLine.objects.aggregate(sum=Sum("gross"))["sum"]
    assert services.open_balance(shop.org.partner) == booked == Decimal("15.75")
    assert Account.objects.count() == 1


def test_without_lines_nothing_is_owed(shop):
    assert services.open_balance(shop.org.partner) == 0


def test_a_second_like_charge_is_refused_by_the_database(shop):
    services.charge([line(shop)], partner=shop.org.partner)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.charge([line(shop)], partner=shop.org.partner)


def test_a_negative_charge_is_refused_by_the_database(shop):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.charge([line(shop, "-1.00")], partner=shop.org.partner)


def test_gross_is_net_plus_tax(shop):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.charge([line(shop, tax=Decimal(1))], partner=shop.org.partner)


@pytest.mark.parametrize(("limit", "holds"), [("10.00", True), ("9.99", False)])
def test_S16_the_limit_itself_is_still_good(shop, limit, holds):
    partner = limited(shop, limit)
    if holds:
        services.charge([line(shop)], partner=partner)
        assert services.credit_left(partner) == 0
        return
    with pytest.raises(Forbidden) as raised, transaction.atomic():
        services.charge([line(shop)], partner=partner)
    assert (raised.value.code, raised.value.status) == (900121, 403)
    assert services.credit_left(partner) == Decimal("9.99")


def test_without_a_limit_there_is_no_end(shop):
    services.charge([line(shop, "999999999.00")], partner=shop.org.partner)
    assert services.credit_left(shop.org.partner) is None


def test_a_limit_below_what_is_owed_leaves_nothing(shop):
    services.charge([line(shop)], partner=shop.org.partner)
    assert services.credit_left(limited(shop, "1.00")) == 0


def test_credit_left_is_never_negative():
    assert rules.credit_left(limit=Decimal(5), balance=Decimal(7)) == 0
