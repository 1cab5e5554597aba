"""The verb ``cancel_order``: statements, several at once, mail, credits, many at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from billing.services import open_balance
from customers.models import Customer
from orders import cancellation, services
from orders.models import OrderLine
from partnercenter.lib import outbox, tenancy
from partnercenter.lib.errors import DomainError
from partnercenter.lib.models import OutboxMessage
from software import downloads
from software import services as keys_and_links
from software.models import Entitlement
from tests.orders import build
from tests.software import build as software

# order, lines, UPDATE lines; entitlements, 2 UPDATEs; charges, credits, account; 2 mails; log
STATEMENTS = 12
REPEATED = 2
THREADS = 16


def cancel(shop, placed, by="aa", **options):
    return services.cancel_order(placed.order, by=shop.actor(by), **options)


@pytest.mark.parametrize("kinds", [["WSD"], ["WSD", "SQL", "PERP"]])
def test_the_number_of_statements_does_not_grow(shop, kinds):
    placed, actor = shop.buy(*[build.offer(kind) for kind in kinds]), shop.actor()
    with CaptureQueriesContext(connection) as captured:
        services.cancel_order(placed.order, by=actor)
    written = [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]
    assert len(written) == STATEMENTS, "\n".join(sql[:150] for sql in written)
    with CaptureQueriesContext(connection) as captured:
        services.cancel_order(placed.order, by=actor)
    assert len([e for e in captured if "SAVEPOINT" not in e["sql"]]) == REPEATED


def test_eligibility_of_several_is_two_statements(shop, wsd):
    actor = shop.actor()
    for count in (1, 3):
        orders = [shop.buy(wsd).order for _ in range(count)]
        with CaptureQueriesContext(connection) as captured:
            found = cancellation.eligibilities(orders, by=actor)
        assert len(captured) == 2
        assert [each.eligible for each in found.values()] == [True] * count


def test_S59_several_at_once_each_with_its_result(shop, wsd, travel):
    late = shop.buy(wsd)
    travel.shift(build.days(30))
    good, esu, gone = shop.buy(wsd), shop.buy(build.offer("ESU")), shop.buy(wsd)
    cancel(shop, gone)
    travel.shift(build.days(31))
    wanted = {placed.order: None for placed in (late, good, esu, gone)}
    for credited in (True, False):
        results = services.cancel_orders(wanted, by=shop.actor())
        assert [result.order for result in results] == list(wanted)
        codes = [result.error.code if result.error else None for result in results]
        assert codes == [900117, None, 800061, None]
        assert [bool(r.cancelled and r.cancelled.credit) for r in results] == [
            False,
            credited,
            False,
            False,
        ]
    assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == 2


def test_a_refused_cancellation_is_recorded_with_its_reason(shop, wsd, travel):
    placed = shop.buy(wsd)
    travel.shift(build.days(60))
    with pytest.raises(DomainError):
        cancel(shop, placed)
    row = ActivityRecord.objects.get(status="failed")
    assert (row.action, row.details["orderId"]) == ("update_order", placed.pk)
    assert "60-day" in row.details["reason"]


def test_all_of_it_or_nothing(shop, wsd, monkeypatch):
    placed = shop.buy(wsd)

    def broken(**_story):
        raise RuntimeError

    monkeypatch.setattr("orders.services.cancelling.record", broken)
    with pytest.raises(RuntimeError):
        cancel(shop, placed)
    assert OrderLine.objects.get(order=placed.pk).cancelled_at is None
    assert Entitlement.objects.get(order_id=placed.pk).revoked_at is None
    assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == 0
    assert open_balance(shop.org.partner) == 365
    assert OutboxMessage.objects.filter(topic="cancellation_mail").count() == 0


# Mail


def deliver():
    messages = OutboxMessage.objects.filter(topic="cancellation_mail", done_at=None)
    for message_id in list(messages.order_by("pk").values_list("pk", flat=True)):
        assert outbox.deliver(message_id)


@pytest.mark.parametrize(
    ("language", "duties"),
    [
        ("en", ["revoked", "ceasing all use", "uninstall", "remove its downloads"]),
        ("zh", ["吊销", "停止对该软件的一切使用", "卸载", "删除其下载内容"]),
    ],
)
def test_S68_the_customer_s_contact_is_told_what_to_do(shop, wsd, mailoutbox, language, duties):
    Customer.objects.filter(pk=shop.customer.pk).update(language=language)
    placed = shop.buy(wsd)
    shop.org.api("aa", as_user=False).patch(
        shop.api(f"/orders/{placed.pk}"), {"status": "cancelled"}, format="json"
    )
    deliver()
    (mail,) = mailoutbox  # an application has no mailbox
    assert mail.to == ["kim@contoso.example"]
    assert placed.pk in mail.subject
    assert build.PRODUCTS["WSD"][1] in mail.body
    assert [duty for duty in duties if duty not in mail.body] == []
    assert "365" not in mail.body  # what the partner pays is the partner's own matter


@pytest.mark.parametrize(
    ("locale", "duties"),
    [
        ("en", ["ceasing all use", "You must also uninstall it", "downloads and links",
                "365.00 USD", "January 2020", "15 minutes"]),
        ("zh-hans", ["停止对该软件的一切使用", "还必须卸载", "下载和链接", "365.00 USD",
                     "2020年1月", "15 分钟"]),
    ],
)  # fmt: skip
def test_S68_S69_the_user_is_told_what_to_do(shop, wsd, mailoutbox, locale, duties):
    user = shop.org["aa"]
    user.locale = locale
    user.save()
    placed = shop.buy(wsd)
    cancel(shop, placed)
    deliver()
    (mail,) = [mail for mail in mailoutbox if mail.to == [user.email]]
    assert placed.pk in mail.subject
    assert [duty for duty in duties if duty not in mail.body] == []
    assert f"/orders/{placed.pk}" in mail.body


def test_a_deactivated_user_gets_no_mail(shop, wsd, mailoutbox):
    cancel(shop, shop.buy(wsd))
    user = shop.org["aa"]
    user.is_active = False
    user.save()
    deliver()
    assert [mail.to for mail in mailoutbox] == [["kim@contoso.example"]]


# What the database itself refuses


def again(placed, **changes):
    line = BillingLine.objects.get(order_id=placed.pk, charge_type="new")
    values = {
        field.attname: getattr(line, field.attname) for field in BillingLine._meta.concrete_fields
    }
    del values["id"]
    values |= {
        "charge_type": "cancelImmediate",
        "net": -line.net,
        "tax": -line.tax,
        "gross": -line.gross,
        "reverses_id": line.pk,
        "reverses_gross": line.gross,
        "period_start": build.now() + build.days(1),
    }
    return BillingLine(**values | changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({}, "billing_credit_once"),
        ({"net": 5, "gross": 5}, "billing_credit_not_positive"),
        ({"net": -366, "gross": -366}, "billing_credit_within_charge"),
        ({"reverses_id": None}, "billing_credit_not_positive"),
        ({"reverses_gross": None}, "billing_credit_within_charge"),
    ],
)
def test_the_database_refuses_what_no_credit_can_be(shop, wsd, changes, constraint):
    placed = shop.buy(wsd)
    if not changes:
        cancel(shop, placed)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        again(placed, **changes).save(force_insert=True)


@pytest.mark.parametrize("column", ["reverses_gross", "gross", "booked_at"])
def test_the_database_refuses_to_change_a_credit(shop, wsd, column):
    placed = shop.buy(wsd)
    cancel(shop, placed)
    line = BillingLine.objects.filter(order_id=placed.pk, charge_type="cancelImmediate")
    with pytest.raises(ProgrammingError, match="is final"), transaction.atomic():
        line.update(**{column: F(column)})


# Money along the calendar, to the cent


@pytest.mark.parametrize(
    ("market", "rate", "lines"),
    [
        # list price, then (net, tax, gross) of the credit; 366 days of term
        ("US", "0", {0: ("3650.00", "0.00", "3650.00"), 1: ("3640.02", "0.00", "3640.02"),
                     30: ("3350.81", "0.00", "3350.81"), 59: ("3061.61", "0.00", "3061.61")}),
        ("AU", "0.1", {0: ("3318.19", "331.81", "3650.00"), 1: ("3309.11", "330.91", "3640.02"),
                       30: ("3046.20", "304.61", "3350.81"), 59: ("2783.29", "278.32", "3061.61")}),
        ("BR", "0", {0: ("3650.00", "0.00", "3650.00"), 1: ("3640.02", "0.00", "3640.02"),
                     30: ("3350.81", "0.00", "3350.81"), 59: ("3061.61", "0.00", "3061.61")}),
    ],
)  # fmt: skip
def test_S17_S18_S72_S73_a_story_along_the_calendar(
    market, rate, lines, fabrikam, tailspin, litware, travel
):
    org = {"US": fabrikam, "AU": tailspin, "BR": litware}[market]
    with org.visible():
        shop = build.shop(org)
        subscription = build.offer("WSD", "3650.00", market=market)
        perpetual = build.offer("PERP", "1100.00", market=market)
        for days, expected in lines.items():
            travel.move_to(build.START)
            placed = shop.buy(subscription, perpetual)
            travel.shift(build.days(days))
            cancel(shop, placed)
            found = BillingLine.objects.filter(order_id=placed.pk).order_by("line_number", "-gross")
            credit, whole = found[1], found[3]
            assert credit.tax_rate == Decimal(rate)
            assert (-credit.net, -credit.tax, -credit.gross) == tuple(map(Decimal, expected))
            assert (whole.net, whole.tax, whole.gross) == (
                -found[2].net,
                -found[2].tax,
                -found[2].gross,
            )
        travel.move_to(build.START)
        kept = shop.buy(subscription)
        travel.shift(build.days(60))
        with pytest.raises(DomainError) as refused:
            cancel(shop, kept)
        assert refused.value.code == 900117
        booked = sum(BillingLine.objects.values_list("gross", flat=True))
        assert open_balance(org.partner) == booked


# Many at once


@pytest.fixture
def busy(committed_db, fabrikam):
    """Fabrikam and its customer, committed."""
    with fabrikam.visible():
        return build.shop(fabrikam)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(THREADS) as pool:
        yield pool
        list(pool.map(lambda _: connections.close_all(), range(THREADS * 4)))


def at_once(pool, act, count):
    gate = threading.Barrier(min(count, THREADS))

    def run(number):
        if number < gate.parties:
            gate.wait()
        return act(number)

    return list(pool.map(run, range(count)))


def patch(clients, address):
    return lambda number: clients[number].patch(address, {"status": "cancelled"}, format="json")


def test_B10_thirty_two_cancels_at_once_are_one_credit(busy, pool):
    clients = [busy.org.api("aa") for _ in range(32)]
    for _ in range(5):
        with busy.org.visible():
            placed = busy.buy(build.offer("WSD"))
        found = at_once(pool, patch(clients, busy.api(f"/orders/{placed.pk}")), 32)
        assert [each.status_code for each in found] == [200] * 32
        assert len({each.content for each in found}) == 1
        with busy.org.visible():
            credits_ = BillingLine.objects.filter(order_id=placed.pk).exclude(charge_type="new")
            assert credits_.count() == 1
            row = {"action": "update_order", "details__orderId": placed.pk}
            assert ActivityRecord.objects.filter(**row).count() == 1
    with busy.org.visible():
        assert open_balance(busy.org.partner) == 0


def test_B10_lines_of_one_order_at_once_are_a_credit_each(busy, pool):
    with busy.org.visible():
        kinds = ["WSD", "SQL", "PERP"]
        placed = busy.buy(*[build.offer(kind) for kind in kinds])
    actor = busy.actor()

    def act(number):
        with tenancy.acting_for(busy.org.partner.pk):
            services.cancel_order(placed.order, by=actor, lines=[number % 3])

    at_once(pool, act, 24)
    with busy.org.visible():
        found = BillingLine.objects.filter(charge_type="cancelImmediate")
        assert sorted(found.values_list("line_number", flat=True)) == [0, 1, 2]
        assert open_balance(busy.org.partner) == 0


@pytest.mark.timeout(900)
@pytest.mark.parametrize("races", [50, pytest.param(200, marks=pytest.mark.soak)])
def test_S67_after_a_cancellation_nothing_is_handed_out(busy, pool, races):
    """Half of the callers use the link, half ask for keys, while the order is cancelled."""
    actor, ids = busy.actor(), build.PRODUCTS["WSD"][0]
    confirmed, late = threading.Event(), []
    with busy.org.visible():
        offer, file = build.offer("WSD"), software.file(product_id=ids[0])

    def act(number):
        if number == 6:
            with tenancy.acting_for(busy.org.partner.pk):
                services.cancel_order(placed.order, by=actor)
            confirmed.set()
            return
        after = confirmed.is_set()
        if handed_out(number) and after:
            late.append(number)

    def handed_out(number):
        try:
            if number % 2:
                downloads.use_link(downloads.find_link(token), ip="", user_agent="")
                return True
            with tenancy.acting_for(busy.org.partner.pk):
                return bool(keys_and_links.get_keys_and_downloads(line, file, by=actor).keys)
        except DomainError:
            return False

    for _ in range(races):
        with busy.org.visible():
            software.keys(1, ids=ids)
            placed = busy.buy(offer)
            line = Entitlement.objects.select_related("customer").get(order_id=placed.pk)
            token = keys_and_links.get_keys_and_downloads(line, file, by=actor).download.token
        confirmed.clear()
        at_once(pool, act, 24)
        assert not handed_out(0)
        assert not handed_out(1)
    assert late == []
    with busy.org.visible():
        assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == races
