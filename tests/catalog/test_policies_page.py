"""Policies (P34): dated rows with their source; an operator adds and ends them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import CancellationPolicy, MarketAvailability, TaxTreatment

NOW = datetime(2020, 1, 10, 9, 30, tzinfo=UTC)
PAGE = "/dashboard/settings/policies"
# session, user, whose rows are seen, rows, (markets to choose from,) whose rows as before
STATEMENTS = {"cancellation": 5, "links": 5, "tax": 6, "markets": 6}
CANCELLATION = {"name": "software_subscription", "kind": "window", "days": "30", "source": "2021"}


@pytest.fixture(autouse=True)
def _still():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def operator(fabrikam):
    user = fabrikam["du"]
    user.is_operator = True
    user.save()
    return fabrikam.browser("du")


@pytest.fixture
def ga(fabrikam):
    return fabrikam.browser("ga")


def rows(answer):
    """Cells of each row as text, without its actions."""
    found = []
    for row in re.findall(r'data-testid="policy">(.*?)</tr>', answer.content.decode(), re.DOTALL):
        cells = re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", row, re.DOTALL)
        texts = [re.sub(r"<[^>]+>", "", text) for kind, text in cells if "actions" not in kind]
        found.append([" ".join(text.split()) for text in texts])
    return found


def wrong(answer, field):
    """The message at the field of a form that came back."""
    at_field = rf'id="id_{field}_error">.*?<span>(.*?)</span>'
    (text,) = re.findall(at_field, answer.content.decode(), re.DOTALL)
    return text


def test_the_seed_s_rules_with_dates_and_source(ga):
    since = "1 Jan 2000 00:00 UTC"
    seed = "Sell software subscriptions through CSP, 18 Dec 2019"
    end = [since, "further notice", seed, "In force"]
    assert rows(ga.get(PAGE)) == [
        ["Software plans and reservations", "Neither cancelled nor exchanged", *end],
        ["Perpetual software", "60 days", *end],
        ["Software subscription", "60 days", *end],
        ["Extended Security Updates", "By support request only", *end],
    ]
    assert rows(ga.get(f"{PAGE}?policy=links")) == [
        ["All download links", "14 days or 50 downloads, whichever comes first", *end]
    ]


def test_S17_tax_of_one_market(ga):
    said = {
        market: rows(ga.get(f"{PAGE}?policy=tax&market={market}"))[0][:2]
        for market in ("AU", "BR", "US", "FI")
    }
    assert said == {
        "AU": ["Australia", "Prices include tax; 10 %"],
        "BR": ["Brazil", "Prices include tax; no rate"],
        "US": ["United States", "Prices exclude tax; no rate"],
        "FI": ["Finland", "Prices exclude tax; 25.5 %"],
    }


def test_S9_markets_are_paged(ga):
    first = ga.get(f"{PAGE}?policy=markets")
    assert len(rows(first)) == 40
    assert rows(first)[0][:2] == ["Andorra – Azure reservation", "Not sold"]
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first.content.decode())
    second = ga.get(PAGE + following.replace("&amp;", "&"))
    assert len(rows(second)) == 40
    assert rows(second)[0] != rows(first)[0]


@pytest.mark.parametrize("policy", STATEMENTS)
@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(ga, operator, policy, count):
    for number in range(count):
        data = {"market": ["AD", "AE", "AF"][number], "includes": "no", "source": "x"}
        operator.post(f"{PAGE}/tax/add", data | {"takes_over": "on"})
    ga.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert rows(ga.get(f"{PAGE}?policy={policy}"))
    told = [each["sql"] for each in captured]
    assert len(told) == STATEMENTS[policy], "\n".join(sql[:120] for sql in told)


def test_S46_an_operator_adds_a_row_that_takes_over(operator):
    data = CANCELLATION | {"valid_from": "2020-02-01T00:00", "takes_over": "on"}
    answer = operator.post(f"{PAGE}/cancellation/add", data, follow=True)
    assert "The policy was added." in answer.content.decode()
    assert [row[1:] for row in rows(answer) if row[0] == "Software subscription"] == [
        [
            "60 days",
            "1 Jan 2000 00:00 UTC",
            "1 Feb 2020 00:00 UTC",
            "Sell software subscriptions through CSP, 18 Dec 2019",
            "In force",
        ],
        [
            "30 days",
            "1 Feb 2020 00:00 UTC",
            "further notice",
            "2021 added by du@fabrikam.example",
            "Planned",
        ],
    ]


def test_what_was_typed_is_kept_when_it_overlaps(operator):
    data = CANCELLATION | {"valid_from": "2020-02-01T00:00"}
    answer = operator.post(f"{PAGE}/cancellation/add", data)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert wrong(answer, "valid_from").startswith("It overlaps the row that holds from 1 Jan 2000")
    assert 'value="2020-02-01T00:00"' in page
    assert 'value="30"' in page
    assert 'value="2021"' in page
    assert re.search(r'value="software_subscription"\s+selected', page)
    assert CancellationPolicy.objects.count() == 4


@pytest.mark.parametrize(
    ("policy", "change", "field"),
    [
        ("cancellation", {"days": ""}, "days"),
        ("cancellation", {"days": "0"}, "days"),
        ("cancellation", {"days": "ten"}, "days"),
        ("cancellation", {"kind": "none"}, "days"),
        ("cancellation", {"kind": "magic"}, "kind"),
        ("cancellation", {"name": "x"}, "name"),
        ("cancellation", {"source": ""}, "source"),
        ("cancellation", {"source": "x" * 201}, "source"),
        ("cancellation", {"valid_from": "soon"}, "valid_from"),
        ("cancellation", {"valid_from": "2020-01-10T09:29"}, "valid_from"),
        ("links", {"life_days": "0"}, "life_days"),
        ("links", {"max_downloads": "99999"}, "max_downloads"),
        ("tax", {"percent": "100"}, "percent"),
        ("tax", {"percent": "-1"}, "percent"),
        ("tax", {"percent": "1.234"}, "percent"),
        ("tax", {"percent": "NaN"}, "percent"),
        ("tax", {"market": "ZZ"}, "market"),
        ("tax", {"market": ""}, "market"),
        ("markets", {"sold": "maybe"}, "sold"),
        ("markets", {"kind": "azure_usage"}, "kind"),
    ],
)
def test_bad_input_is_named_at_its_field(operator, policy, change, field):
    right = {
        "cancellation": CANCELLATION,
        "links": {"life_days": "5", "max_downloads": "9", "source": "x"},
        "tax": {"market": "BR", "includes": "yes", "percent": "17", "source": "x"},
        "markets": {"market": "US", "kind": "reservation", "sold": "no", "source": "x"},
    }[policy]
    answer = operator.post(f"{PAGE}/{policy}/add", right | {"takes_over": "on"} | change)
    assert answer.status_code == 400
    assert wrong(answer, field)
    assert TaxTreatment.objects.filter(source="x").count() == 0


def test_change_begins_with_what_the_row_says(operator):
    row = TaxTreatment.objects.get(market="FI")
    page = operator.get(f"{PAGE}/tax/add?row={row.pk}").content.decode()
    assert re.search(r'value="FI"\s+selected', page)
    assert 'value="25.50"' in page
    assert re.search(r'name="takes_over"[^>]*checked', page)
    data = {"market": "FI", "includes": "no", "percent": "26.5", "takes_over": "on"}
    operator.post(f"{PAGE}/tax/add?row={row.pk}", data | {"source": "2026"})
    assert rows(operator.get(f"{PAGE}?policy=tax&market=FI"))[0][1] == "Prices exclude tax; 26.5 %"


def test_an_operator_ends_a_row_and_it_stays_in_the_history(operator):
    row = MarketAvailability.objects.get(market="GL")
    address = f"{PAGE}/markets/{row.pk}/end"
    assert "Greenland – Azure reservation" in operator.get(address).content.decode()
    answer = operator.post(address, {"at": "2020-01-01T00:00"})
    assert (answer.status_code, "from 10 Jan 2020 09:30 UTC" in wrong(answer, "at")) == (400, True)
    assert 'value="2020-01-01T00:00"' in answer.content.decode()
    assert operator.post(address, {}).status_code == 302
    assert rows(operator.get(f"{PAGE}?policy=markets&market=GL")) == []
    (kept,) = rows(operator.get(f"{PAGE}?policy=markets&market=GL&history=on"))
    assert (kept[3], kept[5]) == ("10 Jan 2020 09:30 UTC", "Ended")
    again = operator.post(address, {})
    assert (again.status_code, "ended already" in again.content.decode()) == (400, True)


def test_what_must_always_hold_has_no_end_button(operator):
    page = operator.get(PAGE).content.decode()
    assert (page.count('data-testid="policy-change"'), 'testid="policy-end"' in page) == (4, False)
    row = CancellationPolicy.objects.earliest("pk")
    answer = operator.post(f"{PAGE}/cancellation/{row.pk}/end", {})
    assert (answer.status_code, "at all times" in answer.content.decode()) == (400, True)


def test_a_global_admin_only_reads(ga):
    page = ga.get(PAGE).content.decode()
    assert "Only an operator of the installation changes them." in page
    assert ("policy-add" in page, "policy-change" in page) == (False, False)
    assert "Operator" in ga.get(f"{PAGE}/tax/add").content.decode()


@pytest.mark.parametrize("address", ["?policy=x", "/x/add", "/x/1/end", "/tax/999999999/end"])
def test_unknown_addresses_are_404(operator, address):
    assert operator.get(PAGE + address).status_code == 404


@pytest.mark.parametrize("query", ["market=ZZ", "after=x"])
def test_a_wrong_filter_is_400(operator, query):
    assert operator.get(f"{PAGE}?policy=tax&{query}").status_code == 400


def test_settings_lead_to_it(ga, operator, fabrikam):
    shown = {
        key: PAGE in fabrikam.browser(key).get("/dashboard/settings").content.decode()
        for key in ("ga", "aa", "ba", "du")
    }
    # du is the operator here.
    assert shown == {"ga": True, "aa": False, "ba": False, "du": True}


def test_in_chinese(operator):
    operator.cookies["django_language"] = "zh-hans"
    assert rows(operator.get(PAGE))[2][:2] == ["软件订阅", "60 天"]
    data = CANCELLATION | {"valid_from": "2020-02-01T00:00"}
    answer = operator.post(f"{PAGE}/cancellation/add", data)
    assert "重叠" in wrong(answer, "valid_from")


def test_rows_of_orders_keep_the_rule_of_their_day(operator):
    soon = NOW + timedelta(minutes=1)
    operator.post(f"{PAGE}/cancellation/add", CANCELLATION | {"takes_over": "on"})
    before, after = CancellationPolicy.objects.filter(name="software_subscription").order_by("pk")
    assert (before.days, before.valid_to) == (60, NOW)
    assert (after.days, after.valid_from < soon) == (30, True)
