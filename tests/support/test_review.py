"""An order that a support request asks about is under review (S64), until the desk decides."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import cancellation
from orders import services as orders
from partnercenter.lib.errors import Invalid
from software.models import Entitlement
from support import services
from support.models import ServiceRequest
from tests.orders import build as buying
from tests.support.build import LIST, content, refund, submitted, upload

pytestmark = pytest.mark.django_db
DESK = "/desk"


def ask_for(org, bought, by="aa", **facts):
    with org.visible():
        return services.submit(refund(bought, **facts), by=org.actor(by))


def state(org, order, numbers=None):
    """Reason, and the number and state of the request that holds the order."""
    with org.visible():
        found = cancellation.eligibility(order, by=org.actor("aa"), numbers=numbers)
    review = found.review
    return found.reason.value, review and (review.number, review.state.value)


def desk(operator, request, verb):
    answer = operator.post(f"{DESK}/{request.number}/{verb}", {"text": "Well"})
    assert answer.status_code == 302


def test_S64_a_request_holds_its_order_until_it_is_closed(fabrikam, order):
    assert state(fabrikam, order) == ("open", None)

    request = ask_for(fabrikam, order)

    held = ("needsMoreInformation", (request.number, "underReview"))
    assert state(fabrikam, order) == held
    with fabrikam.visible(), pytest.raises(Invalid) as refused:
        orders.cancel_order(order, by=fabrikam.actor("aa"))
    assert refused.value.code == 800061
    assert f"under review in the support request {request.number}" in str(refused.value)
    with fabrikam.visible():
        services.close(request, by=fabrikam.actor("aa"))
    assert state(fabrikam, order) == ("open", None)
    with fabrikam.visible():
        services.reopen(request, by=fabrikam.actor("aa"))
    assert state(fabrikam, order) == held


def test_S64_the_eligibility_leads_to_the_request_and_to_the_form(fabrikam, order):
    request = ask_for(fabrikam, order)
    address = f"/v1/customers/{order.customer_id}/orders/{order.pk}/cancellationeligibility"

    found = fabrikam.api("aa").get(address).json()

    assert (found["eligible"], found["reason"]) == (False, "needsMoreInformation")
    review = found["review"]
    assert (review["requestId"], review["state"]) == (request.number, "underReview")
    path = review["url"].partition("//")[2].partition("/")[2]
    assert fabrikam.browser("aa").get(f"/{path}").status_code == 200
    assert order.pk in found["supportRequestUrl"]
    assert "creditPreview" not in found


def test_S64_where_the_desk_asks_the_partner_has_to_answer(fabrikam, operator, order):
    request = ask_for(fabrikam, order)

    desk(operator, request, "answer")
    assert state(fabrikam, order)[1] == (request.number, "underReview")
    desk(operator, request, "ask")

    assert state(fabrikam, order)[1] == (request.number, "needsMoreInformation")
    page = html.unescape(fabrikam.browser("aa").get(f"{LIST}/{request.number}").content.decode())
    assert "The support desk needs more information." in page
    fabrikam.browser("aa").post(f"{LIST}/{request.number}/notes", {"text": "Here"})
    assert state(fabrikam, order)[1] == (request.number, "underReview")
    desk(operator, request, "ask")
    fabrikam.browser("aa").post(f"{LIST}/{request.number}/files", {"attachments": upload()})
    assert state(fabrikam, order)[1] == (request.number, "underReview")


@pytest.mark.parametrize(("verb", "reason"), [("approve", "alreadyCancelled"), ("refuse", "open")])
def test_the_decision_ends_the_review(fabrikam, operator, order, verb, reason):
    request = ask_for(fabrikam, order)

    desk(operator, request, verb)

    assert state(fabrikam, order) == (reason, None)
    with fabrikam.visible():
        services.add_note(request, "Thanks", by=fabrikam.actor("aa"))
    assert state(fabrikam, order) == (reason, None)


def test_a_request_of_who_may_not_cancel_holds_nothing(fabrikam, order):
    """Else a default user could keep the Admin agents from cancelling."""
    for key in ("du", "sa", "ga"):
        ask_for(fabrikam, order, by=key)

    assert state(fabrikam, order) == ("open", None)


def test_what_asks_for_no_refund_and_a_draft_hold_nothing(fabrikam, order):
    with fabrikam.visible():
        by = fabrikam.actor("aa")
        services.submit(content(order=order.pk), by=by)
        services.save_draft(refund(order), by=by)

    assert state(fabrikam, order) == ("open", None)


def test_of_two_requests_the_one_that_stays_open_holds(fabrikam, order, travel):
    first, second = ask_for(fabrikam, order), ask_for(fabrikam, order)
    assert state(fabrikam, order)[1] == (max(first.number, second.number), "underReview")
    travel.shift(1)
    last = ask_for(fabrikam, order)
    assert state(fabrikam, order)[1] == (last.number, "underReview")

    with fabrikam.visible():
        services.close(last, by=fabrikam.actor("aa"))
        services.close(first, by=fabrikam.actor("aa"))
    assert state(fabrikam, order)[1] == (second.number, "underReview")


def test_a_subscription_s_request_holds_its_line_alone(fabrikam, travel):
    with fabrikam.visible():
        shop = buying.shop(fabrikam)
        order = shop.buy(buying.offer("PERP"), buying.offer("ESU")).order
        line = Entitlement.objects.get(order_id=order.pk, line_number=1)
    request = ask_for(fabrikam, order, order=str(line.pk))

    assert state(fabrikam, order, [0]) == ("open", None)
    held = ("needsMoreInformation", (request.number, "underReview"))
    assert state(fabrikam, order, [1]) == held
    with fabrikam.visible():
        done = orders.cancel_order(order, by=fabrikam.actor("aa"), lines=[0])
    assert [each.number for each in done.lines] == [0]


def test_a_plan_that_can_never_be_cancelled_stays_so(fabrikam, travel):
    with fabrikam.visible():
        order = buying.shop(fabrikam).buy(buying.offer("SUSE")).order
    request = ask_for(fabrikam, order)

    assert state(fabrikam, order) == ("notCancellable", (request.number, "underReview"))


def test_another_partner_s_order_is_not_touched(fabrikam, tailspin, order):
    number = submitted(tailspin, title="Refund").number
    with tailspin.visible():
        assert ServiceRequest.objects.get(pk=number).holds_order is False
    assert state(fabrikam, order) == ("open", None)


def test_S64_the_form_for_an_order_under_review_leads_to_the_request(fabrikam, order):
    request = ask_for(fabrikam, order)

    def shown(key):
        page = fabrikam.browser(key).get(f"{LIST}/new?order={order.pk}")
        assert page.status_code == 200
        return f'<a href="{LIST}/{request.number}">' in page.content.decode()

    assert (shown("aa"), shown("ga"), shown("sa")) == (True, True, False)
    with fabrikam.visible():
        services.close(request, by=fabrikam.actor("aa"))
    assert not shown("aa")


@pytest.mark.parametrize("keys", [["ESU"], ["ESU", "PERP", "WSD"]])
def test_a_request_takes_as_many_statements_for_three_lines_as_for_one(fabrikam, travel, keys):
    with fabrikam.visible():
        order = buying.shop(fabrikam).buy(*[buying.offer(key) for key in keys]).order
        by = fabrikam.actor("aa")
        with CaptureQueriesContext(connection) as captured:
            services.submit(refund(order), by=by)

    written = [each["sql"] for each in captured if "SAVEPOINT" not in each["sql"]]
    assert len(written) == 10, "\n".join(sql[:120] for sql in written)


SAID = {
    "en": ("it has to be decided first.", "needs more information before it decides"),
    "zh-hans": ("需要先对其作出决定", "需要更多信息才能对此订单作出决定"),
}


@pytest.mark.parametrize("language", SAID)
def test_S64_the_cancel_window_says_who_has_to_speak_next(fabrikam, operator, order, language):
    under_review, asked = SAID[language]
    request = ask_for(fabrikam, order)
    with fabrikam.visible():
        line = Entitlement.objects.get(order_id=order.pk)
    at = f"/dashboard/customers/{order.customer_id}/software?line={line.pk}&dialog=cancel"

    def window():
        options = {"headers": {"Accept-Language": language}}
        page = fabrikam.browser("aa").get(f"{at}&order={order.pk}", **options)
        assert page.status_code == 200
        text = html.unescape(page.content.decode())
        assert f"/dashboard/support/{request.number}" in text
        assert 'data-testid="cancel-preview"' not in text
        return under_review in text, asked in text

    assert window() == (True, False)
    desk(operator, request, "ask")
    assert window() == (False, True)
