"""Due work: links that ran out are noted, each partner by its own clock."""

from datetime import timedelta

import pytest

from partnercenter.lib import clock, tenancy
from software import services
from software.models import DownloadLink
from tests.software.conftest import START, open_shop


def issue(shop):
    with tenancy.acting_for(shop.partner.pk):
        services.get_keys_and_downloads(shop.line, shop.file, by=shop.actor("admin_agent"))


def ends():
    with tenancy.everyone():
        return dict(DownloadLink.objects.values_list("partner__name", "end_recorded_at"))


@pytest.fixture
def two(db, travel):
    shops = open_shop("Fabrikam"), open_shop("Sandbox", is_sandbox=True)
    for shop in shops:
        issue(shop)
    return shops


def test_nothing_is_noted_before_the_end(two, travel):
    travel.shift(timedelta(days=14) - timedelta(seconds=1))
    assert services.record_all_ended_links() == 0


def test_at_the_end_each_is_noted_once(two, travel):
    travel.shift(timedelta(days=14))
    assert services.record_all_ended_links() == 2
    assert services.record_all_ended_links() == 0
    assert ends() == dict.fromkeys(["Fabrikam", "Sandbox"], START + timedelta(days=14))


def test_a_moved_clock_ends_only_its_own_links(two):
    sandbox = two[1].partner
    sandbox.clock_offset = timedelta(days=20)
    sandbox.save()
    assert services.record_all_ended_links() == 1
    assert ends() == {"Fabrikam": None, "Sandbox": START + timedelta(days=14)}


def test_the_next_end_is_found_up_to_and_including_an_instant(two):
    end = START + timedelta(days=14)
    with tenancy.acting_for(two[1].partner.pk):
        partner = two[1].partner
        early = services.next_link_end(partner=partner, until=end - timedelta(seconds=1))
        assert (early, services.next_link_end(partner=partner, until=end)) == (None, end)
        services.record_ended_links(partner=partner, until=end)
        assert services.next_link_end(partner=partner, until=end) is None
    assert clock.now() == START
