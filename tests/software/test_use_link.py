"""Using a link: exact ends, exact counts, who is recorded (S30-S32, rulings 3 and 4)."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from partnercenter.lib import tenancy
from partnercenter.lib.errors import Gone, NotFound
from software import downloads, services
from software.models import DownloadGrant, DownloadLink
from tests.software import build
from tests.software.conftest import open_shop


@pytest.fixture
def token(shop, aa):
    return services.get_keys_and_downloads(shop.line, shop.file, by=aa).download.token


def use(token, **values):
    values = {"ip": "203.0.113.7", "user_agent": "curl/8"} | values
    return downloads.use_link(downloads.find_link(token), **values)


def used(token):
    return DownloadLink.objects.get(pk=downloads.find_link(token).pk).used


def downloads_recorded():
    return list(ActivityRecord.objects.filter(action="download_software").order_by("number"))


def test_a_use_counts_and_opens_a_content_address(shop, token):
    granted = use(token)
    assert used(token) == 1
    assert downloads.find_grant(granted.token) == granted.grant
    assert granted.grant.byte_limit == 2 * shop.file.size_bytes


def test_S31_works_until_a_second_before_two_weeks(token, travel):
    travel.shift(timedelta(days=14) - timedelta(seconds=1))
    use(token)
    assert used(token) == 1


def test_S31_is_dead_at_two_weeks(token, travel):
    travel.shift(timedelta(days=14))
    with pytest.raises(Gone) as gone:
        use(token)
    assert (gone.value.status, gone.value.code) == (410, "link_expired")
    assert (used(token), DownloadGrant.objects.count(), downloads_recorded()) == (0, 0, [])


def test_S32_the_51st_download_is_refused(token):
    for _ in range(50):
        use(token)
    with pytest.raises(Gone) as gone:
        use(token)
    assert gone.value.code == "link_exhausted"
    assert (used(token), DownloadGrant.objects.count()) == (50, 50)
    assert len(downloads_recorded()) == 50


def test_S32_with_downloads_left_time_still_ends_it(token, travel):
    for _ in range(3):
        use(token)
    travel.shift(timedelta(days=14))
    with pytest.raises(Gone) as gone:
        use(token)
    assert gone.value.code == "link_expired"


def test_a_replaced_link_stays_dead_even_if_it_looks_alive(token):
    DownloadLink.objects.update(superseded_at=DownloadLink.objects.get().created_at)
    with pytest.raises(Gone) as gone:
        use(token)
    assert gone.value.code == "link_expired"
    assert used(token) == 0


def test_S36_the_holder_of_a_copied_link_is_recorded_with_who_issued_it(shop, aa, token):
    use(token)
    (row,) = downloads_recorded()
    assert (row.actor_name, row.actor_user_id, row.ip) == ("link recipient", None, "203.0.113.7")
    assert row.details == {
        "orderId": shop.line.order_id,
        "linkId": str(DownloadLink.objects.get().pk),
        "linkIssuedBy": aa.name,
        "version": "2019",
        "language": "English",
        "file": "server-2019-English.iso",
        "userAgent": "curl/8",
    }
    assert (row.customer_id, row.subject) == (shop.customer.pk, shop.line.title)


def test_S36_a_user_of_the_partner_is_recorded_by_name(aa, token):
    use(token, user=aa)
    assert [row.actor_name for row in downloads_recorded()] == [aa.name]


def test_a_user_of_another_partner_is_a_link_recipient(token):
    stranger = build.actor(build.partner("Tailspin"), "admin_agent")
    use(token, user=stranger)
    assert [row.actor_name for row in downloads_recorded()] == ["link recipient"]


def test_an_unknown_token_is_not_found(db):
    with pytest.raises(NotFound):
        downloads.find_link("A" * 43)


def test_the_look_up_leaves_no_partner_visible(db, travel):
    shop = open_shop()
    with tenancy.acting_for(shop.partner.pk):
        by = shop.actor("admin_agent")
        got = services.get_keys_and_downloads(shop.line, shop.file, by=by)
    use(got.download.token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.partner', true)")
        assert cursor.fetchone() == ("",)
    assert DownloadLink.objects.count() == 0


def test_the_database_refuses_a_51st_use(token):
    with pytest.raises(IntegrityError, match="link_used_within_limit"), transaction.atomic():
        DownloadLink.objects.update(used=51)


def test_the_last_use_notes_the_end(token, travel):
    for _ in range(49):
        use(token)
    assert DownloadLink.objects.get().end_recorded_at is None
    travel.shift(timedelta(hours=1))
    use(token)
    assert DownloadLink.objects.get().end_recorded_at == DownloadLink.objects.get().created_at + (
        timedelta(hours=1)
    )


@pytest.mark.parametrize("before", [0, 3])
def test_two_statements_whatever_came_before(token, before):
    for _ in range(before):
        use(token)
    with CaptureQueriesContext(connection) as asked:
        use(token)
    carried = ["EXECUTE" in q["sql"] for q in asked if "SAVEPOINT" not in q["sql"]]
    # Within the test's transaction, each is followed by the end of what it could see.
    assert carried == [True, False] * 2


def test_the_look_up_goes_by_id_though_it_was_planned_while_tables_were_small(token):
    downloads.find_link(token)
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off"
        )
        cursor.execute(f"EXPLAIN EXECUTE {downloads.FIND.name}('')")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert sorted(re.findall(r"Scan using (\w+)", plan)) == [
        "accounts_partner_pkey",
        "catalog_mediafile_pkey",
        "customers_customer_pkey",
        "link_token_once",
        "software_entitlement_pkey",
    ]
