"""Whose rows a connection shows, from one statement to the next and after the block."""

import pytest
from django.db import connection

from customers.models import Customer
from partnercenter.lib import tenancy
from tests.orders import build


def _shown() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.partner', true)")
        return cursor.fetchone()[0] or ""


@pytest.fixture
def partner(fabrikam):
    with fabrikam.visible():
        build.shop(fabrikam)
    return fabrikam.partner


def test_a_partner_s_rows_are_hidden_without_a_statement_of_its_own(
    committed_db, partner, django_assert_num_queries
):
    with django_assert_num_queries(2), tenancy.acting_for(partner.pk):
        assert Customer.objects.count() == 1
    with django_assert_num_queries(1):
        assert Customer.objects.count() == 0


def test_within_a_transaction_by_one(db, partner, django_assert_num_queries):
    with django_assert_num_queries(3), tenancy.acting_for(partner.pk):
        assert Customer.objects.count() == 1
    assert Customer.objects.count() == 0


def test_a_connection_that_is_asked_whether_it_lives_shows_the_same_rows(committed_db, partner):
    with tenancy.acting_for(partner.pk):
        connection.close_if_unusable_or_obsolete()
        assert Customer.objects.count() == 1
    connection.close_if_unusable_or_obsolete()
    assert Customer.objects.count() == 0


def test_what_was_shown_around_it_is_shown_again(committed_db, partner):
    with tenancy.everyone():
        with tenancy.acting_for(partner.pk):
            assert _shown() == str(partner.pk)
        assert _shown() == str(tenancy.EVERYONE)
    assert _shown() == ""


def test_a_connection_that_was_lost_shows_nothing(committed_db, partner):
    with tenancy.acting_for(partner.pk):
        Customer.objects.count()
    connection.connection.close()
    assert Customer.objects.count() == 0
