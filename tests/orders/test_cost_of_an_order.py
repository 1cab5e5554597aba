"""What an order costs the database beside its statements: plans and indexes."""

from django.db import connection

# Which plan of this one is cheaper depends on how much of the catalogue is in force at the instant.
BY_INSTANT = "offers_by_id"


def plans_made() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, custom_plans FROM pg_prepared_statements")
        return {name: made for name, made in cursor.fetchall() if not name.startswith(BY_INSTANT)}


def test_nothing_of_it_is_planned_anew_for_each_order(shop, wsd):
    """PostgreSQL plans a prepared statement for its first five values, then once for all."""
    for _ in range(6):
        shop.buy(wsd)
    before = plans_made()
    shop.buy(wsd)
    assert plans_made() == before


def test_an_order_pays_for_the_indexes_that_are_asked(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, count(*) FROM pg_indexes"
            " WHERE tablename IN ('orders_order', 'orders_orderline') GROUP BY 1 ORDER BY 1"
        )
        assert cursor.fetchall() == [("orders_order", 5), ("orders_orderline", 2)]
