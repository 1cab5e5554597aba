"""The webhook's page: register, try, see what was sent, send again (P33, F-SET-10)."""

from uuid import uuid4

import pytest

from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import delivery, services
from partnercenter.webhooks.models import Registration
from tests.webhooks.conftest import raise_event

pytestmark = pytest.mark.django_db
PAGE = "/dashboard/settings/developer/webhooks"
FORM = {"webhook_url": "https://hooks.example/", "webhook_events": ["order-created"]}


def text_of(browser, query=""):
    answer = browser.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer, browser):
    assert (answer.status_code, answer.url) == (302, PAGE)
    return text_of(browser)


def test_without_a_registration_it_offers_one(fabrikam):
    text = text_of(fabrikam.browser("ga"))
    assert "Register a webhook" in text
    assert "Nothing was sent yet" in text
    assert 'data-testid="webhook-test"' not in text


def test_it_registers(fabrikam):
    browser = fabrikam.browser("ga")
    assert "The webhook is saved." in said(browser.post(PAGE, FORM), browser)
    with fabrikam.visible():
        found = Registration.objects.get()
    assert (found.url, found.events) == (FORM["webhook_url"], ["order-created"])


def test_it_changes_and_keeps_events_that_it_does_not_offer(registered):
    browser = registered.browser("ga")
    browser.post(PAGE, FORM | {"signs_in_own_header": "on"})
    found = Registration.objects.get()
    assert found.signs_in_own_header
    assert found.events == [
        "order-created",
        "usagerecords-thresholdExceeded",
        "referral-created",
        "referral-updated",
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"webhook_url": "http://10.0.0.1/"}, "must be public"),
        ({"webhook_url": ""}, "required"),
        ({"webhook_events": []}, "required"),
        ({"webhook_events": ["order-eaten"]}, "order-eaten"),
    ],
)
def test_what_is_wrong_is_said_at_the_form(fabrikam, change, says):
    answer = fabrikam.browser("ga").post(PAGE, FORM | change)
    assert answer.status_code == 400
    assert says in answer.content.decode()
    with fabrikam.visible():
        assert not Registration.objects.exists()


def test_a_test_event_and_the_third_is_too_many(registered):
    browser = registered.browser("ga")
    assert "A test event is sent." in said(browser.post(f"{PAGE}/test"), browser)
    browser.post(f"{PAGE}/test")
    assert "Try again in 60 seconds." in said(browser.post(f"{PAGE}/test"), browser)


def test_an_opened_event_shows_its_attempts(registered, receiver, travel):
    receiver.answers = [503, 200]
    event = raise_event(registered)
    delivery.deliver_due()
    browser = registered.browser("ga")
    text = text_of(browser, f"?event={event.key}")
    assert "503 ServiceUnavailable" in text
    assert "Next attempt:" in text
    travel.shift(5)
    delivery.deliver_due()
    text = text_of(browser, f"?event={event.key}")
    assert "200 OK" in text
    assert "Delivered" in text
    assert "&quot;EventName&quot;:&quot;order-created&quot;" in text


def test_what_a_receiver_answers_stays_text(registered, receiver):
    event = raise_event(registered)
    delivery.deliver_due()
    event.tries.update(answer="<script>alert(1)</script>")
    assert "<script>alert(1)" not in text_of(registered.browser("ga"), f"?event={event.key}")


def test_send_again(registered, receiver):
    event = raise_event(registered)
    delivery.deliver_due()
    browser = registered.browser("ga")
    text = said(browser.post(f"{PAGE}/events/{event.key}/replay"), browser)
    assert "The event is sent again." in text
    delivery.deliver_due()
    assert len(receiver.got) == 2
    assert receiver.got[0].body == receiver.got[1].body
    event.refresh_from_db()
    assert (event.attempts, bool(event.delivered_at)) == (1, True)


def test_one_that_was_given_up_is_sent_again(registered, receiver):
    event = raise_event(registered)
    Event.objects.update(given_up_at=event.raised_at, attempts=10)
    services.replay(event.key, by=registered.actor("ga"))
    assert delivery.deliver_due() == 1
    event.refresh_from_db()
    assert (event.given_up_at, event.attempts) == (None, 1)


def test_one_that_is_on_its_way_is_not_sent_twice(registered, receiver):
    event = raise_event(registered)
    services.replay(event.key, by=registered.actor("ga"))
    delivery.deliver_due()
    assert len(receiver.got) == 1


def test_another_partners_event_is_not_there(registered, tailspin):
    event = raise_event(registered)
    browser = tailspin.browser("ga")
    for key in (event.key, uuid4()):
        assert browser.post(f"{PAGE}/events/{key}/replay").status_code == 404
    assert 'data-testid="webhook-event"' not in text_of(browser, f"?event={event.key}")


def test_remove_asks_first(registered):
    browser = registered.browser("ga")
    assert 'data-testid="webhook-confirm-remove"' in text_of(browser, "?dialog=remove")
    assert "Nothing is sent any more." in said(browser.post(f"{PAGE}/remove"), browser)
    assert not Registration.objects.exists()


def test_resume(registered):
    Registration.objects.update(disabled_at="2020-01-02T00:00Z", failing_since="2019-12-30T00:00Z")
    browser = registered.browser("ga")
    text = text_of(browser)
    assert "Nothing is sent since" in text
    assert 'data-testid="webhook-resume"' in text
    assert "Sending is resumed." in said(browser.post(f"{PAGE}/resume"), browser)
    assert 'data-testid="webhook-resume"' not in text_of(browser)


def test_the_applications_page_leads_here(fabrikam):
    text = fabrikam.browser("ga").get("/dashboard/settings/developer").content.decode()
    assert f'href="{PAGE}"' in text


def test_a_page_costs_the_same_for_1_event_and_for_30(registered, django_assert_num_queries):
    browser = registered.browser("ga")
    raise_event(registered)
    with django_assert_num_queries(QUERIES):
        text_of(browser)
    for number in range(29):
        raise_event(registered, f"o{number}", EventName.INVOICE_READY)
    with django_assert_num_queries(QUERIES):
        text_of(browser)


QUERIES = 6
