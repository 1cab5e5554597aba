"""Rows made for one statement are what the models themselves would make."""

import pytest

from activitylog.models import ActivityRecord
from billing.models import BillingLine
from orders.models import Order, OrderLine
from partnercenter.lib.batch import new
from software.models import Entitlement, EntitlementKey

WRITTEN = [ActivityRecord, BillingLine, Entitlement, EntitlementKey, Order, OrderLine]


def plain(row):
    """Its columns, without the keys that are drawn anew for each row."""
    return {name: value for name, value in vars(row).items() if name not in {"_state", "id", "key"}}


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_it_has_the_columns_and_the_defaults_of_the_model(model):
    assert plain(new(model)) == plain(model())


def test_each_row_has_a_key_of_its_own():
    assert new(OrderLine).pk != new(OrderLine).pk
    assert new(OrderLine).participants is not new(OrderLine).participants


def test_a_row_or_an_id_is_given_for_a_foreign_key():
    order = Order(id="one")
    line = new(OrderLine, order=order, number=3)
    assert (line.order is order, line.order_id, line.number) == (True, "one", 3)
    assert new(OrderLine, order_id="two").order_id == "two"
    assert new(Order, cart=None).cart_id is None
    assert new(Order)._state.adding


def test_a_name_that_is_no_column_is_refused():
    with pytest.raises(TypeError, match="OrderLine has no colour"):
        new(OrderLine, colour="blue")
