"""Which column of a sheet is which, whatever the vintage calls it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


def plain(header: str) -> str:
    """A header without case, blanks, line breaks, brackets and quotes."""
    text = unicodedata.normalize("NFKC", header).lower()
    return "".join(character for character in text if character.isalnum())


HEADERS = {
    "product_id": ("ProductId",),
    "sku_id": ("SkuId",),
    "availability_id": ("AvailabilityId",),
    "product_title": ("ProductTitle", "Product"),
    "title": ("SkuTitle",),
    "publisher": ("Publisher",),
    "description": ("SkuDescription", "Description"),
    "term": ("TermDuration", "Term"),
    "plan": ("BillingPlan",),
    "market": ("Market", "Regions", "Region", "Country"),
    "currency": ("Currency",),
    "segment": ("Segment",),
    "unit_price": ("UnitPrice", "Price"),
    "erp_price": ("ERP Price", "ERP", "建議售價(未稅)", "建議售價"),
    "tier_min": ("PricingTierRangeMin",),
    "tier_max": ("PricingTierRangeMax",),
    "start": ("EffectiveStartDate", "Effective Date"),
    "end": ("EffectiveEndDate",),
    "tags": ("Tags",),
    "min_quantity": ("MinLicenses",),
    "max_quantity": ("MaxLicenses",),
}
NAMES = {plain(header): name for name, headers in HEADERS.items() for header in headers}
PRICES = ("unit_price", "erp_price")
QUANTITIES = ("min_quantity", "max_quantity")
# The Taiwanese workbook names neither market nor currency: its price column does.
MARKET_OF_HEADER = {plain("建議售價(未稅)"): "TW", plain("建議售價"): "TW"}


@dataclass(frozen=True)
class Columns:
    """Places of the columns that are used, and what the header row says about the rest."""

    headers: tuple[str, ...]
    place: dict[str, int]
    market: str

    @classmethod
    def of(cls, record: Sequence[str]) -> "Columns | None":
        """The columns of a header row, None when the record is no header row."""
        place: dict[str, int] = {}
        market = ""
        for i, header in enumerate(record):
            name = NAMES.get(plain(header))
            if name and name not in place:
                place[name] = i
                market = market or MARKET_OF_HEADER.get(plain(header), "")
        if "product_id" not in place or "sku_id" not in place:
            return None
        return cls(tuple(" ".join(header.split()) for header in record), place, market)

    def header(self, name: str) -> str:
        """What the sheet itself calls the column; our name when it has none."""
        return self.headers[self.place[name]] if name in self.place else HEADERS[name][0]

    @property
    def has_prices(self) -> bool:
        return any(name in self.place for name in PRICES)

    @property
    def has_quantities(self) -> bool:
        return any(name in self.place for name in QUANTITIES)
