"""The database's half of an import: COPY into a temporary table, then one statement per step.

All of it runs in the caller's transaction. A repeated sheet finds every row in place and writes
nothing. The hand-written SQL is for speed: row by row, a sheet of 42 MB takes minutes.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.pricesheets.reader import Unreadable

CHUNK = 1 << 16
# In the order of ``Rows.lines``.
STAGED = {
    "line": "integer",
    "product_id": "text",
    "sku_id": "text",
    "availability_id": "text",
    "market_id": "text",
    "currency": "text",
    "segment": "text",
    "term": "text",
    "billing_plan": "text",
    "valid_from": "timestamptz",
    "valid_to": "timestamptz",
    "unit_price": "numeric(28,12)",
    "erp_price": "numeric(28,12)",
    "tier_min": "bigint",
    "tier_max": "bigint",
    "min_quantity": "integer",
    "max_quantity": "integer",
    "product_title": "text",
    "title": "text",
    "publisher": "text",
    "description": "text",
    "kind": "text",
    "return_policy": "text",
    "benefit": "text",
}
# Of another import in the same transaction.
UNSTAGE = "DROP TABLE IF EXISTS pg_temp.staged, pg_temp.described, pg_temp.priced"
STAGE = "CREATE TEMPORARY TABLE staged ({}) ON COMMIT DROP".format(
    ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
)

# The first row that says something about a product or SKU counts.
ADD_PRODUCTS = """
INSERT INTO catalog_product AS known (id, title, publisher)
SELECT DISTINCT ON (product_id) product_id,
       COALESCE(NULLIF(product_title, ''), NULLIF(title, ''), product_id),
       COALESCE(NULLIF(publisher, ''), 'Microsoft Corporation')
FROM staged WHERE title IS NOT NULL ORDER BY product_id, line
ON CONFLICT (id) DO NOTHING"""
CHANGE_PRODUCTS = """
UPDATE catalog_product AS known SET title = said.title, publisher = said.publisher
FROM (
    SELECT DISTINCT ON (s.product_id) p.id,
           COALESCE(NULLIF(s.product_title, ''), p.title) AS title,
           COALESCE(NULLIF(s.publisher, ''), p.publisher) AS publisher
    FROM staged s JOIN catalog_product p ON p.id = s.product_id
    WHERE s.title IS NOT NULL ORDER BY s.product_id, s.line
) said
WHERE known.id = said.id
  AND (known.title, known.publisher) IS DISTINCT FROM (said.title, said.publisher)"""
DESCRIBED = """
CREATE TEMPORARY TABLE described ON COMMIT DROP AS
SELECT DISTINCT ON (product_id, sku_id) *
FROM staged WHERE title IS NOT NULL ORDER BY product_id, sku_id, line"""
ADD_SKUS = """
INSERT INTO catalog_sku (product_id, sku_id, title, description, kind, return_policy, benefit,
                         min_quantity, max_quantity)
SELECT d.product_id, d.sku_id, COALESCE(NULLIF(d.title, ''), p.title), d.description, d.kind,
       d.return_policy, d.benefit, COALESCE(d.min_quantity, 1),
       COALESCE(d.max_quantity, 999999999)
FROM described d JOIN catalog_product p ON p.id = d.product_id
ORDER BY d.line
ON CONFLICT (product_id, sku_id) DO NOTHING"""
# A sheet without tags and terms only guesses the kind: what is known stays.
CHANGE_SKUS = """
UPDATE catalog_sku AS known
SET title = said.title, description = said.description, kind = said.kind,
    return_policy = said.return_policy, benefit = said.benefit,
    min_quantity = said.min_quantity, max_quantity = said.max_quantity
FROM (
    SELECT k.id, COALESCE(NULLIF(d.title, ''), k.title) AS title,
           COALESCE(NULLIF(d.description, ''), k.description) AS description,
           CASE WHEN %(kind_is_stated)s THEN d.kind ELSE k.kind END AS kind,
           CASE WHEN %(kind_is_stated)s THEN d.return_policy ELSE k.return_policy END
               AS return_policy,
           CASE WHEN %(kind_is_stated)s THEN d.benefit ELSE k.benefit END AS benefit,
           COALESCE(d.min_quantity, k.min_quantity) AS min_quantity,
           COALESCE(d.max_quantity, k.max_quantity) AS max_quantity
    FROM described d
    JOIN catalog_sku k ON k.product_id = d.product_id AND k.sku_id = d.sku_id
) said
WHERE known.id = said.id
  AND (known.title, known.description, known.kind, known.return_policy, known.benefit,
       known.min_quantity, known.max_quantity)
      IS DISTINCT FROM
      (said.title, said.description, said.kind, said.return_policy, said.benefit,
       said.min_quantity, said.max_quantity)"""
# The same id as rules.availability_id makes.
ADD_AVAILABILITIES = """
INSERT INTO catalog_availability (id, sku_id, market_id, currency, segment, term, billing_plan)
SELECT COALESCE(s.availability_id, upper(translate(left(encode(sha256(convert_to(concat_ws(
           ':', s.product_id, s.sku_id, market_id, currency, segment, term, billing_plan
       ), 'UTF8')), 'base64'), 12), '+/', '01'))),
       k.id, market_id, currency, segment, term, billing_plan
FROM (
    SELECT product_id, sku_id, market_id, currency, segment, term, billing_plan,
           min(availability_id) AS availability_id
    FROM staged WHERE market_id IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
) s
JOIN catalog_sku k ON k.product_id = s.product_id AND k.sku_id = s.sku_id
WHERE NOT EXISTS (
    SELECT FROM catalog_availability known
    WHERE known.sku_id = k.id AND known.market_id = s.market_id AND known.currency = s.currency
      AND known.segment = s.segment AND known.term = s.term
      AND known.billing_plan = s.billing_plan)
ORDER BY k.id, market_id, currency, segment, term, billing_plan"""
PRICED = """
CREATE TEMPORARY TABLE priced ON COMMIT DROP AS
SELECT a.id AS availability_id, s.valid_from, s.valid_to, s.unit_price, s.erp_price, s.tier_min,
       s.tier_max, s.line
FROM staged s
JOIN catalog_sku k ON k.product_id = s.product_id AND k.sku_id = s.sku_id
JOIN catalog_availability a ON a.sku_id = k.id AND a.market_id = s.market_id
     AND a.currency = s.currency AND a.segment = s.segment AND a.term = s.term
     AND a.billing_plan = s.billing_plan
WHERE s.unit_price IS NOT NULL"""
CONTRADICTIONS = """
SELECT max(line), min(line), min(unit_price), max(unit_price) FROM priced
GROUP BY availability_id, valid_from, tier_min
HAVING count(*) > 1 AND (min(unit_price), min(erp_price), min(valid_to), min(tier_max))
       IS DISTINCT FROM (max(unit_price), max(erp_price), max(valid_to), max(tier_max))
ORDER BY 1 LIMIT 100"""
CHANGE_PRICES = """
UPDATE catalog_price AS known
SET valid_to = p.valid_to, unit_price = p.unit_price, erp_price = p.erp_price,
    tier_max = p.tier_max
FROM priced p
WHERE known.availability_id = p.availability_id AND known.valid_from = p.valid_from
  AND known.tier_min = p.tier_min
  AND (known.valid_to, known.unit_price, known.erp_price, known.tier_max)
      IS DISTINCT FROM (p.valid_to, p.unit_price, p.erp_price, p.tier_max)"""
ADD_PRICES = """
INSERT INTO catalog_price (availability_id, valid_from, valid_to, unit_price, erp_price,
                           tier_min, tier_max)
SELECT DISTINCT ON (availability_id, valid_from, tier_min)
       availability_id, valid_from, valid_to, unit_price, erp_price, tier_min, tier_max
FROM priced p
WHERE NOT EXISTS (
    SELECT FROM catalog_price known
    WHERE known.availability_id = p.availability_id AND known.valid_from = p.valid_from
      AND known.tier_min = p.tier_min)
ORDER BY availability_id, valid_from, tier_min, line"""


@dataclass(frozen=True)
class Effect:
    """Rows written to the catalogue: products, SKUs, availabilities and prices together."""

    added: int
    changed: int


class Feed:
    """A readable stream over lines, a chunk at a time, as COPY wants it.

    COPY would hide an error of the lines behind one of its own: the stream ends there, and
    ``close`` raises it.
    """

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._error: Unreadable | None = None

    def read(self, _size: int = CHUNK) -> str:
        chunk: list[str] = []
        length = 0
        try:
            for line in self._lines:
                chunk.append(line)
                length += len(line)
                if length >= CHUNK:
                    break
        except Unreadable as error:
            self._error = error
        return "".join(chunk)

    def close(self) -> None:
        if self._error:
            raise self._error


def stage(lines: Iterator[str]) -> None:
    """Take the lines into the temporary table; one import at a time. Raises ``Unreadable``."""
    with connection.cursor() as cursor, closing(Feed(lines)) as feed:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('price sheet', 0))")
        cursor.execute("SET LOCAL statement_timeout = 0; SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(UNSTAGE)
        cursor.execute(STAGE)
        cursor.copy_expert("COPY staged FROM STDIN", feed, CHUNK)
        cursor.execute("ANALYZE staged (product_id, sku_id, market_id, currency)")


def write_skus_and_availabilities(*, kind_is_stated: bool) -> Effect:
    """Products, SKUs and availabilities that are new, and what changed about them."""
    added = _run(ADD_PRODUCTS)
    changed = _run(CHANGE_PRODUCTS)
    _run(DESCRIBED)
    added += _run(ADD_SKUS)
    changed += _run(CHANGE_SKUS, kind_is_stated=kind_is_stated)
    added += _run(ADD_AVAILABILITIES)
    return Effect(added, changed)


def contradictions() -> list[tuple[int, int]]:
    """Pairs of lines that name the same price differently (at most 100)."""
    _run(PRICED)
    with connection.cursor() as cursor:
        cursor.execute(CONTRADICTIONS)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def write_prices() -> Effect:
    """Prices that are new or changed; call after ``contradictions`` found none."""
    changed = _run(CHANGE_PRICES)
    return Effect(_run(ADD_PRICES), changed)


def _run(statement: str, **parameters: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)
        return int(cursor.rowcount)
