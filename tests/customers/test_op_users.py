"""The operations on a customer's users: list, search, get, create, change, delete, restore."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from activitylog.models import ActivityRecord
from customers.models import CustomerUser
from customers.services import forget_deleted_users
from customers.tasks import forget_deleted_users as forget_by_beat
from partnercenter.lib.models import AnsweredRequest
from tests.customers.samples import customer, user, wire_user
from tests.documented import differences, example

START = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)
DELETED = {"Field": "UserState", "Value": "Inactive", "Operator": "equals"}


@pytest.fixture
def contoso(fabrikam):
    return customer(fabrikam)


def at(of, made=None, below=""):
    return f"/v1/customers/{of.pk}/users" + (f"/{made.pk}" if made else "") + below


def names(response):
    return [item["displayName"] for item in response.json()["items"]]


def deleted(organization, of):
    return organization.api("aa").get(at(of), {"size": 0, "filter": json.dumps(DELETED)})


def actions(organization):
    with organization.visible():
        rows = ActivityRecord.objects.filter(resource_type="customer_user")
        return [(row.action, row.details) for row in rows.order_by("at", "id")]


def refusal(response):
    body = response.json()
    assert set(body) == {"code", "description", "data", "source"}
    return response.status_code, body["code"], body["data"]


@pytest.mark.parametrize("count", [1, 3])
def test_op_users_list(fabrikam, contoso, django_assert_num_queries, count):
    for number in range(count):
        user(fabrikam, contoso, f"U{number}")
    user(fabrikam, customer(fabrikam, "Wingtip"), "Theirs")
    client = fabrikam.api("aa")
    with django_assert_num_queries(4):
        listed = client.get(f"{at(contoso)}?size=40")
    assert names(listed) == [f"U{number} Tsai" for number in range(count)]
    body = listed.json()
    assert (body["totalCount"], body["attributes"]) == (count, {"objectType": "Collection"})


def test_op_users_list_without_a_size_the_most_that_there_can_be_come_at_once(fabrikam, contoso):
    """The Node client looks for a name in the first answer."""
    for number in range(101):
        user(fabrikam, contoso, f"U{number}")
    assert len(names(fabrikam.api("aa").get(at(contoso)))) == 101


def test_op_users_list_by_pages_in_either_direction(fabrikam, contoso):
    for name in ("Ann", "Bob", "Cid"):
        user(fabrikam, contoso, name)
    client, found = fabrikam.api("aa"), {}
    for direction in ("Ascending", "descending"):
        query = {"size": 2, "sortField": "DisplayName", "sortDirection": direction}
        first = client.get(at(contoso), query)
        link = first.json()["links"]["next"]
        headers = {pair["key"]: pair["value"] for pair in link["headers"]}
        second = client.get(f"/v1{link['uri']}", headers=headers)
        assert "next" not in second.json()["links"]
        found[direction] = names(first) + names(second)
    assert found["Ascending"] == ["Ann Tsai", "Bob Tsai", "Cid Tsai"]
    assert found["descending"] == found["Ascending"][::-1]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"sortField": "Phone"}, "sortField"),
        ({"sortDirection": "up"}, "sortDirection"),
        ({"filter": '{"Field":"Name","Value":"a","Operator":"equals"}'}, "filter"),
        ({"filter": '{"Field":"UserState","Value":"a","Operator":"equals"}'}, "filter"),
        ({"size": "501"}, "size"),
    ],
)
def test_op_users_list_refuses_and_names_the_parameter(fabrikam, contoso, query, field):
    assert refusal(fabrikam.api("aa").get(at(contoso), query)) == (400, 800002, [field])


@pytest.mark.parametrize("field", ["UserState", "UserStatus", "user_state"])
def test_op_users_search_shows_the_deleted(fabrikam, contoso, reference, field):
    documented = example(reference, "view-a-deleted-user.1")["response_body"]
    gone = user(fabrikam, contoso, "Gone", first_name="G", last_name="T")
    user(fabrikam, contoso)
    client = fabrikam.api("aa")
    client.delete(at(contoso, gone))
    listed = client.get(at(contoso), {"filter": json.dumps(DELETED | {"Field": field})})
    assert differences(documented, listed.json()) == []
    assert names(listed) == ["Gone Tsai"]
    assert names(client.get(at(contoso))) == ["Daniel Tsai"]


def test_op_users_get(fabrikam, contoso, reference):
    documented = example(reference, "get-a-user-account-by-id.1")["response_body"]
    made = user(fabrikam, contoso, first_name="Daniel", last_name="Tsai")
    body = fabrikam.api("uma").get(at(contoso, made)).json()
    assert differences(documented, body) == []
    assert body["state"] == "active"
    assert "passwordProfile" not in body


@pytest.mark.parametrize("whose", ["nobody's", "another customer's", "another partner's", "no id"])
@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_op_users_get_of_another_is_60002(fabrikam, tailspin, contoso, whose, method):
    ids = {
        "nobody's": uuid.uuid4(),
        "another customer's": user(fabrikam, customer(fabrikam, "Wingtip")).pk,
        "another partner's": user(tailspin, customer(tailspin)).pk,
        "no id": "x",
    }
    ask = getattr(fabrikam.api("aa"), method)
    assert refusal(ask(f"{at(contoso)}/{ids[whose]}")) == (404, 60002, [])


def test_op_users_create(fabrikam, contoso, reference):
    documented = example(reference, "create-user-accounts-for-a-customer.1")
    sent = documented["request_body"] | {"usageLocation": "us"}
    made = fabrikam.api("aa").post(at(contoso), sent, format="json")
    assert made.status_code == documented["status"]
    body = made.json()
    assert differences(documented["response_body"], body) == []
    assert body["passwordProfile"] == {"forceChangePassword": True, "password": "abCD123*"}
    assert (body["usageLocation"], body["immutableId"]) == ("US", "Some unique ID")
    assert "passwordProfile" not in fabrikam.api("aa").get(f"{at(contoso)}/{body['id']}").json()
    assert actions(fabrikam) == [("create_customer_user", {})]


def test_op_users_create_makes_a_password_and_repeats_by_request_id(fabrikam, contoso):
    ids = {"MS-RequestId": str(uuid.uuid4())}
    sent = wire_user(passwordProfile=None)
    answers = [
        fabrikam.api("aa").post(at(contoso), sent, format="json", headers=ids) for _time in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert len(answers[0].json()["passwordProfile"]["password"]) > 20
    with fabrikam.visible():
        assert CustomerUser.objects.count() == AnsweredRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"usageLocation": "ZZ"}, 400, "usageLocation"),
        ({"usageLocation": None}, 400, "usageLocation"),
        ({"userPrincipalName": "daniel"}, 400, "userPrincipalName"),
        ({"displayName": ""}, 400, "displayName"),
        ({"passwordProfile": {"password": "short"}}, 400, "passwordProfile.password"),
        ({"userPrincipalName": "DANIEL@contoso.example"}, 409, "userPrincipalName"),
    ],
)
def test_op_users_create_refuses_and_names_the_field(fabrikam, contoso, change, status, field):
    user(fabrikam, contoso)
    refused = fabrikam.api("aa").post(at(contoso), wire_user("Ann") | change, format="json")
    code = 800060 if status == 409 else 800002
    assert refusal(refused) == (status, code, [field])
    with fabrikam.visible():
        assert CustomerUser.objects.count() == 1


def test_op_users_update(fabrikam, contoso, reference):
    documented = example(reference, "update-user-accounts-for-a-customer.1")
    made = user(fabrikam, contoso, first_name="Daniel", last_name="Tsai")
    changed = fabrikam.api("aa").patch(
        at(contoso, made), documented["request_body"] | {"usageLocation": "DE"}, format="json"
    )
    assert changed.status_code == documented["status"]
    assert differences(documented["response_body"], changed.json()) == []
    assert (changed.json()["usageLocation"], changed.json()["displayName"]) == ("DE", "Daniel Tsai")
    assert actions(fabrikam)[1:] == [("update_customer_user", {"changed": "usage_location"})]


def test_op_users_update_by_a_new_name_is_told_apart(fabrikam, contoso):
    made = user(fabrikam, contoso)
    # As the .NET client sends it: every property, nulls, and its own idea of the state.
    sent = {"UserPrincipalName": "dan@contoso.example", "State": "active", "UserDomainType": "none"}
    sent |= {"Id": str(made.pk), "DisplayName": None, "PasswordProfile": None}
    changed = fabrikam.api("aa").patch(at(contoso, made), sent, format="json")
    assert changed.json()["userPrincipalName"] == "dan@contoso.example"
    assert "passwordProfile" not in changed.json()
    assert actions(fabrikam)[1:] == [
        ("update_customer_user_principal_name", {"changed": "user_principal_name"})
    ]


def test_op_users_update_without_a_change_is_none(fabrikam, contoso):
    made = user(fabrikam, contoso)
    same = fabrikam.api("aa").patch(
        at(contoso, made), {"displayName": "Daniel Tsai"}, format="json"
    )
    assert same.status_code == 200
    assert len(actions(fabrikam)) == 1


@pytest.mark.parametrize("below", ["", "/resetpassword"])
def test_op_users_reset_password(fabrikam, contoso, below):
    made = user(fabrikam, contoso)
    profile = {"password": "Neu-12345", "forceChangePassword": False}
    reset = fabrikam.api("aa").patch(
        at(contoso, made, below), {"passwordProfile": profile}, format="json"
    )
    assert (reset.status_code, reset.json()["passwordProfile"]) == (200, profile)
    assert actions(fabrikam)[1:] == [("reset_customer_user_password", {})]


def test_op_users_reset_password_and_nothing_else_is_kept_when_it_is_refused(fabrikam, contoso):
    made = user(fabrikam, contoso)
    sent = {"displayName": "Dan", "passwordProfile": {"password": "short"}}
    refused = fabrikam.api("aa").patch(at(contoso, made), sent, format="json")
    assert refusal(refused) == (400, 800002, ["passwordProfile.password"])
    with fabrikam.visible():
        assert CustomerUser.objects.get().display_name == "Daniel Tsai"


def test_op_users_delete_and_restore(fabrikam, contoso, reference):
    documented = example(reference, "restore-a-user-for-a-customer.1")
    made, client = user(fabrikam, contoso, first_name="D", last_name="T"), fabrikam.api("aa")
    ids = {"MS-RequestId": str(uuid.uuid4())}
    for _repeat in range(2):
        gone = client.delete(at(contoso, made), headers=ids)
        assert (gone.status_code, gone.content) == (204, b"")
    assert refusal(client.get(at(contoso, made))) == (404, 60002, [])
    assert refusal(client.delete(at(contoso, made))) == (404, 60002, [])
    back = client.patch(at(contoso, made), documented["request_body"], format="json")
    assert back.status_code == documented["status"]
    assert differences(documented["response_body"], back.json()) == []
    assert names(client.get(at(contoso))) == ["Daniel Tsai"]
    assert [action for action, _ in actions(fabrikam)] == [
        "create_customer_user",
        "delete_customer_user",
        "restore_customer_user",
    ]


def test_op_users_restore_when_the_name_was_taken_meanwhile_is_409(fabrikam, contoso):
    made, client = user(fabrikam, contoso), fabrikam.api("aa")
    client.delete(at(contoso, made))
    user(fabrikam, contoso)
    back = client.patch(at(contoso, made), {"state": "active"}, format="json")
    assert refusal(back) == (409, 800060, ["userPrincipalName"])


def test_op_users_restore_within_30_days(fabrikam, contoso):
    with time_machine.travel(START, tick=False) as travel:
        made = user(fabrikam, contoso)
        fabrikam.api("aa").delete(at(contoso, made))
        travel.move_to(START + timedelta(days=30, seconds=-1))
        assert names(deleted(fabrikam, contoso)) == ["Daniel Tsai"]
        travel.move_to(START + timedelta(days=30))
        assert names(deleted(fabrikam, contoso)) == []
        back = fabrikam.api("aa").patch(at(contoso, made), {"state": "active"}, format="json")
        assert refusal(back) == (404, 60002, [])


def test_op_users_are_forgotten_after_30_days(fabrikam, tailspin, contoso):
    with time_machine.travel(START, tick=False) as travel:
        wingtip = customer(tailspin)
        for org, of in ((fabrikam, contoso), (tailspin, wingtip)):
            user(org, of, "Stays")
            org.api("aa").delete(at(of, user(org, of)))
        travel.move_to(START + timedelta(days=30, seconds=-1))
        assert forget_deleted_users() == 0
        travel.move_to(START + timedelta(days=30))
        forget_by_beat()
    for org in (fabrikam, tailspin):
        with org.visible():
            assert [one.display_name for one in CustomerUser.objects.all()] == ["Stays Tsai"]


def test_op_users_change_is_refused_in_the_readers_language(fabrikam, contoso):
    made = user(fabrikam, contoso)
    refused = fabrikam.api("aa").patch(
        at(contoso, made), {"usageLocation": "ZZ"}, format="json", headers={"X-Locale": "zh-CN"}
    )
    assert refused.json()["description"] == "usageLocation 必须是 ISO 3166-1 两字母国家/地区代码。"
