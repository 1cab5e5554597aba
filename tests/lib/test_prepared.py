"""Statements planned once per connection: whose rows they see, and what a new connection knows."""

import pytest
from django.db import DatabaseError, connection

from customers.models import Customer
from partnercenter.lib import tenancy
from partnercenter.lib.batch import gathered, insert_together
from partnercenter.lib.models import AnsweredRequest
from partnercenter.lib.prepared import Statement
from tests.orders import build

NAMES = Statement(
    "names_of_customers", "SELECT company_name FROM customers_customer WHERE domain <> %(not)s"
)
DIVIDE = Statement("divide", "SELECT 1 / %(by)s::int")


def _shown() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.partner', true)")
        return cursor.fetchone()[0] or ""


def _write_and_fail(row: AnsweredRequest) -> None:
    with gathered():
        insert_together([row])
        raise ZeroDivisionError


@pytest.fixture
def partner(fabrikam):
    with fabrikam.visible():
        build.shop(fabrikam)
    return fabrikam.partner


def test_one_statement_sees_the_partners_rows_and_no_other_does(committed_db, partner):
    assert len(NAMES.rows({"not": ""}, showing=partner.pk)) == 1
    assert _shown() == ""
    assert NAMES.rows({"not": ""}) == []


def test_within_a_transaction_too(db, partner):
    assert len(NAMES.rows({"not": ""}, showing=partner.pk)) == 1
    assert _shown() == ""
    with tenancy.acting_for(partner.pk):
        NAMES.rows({"not": ""}, showing=tenancy.EVERYONE)
        assert _shown() == str(partner.pk)


def test_one_that_fails_shows_nothing_either(committed_db, partner):
    with pytest.raises(DatabaseError):
        DIVIDE.rows({"by": 0}, showing=partner.pk)
    assert _shown() == ""


def test_a_new_connection_plans_it_again(committed_db, partner):
    for _connection in range(2):
        assert DIVIDE.rows({"by": 1}) == [(1,)]
        connection.close()


def test_what_was_gathered_before_a_refusal_is_not_written(db, partner):
    row = AnsweredRequest(
        partner=partner,
        request_id="r-1",
        operation="o",
        body_digest=b"\x00\xff" * 16,
        status=201,
        body={"a": [1]},
        answered_at=build.now(),
    )
    with tenancy.acting_for(partner.pk):
        with pytest.raises(ZeroDivisionError):
            _write_and_fail(row)
        assert AnsweredRequest.objects.count() == 0
        assert Customer.objects.count() == 1
