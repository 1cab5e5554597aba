"""Markets, tax, availability and policies as this product ships them: CSV files under ``data/``."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.rules import Kind

DATA = Path(__file__).parent / "data"
# The list of the seed is dated by a comment in it.
UNAVAILABLE_AS_OF = datetime(2019, 11, 30, tzinfo=UTC)
UNAVAILABLE_SOURCE = "Sell software subscriptions through CSP, 18 Dec 2019: 109 markets"

Models = Callable[[str], Any]


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our own CSV files."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def load(model: Models) -> dict[str, int]:
    """Add what is missing and correct the names of markets; return how many rows each table holds.

    Dated rows that are there stay as they are: an operator's word counts more than ours. ``model``
    finds a model by its name, so that a migration can hand in its own.
    """
    _load_markets(model("Market"))
    _load_dated(model("MarketAvailability"), _unavailable())
    _load_dated(model("TaxTreatment"), _tax())
    _load_dated(model("CancellationPolicy"), _cancellation())
    _load_dated(model("DownloadLinkPolicy"), _links())
    loaded = ("Market", "MarketAvailability", "TaxTreatment", "CancellationPolicy")
    return {name: model(name).objects.count() for name in (*loaded, "DownloadLinkPolicy")}


def _load_markets(market: Any) -> None:
    market.objects.bulk_create(
        [market(**row) for row in rows("markets.csv")],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_en", "name_zh", "region", "billing_currency"],
    )


def _load_dated(model: Any, values: Iterator[dict[str, Any]]) -> None:
    model.objects.bulk_create([model(**row) for row in values], ignore_conflicts=True)


def _unavailable() -> Iterator[dict[str, Any]]:
    for row in rows("reservations_unavailable.csv"):
        yield {
            "kind": Kind.RESERVATION.value,
            "market_id": row["market"],
            "available": False,
            "position": int(row["position"]),
            "valid_from": UNAVAILABLE_AS_OF,
            "source": UNAVAILABLE_SOURCE,
        }


def _tax() -> Iterator[dict[str, Any]]:
    for row in rows("tax_treatments.csv"):
        yield {
            "market_id": row["market"],
            "price_includes_tax": row["price_includes_tax"] == "yes",
            "rate": Decimal(row["rate"]) if row["rate"] else None,
            **_dated(row),
        }


def _cancellation() -> Iterator[dict[str, Any]]:
    for row in rows("cancellation_policies.csv"):
        days = int(row["days"]) if row["days"] else None
        yield {"name": row["name"], "kind": row["kind"], "days": days, **_dated(row)}


def _links() -> Iterator[dict[str, Any]]:
    for row in rows("download_link_policies.csv"):
        yield {
            "life_days": int(row["life_days"]),
            "max_downloads": int(row["max_downloads"]),
            **_dated(row),
        }


def _dated(row: dict[str, str]) -> dict[str, Any]:
    valid_from = datetime.fromisoformat(row["valid_from"]).replace(tzinfo=UTC)
    return {"valid_from": valid_from, "source": row["source"]}
