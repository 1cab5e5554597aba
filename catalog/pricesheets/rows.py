"""Turns the records of a sheet into lines for COPY, and says what is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.pricesheets import values
from catalog.pricesheets.cells import (
    REMEMBERED,
    Group,
    Understood,
    Wrong,
    copy_text,
    getter,
    parsed,
)
from catalog.pricesheets.columns import Columns
from catalog.pricesheets.reader import Record
from catalog.pricesheets.traits import traits
from catalog.problems import Problem

KEYS = ("product_id", "sku_id", "availability_id")
SALE = ("market", "currency", "segment", "term", "plan", "start", "end")
MONEY = ("unit_price", "erp_price", "tier_min", "tier_max", "min_quantity", "max_quantity")
FACTS = ("product_title", "title", "publisher", "description", "tags", "term")
NO_FACTS = "\t".join(["\\N"] * 7)
NO_PRICE = "\\N"
REPORTED = 100


@dataclass(frozen=True)
class Defaults:
    """What holds for a sheet that has no such column."""

    market: str = ""
    currency: str = ""
    segment: str = ""
    start: str = ""


@dataclass
class Rows:
    """Reads records and counts them; keeps the first hundred problems."""

    columns: Columns
    defaults: Defaults
    currencies: Mapping[str, str]  # of every known market
    read: int = 0
    without_price: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def __post_init__(self) -> None:
        names = SALE if "term" in self.columns.place else (*SALE, "title")
        self._keys = Group(self.columns, KEYS, _keys)
        self._sale = Group(self.columns, names, self._understand_sale)
        self._money = Group(self.columns, MONEY, _money)
        self._facts = getter(self.columns, FACTS)
        self._described: set[str] = set()

    def lines(self, records: Iterator[Record]) -> Iterator[str]:
        """COPY text for each row without a problem; titles and the like once per SKU."""
        width = len(self.columns.headers)
        for line, record in records:
            if len(record) != width and not self._fits(line, record, width):
                continue
            record.append("")  # where the columns that the sheet lacks are read
            key, sale, money = self._keys.of(record), self._sale.of(record), self._money.of(record)
            if isinstance(key, Wrong) or isinstance(sale, Wrong) or isinstance(money, Wrong):
                self._note(line, record, key, sale, money)
                continue
            facts = NO_FACTS if key in self._described else self._describe(key, record)
            if isinstance(facts, Wrong):
                self._note(line, record, facts)
                continue
            self.read += 1
            self.without_price += money.startswith(NO_PRICE)
            yield f"{line}\t{key}\t{sale}\t{money}\t{facts}\n"

    def add(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < REPORTED:
            self.problems.append(problem)

    def _fits(self, line: int, record: list[str], width: int) -> bool:
        """Empty cells too many, or an empty row, are harmless; any other width is not."""
        if not any(record):
            return False
        if len(record) > width and not any(record[width:]):
            del record[width:]
            return True
        self.read += 1
        self.add(Problem(line, "", f"{len(record)} cells", f"{width} cells, as in the header"))
        return False

    def _note(self, line: int, record: list[str], *groups: Understood) -> None:
        if not any(record):
            return
        self.read += 1
        for group in groups:
            for name, expected in group if isinstance(group, Wrong) else ():
                found = record[self.columns.place.get(name, -1)]
                self.add(Problem(line, self.columns.header(name), found, expected))

    def _understand_sale(self, raw: tuple[str, ...]) -> Understood:
        """Where, for whom, how long and when; the market's currency where none is named."""
        market, currency, segment, term, plan, start, end, *title = raw
        found = parsed(
            [
                ("market", self._market, market),
                ("segment", values.segment, segment or self.defaults.segment),
                ("term", lambda text: values.term(text, *title), term),
                ("plan", values.billing_plan, plan),
                ("start", values.start, start or self.defaults.start),
                ("end", values.end, end),
            ]
        )
        if isinstance(found, Wrong):
            return found
        place, segment, term, plan, valid_from, valid_to = found
        usual = self.defaults.currency or self.currencies.get(place, "")
        money = parsed([("currency", values.currency, currency or usual)]) if place else [None]
        if isinstance(money, Wrong):
            return money
        if valid_to is not None and valid_to <= valid_from:
            return Wrong([("end", f"an end after the start {valid_from:%Y-%m-%d %H:%M}")])
        return copy_text([place, *money, segment, term, plan, valid_from, valid_to])

    def _market(self, text: str) -> str | None:
        code = text.strip(values.JUNK).upper() or self.defaults.market or self.columns.market
        if not code and not self.columns.has_prices:
            return None  # an offer matrix describes SKUs, it sells nothing
        if code not in self.currencies:
            raise ValueError("the two-letter code of a market, such as US (or give --market)")
        return code

    def _describe(self, key: str, record: list[str]) -> Understood:
        """The facts of a SKU, taken from the first row that names it."""
        product_title, title, publisher, description, tags, term = self._facts(record)
        found = parsed(
            [
                ("product_title", values.title, product_title),
                ("title", values.title, title),
                ("publisher", values.publisher, publisher),
                ("description", values.clean, description),
            ]
        )
        if isinstance(found, Wrong):
            return found
        if len(self._described) >= REMEMBERED:
            self._described.clear()  # saying it twice does no harm
        self._described.add(key)
        is_a = traits(
            product_id=key[: values.PRODUCT_ID_LENGTH],
            title=found[1],
            tags=tags,
            term=values.term(term, title=found[1]),
        )
        return copy_text([*found, is_a.kind.value, is_a.return_policy, is_a.benefit])


def _keys(raw: tuple[str, ...]) -> Understood:
    product, sku, availability = raw
    found = parsed(
        [
            ("product_id", values.product_id, product),
            ("sku_id", values.sku_id, sku),
            ("availability_id", values.availability_id, availability),
        ]
    )
    return found if isinstance(found, Wrong) else copy_text(found)


def _money(raw: tuple[str, ...]) -> Understood:
    """Prices and bounds; a sheet that gives only the ERP price sells at the ERP price."""
    unit, erp, tier_min, tier_max, least, most = raw
    found = parsed(
        [
            ("unit_price", values.amount, unit),
            ("erp_price", values.amount, erp),
            ("tier_min", values.tier_bound, tier_min),
            ("tier_max", values.tier_bound, tier_max),
            ("min_quantity", values.quantity_bound, least),
            ("max_quantity", values.quantity_bound, most),
        ]
    )
    if isinstance(found, Wrong):
        return found
    unit_price, erp_price, low, high, *bounds = found
    low = 1 if low is None else low
    if high is not None and high < low:
        return Wrong([("tier_max", f"a number from {low} on")])
    price = erp_price if unit_price is None else unit_price
    return copy_text([price, erp_price, low, high, *bounds])
