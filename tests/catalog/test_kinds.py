"""What a SKU is and how it is returned, as its price sheet tells (S46-S49)."""

import pytest

from catalog import services
from catalog.models import Sku
from tests.catalog.sheets import COLUMNS, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "kind", "return_policy"),
    [
        ({"SkuTitle": "Windows 7 Extended Security Updates 2020"}, "perpetual_software",
         "support_only"),
        ({"SkuTitle": "SUSE Linux Enterprise Server Standard - 1 year"}, "software_plan", "none"),
        ({"SkuTitle": "Red Hat Enterprise Linux - 1 year"}, "software_plan", "none"),
        ({"ProductId": "DZH318Z0BQ36", "Tags": "Azure"}, "reservation", "support_only"),
        ({"ProductId": "DZH318Z0C16V", "Tags": "Azure", "TermDuration": "payG-1"}, "azure_usage",
         "support_only"),
        ({"ProductId": "CFQ7TTC0LH18", "Tags": "License"}, "online_service", "support_only"),
        ({"Tags": "License"}, "software_subscription", "software_subscription"),
    ],
)  # fmt: skip
def test_S46_kind_and_return_policy_come_from_tags_term_and_title(
    tmp_path, row, kind, return_policy
):
    services.import_price_sheet(write(tmp_path, row))
    assert Sku.objects.values_list("kind", "return_policy").get() == (kind, return_policy)


def test_a_sheet_without_tags_and_terms_keeps_the_known_kind(tmp_path):
    services.import_price_sheet(write(tmp_path, {"SkuTitle": "Windows Server"}))
    bare = [name for name in COLUMNS if name not in {"Tags", "TermDuration"}]
    services.import_price_sheet(write(tmp_path, {"SkuTitle": "Windows Server"}, columns=bare))
    assert Sku.objects.get().kind == "software_subscription"
