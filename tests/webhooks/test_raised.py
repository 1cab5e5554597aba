"""Which deeds raise which events, in their own transaction, and that others pay nothing."""

from datetime import UTC, date, datetime

import pytest

from billing import settlement
from orders import services
from partnercenter.lib import tenancy
from partnercenter.lib.errors import Invalid
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import services as webhooks
from tests.billing.book import book, on
from tests.orders import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(registered):
    return build.shop(registered)


@pytest.fixture
def wsd(shop):
    return build.offer("WSD", max_quantity=100)


def raised():
    return list(Event.objects.order_by("id").values_list("name", "resource_path"))


def test_an_order(shop, wsd):
    order = shop.buy(wsd)
    path = f"/v1/customers/{shop.customer.pk}/orders/{order.pk}"
    assert raised() == [("order-created", path)]
    assert Event.objects.get().changed_at == order.order.created_at


def test_a_refused_order_raises_nothing(shop, wsd):
    with pytest.raises(Invalid):
        shop.buy(wsd, quantity=1000)
    assert raised() == []


def test_a_cancelled_order_and_its_subscription(shop, wsd):
    order = shop.buy(wsd, build.offer("PERP"))
    Event.objects.all().delete()
    services.cancel_order(order.order, by=shop.actor("aa"))
    (line,) = order.order.lines.filter(term_end__isnull=False)
    customer = shop.customer.pk
    assert raised() == [
        ("order-cancelled", f"/v1/customers/{customer}/orders/{order.pk}"),
        (
            "subscription-updated",
            f"/webhooks/v1/customers/{customer}/subscriptions/{line.pk}",
        ),
    ]


def test_a_repeated_cancellation_raises_nothing_more(shop, wsd):
    order = shop.buy(wsd)
    services.cancel_order(order.order, by=shop.actor("aa"))
    before = raised()
    services.cancel_order(order.order, by=shop.actor("aa"))
    assert raised() == before


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"status": "suspended"}, ["subscription-updated"]),
        ({"quantity": 3}, ["order-created", "subscription-updated"]),
        ({"friendlyName": "Mine"}, []),
    ],
)
def test_a_changed_subscription(shop, wsd, change, names):
    order = shop.buy(wsd)
    line = order.order.lines.get()
    Event.objects.all().delete()
    path = shop.api(f"/subscriptions/{line.pk}")
    assert shop.org.api("aa").patch(path, change, format="json").status_code == 200
    assert [name for name, _path in raised()] == names
    for _name, told in raised():
        assert shop.org.api("aa").get(told).status_code == 200


def test_a_run_tells_those_who_asked(registered, tailspin, travel):
    book(registered, "10.00", on(1, 3))
    with tailspin.visible():
        book(tailspin, "10.00", on(1, 3))
    travel.move_to(datetime(2020, 2, 1, 0, 5, tzinfo=UTC))
    assert settlement.settle(month=date(2020, 1, 1)).invoices == 2
    with tenancy.everyone():
        assert [event.partner_id for event in Event.objects.all()] == [registered.partner.pk]


def test_an_invoice_is_ready(registered, travel):
    book(registered, "10.00", on(1, 3))
    travel.move_to(datetime(2020, 2, 1, 0, 5, tzinfo=UTC))
    settlement.settle(month=date(2020, 1, 1), partner=registered.partner)
    ((name, path),) = raised()
    assert name == "invoice-ready"
    answer = registered.api("ga").get(path)
    assert (answer.status_code, answer.json()["id"]) == (200, path.rpartition("/")[2])
    settlement.settle(month=date(2020, 1, 1), partner=registered.partner)
    assert len(raised()) == 1


def test_who_asks_for_others_is_not_told(shop, wsd, receiver):
    by = shop.org.actor("ga")
    webhooks.update(url=receiver.url, event_names=[EventName.INVOICE_READY], by=by)
    shop.org.partner.refresh_from_db()
    shop.buy(wsd)
    assert raised() == []
