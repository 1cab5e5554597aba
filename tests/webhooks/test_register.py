"""``/webhooks/v1/registration``: get, register, change, remove; and the list of events."""

import pytest

from accounts.models import Partner
from activitylog.models import ActivityRecord
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks.models import Registration
from tests.webhooks.conftest import raise_event

pytestmark = pytest.mark.django_db
AT = "/webhooks/v1/registration"
URL = "https://hooks.fabrikam.example/events?code=s3cret"
BODY = {"WebhookUrl": URL, "WebhookEvents": ["subscription-updated", "test-created"]}


@pytest.fixture
def api(fabrikam):
    return fabrikam.api("ga")


def test_events_are_a_bare_array(api):
    assert api.get(f"{AT}/events").json() == [name.value for name in EventName]


def test_nothing_is_registered_at_first(api):
    answer = api.get(AT)
    assert (answer.status_code, answer.json()["code"]) == (404, 1000)
    assert api.put(AT, BODY, format="json").status_code == 404
    assert api.delete(AT).status_code == 404


def test_register_answers_with_the_subscriber_id(api, fabrikam):
    answer = api.post(AT, BODY, format="json")
    assert answer.status_code == 200
    with fabrikam.visible():
        found = Registration.objects.get()
    assert answer.json() == {
        "SubscriberId": str(found.pk),
        "WebhookUrl": URL,
        "WebhookEvents": ["test-created", "subscription-updated"],
    }
    assert api.get(AT).json() == {
        "WebhookUrl": URL,
        "WebhookEvents": ["test-created", "subscription-updated"],
    }


def test_one_for_each_partner(api, fabrikam, tailspin):
    assert api.post(AT, BODY, format="json").status_code == 200
    assert api.post(AT, BODY, format="json").status_code == 409
    assert tailspin.api("ga").post(AT, BODY, format="json").status_code == 200
    with fabrikam.visible():
        assert Registration.objects.count() == 1


def test_a_repeat_with_the_same_request_id_is_the_same_answer(api):
    ids = {"MS-RequestId": "3b9d2a2e-0000-4000-8000-000000000001"}
    first, second = (api.post(AT, BODY, format="json", headers=ids) for _ in range(2))
    assert (second.status_code, second.json()) == (200, first.json())


def test_the_partner_knows_what_he_asked_for(api, fabrikam):
    api.post(AT, BODY, format="json")
    wanted = Partner.objects.get(pk=fabrikam.partner.pk).webhook_events
    assert wanted == ["test-created", "subscription-updated"]
    api.put(AT, BODY | {"WebhookEvents": ["invoice-ready"]}, format="json")
    assert Partner.objects.get(pk=fabrikam.partner.pk).webhook_events == ["invoice-ready"]
    assert api.delete(AT).status_code == 204
    assert Partner.objects.get(pk=fabrikam.partner.pk).webhook_events == []


def test_change(api):
    api.post(AT, BODY, format="json")
    changed = {"WebhookUrl": "http://other.example:8080/", "WebhookEvents": ["test-created"]}
    answer = api.put(AT, changed, format="json")
    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in changed} == changed
    assert api.get(AT).json() == changed


@pytest.mark.parametrize(
    "body",
    [
        {"webhookUrl": URL, "webhookEvents": ["test-created"]},
        {"webhookurl": URL, "WEBHOOKEVENTS": ["Test-Created"], "Attributes": None},
        {**BODY, "SubscriberId": None, "SignatureTokenToMsSignatureHeader": None},
    ],
)
def test_names_are_read_in_any_case(api, body):
    assert api.post(AT, body, format="json").status_code == 200


@pytest.mark.parametrize("at", ["/webhooks/v1/Registration/", "/webhooks//v1/registration"])
def test_addresses_are_read_liberally(api, at):
    assert api.post(at, BODY, format="json").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"WebhookUrl": None}, "webhookUrl"),
        ({"WebhookUrl": "hooks.example"}, "webhookUrl"),
        ({"WebhookUrl": "ftp://hooks.example/"}, "webhookUrl"),
        ({"WebhookUrl": "https://"}, "webhookUrl"),
        ({"WebhookUrl": "https://u:p@hooks.example/"}, "webhookUrl"),
        ({"WebhookUrl": "https://hooks.example/#part"}, "webhookUrl"),
        ({"WebhookUrl": "https://hooks.example:22/"}, "webhookUrl"),
        ({"WebhookUrl": "http://127.0.0.1/"}, "webhookUrl"),
        ({"WebhookUrl": "http://[::1]/"}, "webhookUrl"),
        ({"WebhookUrl": "http://169.254.169.254/latest"}, "webhookUrl"),
        ({"WebhookUrl": "https://hooks.example/" + "x" * 2000}, "webhookUrl"),
        ({"WebhookEvents": []}, "webhookEvents"),
        ({"WebhookEvents": ["order-eaten"]}, "webhookEvents"),
        ({"WebhookEvents": "test-created"}, "webhookEvents"),
        ({"WebhookEvents": [["test-created"]]}, "webhookEvents"),
    ],
)
def test_refused_with_the_field(api, fabrikam, change, field):
    answer = api.post(AT, BODY | change, format="json")
    assert answer.status_code == 400
    assert answer.json()["code"] == 800002
    assert any(one.startswith(field) for one in answer.json()["data"])
    with fabrikam.visible():
        assert not Registration.objects.exists()


def test_it_is_recorded_without_what_may_be_secret(api, fabrikam):
    api.post(AT, BODY, format="json")
    api.put(AT, BODY, format="json")
    api.delete(AT)
    with fabrikam.visible():
        rows = list(ActivityRecord.objects.filter(resource_type="webhook").order_by("at", "number"))
    assert sorted(row.action for row in rows) == [
        "register_webhook",
        "remove_webhook",
        "update_webhook",
    ]
    assert {row.subject for row in rows} == {"hooks.fabrikam.example"}
    assert "s3cret" not in str([vars(row) for row in rows])


def test_what_waits_is_given_up_with_the_registration(registered):
    event = raise_event(registered)
    assert registered.api("ga").delete(AT).status_code == 204
    event.refresh_from_db()
    assert event.given_up_at
    assert Event.objects.count() == 1
