"""Revocation: keys and links of a cancelled line are dead for everyone, at once (S67)."""

import pytest

from partnercenter.lib import clock
from partnercenter.lib.errors import Conflict, Gone
from software import downloads, services
from software.models import DownloadLink
from tests.software import build


def revoke(shop, line, *numbers):
    services.revoke(
        partner=shop.partner,
        order_id=line.order_id,
        line_numbers=numbers or [line.line_number],
        at=clock.now(),
    )


@pytest.fixture
def token(shop, aa):
    return services.get_keys_and_downloads(shop.line, shop.file, by=aa).download.token


def test_S67_the_link_is_dead(shop, token):
    revoke(shop, shop.line)
    link = downloads.find_link(token)
    with pytest.raises(Gone) as gone:
        downloads.use_link(link, ip="", user_agent="")
    assert gone.value.code == "link_revoked"
    assert DownloadLink.objects.get().used == 0


def test_S67_the_key_is_not_handed_out(shop, aa, token):
    revoke(shop, shop.line)
    with pytest.raises(Conflict):
        services.get_keys_and_downloads(shop.line, shop.file, by=aa)


def test_only_the_lines_that_are_named(shop, aa):
    build.keys(2)
    lines = [build.line(shop.customer, order_id="O7", line_number=n) for n in range(2)]
    services.grant(lines, partner=shop.partner, at=clock.now())
    revoke(shop, lines[0])
    for line in lines:
        line.refresh_from_db()
    assert [line.status for line in lines] == ["cancelled", "active"]


def test_a_second_revocation_changes_nothing(shop, token, travel):
    revoke(shop, shop.line)
    first = DownloadLink.objects.get().revoked_at
    travel.shift(60)
    revoke(shop, shop.line)
    assert DownloadLink.objects.get().revoked_at == first


def test_the_end_is_noted(shop, token):
    revoke(shop, shop.line)
    assert DownloadLink.objects.get().end_recorded_at == clock.now()
