"""Test events: asked for, delivered, and followed by their id."""

from datetime import timedelta

import pytest

from partnercenter.lib.events import EventName
from partnercenter.webhooks import delivery, services
from tests.webhooks.conftest import raise_event

pytestmark = pytest.mark.django_db
AT = "/webhooks/v1/registration/validationEvents"


@pytest.fixture
def ask(registered):
    client = registered.api("ga")
    return lambda: client.post(AT)


def test_it_is_delivered(ask, receiver):
    key = ask().json()["correlationId"]
    assert delivery.deliver_once() == 1
    (got,) = receiver.got
    assert got.json["EventName"] == "test-created"
    assert got.json["ResourceName"] == "test"
    assert got.json["ResourceUri"].endswith(f"/webhooks/v1/registration/validationEvents/{key}")


def test_its_way_can_be_followed(ask, receiver, registered):
    client = registered.api("ga")
    key = ask().json()["correlationId"]
    body = {
        "correlationId": key,
        "partnerId": str(registered.partner.pk),
        "status": "pending",
        "callbackUrl": receiver.url,
        "results": [],
    }
    assert client.get(f"{AT}/{key}").json() == body
    delivery.deliver_once()
    assert client.get(f"{AT}/{key}").json() == body | {
        "status": "completed",
        "results": [
            {
                "responseCode": "OK",
                "responseMessage": "taken",
                "systemError": False,
                "dateTimeUtc": "2020-01-02T10:12:03.250000Z",
            }
        ],
    }


def test_every_attempt_is_a_result(ask, receiver, registered, travel):
    receiver.answers = [500, 404, 200]
    key = ask().json()["correlationId"]
    delivery.deliver_once()
    for seconds in (5, 20):
        travel.shift(seconds)
        delivery.deliver_once()
    answer = registered.api("ga").get(f"{AT}/{key}").json()
    codes = [(one["responseCode"], one["systemError"]) for one in answer["results"]]
    assert codes == [("InternalServerError", False), ("NotFound", False), ("OK", False)]
    assert answer["status"] == "completed"


def test_without_an_answer_the_result_says_why(ask, registered, settings):
    settings.WEBHOOK_ALLOWED_HOSTS = []
    key = ask().json()["correlationId"]
    delivery.deliver_once()
    (result,) = registered.api("ga").get(f"{AT}/{key}").json()["results"]
    assert (result["responseCode"], result["responseMessage"], result["systemError"]) == (
        "0",
        "not_public",
        True,
    )


def test_two_a_minute(ask, travel):
    assert [ask().status_code, ask().status_code] == [200, 200]
    travel.shift(20)
    refused = ask()
    assert refused.status_code == 429
    assert refused["Retry-After"] == "40"
    assert refused.json() == {
        "statusCode": 429,
        "message": "Rate limit is exceeded. Try again in 40 seconds.",
    }
    travel.shift(40)
    assert ask().status_code == 200


def test_the_event_must_be_registered(registered, receiver, ask):
    by = registered.actor("ga")
    services.update(url=receiver.url, event_names=[EventName.INVOICE_READY], by=by)
    answer = ask()
    assert answer.status_code == 400
    assert "test-created" in answer.json()["description"]


def test_without_a_registration_there_is_nothing_to_test(registered, ask):
    services.remove(by=registered.actor("ga"))
    assert ask().status_code == 404


def test_another_partner_does_not_see_it(ask, tailspin):
    key = ask().json()["correlationId"]
    answer = tailspin.api("ga").get(f"{AT}/{key}")
    assert (answer.status_code, answer.json()["code"]) == (404, 1000)


def test_other_events_are_no_test_events(registered):
    event = raise_event(registered)
    assert registered.api("ga").get(f"{AT}/{event.key}").status_code == 404


def test_tests_are_kept_for_7_days(ask, travel, registered):
    key = ask().json()["correlationId"]
    travel.shift(timedelta(days=7))
    delivery.forget_old()
    assert registered.api("ga").get(f"{AT}/{key}").status_code == 200
    travel.shift(1)
    delivery.forget_old()
    assert registered.api("ga").get(f"{AT}/{key}").status_code == 404
