"""Answers to request ids are kept for a day, and no longer."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from customers.models import Customer
from partnercenter import celery
from partnercenter.lib import idempotency, tasks
from partnercenter.lib.models import AnsweredRequest
from tests.customers.samples import wire

START = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)
CUSTOMERS = "/v1/customers"


@pytest.fixture
def at():
    with time_machine.travel(START, tick=False) as travel:
        yield travel


def create(organization, name="Contoso", **ids):
    return organization.api("aa").post(CUSTOMERS, wire(name), format="json", headers=ids)


def kept(organization):
    with organization.visible():
        return [row.body for row in AnsweredRequest.objects.all()]


def test_a_day_later_the_password_of_a_new_customer_is_nowhere(fabrikam, tailspin, at):
    passwords = [
        create(org, **{"MS-RequestId": str(uuid.uuid4())}).json()["userCredentials"]["password"]
        for org in (fabrikam, tailspin)
    ]
    assert [passwords[0] in body for body in kept(fabrikam)] == [True]
    at.move_to(START + timedelta(hours=24, seconds=1))
    assert idempotency.forget_old_answers() == 2
    assert (kept(fabrikam), kept(tailspin)) == ([], [])


def test_to_the_last_second_of_the_day_a_repeat_gets_the_first_answer(fabrikam, at):
    ids = {"MS-RequestId": str(uuid.uuid4())}
    first = create(fabrikam, **ids)
    at.move_to(START + timedelta(hours=24))
    assert idempotency.forget_old_answers() == 0
    assert create(fabrikam, **ids).json() == first.json()
    with fabrikam.visible():
        assert Customer.objects.count() == 1


def test_many_go_in_batches(fabrikam, at, monkeypatch):
    monkeypatch.setattr(idempotency, "BATCH", 2)
    for number in range(5):
        create(fabrikam, f"C{number}", **{"MS-RequestId": str(uuid.uuid4())})
    at.shift(timedelta(days=2))
    assert (idempotency.forget_old_answers(), kept(fabrikam)) == (5, [])


def test_beat_asks_every_ten_minutes(fabrikam, at):
    entry = celery.app.conf.beat_schedule["forget-old-answers"]
    assert entry == {"task": tasks.forget_old_answers.name, "schedule": 600.0}
    create(fabrikam, **{"MS-RequestId": str(uuid.uuid4())})
    at.shift(timedelta(days=2))
    tasks.forget_old_answers()
    assert kept(fabrikam) == []
