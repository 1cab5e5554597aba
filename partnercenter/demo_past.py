"""What Fabrikam did in the last weeks, by the verbs that people use: something on every page."""

from accounts import actors
from accounts.actors import Actor
from accounts.models import Partner, User
from billing import months, settlement
from catalog.models import Availability, MediaFile
from customers.models import Customer
from orders import services as orders
from orders.models import Order
from orders.services import Item
from partnercenter.lib import clock, tenancy
from software import downloads
from software import services as software
from software.models import Entitlement
from support import prefill
from support import services as support
from support.rules import Impact, Topic
from support.services import Content

# Days ago that the demo begins; the audit records of the API reach 90 days back.
BEGINNING = 70
SQL = "DG7GMGF0FKZV:0004"
SERVER = "DG7GMGF0DVT9:000B"
CALS = "DG7GMGF0DVT7:000C"
USERS = "DG7GMGF0DVT7:000D"
BIZTALK = "DG7GMGF0DWM3:0002"
ESU = "DG7GMGF0FL73:0002"
SUSE = "PCDEMOSUSE01:0001"
RESERVATION = "DZH318Z0BQ36:004G"


def live(partner: Partner) -> None:
    """From an order whose window has passed to the request that waits at the desk today."""
    with tenancy.acting_for(partner.pk):
        agent = actors.from_user(User.objects.get(email=f"aa@{partner.domain}"))
        contoso, alpine = (
            Customer.objects.get(partner=partner, company_name=name)
            for name in ("Contoso", "Alpine")
        )
        with clock.days_ago(64):
            _buy(contoso, {SQL: 4}, by=agent)
        with clock.days_ago(58):
            _buy(alpine, {USERS: 10}, by=agent)
        with clock.days_ago(45):
            server = _buy(contoso, {SERVER: 2, BIZTALK: 1}, by=agent)
            cals = _buy(alpine, {CALS: 25}, by=agent)
        with clock.days_ago(40):
            updates = _buy(contoso, {ESU: 9}, by=agent)
            _buy(contoso, {SUSE: 1}, by=agent)
            _buy(contoso, {RESERVATION: 1}, by=agent)
        with clock.days_ago(38):
            orders.cancel_order(cals, by=agent)
        with clock.days_ago(9):
            _download(server, by=agent)
        with clock.days_ago(2):
            _ask_for_refund(updates, by=agent)
        _buy(contoso, {USERS: 5}, by=agent)
        orders.add_to_cart(contoso, _item(BIZTALK, 1), by=agent)
    for month in settlement.due_months(partner=partner):
        with clock.back_at(months.end(month)):
            settlement.settle(month=month, partner=partner)


def _item(sku: str, quantity: int) -> Item:
    product_id, _colon, sku_id = sku.partition(":")
    offer = Availability.objects.filter(
        sku__product_id=product_id, sku__sku_id=sku_id, market_id="US"
    ).earliest("pk")
    return Item(offer.catalog_item_id, quantity)


def _buy(customer: Customer, wanted: dict[str, int], *, by: Actor) -> Order:
    items = [_item(sku, quantity) for sku, quantity in wanted.items()]
    return orders.place_order(customer, items, by=by).order


def _download(order: Order, *, by: Actor) -> None:
    """Key and link of the order's first line; the file was fetched once."""
    line = Entitlement.objects.select_related("customer").get(order_id=order.pk, line_number=0)
    file = MediaFile.objects.filter(
        product_id=line.product_id, version="2019", language="English"
    ).earliest("pk")
    got = software.get_keys_and_downloads(line, file, by=by)
    if got.download:
        link = downloads.find_link(got.download.token)
        downloads.use_link(link, ip="192.0.2.10", user_agent="Demo")


def _ask_for_refund(order: Order, *, by: Actor) -> None:
    known = prefill.of_order(order.pk, by=by)
    content = Content(
        topic=Topic.REFUND,
        impact=Impact.MODERATE,
        title=str(known["title"]),
        customer=str(known["customer"]),
        order=order.pk,
        reason="Ordered twice by mistake",
        amount=known["amount"],
        currency=str(known["currency"]),
        first_name=by.user.first_name if by.user else "",
        last_name=by.user.last_name if by.user else by.name,
        email=by.name,
        phone="+1 425 555 0100",
    )
    support.submit(content, by=by)
