"""Reminders 7, 3 and 1 days before a return window ends: one each, none after a cancellation."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import IntegrityError, connections

from orders import services
from partnercenter import sandbox
from partnercenter.lib import clock, outbox, tenancy
from partnercenter.lib.models import OutboxMessage
from software import returns
from software.models import Entitlement, ReturnReminder
from tests.customers.samples import customer
from tests.orders import build
from tests.orders.conftest import START

STEPS = [(53, 7), (57, 3), (59, 1)]
BEATS = 8


def announced():
    """Days before the end of every reminder so far, in their order."""
    return list(ReturnReminder.objects.order_by("pk").values_list("days_before", flat=True))


def delivered():
    """Deliver the reminders that the outbox holds; subjects and addresses of what went out."""
    mail.outbox.clear()
    with tenancy.everyone():
        mine = set(OutboxMessage.objects.filter(topic=returns.TOPIC).values_list("pk", flat=True))
    for message_id in outbox.open_ids():
        assert message_id not in mine or outbox.deliver(message_id)
    return [(sent.subject, sent.to) for sent in mail.outbox]


@pytest.fixture
def aa(shop):
    return shop.org["aa"]


@pytest.mark.parametrize(("day", "ahead"), STEPS)
@pytest.mark.parametrize(("seconds", "wanted"), [(-1, 0), (0, 1), (1, 1)])
def test_C3_each_step_is_due_to_the_second(shop, wsd, aa, travel, day, ahead, seconds, wanted):
    shop.buy(wsd)
    for earlier, _ahead in STEPS[: STEPS.index((day, ahead))]:
        travel.move_to(START + build.days(earlier))
        assert returns.remind_all() == 1
    before = announced()
    travel.move_to(START + build.days(day + seconds / 86400))
    assert returns.remind_all() == wanted
    assert announced() == before + [ahead] * wanted


def test_C3_one_each_however_often_beat_asks(shop, wsd, aa, travel):
    shop.buy(wsd)
    for _hour in range(61 * 4):
        travel.shift(build.days(0.25))
        returns.remind_all()
    assert announced() == [7, 3, 1]
    assert [subject for subject, _to in delivered()] == [
        "7 days left to cancel software of Contoso",
        "3 days left to cancel software of Contoso",
        "1 day left to cancel software of Contoso",
    ]


def test_what_beat_missed_is_said_once_as_it_stands_now(shop, wsd, aa, travel):
    shop.buy(wsd)
    travel.move_to(START + build.days(58))
    assert (returns.remind_all(), returns.remind_all(), announced()) == (1, 0, [3])
    assert [subject for subject, _to in delivered()] == [
        "2 days left to cancel software of Contoso"
    ]


def test_none_after_the_window(shop, wsd, aa, travel):
    shop.buy(wsd)
    travel.move_to(START + build.days(60))
    assert (returns.remind_all(), announced()) == (0, [])


@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_none_after_a_cancellation(shop, wsd, aa, travel, after):
    kept, gone = shop.buy(wsd), shop.buy(build.offer("PERP"))
    for number, (day, _ahead) in enumerate([*STEPS, (59.5, 0)]):
        travel.move_to(START + build.days(day))
        if number == after:
            services.cancel_order(gone.order, by=shop.actor())
        returns.remind_all()
    rows = ReturnReminder.objects.values_list("entitlement__order_id", "days_before")
    told = {
        order.pk: sorted(days for order_id, days in rows if order_id == order.pk)
        for order in (kept.order, gone.order)
    }
    assert told == {kept.pk: [1, 3, 7], gone.pk: sorted(ahead for _d, ahead in STEPS[:after])}


def test_none_goes_out_of_what_was_cancelled_before_delivery(shop, wsd, aa, travel):
    placed = shop.buy(wsd)
    travel.move_to(START + build.days(53))
    assert returns.remind_all() == 1
    services.cancel_order(placed.order, by=shop.actor())
    assert delivered() == []


def test_what_has_no_window_is_not_announced(shop, aa, travel):
    shop.buy(build.offer("ESU"), build.offer("SUSE"))
    shop.buy(build.offer("RI"))
    for day, _ahead in STEPS:
        travel.move_to(START + build.days(day))
        assert returns.remind_all() == 0


def test_a_step_before_the_purchase_is_none(shop, wsd, aa, travel):
    shop.buy(wsd)
    Entitlement.objects.update(returnable_until=START + build.days(7))
    for seconds in (0, 60):
        travel.move_to(START + build.days(seconds / 86400))
        assert returns.remind_all() == 0
    travel.move_to(START + build.days(4))
    assert (returns.remind_all(), announced()) == (1, [3])


def test_lines_of_one_order_share_a_mail_and_have_a_reminder_each(shop, wsd, aa, travel):
    shop.buy(wsd, build.offer("PERP"))
    travel.move_to(START + build.days(53))
    assert (returns.remind_all(), announced()) == (2, [7, 7])
    assert delivered() == [("7 days left to cancel software of Contoso", [aa.email])]
    assert mail.outbox[0].body.count("\n- ") == 2


def test_S51_those_who_may_cancel_are_told_in_their_language(shop, wsd, aa, travel):
    both = shop.org["gaaa"]
    both.locale = "zh-hans"
    both.save()
    gone = shop.org["sa"]
    gone.roles, gone.is_active = aa.roles, False
    gone.save()
    for key in ("ga", "ba", "ha"):
        assert shop.org[key]
    placed = shop.buy(wsd)
    travel.move_to(START + build.days(59))
    returns.remind_all()
    assert sorted(delivered()) == [
        ("1 day left to cancel software of Contoso", [aa.email]),
        ("Contoso 的软件还剩 1 天可取消", [both.email]),
    ]
    for sent in mail.outbox:
        assert f"/dashboard/customers/{shop.customer.pk}/orders/{placed.pk}" in sent.body
        assert "/dashboard/customers/returns" in sent.body
        assert "10:12 UTC" in sent.body


def test_who_is_deactivated_meanwhile_gets_none(shop, wsd, aa, travel):
    shop.buy(wsd)
    travel.move_to(START + build.days(53))
    returns.remind_all()
    aa.is_active = False
    aa.save()
    assert delivered() == []


def test_partners_that_are_not_in_the_program_get_none(shop, wsd, aa, travel):
    shop.buy(wsd)
    shop.org.partner.is_csp = False
    shop.org.partner.save()
    travel.move_to(START + build.days(53))
    assert returns.remind_all() == 0
    at = {"partner": shop.org.partner, "until": clock.now()}
    assert (returns.next_reminder(**at), returns.remind(**at)) == (None, 0)


def test_each_partner_by_its_own_clock(shop, wsd, aa, travel, fabrikam_sandbox):
    shop.buy(wsd)
    there = fabrikam_sandbox.partner
    with fabrikam_sandbox.visible():
        build.shop(fabrikam_sandbox).buy(wsd)
        there.clock_offset = build.days(57)
        there.save()
    assert returns.remind_all() == 1
    with tenancy.everyone():
        (row,) = ReturnReminder.objects.all()
    assert (row.partner_id, row.days_before) == (there.pk, 3)
    assert row.reminded_at == START + build.days(57)


@pytest.fixture
def elsewhere(fabrikam_sandbox, travel):
    """A sandbox that bought two things, five days apart, for two customers."""
    with fabrikam_sandbox.visible():
        shop = build.shop(fabrikam_sandbox)
        shop.buy(build.offer("WSD"))
        sandbox.move_clock(to=START + build.days(5), by=shop.actor())
        shop.org.partner.refresh_from_db()
        shop.buy(build.offer("PERP"), customer=customer(shop.org, "Wingtip"))
        yield shop


def test_a_clock_that_passes_several_steps_at_once_does_them_in_order(elsewhere):
    sandbox.move_clock(to=START + build.days(100), by=elsewhere.actor())
    rows = ReturnReminder.objects.order_by("pk")
    found = rows.values_list("entitlement__customer__company_name", "days_before", "reminded_at")
    assert list(found) == [
        (name, ahead, START + build.days(day))
        for name, ahead, day in (
            ("Contoso", 7, 53),
            ("Contoso", 3, 57),
            ("Wingtip", 7, 58),
            ("Contoso", 1, 59),
            ("Wingtip", 3, 62),
            ("Wingtip", 1, 64),
        )
    ]
    assert [subject for subject, _to in delivered()] == [
        f"{left} left to cancel software of {name}"
        for left, name in (
            ("7 days", "Contoso"),
            ("3 days", "Contoso"),
            ("7 days", "Wingtip"),
            ("1 day", "Contoso"),
            ("3 days", "Wingtip"),
            ("1 day", "Wingtip"),
        )
    ]


def test_the_clock_stands_at_a_step_and_beat_adds_nothing(elsewhere):
    for ahead in (7, 7, 3):
        sandbox.move_clock(to=START + build.days(60 - ahead), by=elsewhere.actor())
        assert returns.remind_all() == 0
    assert announced() == [7, 3]


def test_C3_beats_at_once_announce_once(committed_db, fabrikam):
    with fabrikam.visible():
        shop = build.shop(fabrikam)
        offers = [build.offer("WSD"), build.offer("PERP")]
        for _ in range(5):
            shop.buy(*offers)
        Entitlement.objects.update(
            purchased_at=clock.now() - build.days(54), returnable_until=clock.now() + build.days(6)
        )
        assert shop.org["aa"]
    gate = threading.Barrier(BEATS)

    def beat(_number):
        gate.wait()
        try:
            return returns.remind_all()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(BEATS) as pool:
        assert sum(pool.map(beat, range(BEATS))) == 10
    with fabrikam.visible():
        assert announced() == [7] * 10
        assert OutboxMessage.objects.filter(topic=returns.TOPIC).count() == 5


def test_the_database_says_once_too(shop, wsd):
    shop.buy(wsd)
    line = Entitlement.objects.get()
    values = {"partner": shop.org.partner, "entitlement": line, "days_before": 7}
    ReturnReminder.objects.create(**values, reminded_at=clock.now())
    with pytest.raises(IntegrityError, match="return_reminder_once"):
        ReturnReminder.objects.create(**values, reminded_at=clock.now())
