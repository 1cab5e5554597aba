"""Deliveries: signed, in order, tried again and again, and ended when nobody takes them."""

import base64
import logging
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from django.test import Client

from activitylog.models import ActivityRecord
from partnercenter.lib import clock, outbox
from partnercenter.lib.errors import Conflict
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event, OutboxMessage
from partnercenter.webhooks import delivery, receiving, rules, services
from partnercenter.webhooks.models import Attempt, Registration
from tests.webhooks.conftest import raise_event

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def certificate_at(url):
    answer = Client().get("/webhooks" + url.partition("/webhooks")[2])
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pkix-cert"
    return answer.content


class TestForm:
    def test_the_body_is_as_documented(self, registered, receiver):
        raise_event(registered)
        delivery.deliver_once()
        (got,) = receiver.got
        assert list(got.json.items()) == [
            ("EventName", "order-created"),
            ("ResourceUri", "http://127.0.0.1:8000/v1/o1"),
            ("ResourceName", "order"),
            ("AuditUri", None),
            ("ResourceChangeUtcDate", "2020-01-02T10:12:03.250000+00:00"),
        ]
        assert got.headers["Content-Type"] == "application/json"
        assert got.path == "/hook?code=s3cret"

    def test_it_is_signed_with_the_key_of_the_certificate(self, registered, receiver):
        raise_event(registered)
        delivery.deliver_once()
        (got,) = receiver.got
        scheme, _blank, value = got.headers["Authorization"].partition(" ")
        assert scheme == "Signature"
        assert got.headers["X-MS-Signature-Algorithm"] == "rsa-sha256"
        found = x509.load_der_x509_certificate(certificate_at(got.headers["X-MS-Certificate-Url"]))
        found.public_key().verify(
            base64.b64decode(value), got.body, padding.PKCS1v15(), hashes.SHA256()
        )
        found.verify_directly_issued_by(found)
        (organization,) = found.subject.get_attributes_for_oid(x509.NameOID.ORGANIZATION_NAME)
        assert organization.value == "Partner Center"

    def test_a_receiver_finds_a_changed_body_out(self, registered, receiver):
        raise_event(registered)
        delivery.deliver_once()
        (got,) = receiver.got
        assert receiving.is_signed(got.body, got.headers, certificate_at)
        assert not receiving.is_signed(got.body + b" ", got.headers, certificate_at)
        assert not receiving.is_signed(got.body, got.headers, lambda _: b"")
        assert not receiving.is_signed(got.body, {}, lambda _: b"")

    def test_the_signature_may_have_a_header_of_its_own(self, registered, receiver):
        services.update(
            url=receiver.url, event_names=EventName, signs_in_own_header=True,
            by=registered.actor("ga"),
        )  # fmt: skip
        raise_event(registered)
        delivery.deliver_once()
        (got,) = receiver.got
        assert "Authorization" not in got.headers
        assert receiving.is_signed(got.body, {**got.headers}, certificate_at)

    def test_there_is_no_certificate_of_a_key_that_is_not_ours(self):
        answer = Client().get("/webhooks/v1/certificates/other.cer")
        assert (answer.status_code, answer.json()["code"]) == (404, 1000)

    def test_a_repeat_carries_the_same_bytes(self, registered, receiver, travel):
        receiver.answers = [500, 200]
        raise_event(registered)
        delivery.deliver_once()
        travel.shift(5)
        delivery.deliver_once()
        first, second = receiver.got
        assert (first.body, first.headers) == (second.body, second.headers)


class TestOrder:
    def test_events_on_one_resource_go_one_after_the_other(self, registered, receiver):
        for _ in range(3):
            raise_event(registered, "o1")
        assert [delivery.deliver_once() for _ in range(4)] == [1, 1, 1, 0]
        assert receiver.paths == ["o1"] * 3

    def test_one_that_fails_holds_up_its_own_resource_alone(self, registered, receiver, travel):
        receiver.answers = [500, 200]
        raise_event(registered, "o1")
        delivery.deliver_once()
        raise_event(registered, "o1", EventName.ORDER_CANCELLED)
        raise_event(registered, "o2")
        delivery.deliver_due()
        assert receiver.paths == ["o1", "o2"]
        travel.shift(5)
        delivery.deliver_due()
        assert receiver.paths == ["o1", "o2", "o1", "o1"]
        assert [one.json["EventName"] for one in receiver.got[2:]] == [
            "order-created",
            "order-cancelled",
        ]

    def test_resources_go_side_by_side(self, registered, receiver):
        for number in range(12):
            raise_event(registered, f"o{number}")
        assert [delivery.deliver_once() for _ in range(3)] == [8, 4, 0]
        assert sorted(receiver.paths) == sorted(f"o{number}" for number in range(12))

    def test_each_is_sent_once(self, registered, receiver):
        for number in range(5):
            raise_event(registered, f"o{number}")
        delivery.deliver_due()
        delivery.deliver_due()
        assert len(receiver.got) == 5

    def test_what_is_on_its_way_is_not_sent_by_another(self, registered, travel):
        raise_event(registered)
        assert len(delivery._claim(clock.now())) == 1
        assert delivery._claim(clock.now()) == []
        travel.shift(rules.LEASE)
        assert len(delivery._claim(clock.now())) == 1

    def test_a_defect_at_one_address_does_not_hold_up_the_others(
        self, registered, receiver, monkeypatch
    ):
        raise_event(registered, "o1")
        raise_event(registered, "o2")
        send = delivery.egress.post

        def post(url, *, body, headers):
            if b"/o1" in body:
                raise RuntimeError("a defect")
            return send(url, body=body, headers=headers)

        monkeypatch.setattr(delivery.egress, "post", post)
        assert delivery.deliver_due() == 2
        assert receiver.paths == ["o2"]
        troubles = Attempt.objects.order_by("event").values_list("trouble", flat=True)
        assert list(troubles) == ["broken_off", ""]

    def test_each_partner_gets_his_own(self, registered, receiver, tailspin):
        with tailspin.visible():
            services.register(url=receiver.url, event_names=EventName, by=tailspin.actor("ga"))
            tailspin.partner.refresh_from_db()
            raise_event(tailspin, "theirs")
        raise_event(registered, "ours")
        delivery.deliver_due()
        assert sorted(receiver.paths) == ["ours", "theirs"]
        assert Attempt.objects.count() == 1


class TestAgain:
    def test_ten_attempts_ever_further_apart_then_it_waits_in_the_log(
        self, registered, receiver, travel
    ):
        receiver.answers = [503]
        event = raise_event(registered)
        waits = [5, 20, 80, 320, 1280, 5120, 14400, 14400, 14400]
        for wait in waits:
            assert delivery.deliver_due() == 1
            travel.shift(wait - 1)
            assert delivery.deliver_due() == 0
            travel.shift(1)
        assert delivery.deliver_due() == 1
        travel.shift(DAY)
        assert delivery.deliver_due() == 0
        event.refresh_from_db()
        assert (event.attempts, bool(event.given_up_at), event.delivered_at) == (10, True, None)
        assert Attempt.objects.count() == 10

    def test_what_came_back_is_kept(self, registered, receiver, travel):
        receiver.answers = [503, 200]
        raise_event(registered)
        delivery.deliver_once()
        travel.shift(5)
        delivery.deliver_once()
        kept = list(Attempt.objects.order_by("id").values_list("status", "trouble", "answer"))
        assert kept == [(503, "", "not taken"), (200, "", "taken")]

    def test_a_redirect_is_not_followed(self, registered, receiver):
        receiver.answers = [(307, {"Location": receiver.url})]
        raise_event(registered)
        delivery.deliver_due()
        assert len(receiver.got) == 1
        assert Attempt.objects.get().status == 307

    def test_an_hour_without_the_receiver_loses_nothing(self, registered, receiver, travel):
        receiver.answers = [503]
        for number in range(3):
            raise_event(registered, f"o{number}")
            raise_event(registered, f"o{number}", EventName.ORDER_CANCELLED)
        for _ in range(60):
            delivery.deliver_due()
            travel.shift(60)
        tried, receiver.answers = len(receiver.got), [200]
        for _ in range(90):
            delivery.deliver_due()
            travel.shift(60)
        told = [(one.json["ResourceUri"], one.json["EventName"]) for one in receiver.got[tried:]]
        assert len(told) == len(set(told)) == 6
        for number in range(3):
            path = f"http://127.0.0.1:8000/v1/o{number}"
            names = [name for uri, name in told if uri == path]
            assert names == ["order-created", "order-cancelled"]

    def test_one_that_arrives_brings_on_the_others(self, registered, receiver, travel):
        receiver.answers = [503]
        raise_event(registered, "o1")
        for _ in range(4):
            delivery.deliver_due()
            travel.shift(400)
        receiver.answers = [200]
        raise_event(registered, "o2")
        assert delivery.deliver_due() == 2
        assert Registration.objects.get().failing_since is None


class TestEnd:
    @pytest.fixture
    def ended(self, registered, receiver, travel):
        receiver.answers = [503]
        raise_event(registered, "first")
        delivery.deliver_due()
        travel.shift(timedelta(days=3) - timedelta(seconds=1))
        raise_event(registered, "o1")
        delivery.deliver_due()
        assert Registration.objects.get().disabled_at is None
        travel.shift(5)
        delivery.deliver_due()
        return registered

    def test_after_three_days_nothing_is_sent(self, ended, receiver, travel):
        assert Registration.objects.get().disabled_at
        sent = len(receiver.got)
        raise_event(ended, "o2")
        travel.shift(DAY)
        assert delivery.deliver_due() == 0
        assert len(receiver.got) == sent

    def test_those_who_can_help_are_told_once(self, ended):
        assert ActivityRecord.objects.filter(action="disable_webhook").count() == 1
        (mail,) = OutboxMessage.objects.filter(topic="mail")
        assert mail.payload == {
            "template": "webhook_disabled",
            "user_id": str(ended["ga"].pk),
        }

    def test_the_mail_says_where_to_go(self, ended, mailoutbox):
        for message_id in outbox.open_ids():
            outbox.deliver(message_id)
        (mail,) = mailoutbox
        assert mail.to == [ended["ga"].email]
        assert "/dashboard/settings/developer/webhooks" in mail.body

    def test_what_waited_is_sent_when_it_is_resumed(self, ended, receiver, travel):
        raise_event(ended, "o2")
        receiver.answers, receiver.got = [200], []
        services.resume(by=ended.actor("ga"))
        travel.shift(HOUR)
        delivery.deliver_due()
        assert sorted(receiver.paths) == ["first", "o1", "o2"]
        assert Registration.objects.get().disabled_at is None

    def test_a_changed_registration_is_sent_to_again(self, ended, receiver):
        receiver.answers = [200]
        services.update(url=receiver.url, event_names=EventName, by=ended.actor("ga"))
        raise_event(ended, "o2")
        assert delivery.deliver_due() > 0

    def test_a_changed_address_gets_what_waits_at_once(self, registered, receiver, travel):
        receiver.answers = [503]
        raise_event(registered)
        for _ in range(4):
            delivery.deliver_due()
            travel.shift(80)
        assert delivery.deliver_due() == 0
        receiver.answers, receiver.got = [200], []
        services.update(url=receiver.url, event_names=EventName, by=registered.actor("ga"))
        assert delivery.deliver_due() == 1

    def test_no_test_while_nothing_is_sent(self, ended):
        with pytest.raises(Conflict, match="Resume"):
            services.send_test(by=ended.actor("ga"))


class TestLog:
    def test_the_address_is_not_in_the_log(self, registered, receiver, caplog):
        receiver.answers = [500]
        caplog.set_level(logging.DEBUG)
        raise_event(registered)
        delivery.deliver_due()
        assert "status 500" in caplog.text
        assert "s3cret" not in caplog.text
        assert "Signature" not in caplog.text

    def test_events_are_kept_for_30_days_and_their_attempts_with_them(self, registered, travel):
        raise_event(registered)
        delivery.deliver_due()
        travel.shift(30 * DAY)
        assert delivery.forget_old() == 0
        travel.shift(1)
        assert delivery.forget_old() == 1
        assert (Event.objects.count(), Attempt.objects.count()) == (0, 0)


def test_a_round_without_work_is_two_statements(registered, django_assert_num_queries):
    # The savepoint, the query, its end; and whose rows are seen before and after.
    with django_assert_num_queries(5):
        assert delivery.deliver_once() == 0
