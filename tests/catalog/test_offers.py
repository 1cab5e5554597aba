"""What is for sale in a price list, and why something is not."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from catalog import services
from catalog.models import CancellationPolicy, Price, Sku
from catalog.offers import offer, offers_by_id
from catalog.queries import offers_for
from catalog.rules import SOFTWARE, SOLD, Kind
from partnercenter.lib.errors import DomainError
from tests.catalog.conftest import AT
from tests.catalog.dated import takes_over
from tests.catalog.sheets import write

pytestmark = pytest.mark.django_db
BIZTALK = "DG7GMGF0DWM3:0002:DG7GMGF0DT1M"
RESERVATION = "DZH318Z0BQ36:004G:DZH318Z08C0S"


def code_of(catalog_item_id, market="US", at=AT):
    with pytest.raises(DomainError) as refused:
        offer(catalog_item_id, market=market, at=at)
    return refused.value.status, refused.value.code


def listed(**asked):
    asked = {"market": "US", "currency": "USD", "kinds": SOLD, "at": AT} | asked
    return offers_for(**asked)


def test_S15_an_offer_holds_all_that_an_order_line_copies(demo):
    found = offer(BIZTALK, market="US", at=AT)
    assert (found.catalog_item_id, found.product.title, found.sku.title) == (
        BIZTALK,
        "BizTalk Server 2016 Branch",
        "BizTalk Server 2016 Branch",
    )
    assert (str(found.unit_price), found.currency, found.kind) == (
        "1000.00",
        "USD",
        Kind.PERPETUAL_SOFTWARE,
    )
    assert (found.availability.term, found.availability.billing_plan) == ("OneTime", "OneTime")
    assert (found.cancellation.kind, found.cancellation.days) == ("window", 60)
    assert (found.links.life_days, found.links.max_downloads) == (14, 50)
    assert found.cancellation.source.startswith("Sell software")


@pytest.mark.parametrize(
    ("catalog_item_id", "refusal"),
    [
        ("SQL Server", (400, 800004)),
        ("031C9E47-4802-4248-838E-778FB1D2CC05", (400, 800004)),
        ("DG7GMGF0XXXX:0002:DG7GMGF0DT1M", (404, 400013)),
        ("DG7GMGF0DWM3:0009:DG7GMGF0DT1M", (404, 400018)),
        ("DG7GMGF0DWM3:0002:DG7GMGF0DT1X", (404, 400019)),
        ("DG7GMGF0DVT7:000C:DG7GMGF0DT1M", (404, 400019)),
    ],
)
def test_each_unknown_part_has_its_code(demo, catalog_item_id, refusal):
    assert code_of(catalog_item_id) == refusal


def test_an_offer_of_another_market_is_not_found_in_this_one(demo):
    assert code_of(BIZTALK, market="AU") == (404, 400019)


def test_an_offer_without_a_price_in_force_is_not_for_sale(demo):
    assert code_of(BIZTALK, at=datetime(2017, 12, 31, tzinfo=UTC)) == (403, 800020)


def test_usage_and_online_services_are_not_for_sale(tmp_path):
    path = write(tmp_path, {"ProductId": "CFQ7TTC0LH18", "Tags": "License"})
    services.import_price_sheet(path)
    availability = Price.objects.get().availability
    assert code_of(availability.catalog_item_id) == (403, 800020)
    assert listed(kinds=[Kind.ONLINE_SERVICE]).offers == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_cart_is_priced_in_one_query_whatever_its_length(demo, count, django_assert_num_queries):
    ids = [o.catalog_item_id for o in listed(limit=count).offers]
    with django_assert_num_queries(1):
        found = offers_by_id(ids, market="US", at=AT)
    assert list(found) == ids
    assert not any(isinstance(one, DomainError) for one in found.values())


@pytest.mark.parametrize("limit", [1, 3, 40])
def test_a_page_of_offers_takes_three_queries_whatever_its_length(
    demo, limit, django_assert_num_queries
):
    with django_assert_num_queries(3):
        page = listed(limit=limit)
    assert len(page.offers) == min(limit, 36)


def test_the_pages_hold_every_offer_once_by_title(demo):
    titles, after, pages = [], None, 0
    while pages == 0 or after:
        page = listed(limit=7, after=after)
        titles += [o.sku.title for o in page.offers]
        after, pages = page.next, pages + 1
    assert (len(titles), pages) == (36, 6)
    assert titles == list(Sku.objects.order_by("title").values_list("title", flat=True))


def test_the_list_is_narrowed_by_kind_segment_term_and_words(demo):
    assert {o.kind for o in listed(kinds=[Kind.RESERVATION]).offers} == {Kind.RESERVATION}
    assert len(listed(kinds=SOFTWARE).offers) == 34
    assert listed(segment="Education").offers == []
    assert {o.availability.term for o in listed(term="P3Y").offers} == {"P3Y"}
    assert [o.sku.title for o in listed(search="biztalk").offers] == ["BizTalk Server 2016 Branch"]
    assert len(listed(search="dg7gmgf0fkzv").offers) == 3
    assert listed(search="%").offers == []


def test_where_dates_overlap_the_offer_has_the_older_price(tmp_path):
    older = {
        "EffectiveEndDate": "2021-11-03T06:57:30.0682597Z",
        "UnitPrice": "10",
    }
    younger = {"EffectiveStartDate": "2021-11-01T00:00:00.0000000Z", "UnitPrice": "12"}
    services.import_price_sheet(write(tmp_path, older, younger))
    item = Price.objects.first().availability.catalog_item_id
    days = {2: Decimal("10.00"), 4: Decimal("12.00")}
    for day, price in days.items():
        at = datetime(2021, 11, day, tzinfo=UTC)
        assert offer(item, market="US", at=at).unit_price == price


def test_the_policy_in_force_at_the_instant_is_the_one_that_is_given(demo):
    since = datetime(2021, 6, 1, tzinfo=UTC)
    takes_over(
        CancellationPolicy,
        name="perpetual_software",
        kind="window",
        days=30,
        valid_from=since,
        source="2021",
    )
    assert offer(BIZTALK, market="US", at=AT).cancellation.days == 60
    assert offer(BIZTALK, market="US", at=since).cancellation.days == 30


def test_S46_S47_S49_return_rules_of_the_demo(demo):
    rules = {o.sku.title: (o.cancellation.kind, o.cancellation.days) for o in listed().offers}
    assert rules["SQL Server Enterprise - 2 Core License Pack - 1 year"] == ("window", 60)
    assert rules["Windows 7 Extended Security Updates 2020"] == ("support_only", None)
    assert rules["SUSE Linux Enterprise Server Standard, 1-2 vCPU VM - 1 year"] == ("none", None)
    assert rules["Red Hat Enterprise Linux, 1-4 vCPU VM - 1 year"] == ("none", None)
