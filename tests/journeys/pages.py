"""Every page of the portal, with something on it, by who looks at it."""

from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from accounts import services as accounts
from accounts.models import AppRegistration
from accounts.services import set_operator
from activitylog.models import ActivityRecord
from billing import months, settlement
from billing.models import Invoice
from catalog.models import Availability, MediaFile, TaxTreatment
from orders import services as orders
from orders.models import Order
from orders.services import Item
from partnercenter.lib import clock
from partnercenter.lib.events import EventName
from partnercenter.lib.models import Event
from partnercenter.webhooks import services as webhooks
from partnercenter.webhooks.models import Attempt
from software import services as software
from software.models import Entitlement
from support import services as support
from tests.billing.book import book
from tests.journeys.buying import SQL, WSD, buy
from tests.journeys.conftest import Market
from tests.support.build import content, upload

RESERVATION = "Reserved VM Instance, Standard_NV12, US East 2, 1 Year"
CHOSEN = "version=2019&language=English&file_type=ISO%2C+x64&show=1"
NOWHERE = "00000000-0000-4000-8000-000000000000"


class Stop(NamedTuple):
    """An address, and whether it answers with a refusal."""

    address: str
    refused: bool = False


class Town(NamedTuple):
    """What the addresses are made of."""

    market: Market
    order: str
    line: Entitlement
    file: MediaFile
    live: str
    dead: str
    invoice: str
    request: str
    draft: str


def build(market: Market) -> Town:
    """Contoso has bought, has a cart of two orders, a live link and a dead one; Wingtip nothing."""
    order = buy(market, WSD, SQL, "BizTalk", "Windows 7 Extended", "SUSE Linux", RESERVATION)
    with market.org.visible():
        for title in (WSD, RESERVATION):
            offer = Availability.objects.filter(sku__title=title, market_id="US").earliest("pk")
            item = Item(offer.catalog_item_id, 1)
            orders.add_to_cart(market.customers["Contoso"], item, by=market.org.actor("aa"))
        line = Entitlement.objects.get(title=WSD)
        file = MediaFile.objects.get(product_id=line.product_id, version="2019", language="English")
        dead = _link(market, Entitlement.objects.get(title=SQL))
        live = _link(market, line)
        invoice = _invoice(market)
        request, draft = _requests(market)
    return Town(market, order, line, file, live, dead, invoice, request, draft)


def _invoice(market: Market) -> str:
    """Number of an invoice of the month before, for a purchase of that time."""
    then = clock.now().replace(day=1) - timedelta(days=3)
    book(market.org, "365.00", then, customer=market.customers["Contoso"], title=WSD)
    settlement.settle(month=months.first_day(then))
    return Invoice.objects.get().number


def _requests(market: Market) -> tuple[str, str]:
    """Numbers of a support request of the Admin agent, and of a draft; their texts are data."""
    by, told = market.org.actor("aa"), content(title="365", description="365 365")
    sent, draft = (
        verb(told, by=by, uploads=[support.taken(upload())])
        for verb in (support.submit, support.save_draft)
    )
    return sent.number, draft.number


def _link(market: Market, line: Entitlement) -> str:
    file = MediaFile.objects.filter(
        product_id=line.product_id, version="2019", language="English"
    ).earliest("pk")
    got = software.get_keys_and_downloads(line, file, by=market.org.actor("aa"))
    return got.download.token


def of_buying(town: Town) -> list[Stop]:
    """For the Admin agent: customers and what is sold to them."""
    path = town.market.path
    return [
        Stop("/dashboard"),
        Stop("/dashboard/customers"),
        Stop("/dashboard/customers?q=x9"),
        Stop("/dashboard/customers/new"),
        Stop("/dashboard/customers/returns"),
        Stop(path()),
        Stop(path("/added")),
        Stop(path("/account")),
        Stop(path("/add-products?q=windows+server+standard")),
        Stop(path("/add-products?q=x9")),
        Stop(path("/add-products?category=azure", "Northwind")),
        Stop(path("/cart")),
        Stop(path("/cart", "Wingtip")),
        Stop(path(f"/orders/{town.order}/confirmation")),
        Stop(path("/orders")),
        Stop(path(f"/orders/{town.order}")),
        Stop(path("/orders", "Wingtip")),
        Stop(f"/dashboard/customers/{NOWHERE}", refused=True),
    ]


def _lines(town: Town) -> dict[str, str]:
    """Ids of what Contoso bought, by the titles' first words; BizTalk is cancelled."""
    with town.market.org.visible():
        lines = Entitlement.objects.software().filter(order_id=town.order)
        placed = Order.objects.get(pk=town.order)
        (gone,) = [line.line_number for line in lines if line.title.startswith("BizTalk")]
        orders.cancel_order(placed, by=town.market.org.actor("aa"), lines=[gone])
        return {line.title.split()[0]: str(line.pk) for line in lines}


def of_software(town: Town) -> list[Stop]:
    """For the Admin agent: what was bought, keys, downloads, help, his own settings."""
    path, opened = town.market.path, f"/software?line={town.line.pk}"
    line = _lines(town)
    several = "&".join(f"line={each}" for each in line.values())
    return [
        Stop(path(f"{opened}&dialog=cancel")),
        Stop(path(f"/software?line={line['SUSE']}&dialog=cancel&sort=returns")),
        Stop(path(f"/software?line={line['BizTalk']}&done=cancel")),
        Stop(path(f"/software/cancel?{several}")),
        Stop(path(f"/software/cancel/result?{several}")),
        Stop(path("/software")),
        Stop(path(opened)),
        Stop(path(f"{opened}&{CHOSEN}")),
        Stop(path(f"{opened}&{CHOSEN}&panel=keys&file={town.file.pk}")),
        Stop(path("/software?q=x9")),
        Stop(path("/software", "Wingtip")),
        Stop(path("/reservations")),
        Stop(path("/reservations", "Wingtip")),
        Stop("/help/sell-software"),
        Stop("/dashboard/settings"),
        Stop("/dashboard/settings/me"),
        Stop("/account/password/change/"),
        Stop("/account/2fa/"),
        Stop("/account/sessions/"),
        Stop("/dashboard/settings/activity-log", refused=True),
        Stop(f"/dl/{town.live}"),
    ]


def of_settings(town: Town) -> list[Stop]:
    """For the Global admin: users, applications, the log; and what he may not do."""
    user, app = town.market.org["sa"].pk, AppRegistration.objects.earliest("pk").pk
    consent = _consent(town)
    with town.market.org.visible():
        number = ActivityRecord.objects.earliest("number").number
    settings, log = "/dashboard/settings", "/dashboard/settings/activity-log"
    return [
        Stop(f"{settings}/users"),
        Stop(f"{settings}/users?q=x9"),
        Stop(f"{settings}/users/new"),
        Stop(f"{settings}/users/{user}"),
        Stop(f"{settings}/users/{user}?dialog=deactivate"),
        Stop(f"{settings}/users/{user}?dialog=reset"),
        Stop(f"{settings}/developer"),
        Stop(f"{settings}/developer/new"),
        Stop(f"{settings}/developer?dialog=revoke&app={app}"),
        Stop(f"{settings}/developer/webhooks"),
        Stop(f"{settings}/developer/webhooks?event={_sent(town)}"),
        Stop(f"{settings}/developer/webhooks?dialog=remove"),
        Stop(f"{settings}/developer/{app}"),
        Stop(consent),
        Stop(consent.replace("shop.example", "evil.example"), refused=True),
        Stop(f"{log}?record={number}"),
        Stop(f"{log}?start=2019-11-01&end=2019-11-30"),
        Stop(f"{log}?start=2019-11-30&end=2019-11-01", refused=True),
        Stop(f"{settings}/clock"),
        Stop(f"{settings}/policies"),
        Stop(town.market.path(f"/software?line={town.line.pk}&{CHOSEN}")),
    ]


def of_billing(town: Town) -> list[Stop]:
    """For the Global admin: an invoice of the month before, and what is on none yet."""
    return [
        Stop("/dashboard/billing"),
        Stop(f"/dashboard/billing/invoices/{town.invoice}"),
        Stop("/dashboard/billing/unbilled"),
        Stop("/dashboard/billing/invoices/G000000000", refused=True),
    ]


def of_support(town: Town) -> list[Stop]:
    """For the Admin agent: his requests, one of them a draft."""
    return [
        Stop("/dashboard/support"),
        Stop("/dashboard/support/new"),
        Stop(f"/dashboard/support/new?order={town.order}"),
        Stop(f"/dashboard/support/{town.request}"),
        Stop(f"/dashboard/support/{town.draft}/edit"),
    ]


def of_operators(town: Town) -> list[Stop]:
    """For who works at the desk: the queue, and the rules of the installation."""
    set_operator(email=town.market.org["du"].email, is_operator=True)
    policies = "/dashboard/settings/policies"
    row = TaxTreatment.objects.get(market="FI").pk
    return [
        Stop("/desk"),
        Stop(f"/desk/{town.request}"),
        Stop(policies),
        Stop(f"{policies}?policy=tax&market=FI"),
        Stop(f"{policies}?policy=tax&market=FI&history=x", refused=True),
        Stop(f"{policies}/cancellation/add"),
        Stop(f"{policies}/tax/add?row={row}"),
        Stop(f"{policies}/tax/{row}/end"),
    ]


def _sent(town: Town) -> str:
    """A test event that was taken at the third attempt; there is one more, on its way."""
    by, at = town.market.org.actor("ga"), clock.now()
    with town.market.org.visible():
        if not Event.objects.exists():
            webhooks.register(url="https://hooks.example/in", event_names=EventName, by=by)
            key = webhooks.send_test(by=by).key
            event = Event.objects.get(key=key)
            for status, trouble in ((0, "timeout"), (503, ""), (200, "")):
                Attempt.objects.create(
                    partner=by.partner, event=event, at=at, url="https://hooks.example/in",
                    status=status, trouble=trouble, answer="ok" * 40, milliseconds=12,
                )  # fmt: skip
            Event.objects.update(delivered_at=at, attempts=3)
            webhooks.send_test(by=by)
        return str(Event.objects.earliest("id").key)


def _consent(town: Town) -> str:
    """Where an application asks to act in the reader's name."""
    uri, actor = "https://shop.example/back", town.market.org.actor("ga")
    with town.market.org.visible():
        app = accounts.register_app(name="Contoso", roles=[], redirect_uris=[uri], by=actor).app
    asked = {
        "client_id": app.client_id,
        "response_type": "code",
        "response_mode": "query",
        "redirect_uri": uri,
        "scope": "openid user_impersonation",
    }
    return f"/{app.partner_id}/oauth2/v2.0/authorize?{urlencode(asked)}"


def of_strangers(town: Town) -> list[Stop]:
    """For who has not signed in."""
    return [
        Stop("/signin"),
        Stop("/account/password/reset/"),
        Stop("/help/sell-software"),
        Stop(f"/dl/{town.live}"),
        Stop(f"/dl/{town.dead}", refused=True),
        Stop("/nowhere", refused=True),
    ]
