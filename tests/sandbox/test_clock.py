"""The sandbox clock, by API and page: forward only, due work done, other partners untouched."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from accounts.models import Partner
from activitylog.models import ActivityRecord
from partnercenter.lib import clock, tenancy
from software import services
from software.models import DownloadLink
from tests.software import build
from tests.software.conftest import open_shop

NOW = datetime(2020, 1, 31, 9, 30, tzinfo=UTC)
PAGE = "/dashboard/settings/clock"


@pytest.fixture(autouse=True)
def _still():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sandbox(db):
    shop = open_shop("Sandbox", is_sandbox=True)
    with tenancy.acting_for(shop.partner.pk):
        yield shop


@pytest.fixture
def aa(sandbox):
    return sandbox.actor("admin_agent")


def call(by, method, body=None, **headers):
    client = APIClient()
    by.partner.refresh_from_db()
    client.force_authenticate(by)
    return getattr(client, method)("/v1/sandbox/clock", body, format="json", **headers)


def test_tells_the_time(aa):
    assert call(aa, "get").json() == {"now": "2020-01-31T09:30:00Z", "isSandbox": True}


@pytest.mark.parametrize(
    ("body", "now"),
    [
        ({"now": "2020-03-01T00:00:00Z"}, "2020-03-01T00:00:00Z"),
        ({"advanceBy": "P14D"}, "2020-02-14T09:30:00Z"),
        ({"advanceBy": "PT1H30M"}, "2020-01-31T11:00:00Z"),
        ({"advanceBy": "P1M"}, "2020-02-29T09:30:00Z"),
        ({"advanceBy": "P1Y2M1W"}, "2021-04-07T09:30:00Z"),
        ({"AdvanceBy": "p60d"}, "2020-03-31T09:30:00Z"),
    ],
)
def test_moves_forward(aa, body, now):
    answer = call(aa, "post", body)
    assert (answer.status_code, answer.json()["now"]) == (200, now)
    assert call(aa, "get").json()["now"] == now


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"now": "2020-01-31T09:29:59Z"}, "now"),
        ({"now": "2060-01-01T00:00:00Z"}, "now"),
        ({"now": "9999-12-31T23:59:59Z"}, "now"),
        ({"now": "soon"}, "now"),
        ({"advanceBy": "14 days"}, "advanceBy"),
        ({"advanceBy": "P"}, "advanceBy"),
        ({"advanceBy": "PT"}, "advanceBy"),
        ({"advanceBy": "-P1D"}, "advanceBy"),
        ({"advanceBy": "P999999Y"}, "advanceBy"),
        ({"advanceBy": "P1D", "now": "2020-03-01T00:00:00Z"}, "now"),
        ({"advanceBy": 5}, "now"),
        ({}, "now"),
    ],
)
def test_what_cannot_be_is_400_and_moves_nothing(aa, body, field):
    answer = call(aa, "post", body)
    assert (answer.status_code, answer.json()["data"]) == (400, [field])
    assert call(aa, "get").json()["now"] == "2020-01-31T09:30:00Z"


def test_who_sets_the_clock_back_is_told_its_time_as_people_write_it(aa):
    told = call(aa, "post", {"now": "2020-01-30T09:30:00Z"}).json()["description"]
    assert told == "The sandbox clock moves forward only. It is 31 Jan 2020 09:30 UTC now."


def test_due_work_is_done_when_the_answer_comes(sandbox, aa):
    services.get_keys_and_downloads(sandbox.line, sandbox.file, by=aa)
    call(aa, "post", {"advanceBy": "P15D"})
    assert DownloadLink.objects.get().end_recorded_at == NOW + timedelta(days=14)


def test_S31_a_link_dies_with_the_clock(sandbox, aa, client):
    token = services.get_keys_and_downloads(sandbox.line, sandbox.file, by=aa).download.token
    call(aa, "post", {"now": "2020-02-14T09:29:59Z"})
    assert client.get(f"/dl/{token}/file").status_code == 303
    call(aa, "post", {"advanceBy": "PT1S"})
    assert client.get(f"/dl/{token}/file").json()["code"] == "link_expired"


def test_no_other_partner_moves(aa):
    other = build.partner("Tailspin")
    call(aa, "post", {"advanceBy": "P14D"})
    assert clock.now(Partner.objects.get(pk=other.pk)) == NOW


def test_a_repeated_request_id_advances_once(aa):
    for _ in range(3):
        answer = call(aa, "post", {"advanceBy": "P1D"}, HTTP_MS_REQUESTID="r-1")
        assert answer.json()["now"] == "2020-02-01T09:30:00Z"


def test_it_is_recorded(aa):
    call(aa, "post", {"advanceBy": "P1D"})
    row = ActivityRecord.objects.get()
    assert (row.action, row.status) == ("move_sandbox_clock", "succeeded")


@pytest.mark.parametrize("role", ["sales_agent", "account_admin"])
def test_other_roles_are_refused_and_recorded(sandbox, role):
    answer = call(sandbox.actor(role), "post", {"advanceBy": "P1D"})
    assert (answer.status_code, answer.json()["code"]) == (403, 900150)
    assert ActivityRecord.objects.get().status == "failed"


def test_a_real_partner_has_the_real_clock(db):
    real = build.partner()
    with tenancy.acting_for(real.pk):
        answer = call(build.actor(real, "global_admin"), "post", {"advanceBy": "P1D"})
    assert (answer.status_code, "not a sandbox" in answer.json()["description"]) == (403, True)


def test_TEST_CLOCK_allows_it_for_any_partner(db, settings):
    settings.TEST_CLOCK = True
    real = build.partner()
    with tenancy.acting_for(real.pk):
        answer = call(build.actor(real, "global_admin"), "post", {"advanceBy": "P1D"})
    assert answer.json() == {"now": "2020-02-01T09:30:00Z", "isSandbox": False}


def shown(answer):
    (text,) = re.findall(r'data-testid="clock-now">(.*?)</strong>', answer.content.decode())
    return re.sub(r"<[^>]+>", "", text)


def test_the_page_moves_by_steps_and_to_an_instant(sandbox, client):
    client.force_login(sandbox.user("admin_agent"))
    assert shown(client.get(PAGE)) == "31 Jan 2020 09:30 UTC"
    assert shown(client.post(PAGE, {"step": "P14D"}, follow=True)) == "14 Feb 2020 09:30 UTC"
    moved = client.post(PAGE, {"to": "2020-03-01T10:00"}, follow=True)
    assert shown(moved) == "1 Mar 2020 10:00 UTC"


@pytest.mark.parametrize("text", ["2019-01-01T00:00", "soon", ""])
def test_the_page_shows_what_is_wrong(sandbox, client, text):
    client.force_login(sandbox.user("admin_agent"))
    answer = client.post(PAGE, {"to": text})
    assert (answer.status_code, 'data-testid="errors"' in answer.content.decode()) == (400, True)


def test_the_page_of_a_real_partner_says_so(db, client):
    client.force_login(build.user(build.partner(), "admin_agent"))
    assert 'data-testid="clock-real"' in client.get(PAGE).content.decode()


def test_the_page_is_for_those_who_may(sandbox, client):
    client.force_login(sandbox.user("sales_agent"))
    assert (client.get(PAGE).status_code, client.post(PAGE, {"step": "P1D"}).status_code) == (
        403,
        403,
    )
