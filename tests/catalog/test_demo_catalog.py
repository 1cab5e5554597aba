"""The catalogue that the demo and every acceptance test stand on."""

from decimal import Decimal

import pytest

from catalog.models import Availability, MediaFile, Price, Product, Sku
from catalog.queries import offers_for
from catalog.rules import SOLD, Kind
from catalog.services import load_demo_catalog
from tests.catalog.conftest import AT

pytestmark = pytest.mark.django_db


def test_S4_it_holds_every_kind_in_three_price_lists(demo):
    for market, currency in (("US", "USD"), ("AU", "AUD"), ("BR", "BRL")):
        offers = offers_for(market=market, currency=currency, kinds=SOLD, at=AT).offers
        assert len(offers) == 36
        assert {o.kind for o in offers} == set(SOLD)
    assert Availability.objects.count() == 108


def test_the_prices_of_the_worked_examples(demo):
    prices = {
        (p.availability.sku.product_id, p.availability.sku.sku_id): p.unit_price
        for p in Price.objects.filter(availability__currency="USD").select_related(
            "availability__sku"
        )
    }
    assert prices["DG7GMGF0FKZV", "0004"] == Decimal(3650)
    assert prices["DG7GMGF0DWM3", "0002"] == Decimal(1000)


def test_loading_it_again_changes_nothing(demo):
    tables = (Product, Sku, Availability, Price, MediaFile)
    before = [list(table.objects.order_by("pk").values_list()) for table in tables]
    load_demo_catalog()
    assert [list(table.objects.order_by("pk").values_list()) for table in tables] == before


def test_media_are_small_files_of_our_own(demo):
    media = MediaFile.objects.all()
    assert media.count() == 48
    assert sum(one.size_bytes for one in media) < 1024 * 1024
    assert not media.filter(product="DG7GMGF0FL73").exists()  # ESU is a key only


def test_windows_7_esu_is_perpetual_and_plans_are_software_plans(demo):
    kinds = dict(Sku.objects.values_list("title", "kind"))
    assert kinds["Windows 7 Extended Security Updates 2020"] == Kind.PERPETUAL_SOFTWARE
    plans = {title for title, kind in kinds.items() if kind == Kind.SOFTWARE_PLAN}
    assert {title.split()[0] for title in plans} == {"SUSE", "Red"}
