"""Several purchases: tick, one review, one Submit, a result for each (C4, S59); many at once."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from billing.services import open_balance
from orders.models import OrderLine
from software.models import Entitlement
from tests.orders import build
from tests.orders.test_cancel_page import tagged, words_of

REASONS = ["open", "windowPassed", "supportOnly", "notCancellable", "alreadyCancelled"]


def ids_of(*placed):
    lines = Entitlement.objects.filter(order_id__in=[each.pk for each in placed])
    return [str(pk) for pk in lines.values_list("pk", flat=True)]


@pytest.fixture
def ask(shop):
    """``ask(ids)``: the review; ``ask(ids, "/result")`` what became of them."""

    def ask(ids, rest="", key="aa", status=200):
        query = urlencode({"line": ids}, doseq=True)
        answer = shop.org.browser(key).get(shop.path(f"/software/cancel{rest}?{query}"))
        assert answer.status_code == status
        return answer.content.decode()

    return ask


@pytest.fixture
def submit(shop):
    """What the review's form sends: the lines that can be cancelled, at the review's address."""

    def submit(text, key="aa"):
        (form,) = re.findall(r'<form class="form-actions" method="post" action="([^"]+)"', text)
        ids = re.findall(r'<input type="hidden" name="line" value="([^"]+)"', text)
        address = form.replace("&amp;", "&")
        return shop.org.browser(key).post(address, {"line": ids}, follow=True)

    return submit


def reasons_in(text):
    return re.findall(r'data-testid="several-item" data-reason="(\w+)"', text)


def rows_in(text):
    return [words_of(row) for row in text.split('data-testid="several-item"')[1:]]


def total_in(text):
    return words_of(text.partition('data-testid="several-total"')[2].partition("</dl>")[0])


@pytest.fixture
def mixed(shop, wsd, travel):
    """One order of each state: late, cancelled, by request, not at all, open; newest last."""
    late = shop.buy(wsd)
    travel.shift(build.days(59))
    gone = shop.buy(build.offer("PERP"))
    travel.shift(build.days(1))
    esu, suse = shop.buy(build.offer("ESU")), shop.buy(build.offer("SUSE"))
    good = shop.buy(wsd, quantity=2)
    shop.org.api("aa").patch(shop.api(f"/orders/{gone.pk}"), {"status": "cancelled"}, format="json")
    travel.shift(timedelta(hours=1))
    return {"late": late, "gone": gone, "esu": esu, "suse": suse, "good": good}


def test_C4_the_review_tells_of_each_how_it_stands(ask, mixed):
    text = ask(ids_of(*mixed.values()))
    assert sorted(reasons_in(text)) == sorted(REASONS)
    assert "1 of 5 can be cancelled. The others stay as they are." in words_of(text)
    rows = " | ".join(rows_in(text))
    for part in (
        "Can be cancelled 60 days remain, until 1 May 2020 10:12 UTC 730.00 USD excl. tax",
        "The cancellation window has passed It ended on 2 Mar 2020 10:12 UTC.",
        "Only by support request customer support request",
        "Cannot be cancelled or exchanged Learn more",
        "1,000.00 USD",
    ):
        assert part in rows
    assert "Early termination fee 0.00 USD Total (excl. tax) 730.00 USD" in total_in(text)
    assert "The credit is on the invoice for March 2020." in words_of(text)


def test_C4_one_submit_cancels_what_can_be_and_tells_of_each(ask, submit, mixed):
    text = ask(ids_of(*mixed.values()))
    answer = submit(text).content.decode()
    (bar,) = tagged(answer, "several-done")
    assert ('role="status"' in bar, "data-focus" in bar) == (True, True)
    said = words_of(answer)
    assert (
        "2 of 5 are cancelled. Credit 1,730.00 USD (excl. tax) · No early termination fee." in said
    )
    assert "15 minutes" in said
    assert sorted(reasons_in(answer)) == sorted(
        ["alreadyCancelled", "alreadyCancelled", "windowPassed", "supportOnly", "notCancellable"]
    )
    booked = BillingLine.objects.filter(charge_type="cancelImmediate")
    assert sorted(booked.values_list("order_id", flat=True)) == sorted(
        [mixed["good"].pk, mixed["gone"].pk]
    )


def test_C4_sent_again_it_shows_the_same_and_changes_nothing(ask, submit, mixed):
    text = ask(ids_of(*mixed.values()))
    found = [rows_in(submit(text).content.decode()) for _ in range(2)]
    assert found[0] == found[1]
    assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == 2
    # what could not be cancelled was not even tried
    assert ActivityRecord.objects.filter(status="failed").count() == 0


def test_C4_fifty_orders_three_of_them_not(ask, submit, shop, wsd, travel):
    late = [shop.buy(wsd) for _ in range(3)]
    travel.shift(build.days(60))
    ids = ids_of(*late, *[shop.buy(wsd) for _ in range(47)])
    answer = submit(ask(ids)).content.decode()
    assert "47 of 50 are cancelled." in words_of(answer)
    assert reasons_in(answer).count("windowPassed") == 3
    submit(ask(ids))
    assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == 47


def test_C4_a_window_that_passes_before_submit_is_explained(ask, submit, shop, wsd, travel):
    old = shop.buy(wsd)
    travel.shift(build.days(59))
    new = shop.buy(wsd)
    text = ask(ids_of(old, new))
    travel.shift(build.days(1))
    answer = submit(text).content.decode()
    assert "1 of 2 are cancelled." in words_of(answer)
    assert sorted(reasons_in(answer)) == ["alreadyCancelled", "windowPassed"]
    assert ActivityRecord.objects.get(status="failed").details["orderId"] == old.pk


def test_C4_only_the_ticked_lines_of_an_order(ask, submit, shop, wsd):
    placed = shop.buy(wsd, build.offer("PERP"), wsd)
    lines = Entitlement.objects.filter(order_id=placed.pk).order_by("line_number")
    submit(ask([lines[0].pk, lines[1].pk]))
    left = OrderLine.objects.filter(order=placed.pk, cancelled_at=None)
    assert [line.number for line in left] == [2]


def test_S42_the_order_s_page_leads_to_the_review_of_its_lines(ask, submit, shop, wsd):
    placed = shop.buy(wsd, build.offer("PERP"))
    page = shop.path(f"/orders/{placed.pk}")
    browser = shop.org.browser("aa")
    (link,) = tagged(browser.get(page).content.decode(), "order-cancel")
    there = re.search(r'href="([^"]+)"', link)[1].replace("&amp;", "&")
    text = browser.get(there).content.decode()
    assert reasons_in(text) == ["open", "open"]
    submit(text)
    assert tagged(browser.get(page).content.decode(), "order-cancel") == []


@pytest.mark.parametrize("key", ["ga", "sa", "ha", "ba"])
def test_S51_on_the_order_s_page_cancel_is_off_for_others(shop, wsd, key):
    placed = shop.buy(wsd)
    text = shop.org.browser(key).get(shop.path(f"/orders/{placed.pk}")).content.decode()
    (button,) = tagged(text, "order-cancel")
    assert 'aria-disabled="true"' in button
    assert "needs Admin agent" in text


def test_what_is_still_open_can_be_tried_again(ask, shop, wsd):
    text = ask(ids_of(shop.buy(wsd)), "/result")
    assert "0 of 1 are cancelled." in words_of(text)
    (again,) = tagged(text, "several-again")
    assert f'href="{shop.path("/software/cancel")}?line=' in again
    assert "Not cancelled" in words_of(text)


def test_nothing_ticked_says_what_to_do(ask):
    for rest in ("", "/result"):
        assert "Nothing is selected" in ask([], rest, status=400)


def test_nothing_that_can_be_cancelled_has_submit_off(ask, shop):
    text = ask(ids_of(shop.buy(build.offer("ESU"))))
    (button,) = tagged(text, "several-submit")
    assert 'aria-disabled="true"' in button


def test_more_than_a_hundred_are_refused(ask):
    ids = [f"00000000-0000-4000-8000-{number:012d}" for number in range(101)]
    assert "Select at most 100 purchases at once." in ask(ids, status=400)


def test_S51_others_may_neither_review_nor_submit(ask, shop, wsd):
    placed = shop.buy(wsd)
    ids = ids_of(placed)
    for key in ("ga", "sa", "ha"):
        for rest in ("", "/result"):
            assert "Admin agent" in ask(ids, rest, key=key, status=403)
        address = shop.path("/software/cancel")
        assert shop.org.browser(key).post(address, {"line": ids}).status_code == 403
        assert shop.org.browser(key).post(address).status_code == 403
    refused = ActivityRecord.objects.filter(status="failed", details__orderId=placed.pk)
    assert refused.count() == 3
    assert OrderLine.objects.get(order=placed.pk).cancelled_at is None


def test_foreign_unknown_and_malformed_ids_are_not_found(ask, shop, wsd, tailspin):
    mine, other = shop.buy(wsd), shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    with tailspin.visible():
        theirs = ids_of(build.shop(tailspin).buy(build.offer("WSD", market="AU")))
    with shop.org.visible():
        for bad in (*ids_of(other), *theirs, "nothing", "00000000-0000-4000-8000-000000000000"):
            ask([*ids_of(mine), bad], status=404)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_the_review_do_not_grow(ask, shop, wsd, count):
    ids = ids_of(*[shop.buy(wsd, build.offer("PERP")) for _ in range(count)])
    ask(ids)
    with CaptureQueriesContext(connection) as asked:
        ask(ids)
    names = ("software_", "orders_", "billing_")
    ours = [q["sql"] for q in asked if any(f'"{name}' in q["sql"] for name in names)]
    assert len(ours) == 4, "\n".join(sql[:120] for sql in ours)  # rows, orders, lines, charges


# Many at once


@pytest.fixture
def busy(committed_db, fabrikam):
    with fabrikam.visible():
        return build.shop(fabrikam)


def test_B10_thirty_two_cancels_of_one_line_by_page_and_api_are_one_credit(busy):
    """Window, review and API in turns; a page answers with 302 to the result, the API with 200."""
    with busy.org.visible():
        placed = busy.buy(build.offer("WSD"))
        line = Entitlement.objects.get(order_id=placed.pk)
    api, patch = busy.api(f"/orders/{placed.pk}"), {"status": "cancelled"}
    window = busy.path(f"/software/{line.pk}/cancel")
    several = busy.path("/software/cancel")
    ways = [
        lambda client: client.patch(api, patch, format="json"),
        lambda client: client.post(window, {"order": placed.pk}),
        lambda client: client.post(several, {"line": [line.pk]}),
        lambda client: client.patch(api, patch, format="json"),
    ]
    clients = [busy.org.browser("aa") if n % 4 in {1, 2} else busy.org.api("aa") for n in range(32)]
    gate = threading.Barrier(16)

    def act(number):
        if number < gate.parties:
            gate.wait()
        try:
            return ways[number % 4](clients[number]).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(act, range(32)))
    assert found == [200, 302, 302, 200] * 8
    with busy.org.visible():
        credits_ = BillingLine.objects.filter(order_id=placed.pk).exclude(charge_type="new")
        assert credits_.count() == 1
        row = {"action": "update_order", "details__orderId": placed.pk}
        assert ActivityRecord.objects.filter(**row).count() == 1
        assert open_balance(busy.org.partner) == 0
