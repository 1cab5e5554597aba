"""Activation keys between stock and entitlement: claimed by one statement, sealed anew."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from software import rules, vault
from software.models import Entitlement, EntitlementKey, KeyStock

# Letters that real keys never use, so that no real key can arise in a sandbox.
SANDBOX_ALPHABET = "AEILNOSUZ015"


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
    """Claim a key for each entitlement that needs one, as far as the stock goes.

    A sandbox partner never waits for stock: it gets a key that is good for nothing.
    """
    by_sku: dict[tuple[str, str], list[Entitlement]] = defaultdict(list)
    for entitlement in entitlements:
        if entitlement.needs_key:
            by_sku[entitlement.product_id, entitlement.sku_id].append(entitlement)
    prepared = Prepared()
    for (product_id, sku_id), waiting in sorted(by_sku.items()):
        texts: list[tuple[int | None, str]] = list(_claim(product_id, sku_id, len(waiting), at))
        if sandbox:
            texts += [(None, sandbox_key()) for _ in range(len(waiting) - len(texts))]
        for entitlement, (stock_id, text) in zip(waiting, texts, strict=False):
            prepared.rows.append(_row(entitlement, stock_id, text, at))
            prepared.served.append(entitlement)
    return prepared


def _claim(product_id: str, sku_id: str, count: int, at: datetime) -> Iterable[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {KeyStock._meta.db_table} SET taken_at = %s WHERE id IN ("  # noqa: S608 - our own table's name
            f"SELECT id FROM {KeyStock._meta.db_table}"
            " WHERE product_id = %s AND sku_id = %s AND taken_at IS NULL"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id, ciphertext",
            [at, product_id, sku_id, count],
        )
        context = stock_context(product_id, sku_id)
        return [(pk, vault.unseal(sealed, context=context)) for pk, sealed in cursor.fetchall()]


def _row(entitlement: Entitlement, stock_id: int | None, text: str, at: datetime) -> EntitlementKey:
    return EntitlementKey(
        partner_id=entitlement.partner_id,
        entitlement=entitlement,
        stock_id=stock_id,
        ciphertext=vault.seal(text, context=line_context(entitlement)),
        last_five=rules.last_five(text),
        assigned_at=at,
    )


def sandbox_key() -> str:
    """A 5 × 5 text that cannot be a real key."""
    return "-".join("".join(secrets.choice(SANDBOX_ALPHABET) for _ in range(5)) for _ in range(5))


def open_keys(entitlement: Entitlement) -> list[str]:
    """The key texts of an entitlement; only the verb that records the access calls this."""
    context = line_context(entitlement)
    return [vault.unseal(k.ciphertext, context=context) for k in entitlement.keys.order_by("pk")]
