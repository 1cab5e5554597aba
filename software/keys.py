"""Activation keys between stock and entitlement: claimed by one statement, sealed anew."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson

from partnercenter.lib.batch import new
from partnercenter.lib.prepared import Statement
from software import rules, vault
from software.models import Entitlement, EntitlementKey, KeyStock

Item = tuple[str, str]  # product id and SKU id
Claimed = tuple[int | None, str]  # id in the stock, and text
# Letters that real keys never use, so that no real key can arise in a sandbox.
SANDBOX_ALPHABET = "AEILNOSUZ015"
# What is wanted travels as JSON: made for arrays, the plan would differ by their lengths, and
# PostgreSQL would plan anew for each order.
CLAIM = Statement(
    "claim_keys",
    f"""
UPDATE {KeyStock._meta.db_table} SET taken_at = %(at)s WHERE id IN (
  SELECT free.id
  FROM json_to_recordset(%(wanted)s) AS want (product_id text, sku_id text, count int),
  LATERAL (
    SELECT id FROM {KeyStock._meta.db_table}
    WHERE product_id = want.product_id AND sku_id = want.sku_id AND taken_at IS NULL
    ORDER BY id LIMIT want.count FOR UPDATE SKIP LOCKED
  ) AS free
) RETURNING id, product_id, sku_id, ciphertext
""",  # noqa: S608 - names of our own tables
)


def stock_context(product_id: str, sku_id: str) -> str:
    return f"stock/{product_id}/{sku_id}"


def line_context(entitlement: Entitlement) -> str:
    return f"{entitlement.partner_id}/{entitlement.order_id}/{entitlement.line_number}"


@dataclass(slots=True)
class Prepared:
    """Keys claimed for entitlements, and which of them got one."""

    rows: list[EntitlementKey] = field(default_factory=list)
    served: list[Entitlement] = field(default_factory=list)

    def write(self) -> None:
        EntitlementKey.objects.bulk_create(self.rows)


def prepare(entitlements: Sequence[Entitlement], *, at: datetime, sandbox: bool) -> Prepared:
    """Claim a key for each entitlement that needs one, as far as the stock goes; one statement.

    A sandbox partner gets keys that are good for nothing, and takes none that could be sold.
    """
    by_sku: dict[Item, list[Entitlement]] = defaultdict(list)
    for entitlement in entitlements:
        if entitlement.needs_key:
            by_sku[entitlement.product_id, entitlement.sku_id].append(entitlement)
    prepared = Prepared()
    wanted = {sku: len(by_sku[sku]) for sku in sorted(by_sku)}
    claimed = _made_up(wanted) if sandbox else _claim(wanted, at)
    for sku, waiting in by_sku.items():
        for entitlement, (stock_id, text) in zip(waiting, claimed.get(sku, ()), strict=False):
            prepared.rows.append(_row(entitlement, stock_id, text, at))
            prepared.served.append(entitlement)
    return prepared


def _made_up(wanted: Mapping[Item, int]) -> dict[Item, list[Claimed]]:
    return {item: [(None, sandbox_key()) for _ in range(count)] for item, count in wanted.items()}


def _claim(wanted: Mapping[Item, int], at: datetime) -> dict[Item, list[Claimed]]:
    """Take so many keys of each SKU out of the stock; ids and texts of those that were there."""
    if not wanted:
        return {}
    listed = [
        {"product_id": product_id, "sku_id": sku_id, "count": count}
        for (product_id, sku_id), count in wanted.items()
    ]
    found = sorted(CLAIM.rows({"wanted": orjson.dumps(listed).decode(), "at": at}))
    claimed: dict[Item, list[Claimed]] = defaultdict(list)
    for pk, product_id, sku_id, sealed in found:
        text = vault.unseal(sealed, context=stock_context(product_id, sku_id))
        claimed[product_id, sku_id].append((pk, text))
    return claimed


def _row(entitlement: Entitlement, stock_id: int | None, text: str, at: datetime) -> EntitlementKey:
    return new(
        EntitlementKey,
        partner_id=entitlement.partner_id,
        entitlement=entitlement,
        stock_id=stock_id,
        ciphertext=vault.seal(text, context=line_context(entitlement)),
        last_five=rules.last_five(text),
        assigned_at=at,
    )


def sandbox_key() -> str:
    """A 5 × 5 text that cannot be a real key."""
    letters = [SANDBOX_ALPHABET[byte % len(SANDBOX_ALPHABET)] for byte in secrets.token_bytes(25)]
    return "-".join("".join(letters[start : start + 5]) for start in range(0, 25, 5))


def open_keys(entitlement: Entitlement) -> list[str]:
    """The key texts of an entitlement; only the verb that records the access calls this."""
    context = line_context(entitlement)
    return [vault.unseal(k.ciphertext, context=context) for k in entitlement.keys.order_by("pk")]
