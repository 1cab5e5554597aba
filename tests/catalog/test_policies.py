"""The verbs on dated rules: add, take over, end; overlap refused, history kept (ruling 6)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, ProgrammingError, connection, connections, transaction

from activitylog.models import ActivityRecord
from catalog import policies
from catalog.markets import market_refusal
from catalog.models import (
    CancellationPolicy,
    DownloadLinkPolicy,
    MarketAvailability,
    TaxTreatment,
)
from catalog.policies import POLICIES
from catalog.rules import stage
from catalog.terms import terms_at
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Conflict, DomainError, Forbidden, Invalid, NotFound

NOW = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
SEVEN_DAYS = {"name": "software_subscription", "kind": "window", "days": 7}
TAX = {"market_id": "BR", "price_includes_tax": True, "rate": Decimal("0.17")}
ADDERS = 8


@pytest.fixture(autouse=True)
def _still(request):
    if "committed_db" in request.fixturenames:
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator(fabrikam):
    user = fabrikam["du"]
    user.is_operator = True
    user.save()
    with fabrikam.visible():
        yield fabrikam.actor("du")


def add(operator, values=SEVEN_DAYS, policy="cancellation", valid_from=None, **options):
    options = {"source": "2023 rules", "takes_over": True} | options
    return policies.add(POLICIES[policy], values, valid_from=valid_from, by=operator, **options)


def end(operator, row, policy="tax", at=None):
    return policies.end(POLICIES[policy], row.pk, at=at, by=operator)


def days(at):
    return terms_at("US", at).cancellation["software_subscription"].days


def periods(model, **key):
    rows = model.objects.filter(**key).order_by("pk")
    return list(rows.values_list("valid_from", "valid_to"))


def test_C11_a_row_takes_over_from_its_instant_on(operator):
    add(operator, valid_from=NOW + WEEK)
    just_before = NOW + WEEK - timedelta(microseconds=1)
    assert (days(NOW), days(just_before), days(NOW + WEEK)) == (60, 60, 7)


def test_without_an_instant_it_holds_from_now_on(operator):
    row = add(operator)
    assert (row.valid_from, row.valid_to, row.added_by) == (NOW, None, operator.name)
    assert days(NOW) == 7


@pytest.mark.parametrize("start", [NOW, NOW + WEEK])
def test_overlap_is_refused_at_the_field(operator, start):
    with pytest.raises(Conflict) as refused:
        add(operator, valid_from=start, takes_over=False)
    assert refused.value.field == "valid_from"
    assert "from 1 Jan 2000 00:00 UTC until further notice" in str(refused.value)
    assert CancellationPolicy.objects.count() == 4


def test_where_nothing_holds_nothing_overlaps(operator):
    row = TaxTreatment.objects.get(market="BR")
    end(operator, row, at=NOW + WEEK)
    with pytest.raises(Conflict):
        add(operator, TAX, "tax", NOW + WEEK - timedelta(seconds=1), takes_over=False)
    add(operator, TAX, "tax", NOW + WEEK, takes_over=False)
    assert periods(TaxTreatment, market="BR") == [
        (row.valid_from, NOW + WEEK),
        (NOW + WEEK, None),
    ]


def test_what_is_planned_for_later_is_withdrawn_by_what_takes_over(operator):
    planned = add(operator, valid_from=NOW + 2 * WEEK)
    add(operator, SEVEN_DAYS | {"days": 30}, valid_from=NOW + WEEK)
    planned.refresh_from_db()
    assert stage(planned.valid_from, planned.valid_to, NOW) == "withdrawn"
    assert [days(NOW + weeks * WEEK) for weeks in (0, 1, 2, 3)] == [60, 30, 30, 30]
    # The same beginning can be tried again.
    add(operator, valid_from=NOW + 2 * WEEK)
    assert [days(NOW + weeks * WEEK) for weeks in (0, 1, 2, 3)] == [60, 30, 7, 7]


@pytest.mark.parametrize("past", [timedelta(microseconds=1), WEEK])
def test_the_past_does_not_change(operator, past):
    with pytest.raises(Invalid) as refused:
        add(operator, valid_from=NOW - past)
    assert refused.value.field == "valid_from"
    row = TaxTreatment.objects.get(market="AU")
    with pytest.raises(Invalid) as refused:
        end(operator, row, at=NOW - past)
    assert refused.value.field == "at"
    assert periods(TaxTreatment, market="AU") == [(row.valid_from, None)]


def test_S17_a_row_ends_and_then_nothing_is_said(operator):
    end(operator, TaxTreatment.objects.get(market="AU"), at=NOW + WEEK)
    before, after = (terms_at("AU", at).tax for at in (NOW, NOW + WEEK))
    assert (before.price_includes_tax, before.rate) == (True, Decimal("0.1"))
    assert (after.price_includes_tax, after.rate) == (False, None)


def test_S11_an_ended_row_opens_the_market(operator):
    end(operator, MarketAvailability.objects.get(market="GL"), "markets")
    assert market_refusal("reservation", countries=["GL"], at=NOW) is None
    just_before = NOW - timedelta(microseconds=1)
    assert market_refusal("reservation", countries=["GL"], at=just_before) is not None


def test_S10_a_market_closes_and_comes_last_in_the_list(operator):
    values = {"market_id": "US", "kind": "reservation", "available": False}
    row = add(operator, values, "markets", takes_over=False)
    assert row.position == 110
    assert market_refusal("reservation", countries=["US"], at=NOW) is not None
    again = add(operator, values | {"market_id": "GL", "available": True}, "markets")
    assert again.position == MarketAvailability.objects.filter(market="GL").first().position


def test_S31_links_made_later_live_by_the_later_rule(operator):
    add(operator, {"life_days": 5, "max_downloads": 20}, "links", NOW + WEEK)
    found = [terms_at("US", at).links for at in (NOW, NOW + WEEK)]
    assert [(row.life_days, row.max_downloads) for row in found] == [(14, 50), (5, 20)]


@pytest.mark.parametrize(("policy", "model"), [
    ("cancellation", CancellationPolicy), ("links", DownloadLinkPolicy),
])  # fmt: skip
def test_what_must_always_hold_is_not_just_ended(operator, policy, model):
    with pytest.raises(Conflict, match="at all times"):
        end(operator, model.objects.earliest("pk"), policy)
    assert not model.objects.exclude(valid_to=None).exists()


def test_a_planned_row_is_withdrawn_and_an_ended_one_stays(operator):
    now = TaxTreatment.objects.get(market="BR")
    planned = add(operator, TAX, "tax", NOW + WEEK)
    assert end(operator, planned).valid_to == NOW + WEEK
    for row in (planned, now):
        with (
            pytest.raises(Conflict, match="ended already"),
            time_machine.travel(NOW + WEEK, tick=False),
        ):
            end(operator, row)
    with pytest.raises(Invalid):
        end(operator, now, at=NOW + 2 * WEEK)
    assert end(operator, now, at=NOW).valid_to == NOW


@pytest.mark.parametrize("row_id", [0, 10**30, "9" * 5000, "x", "-1"])
def test_unknown_rows_and_kinds_are_not_found(operator, row_id):
    with pytest.raises(NotFound):
        policies.find_row(POLICIES["tax"], row_id)
    with pytest.raises(NotFound):
        policies.find_policy("prices")


@pytest.mark.parametrize("key", ["ga", "aa", "gaaa"])
def test_no_role_of_a_partner_changes_them(fabrikam, key):
    with fabrikam.visible(), pytest.raises(Forbidden, match="Operator"):
        add(fabrikam.actor(key))
    with fabrikam.visible(), pytest.raises(Forbidden, match="Operator"):
        end(fabrikam.actor(key), TaxTreatment.objects.get(market="AU"))


def test_the_log_says_who_changed_what(operator):
    row = add(operator, TAX, "tax", NOW + WEEK)
    end(operator, row, at=NOW + 2 * WEEK)
    told = ActivityRecord.objects.order_by("number")
    assert [(r.action, r.actor_name, r.subject) for r in told] == [
        ("add_policy", operator.name, "Brazil"),
        ("end_policy", operator.name, "Brazil"),
    ]
    assert told[1].details == {
        "policy": "Tax",
        "rule": "Brazil: Prices include tax; 17 %",
        "from": "2020-01-17T09:30:00+00:00",
        "to": "2020-01-24T09:30:00+00:00",
        "source": "2023 rules",
    }


CHANGES = [
    "UPDATE catalog_taxtreatment SET rate = 0.2 WHERE market_id = 'AU'",
    "UPDATE catalog_taxtreatment SET valid_from = valid_from WHERE market_id = 'AU'",
    "UPDATE catalog_cancellationpolicy SET days = 90 WHERE name = 'software_subscription'",
    "UPDATE catalog_downloadlinkpolicy SET source = 'x'",
    "UPDATE catalog_marketavailability SET available = true WHERE market_id = 'GL'",
    "DELETE FROM catalog_taxtreatment WHERE market_id = 'AU'",
    "DELETE FROM catalog_cancellationpolicy",
    "TRUNCATE catalog_marketavailability",
]


@pytest.mark.parametrize("sql", CHANGES)
def test_the_database_keeps_the_history(db, sql):
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize("sql", CHANGES)
def test_even_for_the_owner_of_the_tables(owner_connection, sql):
    with owner_connection.cursor() as cursor, pytest.raises(Exception, match="are history"):
        cursor.execute(sql)
    owner_connection.rollback()


@pytest.mark.parametrize("to", [None, NOW + WEEK])
def test_an_end_only_comes_nearer(operator, to):
    row = end(operator, TaxTreatment.objects.get(market="AU"), at=NOW + timedelta(days=1))
    with pytest.raises(ProgrammingError, match="are history"), transaction.atomic():
        TaxTreatment.objects.filter(pk=row.pk).update(valid_to=to)


@pytest.mark.parametrize("model", [policy.model for policy in POLICIES.values()])
def test_the_database_refuses_overlap(db, model):
    row = model.objects.earliest("pk")
    row.pk, row.valid_from = None, NOW
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        row.save(force_insert=True)
    row.valid_from, row.valid_to = NOW, NOW - WEEK
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_several_at_once_add_one_row(committed_db, fabrikam):
    with fabrikam.visible():
        user = fabrikam["du"]
        user.is_operator = True
        user.save()
    by, start = fabrikam.actor("du"), clock.now() + WEEK
    gate = threading.Barrier(ADDERS)
    values = {"market_id": "US", "kind": "reservation", "available": False}

    def act(_number):
        gate.wait()
        try:
            with tenancy.acting_for(fabrikam.partner.pk):
                add(by, values, "markets", start, takes_over=False)
        except DomainError as refused:
            return refused.field
        finally:
            connections.close_all()
        return "added"

    with ThreadPoolExecutor(ADDERS) as pool:
        found = list(pool.map(act, range(ADDERS)))
    assert sorted(found) == ["added", *["valid_from"] * (ADDERS - 1)]
    assert MarketAvailability.objects.filter(market="US").count() == 1
