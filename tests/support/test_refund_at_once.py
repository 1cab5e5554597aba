"""Two operators, or an operator and the partner, at the same time: one decision, one credit."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connections

from billing.models import BillingLine
from orders import services as orders
from partnercenter.lib.errors import DomainError
from support import services
from support.models import ServiceRequest
from tests.orders import build as buying
from tests.support.build import refund

RACES = 5


def credits_of(org, order):
    with org.visible():
        rows = BillingLine.objects.filter(order_id=order.pk, charge_type="cancelImmediate")
        return list(rows.values_list("gross", flat=True))


def operator(org):
    user = org["uma"]
    user.is_operator = True
    user.save()
    return org.actor("uma")


@pytest.fixture
def shop(committed_db, fabrikam):
    with fabrikam.visible():
        return buying.shop(fabrikam)


def asked(shop, kind, key):
    """An order, and the request for its refund."""
    with shop.org.visible():
        order = shop.buy(buying.offer(kind)).order
        return order, services.submit(refund(order), by=shop.actor(key))


def at_once(*deeds):
    """What each deed gives, or the status of its refusal."""

    def act(deed):
        try:
            return deed()
        except DomainError as refusal:
            return refusal.status
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(act, deeds))


@pytest.mark.parametrize("other", ["approve", "refuse"])
def test_two_operators_at_once_make_one_decision_and_one_credit(shop, other):
    fabrikam = shop.org
    by = operator(fabrikam)

    def decision_by(verb, number):
        return lambda: verb(number, "Because", by=by).decision

    for _ in range(RACES):
        order, request = asked(shop, "ESU", "aa")
        verbs = [services.approve, getattr(services, other)] * 4

        found = at_once(*[decision_by(verb, request.number) for verb in verbs])

        won = [each for each in found if isinstance(each, str)]
        assert len(won) == 1
        assert [each for each in found if each not in won] == [409] * 7
        assert credits_of(fabrikam, order) == [Decimal(-10)] * (won == ["approved"])
        with fabrikam.visible():
            assert ServiceRequest.objects.get(pk=request.pk).decision == won[0]


def test_the_partner_s_cancel_and_the_desk_s_approval_at_once_are_one_credit(shop):
    fabrikam = shop.org
    by, agent = operator(fabrikam), fabrikam.actor("aa")
    for _ in range(RACES):
        order, request = asked(shop, "PERP", "sa")

        def cancel(order=order):
            with fabrikam.visible():
                return orders.cancel_order(order, by=agent)

        def approve(number=request.number):
            return services.approve(number, "Yes", by=by)

        at_once(cancel, approve, cancel, approve)

        assert credits_of(fabrikam, order) == [Decimal(-1000)]
