"""What a cancellation gives back (S72, S73, ruling 9), against an oracle written another way."""

import csv
import math
import random
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from billing.rules import Amounts, Charged, amounts, credit
from orders.rules import term_end

CASES = 20_000
PLACES = {"USD": 2, "JPY": 0, "KWD": 3, "AUD": 2, "BRL": 2}
MONTHS = {"P1M": 1, "P1Y": 12, "P3Y": 36}


def at(day, hour=10, minute=12):
    return datetime.combine(date.fromisoformat(day), time(hour, minute), UTC)


def charged(price, quantity, start, end, currency="USD", rate="0", *, includes_tax=False):
    facts = {
        "unit_price": Decimal(price),
        "quantity": quantity,
        "currency": currency,
        "price_includes_tax": includes_tax,
        "tax_rate": Decimal(rate),
    }
    return Charged(**facts, sums=amounts(**facts), start=start, end=end)


def test_S73_the_worked_line_of_july():
    july = charged("10.08", 10, at("2021-07-15"), at("2021-08-15"))
    assert credit(july, at("2021-07-17")).gross == Decimal("94.20")


@pytest.mark.parametrize(
    ("start", "cancelled", "gross"),
    [
        # The day of the cancellation is credited.
        ("2021-03-01", "2021-03-01", "3650.00"),
        ("2021-03-01", "2021-03-02", "3640.00"),
        ("2021-03-01", "2021-03-03", "3630.00"),
        ("2020-01-02", "2020-01-12", "3550.27"),  # 366 days, 356 left
        ("2021-03-01", "2022-02-28", "10.00"),
        ("2021-03-01", "2022-03-01", "0.00"),
        ("2021-03-01", "2023-03-01", "0.00"),
    ],
)
def test_S73_a_year_at_ten_a_day(start, cancelled, gross):
    begun = at(start)
    year = charged("3650.00", 1, begun, term_end(begun, "P1Y"))
    assert credit(year, at(cancelled)) == Amounts(
        net=Decimal(gross), tax=Decimal(0), gross=Decimal(gross)
    )


@pytest.mark.parametrize(
    ("hour", "minute", "gross"), [(0, 0, "3640.00"), (23, 59, "3640.00"), (10, 12, "3640.00")]
)
def test_S73_days_are_dates_in_utc(hour, minute, gross):
    begun = at("2021-03-01", 23, 59)
    year = charged("3650.00", 1, begun, term_end(begun, "P1Y"))
    assert credit(year, at("2021-03-02", hour, minute)).gross == Decimal(gross)
    elsewhere = at("2021-03-02", hour, minute).astimezone(datetime.strptime("+0930", "%z").tzinfo)
    assert credit(year, elsewhere).gross == Decimal(gross)


@pytest.mark.parametrize("days", [0, 1, 30, 59, 4000])
def test_S72_perpetual_is_credited_whole(days):
    line = charged("1000.005", 3, at("2020-01-02"), None, rate="0.0925")
    assert credit(line, at("2020-01-02") + timedelta(days=days)) == line.sums


@pytest.mark.parametrize(
    ("includes_tax", "expected"),
    [(True, ("3300.00", "330.00", "3630.00")), (False, ("3630.00", "363.00", "3993.00"))],
)
def test_S17_S18_the_line_s_own_tax_treatment(includes_tax, expected):
    year = charged(
        "3650.00", 1, at("2021-03-01"), at("2022-03-01"), rate="0.1", includes_tax=includes_tax
    )
    found = credit(year, at("2021-03-03"))
    assert (found.net, found.tax, found.gross) == tuple(map(Decimal, expected))


def oracle(price, quantity, currency, rate, *, includes_tax, start, months, cancelled):
    """Exact: the credit in the currency's smallest unit, as (net, tax, gross), by whole numbers."""
    unit = 10 ** PLACES[currency]
    year, month = start.year + (start.month - 1 + months) // 12, (start.month - 1 + months) % 12 + 1
    end = date(year, month, min(start.day, monthrange(year, month)[1]))
    days = end.toordinal() - start.date().toordinal()
    left = max(0, end.toordinal() - cancelled.date().toordinal())
    each = math.floor(Fraction(price) * unit * left / days)
    listed, share = each * quantity, Fraction(rate)
    if includes_tax:
        tax = math.floor(listed * share / (1 + share))
        return listed - tax, tax, listed
    tax = math.floor(listed * share)
    return listed, tax, listed + tax


def random_start(chance):
    special = [date(2020, 2, 29), date(2024, 2, 29), date(2021, 1, 31), date(2019, 12, 31)]
    day = date(2019, 1, 1) + timedelta(days=chance.randrange(3000))
    if chance.random() < 0.2:
        day = chance.choice(special)
    elif chance.random() < 0.2:
        day = day.replace(day=monthrange(day.year, day.month)[1])
    return datetime.combine(day, time(chance.randrange(24), chance.randrange(60)), UTC)


def random_case(chance):
    currency = chance.choice(list(PLACES))
    places = chance.choice([PLACES[currency], PLACES[currency], 6])
    return {
        "price": Decimal(chance.randrange(1, 10**9)).scaleb(-places),
        "quantity": chance.choice([1, 2, 3, 7, 10, 99, 5000]),
        "currency": currency,
        "rate": chance.choice(["0", "0.1", "0.029", "0.0925", "0.2"]),
        "includes_tax": chance.random() < 0.5,
    }


def test_S73_twenty_thousand_cases_are_the_oracle_s():
    chance = random.Random(73)  # noqa: S311 - cases, no secrets
    off = []
    for _ in range(CASES):
        case, start = random_case(chance), random_start(chance)
        term = chance.choice(list(MONTHS))
        end = term_end(start, term)
        cancelled = start + timedelta(seconds=chance.randrange(61 * 24 * 3600))
        line = charged(
            case["price"], case["quantity"], start, end, case["currency"], case["rate"],
            includes_tax=case["includes_tax"],
        )  # fmt: skip
        found = credit(line, cancelled)
        unit = 10 ** PLACES[case["currency"]]
        exact = oracle(**case, start=start, months=MONTHS[term], cancelled=cancelled)
        if (found.net * unit, found.tax * unit, found.gross * unit) != exact:
            off.append((case, start, term, cancelled, found, exact))
        assert found.net + found.tax == found.gross
        assert 0 <= found.net <= line.sums.net
        assert 0 <= found.tax <= line.sums.tax
        assert credit(line, cancelled + timedelta(days=1)).gross <= found.gross
    assert off == []


@pytest.mark.parametrize("split", [(3, 4), (1, 6), (7, 0)])
def test_S73_seats_add_up(split):
    """Cancelling 3 + 4 of 7 seats gives what cancelling 7 gives."""
    start, end = at("2020-01-02"), at("2021-01-02")
    parts = [credit(charged("365.37", n, start, end), at("2020-02-03")).gross for n in split]
    assert sum(parts) == credit(charged("365.37", 7, start, end), at("2020-02-03")).gross


def published(reference):
    with (reference / "reference/data/sample_billing_scenarios_dev.csv").open() as file:
        return list(csv.DictReader(file))


def day(text):
    return datetime.strptime(text, "%B %d, %Y").replace(tzinfo=UTC)


def after(text):
    """The first instant after a last day that is included."""
    return day(text) + timedelta(days=1)


def effective(row, cycle, price):
    """Unit price that is given back from the row's first day to its last, both included."""
    line = charged(price, 1, cycle[0], cycle[1])
    return credit(line, day(row["Charge Start Date"])).gross


def test_S73_the_published_conversion_of_300_seats(reference):
    """10.08 from 18 June, given up on 25 June: −7.72 each, −2,316 (and 6.43 → 4.92, 1,476)."""
    rows = [row for row in published(reference) if row["scenario_no"] == "13"]
    new, given_back, taken = rows
    cycle = day(new["Charge Start Date"]), after(new["Charge End Date"])
    assert [row["Charge Type"] for row in rows] == ["new", "convert", "convert"]
    for row, sign in ((given_back, -1), (taken, 1)):
        unit = effective(row, cycle, row["Unit Price"])
        assert sign * unit == Decimal(row["Effective Unit Price"])
        assert sign * unit * int(row["Billable Quantity"]) == Decimal(row["Total"])


def test_S73_the_published_cancel_fees(reference):
    """A seat at 16.00 a month from the 21st, given up on 25 January: −13.93, and −16 ahead."""
    rows = [row for row in published(reference) if row["Charge Type"] == "Cancel fee"]
    fees = {row["Charge Start Date"]: Decimal(row["Unit Price"]) for row in rows}
    january = charged("16", 1, at("2022-01-21"), at("2022-02-21"))
    ahead = charged("16", 1, at("2022-02-21"), at("2022-03-21"))
    assert fees == {
        "January 25, 2022": -credit(january, at("2022-01-25")).gross,
        "February 21/2022": -credit(ahead, at("2022-01-25")).gross,
    }


def test_S73_a_published_conversion_on_the_first_day(reference):
    rows = [row for row in published(reference) if row["scenario_no"] == "15"]
    cycle = day(rows[0]["Charge Start Date"]), after(rows[0]["Charge End Date"])
    paid = rows[2]
    unit = effective(paid, cycle, paid["Unit Price"])
    assert unit == Decimal(paid["Effective Unit Price"])
    assert unit * int(paid["Billable Quantity"]) == Decimal(paid["Total"].replace(",", ""))
