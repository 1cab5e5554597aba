"""Software returns (P19): one list over all customers of what can still be cancelled (C3)."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders import services
from software import returns
from tests.customers.samples import customer
from tests.orders import build

PAGE = "/dashboard/customers/returns"
# session, user, whose rows are seen, lines with their customers, whose rows as before
STATEMENTS = 5


def rows(answer):
    """Product, customer, days left of each row, from top to bottom."""
    assert answer.status_code == 200
    cells = re.findall(
        r'data-testid="return-line".*?<a[^>]*>(.*?)</a>.*?<a[^>]*>(.*?)</a>'
        r'.*?data-testid="return-days">(?:<span[^>]*>)?(\d+)<',
        answer.content.decode(),
        re.DOTALL,
    )
    return [(product, company, int(days)) for product, company, days in cells]


@pytest.fixture
def wingtip(shop):
    return customer(shop.org, "Wingtip")


def test_C3_all_customers_nearest_end_first(shop, travel, wingtip):
    wsd, perpetual = build.offer("WSD"), build.offer("PERP")
    shop.buy(wsd)
    travel.shift(build.days(20))
    shop.buy(perpetual, customer=wingtip)
    travel.shift(build.days(0.5))
    assert rows(shop.org.browser("aa").get(PAGE)) == [
        (wsd.sku.title, "Contoso", 40),
        (perpetual.sku.title, "Wingtip", 60),
    ]


def test_what_cannot_be_returned_is_not_in_it(shop, travel):
    kept, cancelled = shop.buy(build.offer("WSD")), shop.buy(build.offer("PERP"))
    shop.buy(build.offer("ESU"), build.offer("SUSE"))
    shop.buy(build.offer("RI"))
    services.cancel_order(cancelled.order, by=shop.actor())
    assert [row[0] for row in rows(shop.org.browser("aa").get(PAGE))] == [kept.lines[0].title]
    travel.shift(build.days(60))
    answer = shop.org.browser("aa").get(PAGE).content.decode()
    assert "Nothing can be returned at present" in answer
    assert "return-line" not in answer


@pytest.mark.parametrize(("seconds", "days"), [(-1, [1]), (0, []), (1, [])])
def test_S44_it_ends_with_the_window_to_the_second(shop, travel, seconds, days):
    shop.buy(build.offer("WSD"))
    travel.shift(build.days(60 + seconds / 86400))
    assert [row[2] for row in rows(shop.org.browser("aa").get(PAGE))] == days


def test_another_partner_s_lines_are_not_in_it(shop, tailspin):
    shop.buy(build.offer("WSD"))
    assert rows(tailspin.browser("aa").get(PAGE)) == []


def test_each_row_leads_to_its_cancellation(shop):
    shop.buy(build.offer("WSD"))
    page = shop.org.browser("aa").get(PAGE).content.decode()
    (address,) = re.findall(r'href="([^"]*dialog=cancel[^"]*)"', page)
    answer = shop.org.browser("aa").get(address.replace("&amp;", "&"))
    assert answer.status_code == 200
    assert 'data-testid="cancel-order-number"' in answer.content.decode()


def test_S51_a_global_admin_reads_and_is_told_who_may_cancel(shop):
    shop.buy(build.offer("WSD"))
    page = shop.org.browser("ga").get(PAGE).content.decode()
    assert "dialog=cancel" not in page
    assert "needs Admin agent" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(shop, count):
    for _ in range(count):
        shop.buy(build.offer("WSD"), customer=customer(shop.org, f"Company {_}"))
    client = shop.org.browser("aa")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as captured:
        assert len(rows(client.get(PAGE))) == count
    told = [each["sql"] for each in captured]
    assert len(told) == STATEMENTS, "\n".join(sql[:150] for sql in told)


def test_it_is_paged_by_position(shop, travel):
    for _ in range(41):
        shop.buy(build.offer("WSD"))
        travel.shift(1)
    client = shop.org.browser("aa")
    with CaptureQueriesContext(connection) as captured:
        first = client.get(PAGE).content.decode()
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert first.count("return-line") == 40
    assert client.get(PAGE + following).content.decode().count("return-line") == 1
    said = " ".join(each["sql"] for each in captured)
    assert ("OFFSET" in said, "COUNT(" in said) == (False, False)


def test_a_place_of_another_list_is_refused(shop):
    assert shop.org.browser("aa").get(f"{PAGE}?after=nowhere").status_code == 400


def test_it_is_in_the_menu_of_who_may_see_it(shop):
    shown = {
        key: PAGE in shop.org.browser(key).get("/dashboard").content.decode()
        for key in ("aa", "ga", "sa", "ba", "du")
    }
    assert shown == {"aa": True, "ga": True, "sa": False, "ba": False, "du": False}


def test_in_chinese(shop):
    shop.buy(build.offer("WSD"))
    client = shop.org.browser("aa")
    client.cookies["django_language"] = "zh-hans"
    page = client.get(PAGE).content.decode()
    assert "<h1>软件退货时段</h1>" in re.sub(r"<h1[^>]*>\s*(.*?)\s*</h1>", r"<h1>\1</h1>", page)


MANY = """
INSERT INTO software_entitlement (id, partner_id, customer_id, order_id, line_number, product_id,
  sku_id, kind, title, quantity, purchased_at, cancellation_kind, returnable_until, link_life_days,
  link_max_downloads, needs_key, fulfilled_at, revoked_at)
SELECT gen_random_uuid(), partner_id, customer_id, 'O' || n, 0, product_id, sku_id, kind, title, 1,
  purchased_at, cancellation_kind, returnable_until + n * interval '1 minute', 14, 50, false,
  purchased_at, CASE WHEN n % 2 = 0 THEN purchased_at END
FROM software_entitlement, generate_series(1, 5000) n
"""


def test_a_page_reads_as_much_of_a_long_list_as_of_a_short_one(shop):
    shop.buy(build.offer("WSD"))
    with connection.cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute("ANALYZE software_entitlement")
    rows = returns.returnable(by=shop.actor()).order_by(*returns.NEAREST_END_FIRST)[:41]
    plan = rows.explain(analyze=True)
    assert "Index Scan using entitlement_returnable_idx" in plan
    assert "Sort" not in plan
    assert "rows=41" in plan
