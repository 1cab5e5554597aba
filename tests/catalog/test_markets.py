"""Where reservations are not sold (S9-S11)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import translation

from catalog.markets import market_refusal, refused_kinds, unavailable_markets
from catalog.models import Market, MarketAvailability
from tests.catalog.conftest import AT
from tests.catalog.dated import takes_over

AS_OF = datetime(2019, 11, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_S9_the_list_stands_in_the_order_of_its_source_in_three_columns():
    columns = unavailable_markets(AT).columns
    assert [len(column) for column in columns] == [37, 37, 35]
    assert [(column[0].code, column[-1].code) for column in columns] == [
        ("AX", "GI"),
        ("GL", "PW"),
        ("PG", "YE"),
    ]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_S10_exactly_109_markets_have_109_names_in_each_language(language):
    with translation.override(language):
        names = [market.name for market in unavailable_markets(AT).markets]
    assert (len(names), len(set(names))) == (109, 109)
    chinese = [name for name in names if "一" <= name[0] <= "鿿"]
    assert len(chinese) == (109 if language == "zh-hans" else 0)


def test_S10_slips_of_the_seed_are_corrected_in_the_chinese_names():
    names = dict(Market.objects.values_list("code", "name_zh"))
    assert [names[code] for code in ("MM", "CX", "GG", "PF", "ER", "GL")] == [
        "缅甸",
        "圣诞岛",
        "根西岛",
        "法属波利尼西亚",
        "厄立特里亚",
        "格陵兰",
    ]


def test_S10_a_reservation_is_refused_in_each_of_them_and_in_no_other_market():
    listed = {market.code for market in unavailable_markets(AT).markets}
    for code in Market.objects.values_list("code", flat=True):
        refusal = market_refusal("reservation", countries=[code], at=AT)
        assert (refusal is not None) == (code in listed), code
    assert Market.objects.count() == 247


def test_S10_software_is_not_touched_by_the_list():
    for market in unavailable_markets(AT).markets:
        closed = refused_kinds(countries=[market.code], at=AT)
        assert set(closed) == {"reservation"}


def test_S10_one_of_both_countries_is_enough_and_named():
    refusal = market_refusal("reservation", countries=["US", "GL"], at=AT)
    assert (refusal.code, refusal.status) == (800070, 400)
    assert str(refusal) == "Offer is not available in the specified country: Greenland."
    assert market_refusal("reservation", countries=["US", "DE"], at=AT) is None


def test_S11_the_list_says_since_when_and_from_where():
    found = unavailable_markets(AT)
    assert found.as_of == AS_OF
    assert found.source.startswith("Sell software subscriptions through CSP")


def test_S11_before_the_list_nothing_is_refused():
    before = AS_OF - timedelta(microseconds=1)
    assert unavailable_markets(before).markets == []
    assert unavailable_markets(before).as_of is None
    assert market_refusal("reservation", countries=["GL"], at=before) is None
    assert market_refusal("reservation", countries=["GL"], at=AS_OF) is not None


def test_a_later_row_opens_a_market_from_its_instant_on():
    opens = datetime(2020, 6, 1, tzinfo=UTC)
    takes_over(
        MarketAvailability,
        market_id="AZ",
        kind="reservation",
        available=True,
        position=0,
        valid_from=opens,
        source="x",
    )
    assert len(unavailable_markets(opens - timedelta(seconds=1)).markets) == 109
    assert len(unavailable_markets(opens).markets) == 108
    assert market_refusal("reservation", countries=["AZ"], at=opens) is None


def test_loading_again_keeps_what_an_operator_decided():
    values = {"market_id": "AX", "kind": "reservation", "available": True, "position": 0}
    takes_over(MarketAvailability, valid_from=AS_OF, source="x", **values)
    Market.objects.filter(code="MM").update(name_zh="缅甸语")
    call_command("load_reference_data", verbosity=0)
    assert market_refusal("reservation", countries=["AX"], at=AS_OF) is None
    assert Market.objects.get(code="MM").name_zh == "缅甸"
    assert MarketAvailability.objects.count() == 110


def test_S9_to_S11_over_rest(fabrikam):
    body = fabrikam.api("aa").get("/v1/markets?reservations=unavailable").json()
    assert (body["totalCount"], len(body["items"])) == (109, 109)
    assert body["items"][0] == {"code": "AX", "name": "Åland Islands"}
    assert body["items"][-1] == {"code": "YE", "name": "Yemen"}
    assert body["asOf"] == "2019-11-30"
    chinese = fabrikam.api("aa").get(
        "/v1/markets?reservations=unavailable", headers={"X-Locale": "zh-CN"}
    )
    assert chinese.json()["items"][0] == {"code": "AX", "name": "奥兰群岛"}
    refused = fabrikam.api("aa").get("/v1/markets")
    assert (refused.status_code, refused.json()["data"]) == (400, ["reservations"])
