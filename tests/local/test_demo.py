"""The demo has something on every page, made by the verbs, once."""

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from accounts.models import User
from activitylog.models import ActivityRecord
from billing import months
from billing.models import BillingLine, Invoice
from orders.models import Order
from partnercenter import demo
from partnercenter.lib import clock, tenancy
from software.demo_keys import load_demo_keys
from support.models import ServiceRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(settings, tmp_path, monkeypatch):
    """The demo of Fabrikam alone, with few keys: the same in a fraction of the time."""
    settings.STATE_DIR = settings.MEDIA_ROOT = tmp_path
    fast = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = [fast, *settings.PASSWORD_HASHERS]
    monkeypatch.setattr(demo, "PARTNERS", {"fabrikam": demo.PARTNERS["fabrikam"]})
    monkeypatch.setattr(demo, "MANY", ())
    monkeypatch.setattr(demo, "load_demo_keys", lambda: load_demo_keys(5))
    assert demo.seed()
    return json.loads(demo.file().read_text())["partners"]["fabrikam"]


@pytest.fixture
def rows(seeded):
    with tenancy.acting_for(seeded["tenant_id"]):
        yield


def page(key, address):
    client = Client()
    client.force_login(User.objects.get(email=f"{key}@fabrikam.example"))
    answer = client.get(address)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_there_is_something_on_every_page(seeded, rows):
    contoso = f"/dashboard/customers/{seeded['customers']['contoso']}"
    software = page("aa", f"{contoso}/software")
    expected = {
        f"{contoso}/orders": "Windows Server Standard - 8 Core License Pack - 1 year",
        f"{contoso}/cart": "BizTalk Server 2016 Branch",
        "/dashboard/support": "Refund of order",
        f"{contoso}/reservations": "Reserved VM Instance, Standard_NV12, US East 2, 1 Year",
        "/dashboard/customers/returns": "Windows Server CAL - 1 User CAL - 1 year",
        "/dashboard/billing": "G0000000",
    }
    found = {address: text in page("aa", address) for address, text in expected.items()}

    assert found == dict.fromkeys(expected, True)
    assert "SQL Server Enterprise - 2 Core License Pack - 1 year" in software
    assert "SUSE Linux Enterprise Server" in software
    assert "Contoso" in page("ga", "/dashboard/settings/activity-log")
    assert "Windows Server CAL - 1 User CAL" in page("ga", "/dashboard/billing/unbilled")
    assert not Order.objects.filter(customer=seeded["customers"]["wingtip"]).exists()


def test_the_operator_signs_in_and_finds_a_request_at_the_desk(seeded, rows):
    assert seeded["users"]["op"]["email"] == "op@fabrikam.example"
    assert User.objects.get(email="op@fabrikam.example").check_password(
        seeded["users"]["op"]["password"]
    )
    number = ServiceRequest.objects.get().number

    assert number in page("op", "/desk")
    shown = page("op", f"/desk/{number}")
    assert re.search(r'data-testid="desk-refund-total">([^<]*)<', shown)[1] == "630.00 USD"


@pytest.mark.parametrize("day", ["2026-03-01", "2026-12-31"])
def test_whatever_the_day_the_credit_is_on_an_invoice_dated_when_its_month_had_ended(request, day):
    with time_machine.travel(f"{day}T00:00:05Z", tick=False):
        request.getfixturevalue("rows")
        credit = BillingLine.objects.get(charge_type="cancelImmediate")
        assert credit.invoice is not None
        assert (clock.now() - credit.booked_at).days == 38
        dated = [(invoice.issued_at, invoice.month) for invoice in Invoice.objects.all()]
        assert len(dated) == 2
        assert all(issued == months.end(month) for issued, month in dated)


def test_books_and_log_are_in_order_and_a_second_run_makes_nothing(seeded, rows):
    call_command("check_ledger")
    call_command("verify_activity_log")
    at = list(ActivityRecord.objects.order_by("number").values_list("at", flat=True))
    assert at == sorted(at)
    assert clock.now() - at[0] > timedelta(days=69)

    def count():
        return [
            model.objects.count()
            for model in (User, Order, BillingLine, Invoice, ServiceRequest, ActivityRecord)
        ]

    before, sign_ins = count(), demo.file().read_text()

    assert not demo.seed()

    assert count() == before
    assert demo.file().read_text() == sign_ins
