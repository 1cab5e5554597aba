"""The link's addresses: what counts, what does not, and the bytes (S29-S32, P36, ruling 3)."""

from datetime import timedelta

import pytest

from activitylog.models import ActivityRecord
from partnercenter.lib import tenancy
from software import services
from software.models import DownloadGrant, DownloadLink
from tests.software import build

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


@pytest.fixture
def token(shop, aa):
    return services.get_keys_and_downloads(shop.line, shop.file, by=aa).download.token


def used():
    return DownloadLink.objects.get().used


def fetch(client, token):
    """The content address of one counted download."""
    return client.get(f"/dl/{token}/file")["Location"]


def body(response):
    return b"".join(response.streaming_content)


def test_the_landing_page_shows_the_file_and_counts_nothing(shop, client, token):
    for _ in range(3):
        text = client.get(f"/dl/{token}").content.decode()
    for part in (shop.file.file_name, shop.file.sha256, "0 of 50", "24 Jan 2020 09:30 UTC"):
        assert part in text
    assert used() == 0


def test_S30_the_landing_page_tells_nothing_of_partner_customer_or_key(shop, client, token):
    text = client.get(f"/dl/{token}").content.decode()
    for secret in (shop.key, "Contoso", "Fabrikam", shop.line.order_id, shop.line.title):
        assert secret not in text


def test_S29_a_download_counts_once_and_is_the_file(shop, client, token):
    answer = client.get(f"/dl/{token}/file")
    assert answer.status_code == 303
    content = client.get(answer["Location"])
    assert (content.status_code, body(content)) == (200, build.CONTENT)
    assert content["Content-Length"] == str(shop.file.size_bytes)
    assert content["Content-Disposition"] == 'attachment; filename="server-2019-English.iso"'
    assert content["X-Content-Type-Options"] == "nosniff"
    assert used() == 1


def test_a_name_beyond_ascii_is_given_as_RFC_5987_says(shop, client, token):
    shop.file.file_name = "服务器.iso"
    shop.file.save()
    content = client.get(fetch(client, token))
    assert content["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E6%9C%8D%E5%8A%A1%E5%99%A8.iso"
    )


@pytest.mark.parametrize("method", ["head", "options"])
def test_looking_counts_nothing(client, token, method):
    answers = [getattr(client, method)(f"/dl/{token}/file") for _ in range(100)]
    assert {answer.status_code for answer in answers} == {200}
    assert (used(), DownloadGrant.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", ["", "/file"])
def test_posting_is_refused(client, token, path):
    headers = {"HTTP_X_HTTP_METHOD_OVERRIDE": "GET"}
    assert client.post(f"/dl/{token}{path}", **headers).status_code == 405
    assert used() == 0


def test_another_spelling_is_another_address(client, token):
    for path in (f"/dl/{token}/file/", f"/dl/{token.swapcase()}/file", f"/DL/{token}/file"):
        assert client.get(path).status_code == 404
    assert used() == 0


def test_an_added_query_counts_all_the_same(client, token):
    assert client.get(f"/dl/{token}/file?x=1").status_code == 303
    assert used() == 1


@pytest.mark.parametrize("path", ["", "/file"])
@pytest.mark.parametrize(
    ("kill", "code", "said"),
    [
        ("expire", "link_expired", "This link has expired."),
        ("use up", "link_exhausted", "All downloads of this link have been used."),
        ("revoke", "link_revoked", "This link was revoked"),
    ],
)
def test_S31_S32_S67_a_dead_link_is_410_at_both_addresses(
    shop, client, token, travel, path, kill, code, said
):
    if kill == "expire":
        travel.shift(timedelta(days=14))
    elif kill == "use up":
        DownloadLink.objects.update(used=50)
    else:
        services.revoke(
            partner=shop.partner,
            order_id=shop.line.order_id,
            line_numbers=[0],
            at=shop.line.purchased_at,
        )
    page = client.get(f"/dl/{token}{path}", HTTP_ACCEPT=BROWSER)
    assert (page.status_code, page["Content-Type"]) == (410, "text/html; charset=utf-8")
    assert said in page.content.decode()
    program = client.get(f"/dl/{token}{path}", HTTP_ACCEPT="*/*")
    assert (program.status_code, program.json()["code"]) == (410, code)
    assert client.head(f"/dl/{token}{path}").status_code == 410


def test_S31_a_second_before_the_end_it_works(client, token, travel):
    travel.shift(timedelta(days=14) - timedelta(seconds=1))
    assert client.get(f"/dl/{token}/file").status_code == 303


def test_S32_fifty_work_and_the_51st_does_not(client, token):
    answers = [client.get(f"/dl/{token}/file").status_code for _ in range(51)]
    assert answers == [303] * 50 + [410]


def test_an_unknown_link_is_404(client, db):
    assert client.get(f"/dl/{'A' * 43}").status_code == 404
    assert client.get(f"/dl/{'A' * 43}/file").json()["code"] == 1000


def test_S36_a_signed_in_user_of_the_partner_is_recorded_by_name(shop, client, token):
    someone = shop.user("sales_agent")
    client.force_login(someone)
    client.get(f"/dl/{token}/file", HTTP_USER_AGENT="Mozilla")
    row = ActivityRecord.objects.get(action="download_software")
    assert (row.actor_name, row.actor_user_id) == (someone.email, someone.pk)


def test_S36_a_stranger_is_recorded_with_address_and_browser(aa, client, token):
    client.get(f"/dl/{token}/file", HTTP_USER_AGENT="Mozilla", REMOTE_ADDR="203.0.113.9")
    row = ActivityRecord.objects.get(action="download_software")
    assert (row.actor_name, row.ip) == ("link recipient", "203.0.113.9")
    assert (row.details["userAgent"], row.details["linkIssuedBy"]) == ("Mozilla", aa.name)


def test_works_for_a_user_of_another_partner(client, token):
    other = build.partner("Tailspin")
    client.force_login(build.user(other, "admin_agent"))
    assert client.get(f"/dl/{token}/file").status_code == 303
    with tenancy.everyone():
        row = ActivityRecord.objects.get(action="download_software")
    assert row.actor_name == "link recipient"


@pytest.mark.parametrize(
    ("asked", "status", "part", "content_range"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/1000"),
        ("bytes=990-", 206, slice(990, 1000), "bytes 990-999/1000"),
        ("bytes=-5", 206, slice(995, 1000), "bytes 995-999/1000"),
        ("bytes=5-2000", 206, slice(5, 1000), "bytes 5-999/1000"),
        ("bytes=0-1,5-6", 200, slice(0, 1000), None),
        ("lines=0-9", 200, slice(0, 1000), None),
        ("bytes=9-2", 200, slice(0, 1000), None),
        ("bytes=x-", 200, slice(0, 1000), None),
    ],
)
def test_single_ranges_are_served(client, token, asked, status, part, content_range):
    answer = client.get(fetch(client, token), HTTP_RANGE=asked)
    assert (answer.status_code, body(answer)) == (status, build.CONTENT[part])
    assert answer.get("Content-Range") == content_range


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_the_file_is_416(client, token, asked):
    answer = client.get(fetch(client, token), HTTP_RANGE=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, "bytes */1000")
    assert DownloadGrant.objects.get().bytes_served == 0


def test_if_range_of_this_file_resumes_and_of_another_starts_anew(shop, client, token):
    address = fetch(client, token)
    etag = client.head(address)["ETag"]
    resumed = client.get(address, HTTP_RANGE="bytes=500-", HTTP_IF_RANGE=etag)
    anew = client.get(address, HTTP_RANGE="bytes=500-", HTTP_IF_RANGE='"other"')
    assert (etag, resumed.status_code, anew.status_code) == (f'"{shop.file.sha256}"', 206, 200)
    assert (len(body(resumed)), len(body(anew))) == (500, 1000)


def test_at_most_twice_the_size_is_served(client, token):
    address = fetch(client, token)
    answers = [client.get(address).status_code for _ in range(3)]
    assert answers == [200, 200, 410]
    assert client.get(address, HTTP_RANGE="bytes=0-0").status_code == 410
    assert used() == 1


def test_S67_revocation_stops_a_download_at_its_next_request(shop, client, token):
    address = fetch(client, token)
    services.revoke(
        partner=shop.partner,
        order_id=shop.line.order_id,
        line_numbers=[0],
        at=shop.line.purchased_at,
    )
    assert client.get(address, HTTP_RANGE="bytes=5-").json()["code"] == "link_revoked"
    assert client.head(address).status_code == 410


def test_the_content_address_lives_a_day(client, token, travel):
    address = fetch(client, token)
    travel.shift(timedelta(hours=24))
    assert client.get(address).json()["code"] == "grant_expired"


def test_a_proxy_serves_the_bytes_where_there_is_one(shop, client, token, settings):
    settings.ACCEL_REDIRECT_PREFIX = "/protected"
    answer = client.get(fetch(client, token))
    assert answer["X-Accel-Redirect"] == f"/protected/{shop.file.storage_name}"
    assert (answer.content, answer.has_header("Content-Disposition")) == (b"", True)
    assert DownloadGrant.objects.get().bytes_served == 1000


def test_a_file_gone_from_storage_is_404_and_costs_nothing(shop, client, token):
    shop.file.storage_name = "media/none.iso"
    shop.file.save()
    assert client.get(fetch(client, token)).status_code == 404
    assert DownloadGrant.objects.get().bytes_served == 0


def test_nothing_is_kept_or_indexed(client, token):
    for path in (f"/dl/{token}", f"/dl/{token}/file", fetch(client, token)):
        answer = client.get(path)
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
