import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from customers.models import BY_NAME, Customer
from partnercenter.lib import paging
from partnercenter.lib.errors import Invalid
from tests.customers.samples import profile

NAMES = ["Alpha", "alpha", "Bravo", "bravo", "Charlie"]


@pytest.fixture
def rows(fabrikam):
    with fabrikam.visible():
        for number, name in enumerate(NAMES):
            values = vars(profile(name, domain=f"c{number}.example"))
            at = fabrikam.partner.created_at
            Customer.objects.create(partner=fabrikam.partner, created_at=at, **values)
        yield Customer.objects.visible_to(fabrikam.actor("aa"))


def keys(page):
    return [(row.name_key, row.pk) for row in page.items]


def test_every_row_once_in_order_forwards_and_back(rows):
    whole = sorted((row.name_key, row.pk) for row in rows)
    seen, cursor, pages = [], "", []
    while True:
        page = paging.page(rows, order=BY_NAME, size=2, cursor=cursor)
        pages.append(page)
        seen += keys(page)
        cursor = page.next
        if not cursor:
            break
    assert seen == whole
    back = paging.page(rows, order=BY_NAME, size=2, cursor=pages[-1].previous)
    assert keys(back) == keys(pages[1])
    first = paging.page(rows, order=BY_NAME, size=2, cursor=back.previous)
    assert keys(first) == keys(pages[0])
    assert first.previous == ""


def test_falling_order(rows):
    falling = ["-name_key", "-id"]
    whole = sorted(((row.name_key, row.pk) for row in rows), reverse=True)
    first = paging.page(rows, order=falling, size=3)
    second = paging.page(rows, order=falling, size=3, cursor=first.next)
    assert keys(first) + keys(second) == whole
    assert second.next == ""


def test_a_page_is_one_statement_without_count_and_offset(rows):
    first = paging.page(rows, order=BY_NAME, size=2)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        paging.page(rows, order=BY_NAME, size=2, cursor=first.next)
    (statement,) = [query["sql"] for query in asked.captured_queries]
    assert "COUNT(" not in statement
    assert "OFFSET" not in statement
    assert '("customers_customer"."name_key", "customers_customer"."id") > (' in statement


def test_rows_as_dicts(rows):
    columns = rows.values("id", "name_key")
    first = paging.page(columns, order=BY_NAME, size=2)
    second = paging.page(columns, order=BY_NAME, size=2, cursor=first.next)
    assert [row["name_key"] for row in first.items + second.items] == [
        "alpha",
        "alpha",
        "bravo",
        "bravo",
    ]


def test_the_page_before_a_row_that_is_gone_is_the_first(rows):
    first = paging.page(rows, order=BY_NAME, size=2)
    second = paging.page(rows, order=BY_NAME, size=2, cursor=first.next)
    gone = [row.pk for row in first.items]
    left = rows.exclude(pk__in=gone)
    assert keys(paging.page(left, order=BY_NAME, size=2, cursor=second.previous)) == keys(second)


def test_no_rows(rows):
    assert paging.page(rows.none(), order=BY_NAME) == paging.Page([], "", "")


def test_a_cursor_of_another_list_or_of_nobody_is_refused(rows):
    other = paging.page(rows, order=["created_at", "id"], size=2).next
    for cursor in (other, "abc", "a:b:c"):
        with pytest.raises(Invalid):
            paging.page(rows, order=BY_NAME, cursor=cursor)


def test_links_keep_the_query(rows):
    request = RequestFactory().get("/x?q=a%26b&after=")
    page = paging.for_request(request, rows, order=BY_NAME, size=2)
    query = QueryDict(page.next_query)
    assert (query["q"], query["after"], page.previous_query) == ("a&b", page.next, "")
    request = RequestFactory().get(f"/x?{page.next_query}")
    second = paging.for_request(request, rows, order=BY_NAME, size=2)
    assert list(QueryDict(second.previous_query)) == ["q", "before"]
