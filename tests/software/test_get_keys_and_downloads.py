"""Get keys and downloads: who gets what, and when a link is replaced (S19, S20, S28, S31-S34)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from partnercenter.lib.errors import Conflict, Forbidden
from software import downloads, services
from software.models import DownloadLink, Entitlement, EntitlementKey
from tests.software import build
from tests.software.conftest import START

ROLES = (
    "global_admin",
    "sales_agent",
    "helpdesk_agent",
    "billing_admin",
    "user_management_admin",
    "account_admin",
    "referral_admin",
    "marketing_content_admin",
)


def get(shop, by, file=None):
    return services.get_keys_and_downloads(shop.line, file or shop.file, by=by)


def records():
    return list(ActivityRecord.objects.order_by("number"))


def use_up(link, times=50):
    for _ in range(times):
        downloads.use_link(downloads.find_link(link), ip="203.0.113.7", user_agent="curl")


def test_S28_gives_the_key_and_a_link_of_two_weeks_and_fifty(shop, aa):
    got = get(shop, aa)
    assert got.keys == [shop.key]
    link = got.download.link
    assert (link.used, link.max_downloads) == (0, 50)
    assert link.expires_at == START + timedelta(days=14)
    assert downloads.find_link(got.download.token) == link


def test_S28_records_key_and_link(shop, aa):
    get(shop, aa)
    assert [(r.action, r.status, r.actor_name, r.customer_name) for r in records()] == [
        ("get_software_key", "succeeded", aa.name, "Contoso"),
        ("get_software_download_link", "succeeded", aa.name, "Contoso"),
    ]


def test_S28_the_key_stands_in_no_record(shop, aa):
    get(shop, aa)
    assert [r for r in records() if shop.key in str(vars(r))] == []


@pytest.mark.parametrize("role", ROLES)
def test_S20_every_other_role_is_refused_and_recorded(shop, role):
    by = shop.actor(role)
    with pytest.raises(Forbidden) as refused:
        get(shop, by)
    assert "Admin agent" in str(refused.value)
    assert [(r.action, r.status, r.actor_name) for r in records()] == [
        ("get_software_key", "failed", by.name)
    ]
    assert DownloadLink.objects.count() == 0


def test_S20_two_roles_add_up(shop):
    assert get(shop, shop.actor("global_admin", "admin_agent")).keys == [shop.key]


def test_S19_a_line_without_a_key_is_preparing(shop, aa):
    line = shop.buy()
    assert line.status == "pending"
    with pytest.raises(Conflict) as refused:
        services.get_keys_and_downloads(line, shop.file, by=aa)
    assert (refused.value.status, refused.value.code) == (409, 800060)
    assert [r.status for r in records()] == ["failed"]


def test_ruling_4_a_live_link_is_shown_again(shop, aa, travel):
    first = get(shop, aa).download
    use_up(first.token, 3)
    travel.shift(timedelta(days=13))
    again = get(shop, aa).download
    assert (again.link.pk, again.token, again.link.used) == (first.link.pk, first.token, 3)


def test_S33_an_expired_link_is_replaced(shop, aa, travel):
    old = get(shop, aa).download
    travel.shift(timedelta(days=14))
    new = get(shop, aa).download
    assert new.token != old.token
    assert (new.link.used, new.link.expires_at) == (0, START + timedelta(days=28))
    with pytest.raises(Exception, match="expired"):
        use_up(old.token, 1)


def test_S33_a_link_used_up_is_replaced(shop, aa, travel):
    old = get(shop, aa).download
    use_up(old.token)
    travel.shift(timedelta(days=1))
    new = get(shop, aa).download
    assert (new.link.used, new.link.expires_at) == (0, START + timedelta(days=15))
    with pytest.raises(Exception, match="have been used"):
        use_up(old.token, 1)


def test_S34_as_often_as_needed(shop, aa, travel):
    for _ in range(20):
        get(shop, aa)
        travel.shift(timedelta(days=14))
    assert DownloadLink.objects.count() == 20
    assert DownloadLink.objects.filter(superseded_at=None).count() == 1


def test_each_file_has_a_link_of_its_own(shop, aa):
    other = build.file(language="German")
    assert get(shop, aa).download.link != get(shop, aa, other).download.link


def test_ESU_gives_a_key_only(shop, aa):
    got = services.get_keys_and_downloads(shop.line, None, by=aa)
    assert (got.keys, got.download) == ([shop.key], None)
    assert [r.action for r in records()] == ["get_software_key"]


def test_a_cancelled_line_gives_nothing(shop, aa):
    services.revoke(partner=shop.partner, order_id=shop.line.order_id, line_numbers=[0], at=START)
    with pytest.raises(Conflict) as refused:
        get(shop, aa)
    assert (refused.value.status, refused.value.code) == (409, 409)


def test_key_and_token_are_in_no_column(shop, aa):
    got = get(shop, aa)
    for model in (Entitlement, EntitlementKey, DownloadLink, ActivityRecord):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {model._meta.db_table} t")  # noqa: S608
            text = str(cursor.fetchall())
        for secret in (shop.key, got.download.token):
            assert secret not in text
            assert secret.encode().hex() not in text


@pytest.mark.parametrize(("before", "statements"), [(False, 6), (True, 5)])
def test_a_small_constant_number_of_statements(shop, aa, before, statements):
    if before:
        get(shop, aa)
    with CaptureQueriesContext(connection) as asked:
        get(shop, aa)
    assert len([q for q in asked if "SAVEPOINT" not in q["sql"]]) == statements
