"""What customers have bought before a journey begins."""

from catalog.models import Availability
from orders import services
from orders.services import Item
from tests.journeys.conftest import Market

WSD = "Windows Server Standard - 8 Core License Pack - 1 year"
SQL = "SQL Server Enterprise - 2 Core License Pack - 1 year"


def buy(market: Market, *titles: str, company: str = "Contoso", quantity: int = 2) -> str:
    """One order of an Admin agent for these products, by their titles' beginnings; its id."""
    with market.org.visible():
        placed = services.place_order(
            market.customers[company],
            [Item(_offer(market, title).catalog_item_id, quantity) for title in titles],
            by=market.org.actor("aa"),
        )
    return placed.order.pk


def _offer(market: Market, title: str) -> Availability:
    return Availability.objects.filter(
        sku__title__startswith=title,
        market_id=market.org.partner.country,
        currency=market.org.partner.currency,
    ).earliest("pk")
