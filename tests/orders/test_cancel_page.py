"""The Cancel purchase window on the Software page, without a script (P13, S42-S52, S57-S65)."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from activitylog.models import ActivityRecord
from billing import months, settlement
from billing.models import BillingLine, Invoice
from orders import services
from orders.models import OrderLine
from software import services as software
from software.models import Entitlement
from tests.orders import build
from tests.orders.test_cancel_eligibility import EDGES, LEARN_MORE
from tests.software import build as stock

OTHERS = ["ga", "sa", "ha"]


def line_of(placed, number=0):
    return Entitlement.objects.get(order_id=placed.pk, line_number=number)


def tagged(text, testid):
    """Opening tags of the elements with that test id."""
    return re.findall(rf'<[^<>]*data-testid="{testid}"[^<>]*>', text)


def words_of(html):
    """What is read, with single blanks."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def info_of(text):
    """Markup of the live region."""
    return text.partition('id="cancel-info"')[2].partition("cancel-important")[0]


@pytest.fixture
def get(shop):
    """``get(placed, order="", key="aa")``: the page with the window over the order's first line."""

    def get(placed, order="", key="aa", status=200, speak="en", **query):
        query = {"line": line_of(placed).pk, "dialog": "cancel", **query}
        if order:
            query["order"] = order
        address = f"{shop.path('/software')}?{urlencode(query)}"
        answer = shop.org.browser(key).get(address, HTTP_ACCEPT_LANGUAGE=speak)
        assert answer.status_code == status
        return answer.content.decode()

    return get


@pytest.fixture
def submit(shop):
    def submit(placed, order=None, key="aa", **extra):
        address = shop.path(f"/software/{line_of(placed).pk}/cancel")
        return shop.org.browser(key).post(
            address, {"order": placed.pk if order is None else order}, **extra
        )

    return submit


def state_of(text):
    """Reason that the window states, and whether Submit is there to be pressed."""
    reasons = re.findall(r'data-reason="(\w+)" data-testid="cancel-state"', text)
    (button,) = tagged(text, "cancel-submit")
    return (reasons[0] if reasons else ""), 'type="submit"' in button


def test_S57_the_window_is_a_dialog_with_its_title(get, shop, wsd):
    text = get(shop.buy(wsd))
    (dialog,) = tagged(text, "cancel-dialog")
    assert dialog.startswith("<dialog open")
    assert 'aria-labelledby="dialog-title"' in dialog
    assert re.search(r'<h2 id="dialog-title"[^>]*>Cancel purchase</h2>', text)
    assert f'Contoso (<span translate="no">{shop.customer.domain}</span>)' in text


def test_S42_S62_C1_days_left_until_when_and_the_credit_to_the_cent(get, shop, travel):
    """P13's example: 3,650.00, 366 days of term, seen on 12 January with 356 days left."""
    placed = shop.buy(build.offer("WSD", "3650.00"))
    travel.move_to(build.START.replace(day=12, hour=10, minute=12))
    text = get(placed)
    assert state_of(text) == ("open", True)
    said = words_of(info_of(text))
    for part in (
        "50 days remain to cancel this order (until 2 Mar 2020 10:12 UTC).",
        "No early termination fee.",
        "Credit 3,550.27 USD (excl. tax) on the invoice for January 2020.",
        "Days used 10 of 366 Days left, credited 356",
        "Early termination fee 0.00 USD",
        "Total (excl. tax) 3,550.27 USD",
    ):
        assert part in said


@pytest.mark.parametrize("key", ["WSD", "PERP"])
def test_S72_S73_C1_the_preview_is_what_is_credited(get, submit, shop, travel, key):
    placed = shop.buy(build.offer(key), quantity=3)
    travel.shift(timedelta(days=7, hours=15))
    shown = re.search(r"Credit <strong>([\d.,]+) USD</strong>", get(placed))[1]
    assert submit(placed).status_code == 302
    credit = BillingLine.objects.get(order_id=placed.pk, charge_type="cancelImmediate")
    assert shown == f"{-credit.gross:,.2f}"
    assert ("credited 100%" in get(placed)) is False


def test_S72_perpetual_software_is_credited_whole(get, shop):
    assert "Perpetual software credited 100%" in words_of(
        info_of(get(shop.buy(build.offer("PERP"))))
    )


def test_S17_C1_the_tax_part_of_the_credit(tailspin, travel):
    with tailspin.visible():
        shop = build.shop(tailspin)
        placed = shop.buy(build.offer("WSD", "3650.00", market="AU"))
        query = urlencode({"line": line_of(placed).pk, "dialog": "cancel"})
        text = tailspin.browser("aa").get(f"{shop.path('/software')}?{query}").content.decode()
    said = words_of(info_of(text))
    assert "Credit 3,650.00 AUD (incl. tax) on the invoice" in said
    assert "Net 3,318.19 AUD Tax in it 331.81 AUD Total (incl. tax) 3,650.00 AUD" in said


def test_S43_no_fee_in_the_window_the_confirmation_and_on_the_invoice(get, submit, shop, wsd):
    placed = shop.buy(wsd)
    assert "Early termination fee 0.00 USD" in words_of(info_of(get(placed)))
    assert "No early termination fee." in submit(placed, follow=True).content.decode()
    types = BillingLine.objects.filter(order_id=placed.pk).values_list("charge_type", flat=True)
    assert sorted(types) == ["cancelImmediate", "new"]


@pytest.mark.parametrize(("days", "rest", "remaining"), EDGES)
def test_S42_S44_S62_S63_the_edges_of_the_window(
    get, submit, shop, wsd, travel, days, rest, remaining
):
    """Page, API and Submit say the same at every edge."""
    placed = shop.buy(wsd)
    travel.shift(build.days(days) + rest)
    text = get(placed)
    api = shop.org.api("aa").get(shop.api(f"/orders/{placed.pk}/cancellationeligibility")).json()
    done = submit(placed)
    reason, offered = state_of(text)
    assert (reason, offered) == (api["reason"], api["eligible"])
    if remaining is None:
        assert "can no longer be cancelled" in words_of(info_of(text))
        assert (done.status_code, state_of(done.content.decode())) == (400, ("windowPassed", False))
        assert OrderLine.objects.get(order=placed.pk).cancelled_at is None
    else:
        unit = "day remains" if remaining == 1 else "days remain"
        assert f"{remaining} {unit} to cancel this order" in words_of(info_of(text))
        assert (done.status_code, api["daysRemaining"]) == (302, remaining)


@pytest.mark.parametrize(("days", "tone"), [(56, "info"), (57, "warning"), (60, "error")])
def test_the_last_three_days_are_yellow_and_then_it_is_red(get, shop, wsd, travel, days, tone):
    placed = shop.buy(wsd)
    travel.shift(build.days(days))
    assert f'class="bar {tone}" data-reason' in get(placed)


@pytest.mark.parametrize(
    ("language", "after", "restriction"),
    [
        (
            "en",
            "It may take up to 15 minutes",
            "Only software that qualifies within a cancellation",
        ),
        ("zh-hans", "15 分钟", "Windows 7"),
    ],
)
def test_S45_S66_both_notes_are_in_the_window(get, shop, wsd, language, after, restriction):
    text = get(shop.buy(wsd), speak=language)
    for testid, words in (("cancel-after", after), ("cancel-restriction", restriction)):
        part = text.partition(f'data-testid="{testid}"')[2].partition("</details>")[0]
        assert words in part
    assert len(tagged(text, "cancel-important")) == 1


def test_S46_the_return_rule_is_on_the_product_and_on_the_row(shop, wsd):
    shop.buy(wsd)
    rows = words_of(shop.org.browser("aa").get(shop.path("/software")).content.decode())
    assert "2 Mar 2020 10:12 UTC" in rows
    shelf = shop.org.browser("aa").get(shop.path("/add-products")).content.decode()
    assert "Can be cancelled within 60 days" in words_of(shelf)


def test_S47_S48_S64_esu_is_by_request_even_on_day_one(get, submit, shop):
    placed = shop.buy(build.offer("ESU"))
    text = get(placed)
    assert state_of(text) == ("supportOnly", False)
    (link,) = tagged(text, "cancel-support")
    query = escape(urlencode({"customer": shop.customer.pk, "order": placed.pk}))
    assert re.search(r'href="[^"]*/dashboard/support/new\?' + re.escape(query), link)
    form = shop.org.browser("aa").get(f"/dashboard/support/new?order={placed.pk}")
    assert f'value="{placed.pk}"' in form.content.decode()
    assert submit(placed).status_code == 400


def test_S49_S50_a_linux_plan_is_explained_and_promises_nothing(get, submit, shop):
    placed = shop.buy(build.offer("SUSE"))
    text = get(placed)
    assert state_of(text) == ("notCancellable", False)
    assert "neither cancelled nor exchanged" in words_of(info_of(text))
    (link,) = tagged(text, "cancel-learn-more")
    assert f'href="{LEARN_MORE}"' in link
    assert ('target="_blank"' in link, 'rel="noopener"' in link) == (True, True)
    assert tagged(text, "cancel-support") == []
    assert submit(placed).status_code == 400


@pytest.mark.parametrize("key", OTHERS)
def test_S51_others_see_cancel_off_with_the_role(get, submit, shop, wsd, key):
    placed = shop.buy(wsd)
    text = shop.org.browser(key).get(shop.path("/software")).content.decode()
    (button,) = tagged(text, "sw-cancel")
    assert 'aria-disabled="true"' in button
    assert "needs Admin agent" in text
    assert tagged(text, "sw-tick") == []
    assert "Admin agent" in get(placed, key=key, status=403)
    answer = submit(placed, key=key)
    assert (answer.status_code, "Admin agent" in answer.content.decode()) == (403, True)
    row = ActivityRecord.objects.get(status="failed")
    assert (row.action, row.details["orderId"]) == ("update_order", placed.pk)
    assert OrderLine.objects.get(order=placed.pk).cancelled_at is None


@pytest.mark.parametrize("key", ["aa", "gaaa"])
def test_S51_admin_agents_cancel(submit, shop, wsd, key):
    placed = shop.buy(wsd)
    assert submit(placed, key=key).status_code == 302
    assert OrderLine.objects.get(order=placed.pk).cancelled_by == shop.org[key].email


def test_S52_a_cancellation_by_api_is_on_the_page_like_any_other(get, shop, wsd):
    placed = shop.buy(wsd)
    assert len(tagged(get(placed), "cancel-api")) == 1
    patch = {"status": "cancelled"}
    shop.org.api("aa").patch(shop.api(f"/orders/{placed.pk}"), patch, format="json")
    text = get(placed)
    assert state_of(text) == ("alreadyCancelled", False)
    assert "365.00 USD" in words_of(info_of(text))


def test_S58_every_order_of_the_product_and_nothing_chosen_among_several(get, shop, wsd, travel):
    first = shop.buy(wsd, quantity=4)
    travel.shift(build.days(1))
    second = shop.buy(wsd)
    shop.buy(build.offer("PERP"))
    shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    text = get(first)
    (select,) = re.findall(r'<select name="order".*?</select>', text, re.DOTALL)
    assert re.findall(r'value="([^"]+)"', select) == [second.pk, first.pk]
    assert f"{first.pk} · 2 Jan 2020 · 4 licenses" in select
    assert "selected" not in select.replace('value="" selected', "")
    assert state_of(text) == ("", False)
    assert state_of(get(first, order=second.pk)) == ("open", True)


def test_S58_a_single_order_is_chosen_already(get, shop, wsd):
    placed = shop.buy(wsd)
    assert f'<option value="{placed.pk}" selected>' in get(placed)


def test_S58_an_order_with_the_product_twice_is_one_choice(get, submit, shop, wsd):
    placed = shop.buy(wsd, wsd)
    text = get(placed)
    assert f"{placed.pk} · 2 Jan 2020 · 2 licenses" in text
    assert "730.00 USD" in info_of(text)
    submit(placed)
    assert OrderLine.objects.filter(order=placed.pk, cancelled_at=None).count() == 0


def test_S58_of_many_orders_the_newest_and_the_row_s_own(get, shop, wsd, travel, monkeypatch):
    monkeypatch.setattr("orders.cancel_page.LISTED", 2)
    placed = []
    for _ in range(4):
        placed.append(shop.buy(wsd))
        travel.shift(timedelta(hours=1))
    text = get(placed[0])
    listed = [each for each in placed if f'<option value="{each.pk}"' in text]
    assert listed == [placed[0], placed[2], placed[3]]
    assert "Only the newest orders are listed." in text


def test_S59_one_submit_cancels_the_product_in_exactly_one_order(get, submit, shop, wsd, travel):
    first, second = shop.buy(wsd, build.offer("PERP")), shop.buy(wsd)
    others = words_of(info_of(get(second, order=first.pk)))
    assert f"The rest of this order stays: {build.PRODUCTS['PERP'][1]}" in others
    assert submit(second, order=first.pk).status_code == 302
    left = OrderLine.objects.filter(cancelled_at=None).values_list("order_id", "number")
    assert sorted(left) == sorted([(first.pk, 1), (second.pk, 0)])
    assert submit(second).status_code == 302
    assert OrderLine.objects.filter(cancelled_at=None).count() == 1


def test_S60_the_window_leads_to_the_order_history(get, shop, wsd):
    (link,) = tagged(get(shop.buy(wsd)), "cancel-history")
    assert f'href="{shop.path("/orders")}"' in link


def test_S61_what_is_known_stands_directly_below_the_list(get, shop, wsd):
    text = get(shop.buy(wsd))
    (region,) = tagged(text, "cancel-info")
    assert 'aria-live="polite"' in region
    between = text[text.index("</select>") : text.index('id="cancel-info"')]
    assert words_of(f"<{between}>") == "Show"  # the button of who has no script


def test_S64_lines_of_different_states_lead_to_the_form(get, shop, wsd):
    placed = shop.buy(wsd)
    OrderLine.objects.filter(order=placed.pk).update(review_number="200101000000001")
    text = get(placed)
    assert state_of(text) == ("needsMoreInformation", False)
    (link,) = tagged(text, "cancel-review")
    assert "/dashboard/support/200101000000001" in link


def test_S65_S66_the_confirmation_stays_until_it_is_dismissed(submit, shop, wsd):
    placed = shop.buy(wsd)
    answer = submit(placed)
    browser = shop.org.browser("aa")
    for _ in range(2):
        text = browser.get(answer["Location"]).content.decode()
        (bar,) = tagged(text, "cancel-done")
        assert ('role="status"' in bar, "data-focus" in bar) == (True, True)
        said = words_of(text[text.index(bar) :])
        for part in (placed.pk, "was cancelled", "365.00 USD", "15 minutes", "revoked"):
            assert part in said
    (dismiss,) = tagged(text, "cancel-dismiss")
    there = re.search(r'href="([^"]+)"', dismiss)[1].replace("&amp;", "&")
    assert tagged(browser.get(there).content.decode(), "cancel-done") == []


def test_S65_there_is_no_confirmation_of_what_is_not_cancelled(shop, wsd):
    placed = shop.buy(wsd)
    address = f"{shop.path('/software')}?line={line_of(placed).pk}&done=cancel"
    assert tagged(shop.org.browser("aa").get(address).content.decode(), "cancel-done") == []


def test_S68_S69_S70_the_row_stays_without_key_with_its_duties(submit, shop, wsd):
    placed = shop.buy(wsd)
    submit(placed)
    line = line_of(placed)
    text = shop.org.browser("aa").get(f"{shop.path('/software')}?line={line.pk}").content.decode()
    for testid, count in (("sw-line", 1), ("sw-no-key", 1), ("sw-get-keys", 0), ("sw-cancel", 0)):
        assert len(tagged(text, testid)) == count, testid
    duties = words_of(text.partition('data-testid="sw-duties"')[2].partition("</section>")[0])
    for duty in ("Stop using", "Uninstall", "Remove all related downloads and links"):
        assert duty in duties


def test_S71_the_row_names_the_month_and_later_the_invoice(submit, shop, wsd, travel):
    placed = shop.buy(wsd)
    submit(placed)
    address = f"{shop.path('/software')}?line={line_of(placed).pk}"

    def credit_shown(key):
        text = shop.org.browser(key).get(address).content.decode()
        return text.partition('data-testid="sw-credit"')[2].partition("</dd>")[0]

    assert "365.00 USD (excl. tax) on the invoice for January 2020" in words_of(
        f"<{credit_shown('aa')}"
    )
    travel.shift(build.days(30))
    settlement.settle(month=months.first_day(build.START))
    number = Invoice.objects.get().number
    assert f'href="/dashboard/billing/invoices/{number}"' in credit_shown("aa")
    # who may not see invoices is told the number alone
    assert "href" not in credit_shown("ha")
    assert f"on invoice {number}" in words_of(f"<{credit_shown('ha')}")


def test_a_second_submit_shows_the_same_and_books_nothing(submit, shop, wsd):
    placed = shop.buy(wsd)
    found = [submit(placed, follow=True) for _ in range(2)]
    assert [len(tagged(each.content.decode(), "cancel-done")) for each in found] == [1, 1]
    assert BillingLine.objects.filter(charge_type="cancelImmediate").count() == 1


@pytest.mark.parametrize(
    ("order", "message"),
    [("nothing", "Select one of the orders of this list."), ("", "Select an order.")],
)
def test_a_wrong_order_number_is_refused_at_the_field(get, submit, shop, wsd, order, message):
    placed = shop.buy(wsd)
    shop.buy(wsd)
    answer = submit(placed, order=order)
    assert (answer.status_code, message in answer.content.decode()) == (400, True)
    if order:
        assert message in get(placed, order=order, status=400)
    assert OrderLine.objects.exclude(cancelled_at=None).count() == 0


def test_an_order_of_another_customer_or_product_is_not_in_the_list(submit, shop, wsd):
    mine = shop.buy(wsd)
    other = shop.buy(wsd, customer=build.customer(shop.org, "Other"))
    perpetual = shop.buy(build.offer("PERP"))
    for order in (other.pk, perpetual.pk):
        assert submit(mine, order=order).status_code == 400
    address = shop.path(f"/software/{line_of(other).pk}/cancel")
    assert shop.org.browser("aa").post(address, {"order": other.pk}).status_code == 404
    assert OrderLine.objects.exclude(cancelled_at=None).count() == 0


def test_a_reload_of_a_refused_submit_leads_to_the_window(shop, wsd):
    line = line_of(shop.buy(wsd))
    answer = shop.org.browser("aa").get(shop.path(f"/software/{line.pk}/cancel"), follow=True)
    assert len(tagged(answer.content.decode(), "cancel-dialog")) == 1


def test_closing_goes_back_to_the_list_as_it_was(get, shop, wsd):
    placed = shop.buy(wsd)
    text = get(placed, q="windows", sort="returns")
    line = line_of(placed).pk
    there = f"{shop.path('/software')}?q=windows&amp;sort=returns&amp;line={line}"
    assert text.count(f'href="{there}"') == 2
    assert '<input type="hidden" name="sort" value="returns">' in text


def test_the_window_shows_no_key(get, shop, wsd):
    (key,) = stock.keys(ids=build.PRODUCTS["WSD"][0])
    placed = shop.buy(wsd)
    assert software.get_keys_and_downloads(line_of(placed), None, by=shop.actor()).keys == [key]
    assert key not in get(placed)


def test_S57_cancel_leads_to_the_window_from_the_page_with_a_key_too(shop, wsd):
    stock.keys(ids=build.PRODUCTS["WSD"][0])
    line = line_of(shop.buy(wsd))
    answer = shop.org.browser("aa").post(shop.path(f"/software/{line.pk}/keys"))
    (link,) = tagged(answer.content.decode(), "sw-cancel")
    assert f'href="{shop.path("/software")}?line={line.pk}&amp;dialog=cancel"' in link


@pytest.mark.parametrize("count", [1, 3])
def test_statements_do_not_grow_with_the_orders(get, shop, wsd, count):
    placed = [shop.buy(wsd, build.offer("PERP")) for _ in range(count)]
    get(placed[0])
    with CaptureQueriesContext(connection) as asked:
        get(placed[0], order=placed[0].pk)
    names = ("software_", "orders_", "billing_", "catalog_")
    ours = [q["sql"] for q in asked if any(f'"{name}' in q["sql"] for name in names)]
    # row, orders, order, lines, charges, other lines; list, builds
    assert len(ours) == 8, "\n".join(sql[:120] for sql in ours)


@pytest.mark.parametrize("count", [1, 3])
def test_statements_of_a_cancelled_row(submit, shop, wsd, count):
    placed = [shop.buy(wsd) for _ in range(count)]
    for each in placed:
        services.cancel_order(each.order, by=shop.actor())
    browser = shop.org.browser("aa")
    with CaptureQueriesContext(connection) as asked:
        browser.get(f"{shop.path('/software')}?line={line_of(placed[0]).pk}")
    ours = [q["sql"] for q in asked if '"software_' in q["sql"] or '"billing_' in q["sql"]]
    assert len(ours) == 4  # test's own look-up, row, credit, list
