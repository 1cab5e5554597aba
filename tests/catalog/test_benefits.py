"""Azure Hybrid Benefit (S6-S8)."""

import pytest
from django.utils import translation

from catalog.models import Sku
from catalog.rules import Benefit
from catalog.wire import benefit_text

pytestmark = pytest.mark.django_db
STANDARD, DATACENTER = "DG7GMGF0DVT9", "DG7GMGF0DVST"


def test_S7_only_datacenter_and_standard_subscriptions_have_it(demo):
    with_benefit = Sku.objects.exclude(benefit=Benefit.NONE).order_by("product", "sku_id")
    assert list(with_benefit.values_list("product", "sku_id", "benefit")) == [
        (DATACENTER, "00D1", "reuse"),
        (DATACENTER, "00D3", "reuse"),
        (STANDARD, "000B", "convert"),
        (STANDARD, "000C", "convert"),
    ]
    others = Sku.objects.filter(benefit=Benefit.NONE)
    assert others.filter(title__startswith="SQL Server").exists()
    assert others.filter(title__contains="CAL").exists()
    assert others.filter(title="Windows Server 2019 Standard - 16 Core License Pack").exists()


@pytest.mark.parametrize("benefit", [Benefit.CONVERT, Benefit.REUSE])
def test_S6_S8_the_text_says_up_to_40_percent_convert_reuse_and_the_lower_rate(benefit):
    with translation.override("en"):
        text = benefit_text(benefit)
    for words in ("up to 40 percent", "convert", "re-use", "lower base compute rate"):
        assert words in text
    assert text != benefit_text(Benefit.REUSE if benefit is Benefit.CONVERT else Benefit.CONVERT)


def test_S6_S8_over_rest_on_product_and_sku(demo, fabrikam):
    client = fabrikam.api("aa")
    for product, sku, mode in ((STANDARD, "000B", "convert"), (DATACENTER, "00D1", "reuse")):
        for path in (f"/v1/products/{product}", f"/v1/products/{product}/skus/{sku}"):
            (benefit,) = client.get(f"{path}?country=US").json()["benefits"]
            assert benefit["azureHybridBenefit"]["maxSavingPercent"] == 40
            assert benefit["azureHybridBenefit"]["mode"] == mode
    for path in (f"{STANDARD}/skus/000D", "DG7GMGF0FKZV", "DG7GMGF0DVT7"):
        assert "benefits" not in client.get(f"/v1/products/{path}?country=US").json()
