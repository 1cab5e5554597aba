"""Where a kind of offer is sold: the dated list of markets in which it is not (S9-S11)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from catalog.models import Market, MarketAvailability
from catalog.models.places import holds
from catalog.terms import in_force
from partnercenter.lib.errors import Invalid
from partnercenter.lib.prepared import Statement, columns, read

COLUMNS = 3
CLOSED = Statement(
    "closed_markets",
    f"""
SELECT a.kind, {columns("m", Market)}
FROM {MarketAvailability._meta.db_table} a
JOIN {Market._meta.db_table} m ON m.code = a.market_id
WHERE a.market_id = ANY(%(countries)s) AND NOT a.available AND {in_force("a")}
ORDER BY a.kind, m.code
""",  # noqa: S608 - names of our own tables
)


@dataclass(frozen=True)
class UnavailableMarkets:
    """The markets in the order of their source; ``as_of`` None when the list is empty."""

    markets: list[Market]
    as_of: datetime | None
    source: str

    @property
    def columns(self) -> list[list[Market]]:
        """Three columns to be read down, the last one the shortest (37, 37, 35)."""
        height = -(-len(self.markets) // COLUMNS) or 1
        return [self.markets[i : i + height] for i in range(0, len(self.markets), height)]


def known_code(text: str) -> str:
    """The market's code that a client names in any case; refuses what is none."""
    code = text.strip().upper()
    if not Market.objects.filter(code=code).exists():
        raise Invalid(
            _("country must be the two-letter code of a market, for example US."), field="country"
        )
    return code


def unavailable_markets(at: datetime, kind: str = "reservation") -> UnavailableMarkets:
    """The list in force at the instant, in one query."""
    closed = MarketAvailability.objects.filter(holds(at), kind=kind, available=False)
    rows = list(closed.select_related("market").order_by("position", "id"))
    newest = max(rows, key=lambda row: row.valid_from, default=None)
    return UnavailableMarkets(
        markets=[row.market for row in rows],
        as_of=newest.valid_from if newest else None,
        source=newest.source if newest else "",
    )


def refused_kinds(*, countries: Collection[str], at: datetime) -> dict[str, list[Market]]:
    """For each kind that may not be sold: the countries that forbid it; one is enough."""
    refused: dict[str, list[Market]] = {}
    for kind, *market in CLOSED.rows({"countries": list(countries), "at": at}):
        refused.setdefault(kind, []).append(read(iter(market), Market))
    return refused


def market_refusal(kind: str, *, countries: Collection[str], at: datetime) -> Invalid | None:
    """Why this kind may not be sold there (400, code 800070), or None when it may.

    ``countries``: the partner's and the customer's.
    """
    return refusal_for(refused_kinds(countries=countries, at=at).get(kind, []))


def refusal_for(markets: Collection[Market]) -> Invalid | None:
    """The refusal that names these markets."""
    if not markets:
        return None
    names = ", ".join(market.name for market in markets)
    return Invalid(
        _("Offer is not available in the specified country: %(markets)s.") % {"markets": names},
        code=800070,
    )
