"""Terms, windows, grouping and status: pure functions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import rules

T = datetime(2020, 1, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ((2020, 1, 2), "P1M", (2020, 2, 2)),
        ((2020, 1, 31), "P1M", (2020, 2, 29)),
        ((2020, 12, 31), "P1M", (2021, 1, 31)),
        ((2020, 2, 29), "P1Y", (2021, 2, 28)),
        ((2020, 2, 29), "P3Y", (2023, 2, 28)),
        ((2020, 1, 2), "P5Y", (2025, 1, 2)),
    ],
)
def test_the_end_of_a_term(start, term, end):
    assert rules.term_end(datetime(*start, tzinfo=UTC), term) == datetime(*end, tzinfo=UTC)


@pytest.mark.parametrize("term", ["", "OneTime", "NoTerm", "payG-1"])
def test_what_has_no_term_has_no_end(term):
    assert rules.term_end(T, term) is None
    assert rules.wire_term(term) == ""


FAR = T.replace(year=2100, tzinfo=None)


@given(st.datetimes(T.replace(tzinfo=None), FAR, timezones=st.just(UTC)))
def test_a_longer_term_never_ends_sooner(start):
    ends = [rules.term_end(start, term) for term in ("P1M", "P1Y", "P3Y", "P5Y")]
    assert sorted(ends) == ends
    assert ends[0] > start


def test_S42_the_window_is_60_times_24_hours():
    assert rules.returnable_until(T, "window", 60) == T + timedelta(hours=60 * 24)
    assert rules.returnable_until(T, "support_only", None) is None
    assert rules.returnable_until(T, "none", None) is None


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 60), (1, 60), (24, 59), (59 * 24 + 1, 1), (1440, 0), (9999, 0)]
)
def test_S62_a_begun_day_counts(hours, days):
    assert rules.days_remaining(T + timedelta(days=60), T + timedelta(hours=hours)) == days


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["fulfilled"], "completed"),
        (["pending"], "pending"),
        (["cancelled"], "cancelled"),
        (["fulfilled", "pending"], "pending"),
        (["fulfilled", "cancelled"], "completed"),
        (["pending", "cancelled"], "pending"),
        (["cancelled", "cancelled"], "cancelled"),
    ],
)
def test_the_status_of_an_order(lines, status):
    assert rules.order_status(lines) == status


@pytest.mark.parametrize("waiting", [True, False])
def test_a_cancelled_line_waits_for_nothing(waiting):
    assert rules.line_status(cancelled=True, waiting=waiting) == "cancelled"


@pytest.mark.parametrize(
    ("plan", "cycle"),
    [
        ("", "one_time"),
        ("OneTime", "one_time"),
        ("Annual", "annual"),
        ("Triennial", "one_time"),
        ("Monthly", "monthly"),
        ("None", "none"),
        ("unheard of", "one_time"),
    ],
)
def test_clients_know_every_billing_cycle(plan, cycle):
    assert rules.billing_cycle(plan) == cycle


@pytest.mark.parametrize(
    ("kind", "cycle", "term", "group"),
    [
        ("software_subscription", "one_time", "P1Y", "one_time"),
        ("perpetual_software", "one_time", "", "one_time"),
        ("reservation", "one_time", "P1Y", "reservation"),
        ("reservation", "monthly", "P1Y", "monthly/P1Y"),
        ("software_subscription", "annual", "P3Y", "annual/P3Y"),
    ],
)
def test_groups(kind, cycle, term, group):
    assert rules.order_group(kind, cycle, term) == group
