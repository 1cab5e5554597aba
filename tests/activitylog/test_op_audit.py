"""One record by its id, at both addresses; members as documented (contract 10)."""

from datetime import timedelta

import pytest
from rest_framework.test import APIClient

from activitylog.models import ActivityRecord
from activitylog.wire import audit_record
from partnercenter.lib import tenancy
from tests.activitylog import build
from tests.activitylog.conftest import NOW
from tests.documented import differences, example

ROOTS = ("/v1/auditrecords", "/auditactivity/v1/auditrecords", "/AuditActivity/v1//AuditRecords")


@pytest.fixture
def get(fabrikam):
    def get(address, partner=fabrikam):
        client = APIClient()
        client.force_authenticate(build.actor(partner, "global_admin"))
        with tenancy.acting_for(partner.pk):
            return client.get(address)

    return get


@pytest.fixture
def listed(get, aa, contoso):
    """The newest record as the list shows it."""
    build.record(aa, NOW - timedelta(days=1), contoso)
    build.record(aa, NOW, contoso, details={"orderId": "O1"})
    return get("/v1/auditrecords").json()["items"][0]


@pytest.mark.parametrize("root", ROOTS)
def test_op_auditrecords_get_is_what_the_list_shows(get, listed, root):
    for audit_id in (listed["id"], listed["id"].upper()):
        response = get(f"{root}/{audit_id}")
        assert (response.status_code, response.json()) == (200, listed)


@pytest.mark.parametrize("root", ROOTS)
def test_op_auditrecords_query_at_both_addresses(get, listed, root):
    assert get(root).json()["items"][0] == listed


def test_op_auditrecords_get_of_what_is_not_there(get, listed, tailspin):
    number = listed["id"].rpartition("_")[2]
    wrong = [listed["id"] + "0", f"x_{number}", number, "x", f"_{'9' * 30}", "a_-1"]
    answers = [get(f"/v1/auditrecords/{audit_id}") for audit_id in wrong]
    answers.append(get(f"/v1/auditrecords/{listed['id']}", partner=tailspin.partner))
    assert {(r.status_code, r.json()["code"]) for r in answers} == {(404, 1000)}
    assert len({r.content for r in answers}) == 1


def test_op_auditrecords_get_reaches_back_90_days(get, aa, contoso):
    build.record(aa, NOW - timedelta(days=89), contoso)
    build.record(aa, NOW - timedelta(days=91), contoso)
    with tenancy.acting_for(aa.partner.pk):
        newer, older = ActivityRecord.objects.order_by("-at")
    ids = [audit_record(row)["id"] for row in (newer, older)]
    found = [get(f"/v1/auditrecords/{each}").status_code for each in ids]
    assert found == [200, 404]


def test_op_auditrecords_do_not_show_what_no_client_knows(get, aa, contoso):
    build.record(aa, NOW, contoso, action="read_service_request", resource_type="service_request")
    with tenancy.acting_for(aa.partner.pk):
        row = ActivityRecord.objects.get()
    assert get(f"/v1/auditrecords/{audit_record(row)['id']}").status_code == 404


def test_op_auditrecords_members_as_documented(reference, get, listed):
    documented = example(reference, "get-a-record-of-partner-center-activity-by-user.1")
    whole = get("/v1/auditrecords").json()
    assert differences(documented["response_body"], whole) == []
