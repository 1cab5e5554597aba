"""The content address of a grant: its life, its bytes, revocation at every request."""

from datetime import timedelta

import pytest

from partnercenter.lib.errors import Gone, NotFound
from software import downloads, services


@pytest.fixture
def granted(shop, aa):
    token = services.get_keys_and_downloads(shop.line, shop.file, by=aa).download.token
    return downloads.use_link(downloads.find_link(token), ip="", user_agent="")


def test_good_until_a_second_before_a_day(granted, travel):
    travel.shift(timedelta(hours=24) - timedelta(seconds=1))
    assert downloads.find_grant(granted.token) == granted.grant


def test_dead_after_a_day(granted, travel):
    travel.shift(timedelta(hours=24))
    with pytest.raises(Gone) as gone:
        downloads.find_grant(granted.token)
    assert gone.value.code == "grant_expired"


def test_the_end_of_the_link_does_not_cut_a_download_short(granted, travel):
    travel.shift(timedelta(hours=23))
    granted.grant.link.__class__.objects.update(expires_at=granted.grant.granted_at + timedelta(1))
    assert downloads.find_grant(granted.token) == granted.grant


def test_S67_revocation_counts_at_once(shop, granted, travel):
    services.revoke(
        partner=shop.partner,
        order_id=shop.line.order_id,
        line_numbers=[0],
        at=granted.grant.granted_at,
    )
    with pytest.raises(Gone) as gone:
        downloads.find_grant(granted.token)
    assert gone.value.code == "link_revoked"


def test_twice_the_size_and_no_byte_more(shop, granted):
    size = shop.file.size_bytes
    downloads.take_bytes(granted.grant, size)
    downloads.take_bytes(granted.grant, size)
    with pytest.raises(Gone) as gone:
        downloads.take_bytes(granted.grant, 1)
    assert gone.value.code == "grant_exhausted"
    granted.grant.refresh_from_db()
    assert granted.grant.bytes_served == 2 * size


def test_an_unknown_address_is_not_found(db):
    with pytest.raises(NotFound):
        downloads.find_grant("B" * 43)
