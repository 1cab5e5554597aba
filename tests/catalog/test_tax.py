"""Whether list prices include tax, and at which rate (S17, S18)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog.models import Market, TaxTreatment
from catalog.queries import offers_for
from catalog.rules import SOFTWARE
from catalog.terms import terms_at
from tests.catalog.conftest import AT
from tests.catalog.dated import takes_over

pytestmark = pytest.mark.django_db


def test_S17_S18_prices_include_tax_in_australia_and_brazil_and_nowhere_else():
    including = {
        code
        for code in Market.objects.values_list("code", flat=True)
        if terms_at(code, AT).tax.price_includes_tax
    }
    assert including == {"AU", "BR"}


def test_S18_rates_are_rows_and_brazil_has_none():
    assert terms_at("AU", AT).tax.rate == Decimal("0.1")
    assert terms_at("BR", AT).tax.rate is None
    assert terms_at("US", AT).tax.rate is None
    assert terms_at("DE", AT).tax.rate == Decimal("0.19")


def test_S17_a_later_row_holds_from_its_instant_on():
    since = datetime(2023, 8, 1, tzinfo=UTC)
    takes_over(
        TaxTreatment,
        market_id="AU",
        price_includes_tax=False,
        rate="0.1",
        valid_from=since,
        source="2023 page",
    )
    assert terms_at("AU", AT).tax.price_includes_tax is True
    assert terms_at("AU", since).tax.price_includes_tax is False


@pytest.mark.parametrize(
    ("market", "currency", "includes", "rate"),
    [("US", "USD", False, None), ("AU", "AUD", True, Decimal("0.1")), ("BR", "BRL", True, None)],
)
def test_S17_S18_every_offer_says_which_it_is(demo, market, currency, includes, rate):
    page = offers_for(market=market, currency=currency, kinds=SOFTWARE, at=AT)
    assert {(o.price_includes_tax, o.tax_rate) for o in page.offers} == {(includes, rate)}
    assert len(page.offers) == 34


@pytest.mark.parametrize(("market", "includes"), [("US", False), ("AU", True), ("BR", True)])
def test_S17_S18_the_price_over_rest_says_which_it_is(demo, fabrikam, market, includes):
    path = f"/v1/products/DG7GMGF0DWM3/skus/0002/availabilities?country={market}"
    (item,) = fabrikam.api("aa").get(path).json()["items"]
    assert item["price"]["taxIncluded"] is includes
    assert item["price"]["currencyCode"] == item["defaultCurrency"]["code"]
