"""The catalogue is the same for every partner: no table here has a tenant column."""

from catalog.models.items import (
    Availability,
    MediaFile,
    Price,
    PriceSheetImport,
    Product,
    Sku,
)
from catalog.models.places import (
    CancellationPolicy,
    DownloadLinkPolicy,
    Market,
    MarketAvailability,
    TaxTreatment,
)

__all__ = [
    "Availability",
    "CancellationPolicy",
    "DownloadLinkPolicy",
    "Market",
    "MarketAvailability",
    "MediaFile",
    "Price",
    "PriceSheetImport",
    "Product",
    "Sku",
    "TaxTreatment",
]
