"""The operations on directory roles: list, members, and the roles of a user."""

import uuid

import pytest

from activitylog.models import ActivityRecord
from customers import directory
from tests.customers.samples import customer, user
from tests.documented import differences, example

SERVICE_SUPPORT = "f023fd81-a637-4b56-95fd-791ac0226033"
HELPDESK = "729827e3-9c14-49f7-bb1b-9608f156bbb8"


@pytest.fixture
def contoso(fabrikam):
    return customer(fabrikam)


def roles(of):
    return f"/v1/customers/{of.pk}/directoryroles"


def members(of, role=SERVICE_SUPPORT):
    return f"{roles(of)}/{role}/usermembers"


def give(organization, of, person, role=SERVICE_SUPPORT):
    sent = {
        "Id": str(person.pk),
        "DisplayName": person.display_name,
        "UserPrincipalName": person.user_principal_name,
        "Attributes": {"ObjectType": "UserMember"},
    }
    return organization.api("aa").post(members(of, role), sent, format="json")


def held(organization, of, person):
    at = f"/v1/customers/{of.pk}/users/{person.pk}/directoryroles"
    return [item["name"] for item in organization.api("aa").get(at).json()["items"]]


def test_op_roles_list(fabrikam, contoso):
    body = fabrikam.api("aa").get(roles(contoso)).json()
    assert body["totalCount"] == len(directory.ROLES)
    assert body["items"][2] == {
        "name": "Helpdesk Administrator",
        "id": HELPDESK,
        "attributes": {"objectType": "DirectoryRole"},
    }


def test_op_roles_members_add(fabrikam, contoso, reference):
    documented = example(reference, "set-user-roles-for-a-customer.1")
    person = user(fabrikam, contoso)
    for _time in range(2):
        given = give(fabrikam, contoso, person)
        assert given.status_code == documented["status"]
        assert differences(documented["response_body"], given.json()) == []
        assert given.json()["roleId"] == SERVICE_SUPPORT
    with fabrikam.visible():
        log = ActivityRecord.objects.get(action="update_customer_user")
        assert log.details == {"added": "Service Support Administrator"}


@pytest.mark.parametrize("count", [1, 3])
def test_op_roles_members_list(fabrikam, contoso, django_assert_num_queries, count):
    for number in range(count):
        give(fabrikam, contoso, user(fabrikam, contoso, f"U{number}"))
    give(fabrikam, contoso, user(fabrikam, contoso, "Other"), HELPDESK)
    client = fabrikam.api("aa")
    with django_assert_num_queries(4):
        body = client.get(f"{members(contoso)}?size=40").json()
    assert [item["displayName"] for item in body["items"]] == [f"U{n} Tsai" for n in range(count)]


def test_op_roles_members_list_by_pages(fabrikam, contoso):
    for name in ("Ann", "Bob", "Cid"):
        give(fabrikam, contoso, user(fabrikam, contoso, name))
    first = fabrikam.api("aa").get(f"{members(contoso)}?size=2").json()
    link = first["links"]["next"]
    headers = {pair["key"]: pair["value"] for pair in link["headers"]}
    second = fabrikam.api("aa").get(f"/v1{link['uri']}", headers=headers).json()
    found = [item["displayName"] for item in first["items"] + second["items"]]
    assert found == ["Ann Tsai", "Bob Tsai", "Cid Tsai"]


def test_op_users_roles(fabrikam, contoso, reference):
    documented = example(reference, "get-user-roles-for-a-customer.1")["response_body"]
    person = user(fabrikam, contoso)
    for role in (SERVICE_SUPPORT, HELPDESK):
        give(fabrikam, contoso, person, role)
    at = f"/v1/customers/{contoso.pk}/users/{person.pk}/directoryroles"
    assert differences(documented, fabrikam.api("aa").get(at).json()) == []
    assert held(fabrikam, contoso, person) == [
        "Helpdesk Administrator",
        "Service Support Administrator",
    ]


def test_op_roles_members_remove(fabrikam, contoso):
    person, client = user(fabrikam, contoso), fabrikam.api("aa")
    give(fabrikam, contoso, person)
    ids = {"MS-RequestId": str(uuid.uuid4())}
    for _repeat in range(2):
        removed = client.delete(f"{members(contoso)}/{person.pk}", headers=ids)
        assert (removed.status_code, removed.content) == (204, b"")
    assert held(fabrikam, contoso, person) == []
    assert client.delete(f"{members(contoso)}/{person.pk}").status_code == 404


def test_op_roles_a_deleted_user_holds_none_and_comes_back_without(fabrikam, contoso):
    person, client = user(fabrikam, contoso), fabrikam.api("aa")
    give(fabrikam, contoso, person)
    at = f"/v1/customers/{contoso.pk}/users/{person.pk}"
    client.delete(at)
    assert client.get(members(contoso)).json()["items"] == []
    client.patch(at, {"state": "active"}, format="json")
    assert held(fabrikam, contoso, person) == []


@pytest.mark.parametrize("role", ["x", "4870078c-0a51-4508-baeb-d9b6b86bdbe0"])
def test_op_roles_of_no_directory_are_404(fabrikam, contoso, role):
    client = fabrikam.api("aa")
    assert client.get(members(contoso, role)).status_code == 404
    assert give(fabrikam, contoso, user(fabrikam, contoso), role).status_code == 404


def test_op_roles_are_for_the_customers_own_users(fabrikam, contoso):
    stranger = user(fabrikam, customer(fabrikam, "Wingtip"))
    refused = give(fabrikam, contoso, stranger)
    assert (refused.status_code, refused.json()["code"]) == (404, 60002)
    empty = fabrikam.api("aa").post(members(contoso), {}, format="json")
    assert (empty.status_code, empty.json()["data"]) == (400, ["id"])
