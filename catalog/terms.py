"""The dated rules of one instant, as every offer of a price list carries them."""

from dataclasses import dataclass
from datetime import datetime

from catalog.models import CancellationPolicy, DownloadLinkPolicy, TaxTreatment
from partnercenter.lib.prepared import Statement, columns, read


@dataclass(frozen=True)
class Terms:
    """Tax of the market, cancellation by the name that a SKU gives, life of download links."""

    tax: TaxTreatment
    cancellation: dict[str, CancellationPolicy]
    links: DownloadLinkPolicy


def in_force(alias: str) -> str:
    """Of a dated table, by the mark ``at``, what holds then, as SQL."""
    end = f"{alias}.valid_to"
    return f"{alias}.valid_from <= %(at)s AND ({end} IS NULL OR {end} > %(at)s)"


IN_FORCE = Statement(
    "terms_in_force",
    f"""
SELECT {columns("t", TaxTreatment)}, {columns("l", DownloadLinkPolicy)},
       {columns("c", CancellationPolicy)}
FROM (SELECT 1) one
LEFT JOIN {TaxTreatment._meta.db_table} t ON t.market_id = %(market)s AND {in_force("t")}
LEFT JOIN {DownloadLinkPolicy._meta.db_table} l ON {in_force("l")}
LEFT JOIN {CancellationPolicy._meta.db_table} c ON {in_force("c")}
""",  # noqa: S608 - names of our own tables
)


def terms_at(market: str, at: datetime) -> Terms:
    """The rules in force, read by one statement: of each the row that holds.

    A market without a tax treatment lists prices without tax and has no rate.
    """
    cancellation = {}
    for row in IN_FORCE.rows({"market": market, "at": at}):
        values = iter(row)
        tax, links = read(values, TaxTreatment), read(values, DownloadLinkPolicy)
        policy = read(values, CancellationPolicy)
        cancellation[policy.name] = policy
    if tax.pk is None:
        tax = TaxTreatment(market_id=market, price_includes_tax=False)
    return Terms(tax, cancellation, links)
