"""The desk's approval books the credit, to the cent and once; F-SUP-4, S48, S64, ruling 9."""

import html
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from billing.services import open_balance
from orders import services as orders
from orders.models import OrderLine
from software.models import Entitlement
from support import services
from support.models import ServiceRequest
from tests.orders import build as buying
from tests.support.build import refund

pytestmark = pytest.mark.django_db
DESK = "/desk"


def text_of(response):
    return html.unescape(response.content.decode())


def now(org, number):
    with org.visible():
        return ServiceRequest.objects.get(pk=number)


def ledger(org, order):
    """(line number, gross, booked at) of the order's credits."""
    with org.visible():
        rows = BillingLine.objects.filter(order_id=order.pk, charge_type="cancelImmediate")
        return list(rows.order_by("line_number").values_list("line_number", "gross", "booked_at"))


def bought(org, *keys, quantity=1):
    with org.visible():
        shop = buying.shop(org)
        return shop.buy(*[buying.offer(key) for key in keys], quantity=quantity).order


def asked(org, bought_in, key="aa", **facts):
    with org.visible():
        return services.submit(refund(bought_in, **facts), by=org.actor(key))


def decide(operator, request, verb="approve", **data):
    return operator.post(f"{DESK}/{request.number}/{verb}", {"text": "Because", **data})


def offer_of(operator, request):
    """What the desk's page shows of the refund, and the decisions that it offers."""
    page = text_of(operator.get(f"{DESK}/{request.number}"))
    parts = "desk-refund-total|desk-nothing-left|desk-approve|desk-refuse"
    return re.findall(f'data-testid="({parts})"', page)


def test_S48_an_approved_esu_is_cancelled_and_credited_in_full(fabrikam, operator, travel):
    order = bought(fabrikam, "ESU", quantity=9)
    request = asked(fabrikam, order)
    travel.shift(timedelta(days=100))

    answer = decide(operator, request)

    assert answer.status_code == 302
    at = datetime(2020, 4, 11, 10, 12, tzinfo=UTC)
    assert ledger(fabrikam, order) == [(0, Decimal("-90.000"), at)]
    found = now(fabrikam, request.number)
    assert (found.decision, found.decided_at) == ("approved", at)
    assert (found.credited, found.credited_currency) == (Decimal("90.00"), "USD")
    with fabrikam.visible():
        line = OrderLine.objects.get(order=order)
        assert (line.cancelled_at, line.cancelled_by) == (at, "du@fabrikam-sandbox.example")
        assert Entitlement.objects.get(order_id=order.pk).revoked_at == at
        assert open_balance(fabrikam.partner) == 0


@pytest.mark.parametrize(
    ("days", "credit"),
    [
        # 365.00 for the 366 days of the term: 365/366 of a unit a day, cut to the cent
        (60, "305.16"),
        (100, "265.27"),
        (365, "0.99"),
        (400, "0.00"),
    ],
)
def test_S73_after_the_window_the_credit_is_by_the_same_days(
    fabrikam, operator, order, travel, days, credit
):
    request = asked(fabrikam, order)
    travel.shift(timedelta(days=days))

    assert decide(operator, request).status_code == 302

    assert [-gross for _number, gross, _at in ledger(fabrikam, order)] == [Decimal(credit)]


def test_the_operator_sees_before_what_is_booked_then(fabrikam, operator, order, travel):
    request = asked(fabrikam, order)
    travel.shift(timedelta(days=99))

    page = text_of(operator.get(f"{DESK}/{request.number}"))

    total = re.search(r'data-testid="desk-refund-total">([^<]*)<', page)[1]
    assert total == "266.27 USD"
    assert "April 2020" in page
    decide(operator, request)
    assert [-gross for _number, gross, _at in ledger(fabrikam, order)] == [Decimal("266.27")]
    assert "desk-refund-total" not in text_of(operator.get(f"{DESK}/{request.number}"))
    told = text_of(fabrikam.browser("aa").get(f"/dashboard/support/{request.number}"))
    assert re.search(r'data-testid="sr-credit">([^<]*)<', told)[1] == "266.27 USD"


def test_a_refusal_books_nothing_and_keeps_the_reason(fabrikam, operator, order):
    request = asked(fabrikam, order)

    assert decide(operator, request, "refuse", text="Used for a year").status_code == 302

    assert ledger(fabrikam, order) == []
    page = text_of(fabrikam.browser("aa").get(f"/dashboard/support/{request.number}"))
    assert "Used for a year" in page
    assert "Refund refused" in page


def test_S49_what_can_never_be_cancelled_is_not_approved(fabrikam, operator):
    order = bought(fabrikam, "SUSE")
    request = asked(fabrikam, order)

    offered = offer_of(operator, request)
    answer = decide(operator, request)

    assert offered == ["desk-nothing-left", "desk-refuse"]
    assert answer.status_code == 400
    assert "can be neither cancelled nor exchanged" in text_of(answer)
    assert now(fabrikam, request.number).decision == ""
    assert ledger(fabrikam, order) == []
    assert decide(operator, request, "refuse").status_code == 302


def test_what_is_cancelled_already_is_not_approved(fabrikam, operator, order):
    request = asked(fabrikam, order, key="sa")
    with fabrikam.visible():
        assert offer_of(operator, request) == ["desk-refund-total", "desk-approve", "desk-refuse"]
        orders.cancel_order(order, by=fabrikam.actor("aa"))

    offered = offer_of(operator, request)
    answer = decide(operator, request)

    assert offered == ["desk-nothing-left", "desk-refuse"]
    assert answer.status_code == 409
    assert "cancelled already" in text_of(answer)
    assert now(fabrikam, request.number).decision == ""
    assert len(ledger(fabrikam, order)) == 1


def test_of_several_purchases_the_chosen_ones_are_refunded(fabrikam, operator):
    order = bought(fabrikam, "PERP", "ESU", "SUSE", quantity=2)
    request = asked(fabrikam, order)

    page = text_of(operator.get(f"{DESK}/{request.number}"))
    assert re.findall(r'name="lines" value="(\d)"', page) == ["0", "1"]
    assert "2,020.00 USD" in page
    for lines in ([], ["2"], ["7"], ["x"]):
        assert decide(operator, request, lines=lines).status_code == 400
    assert ledger(fabrikam, order) == []
    assert decide(operator, request, lines=["1"]).status_code == 302

    assert [row[:2] for row in ledger(fabrikam, order)] == [(1, Decimal("-20.00"))]


def test_S78_a_subscription_s_id_is_about_its_line_alone(fabrikam, operator):
    order = bought(fabrikam, "PERP", "ESU")
    with fabrikam.visible():
        line = Entitlement.objects.get(order_id=order.pk, line_number=1)
    request = asked(fabrikam, order, order=str(line.pk))

    assert decide(operator, request).status_code == 302

    assert [row[:2] for row in ledger(fabrikam, order)] == [(1, Decimal("-10.00"))]


def test_decision_credit_and_log_stand_or_fall_together(fabrikam, order, monkeypatch):
    request = asked(fabrikam, order)

    def broken(**_story):
        raise RuntimeError

    monkeypatch.setattr("support.services.desk.record", broken)
    with pytest.raises(RuntimeError):
        services.approve(request.number, "Yes", by=_operator(fabrikam))

    assert now(fabrikam, request.number).decision == ""
    assert ledger(fabrikam, order) == []


def _operator(org):
    user = org["uma"]
    user.is_operator = True
    user.save()
    return org.actor("uma")


def test_the_log_says_who_approved_what_for_how_much(fabrikam, operator, order):
    request = asked(fabrikam, order)

    decide(operator, request)

    with fabrikam.visible():
        rows = ActivityRecord.objects.filter(actor_name="du@fabrikam-sandbox.example")
        told = [(row.action, row.details) for row in rows.order_by("number")][-2:]
    assert [action for action, _details in told] == ["update_order", "update_service_request"]
    assert told[0][1]["approvedIn"] == request.number
    assert told[0][1]["credit"] == "365.00 USD"
    wanted = {"requestId": request.number, "decision": "approved", "credit": "365.00 USD"}
    assert told[1][1].items() >= wanted.items()


@pytest.mark.parametrize(
    ("verb", "more"),
    [("approve", {"credit": 365.0, "currencyCode": "USD"}), ("refuse", {})],
)
def test_the_decision_is_told_over_rest(fabrikam, operator, order, verb, more):
    request = asked(fabrikam, order)
    api, at = fabrikam.api("aa"), f"/v1/servicerequests/{request.number}"
    assert "refund" not in api.get(at).json()

    decide(operator, request, verb)

    found = api.get(at).json()
    decision = "approved" if verb == "approve" else "refused"
    assert found["refund"] == {
        "decision": decision,
        "decidedDate": "2020-01-02T10:12:00Z",
        **more,
    }
    assert (found["status"], found["notes"][0]["text"]) == ("attention_needed", "Because")
