"""Account settings (P27): a tile for what one may do, and none for what one may not."""

import re

import pytest

pytestmark = pytest.mark.django_db


def _addresses(organization, who):
    page = organization.browser(who).get("/dashboard/settings")
    return re.findall(r'class="tile" href="([^"]+)"', page.content.decode())


def test_default_user_has_only_his_own_tiles(fabrikam):
    assert _addresses(fabrikam, "du") == ["/dashboard/settings/me", "/dashboard/settings/me#access"]


def test_only_a_sandbox_has_a_clock_to_move(fabrikam, fabrikam_sandbox):
    clock = "/dashboard/settings/clock"
    assert (clock in _addresses(fabrikam_sandbox, "aa"), clock in _addresses(fabrikam, "aa")) == (
        True,
        False,
    )
