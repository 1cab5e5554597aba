"""What a SKU is, and what may be done about it: read from its tags, term and title, by data."""

import re
from dataclasses import dataclass
from functools import cache

from catalog import reference
from catalog.rules import Benefit, Kind

YEARS = ("P1Y", "P3Y", "P5Y")
METERED = "payG-1"
RETURN_POLICY = {
    Kind.SOFTWARE_SUBSCRIPTION: "software_subscription",
    Kind.PERPETUAL_SOFTWARE: "perpetual_software",
    Kind.SOFTWARE_PLAN: "none",
}
SOFTWARE_PREFIX, AZURE_PREFIX, LICENCE_PREFIX = "DG7GMGF0", "DZH318Z0", "CFQ7TTC0"


@dataclass(frozen=True)
class Traits:
    kind: Kind
    return_policy: str
    benefit: str


def traits(*, product_id: str, title: str, tags: str, term: str) -> Traits:
    """Kind, return policy and benefit of a SKU.

    ``return_policies.csv`` and ``benefits.csv`` hold the titles that are exceptions.
    """
    exception = _first("return_policies.csv", title)
    kind = Kind(exception["kind"]) if exception else _kind(product_id, title, tags, term)
    usual = RETURN_POLICY.get(kind, "support_only")
    benefit = _first("benefits.csv", title)
    has_benefit = benefit is not None and benefit["kind"] == kind
    return Traits(
        kind=kind,
        return_policy=exception["return_policy"] if exception else usual,
        benefit=benefit["benefit"] if benefit and has_benefit else Benefit.NONE.value,
    )


def _kind(product_id: str, title: str, tags: str, term: str) -> Kind:
    words = {tag.strip().lower() for tag in tags.split(";")}
    if "perpetual" in words:
        return Kind.PERPETUAL_SOFTWARE
    if "azure" in words or product_id.startswith(AZURE_PREFIX) or term == METERED:
        reserved = title.startswith("Reserved ") or "reservation" in words
        return Kind.RESERVATION if reserved or term in YEARS else Kind.AZURE_USAGE
    if product_id.startswith(LICENCE_PREFIX) or (
        "license" in words and not product_id.startswith(SOFTWARE_PREFIX)
    ):
        return Kind.ONLINE_SERVICE
    if "subscription" in words or term.startswith("P"):
        return Kind.SOFTWARE_SUBSCRIPTION
    return Kind.PERPETUAL_SOFTWARE


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], list[tuple[re.Pattern[str], dict[str, str]]]]:
    """One pattern for all titles of the file, and each title's own."""
    rows = [(row["title_pattern"], row) for row in reference.rows(name)]
    either = "|".join(f"(?:{pattern})" for pattern, _row in rows)
    return re.compile(either, re.IGNORECASE), [
        (re.compile(pattern, re.IGNORECASE), row) for pattern, row in rows
    ]


def _first(name: str, title: str) -> dict[str, str] | None:
    either, patterns = _patterns(name)
    if not either.search(title):
        return None
    return next((row for pattern, row in patterns if pattern.search(title)), None)
