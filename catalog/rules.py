"""What the catalogue knows without a database: ids, kinds, dated rows, prices in force."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import Protocol, TypeVar

SKU_ID_LENGTH = 4
CATALOG_ITEM_ID = re.compile("([A-Z0-9]{12}):([A-Z0-9]{1,4}):([A-Z0-9]{12})")
BEGINNING = datetime(1753, 1, 1, tzinfo=UTC)  # the sheets' word for "always"
MAX_SAVING_PERCENT = 40  # Azure Hybrid Benefit, S6


class Kind(StrEnum):
    """What a SKU is. One product may hold SKUs of several kinds."""

    SOFTWARE_SUBSCRIPTION = "software_subscription"
    PERPETUAL_SOFTWARE = "perpetual_software"
    SOFTWARE_PLAN = "software_plan"
    RESERVATION = "reservation"
    ONLINE_SERVICE = "online_service"
    AZURE_USAGE = "azure_usage"


SOFTWARE = (Kind.SOFTWARE_SUBSCRIPTION, Kind.PERPETUAL_SOFTWARE, Kind.SOFTWARE_PLAN)
SOLD = (*SOFTWARE, Kind.RESERVATION)  # the other kinds stand in price sheets, but are not sold here


class Term(StrEnum):
    """How long a purchase runs. Prices are for the whole term, whatever the billing plan."""

    ONE_TIME = "OneTime"
    NO_TERM = "NoTerm"
    MONTH = "P1M"
    YEAR = "P1Y"
    THREE_YEARS = "P3Y"
    FIVE_YEARS = "P5Y"
    METERED = "payG-1"


class Segment(StrEnum):
    COMMERCIAL = "Commercial"
    EDUCATION = "Education"
    CHARITY = "Charity"
    GOVERNMENT = "Government"


class BillingPlan(StrEnum):
    UNSTATED = ""
    ONE_TIME = "OneTime"
    MONTHLY = "Monthly"
    ANNUAL = "Annual"
    TRIENNIAL = "Triennial"
    NONE = "None"  # a trial


class ReturnRule(StrEnum):
    """What a partner can do by himself about a purchase he regrets (S46-S50)."""

    WINDOW = "window"
    SUPPORT_ONLY = "support_only"
    NONE = "none"


class Benefit(StrEnum):
    """How Azure Hybrid Benefit uses the licence (S8)."""

    NONE = "none"
    CONVERT = "convert"
    REUSE = "reuse"


@dataclass(frozen=True)
class CatalogItemId:
    """``product:sku:availability``, the id a cart line names."""

    product_id: str
    sku_id: str
    availability_id: str

    @classmethod
    def parse(cls, text: str) -> "CatalogItemId | None":
        """The three parts, SKU id padded, upper case; None when the text is no such id."""
        found = CATALOG_ITEM_ID.fullmatch(text.strip().upper())
        return cls(found[1], pad_sku_id(found[2]), found[3]) if found else None

    def __str__(self) -> str:
        return f"{self.product_id}:{self.sku_id}:{self.availability_id}"


def pad_sku_id(text: str) -> str:
    """Give back the leading zeros that spreadsheets drop: ``c`` is ``000C``."""
    return text.strip().upper().zfill(SKU_ID_LENGTH)


def availability_id(*key: str) -> str:
    """Twelve letters and digits made of the natural key, the same in every installation.

    ``key``: product id, SKU id, market, currency, segment, term, billing plan. About 61 bits: a
    clash among a million has odds of one in seven million, and the primary key refuses it.
    """
    digest = b64encode(sha256(":".join(key).encode()).digest()).decode()
    return digest[:12].replace("+", "0").replace("/", "1").upper()


class Stage(StrEnum):
    """Where a dated row stands at an instant."""

    PLANNED = "planned"
    IN_FORCE = "inForce"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"


def stage(valid_from: datetime, valid_to: datetime | None, at: datetime) -> Stage:
    """State of a row that holds in ``[valid_from, valid_to)``; an empty time: withdrawn."""
    if valid_from == valid_to:
        return Stage.WITHDRAWN
    if at < valid_from:
        return Stage.PLANNED
    return Stage.IN_FORCE if valid_to is None or at < valid_to else Stage.ENDED


class PriceRow(Protocol):
    """A price for the whole term and one unit; ``valid_to`` None: until further notice."""

    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_to(self) -> datetime | None: ...
    @property
    def tier_min(self) -> int: ...
    @property
    def tier_max(self) -> int | None: ...
    @property
    def unit_price(self) -> Decimal: ...


P = TypeVar("P", bound=PriceRow)


def price_in_force(prices: Iterable[P], at: datetime, quantity: int = 1) -> P | None:
    """The price of the tier that holds the quantity, or None when nothing is for sale.

    Where date ranges overlap the older row wins until it ends. A row without an end is no such
    range: it holds until a younger one begins.
    """
    covering = [
        price
        for price in prices
        if price.valid_from <= at
        and (price.valid_to is None or at < price.valid_to)
        and price.tier_min <= quantity
        and (price.tier_max is None or quantity <= price.tier_max)
    ]
    ending = [price for price in covering if price.valid_to is not None]
    if ending:
        return min(ending, key=lambda price: price.valid_from)
    return max(covering, key=lambda price: price.valid_from, default=None)


def graduated_amount(prices: Sequence[P], at: datetime, quantity: int) -> Decimal | None:
    """What the quantity costs when each tier prices its own units: 101 at 1 and 0.80 is 100.80."""
    total, unit = Decimal(0), 1
    while unit <= quantity:
        price = price_in_force(prices, at, unit)
        if price is None:
            return None
        last = quantity if price.tier_max is None else min(quantity, price.tier_max)
        total += price.unit_price * (last - unit + 1)
        unit = last + 1
    return total


def tidy(price: Decimal, digits: int) -> Decimal:
    """The price with the currency's digits, or as many more as it really has."""
    short = price.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1).scaleb(min(int(exponent), -digits)))
