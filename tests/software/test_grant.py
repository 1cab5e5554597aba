"""Granting: what an order line gives, and keys that come later (S19, S23)."""

import pytest
from django.db import IntegrityError, transaction

from partnercenter.lib import clock, outbox, tenancy
from partnercenter.lib.models import OutboxMessage
from software import services
from software.models import EntitlementKey, KeyStock
from tests.software import build


def keys_of(line):
    return EntitlementKey.objects.filter(entitlement=line).count()


def test_a_line_gets_a_key_from_stock(shop):
    assert (shop.line.status, keys_of(shop.line)) == ("active", 1)
    assert KeyStock.objects.exclude(taken_at=None).count() == 1


def test_a_line_that_needs_no_key_takes_none(shop):
    build.keys()
    line = shop.buy(needs_key=False)
    assert (line.status, keys_of(line)) == ("active", 0)
    assert KeyStock.objects.filter(taken_at=None).count() == 1


def test_S19_without_stock_it_is_preparing_and_a_worker_will_look(shop):
    line = shop.buy()
    assert (line.status, keys_of(line)) == ("pending", 0)
    message = OutboxMessage.objects.get()
    assert message.payload == {"productId": build.WS[0], "skuId": build.WS[1]}


def test_an_order_of_several_lines_is_served_as_far_as_the_stock_goes(shop):
    build.keys(2)
    lines = [build.line(shop.customer, order_id="O1", line_number=n) for n in range(3)]
    services.grant(lines, partner=shop.partner, at=clock.now())
    assert [line.status for line in lines] == ["active", "active", "pending"]


@pytest.mark.parametrize("stock", [0, 1])
def test_a_sandbox_partner_never_waits_and_takes_no_key_that_could_be_sold(db, travel, stock):
    build.keys(stock)
    partner = build.partner("Sandbox", is_sandbox=True)
    with tenancy.acting_for(partner.pk):
        line = build.line(build.customer(partner))
        services.grant([line], partner=partner, at=clock.now(partner))
        assert (line.status, keys_of(line)) == ("active", 1)
        assert line.keys.get().stock_id is None
    assert KeyStock.objects.filter(taken_at=None).count() == stock


def test_keys_that_come_in_serve_the_oldest_first(shop, travel):
    first = shop.buy()
    travel.shift(1)
    second = shop.buy()
    build.keys(1)
    assert services.fulfil_waiting(product_id=build.WS[0], sku_id=build.WS[1]) == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("active", "pending")


def test_a_cancelled_line_waits_no_longer(shop):
    line = shop.buy()
    services.revoke(partner=shop.partner, order_id=line.order_id, line_numbers=[0], at=clock.now())
    build.keys(1)
    assert services.fulfil_waiting(product_id=build.WS[0], sku_id=build.WS[1]) == 0


def test_the_message_of_a_waiting_line_is_delivered(shop):
    line = shop.buy()
    build.keys(1)
    (message,) = outbox.open_ids()
    assert outbox.deliver(message) is True
    line.refresh_from_db()
    assert line.status == "active"


def test_one_key_is_sold_once(shop):
    taken = EntitlementKey.objects.get().stock
    with pytest.raises(IntegrityError), transaction.atomic():
        EntitlementKey.objects.create(
            partner=shop.partner,
            entitlement=shop.line,
            stock=taken,
            ciphertext=b"x",
            last_five="AAAAA",
            assigned_at=clock.now(),
        )
