"""Seal every text anew with the newest encryption key, while the product runs."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import BinaryField, F, Func, QuerySet

from partnercenter.lib import tenancy
from software import vault
from software.keys import line_context, stock_context
from software.models import DownloadLink, EntitlementKey, KeyStock
from software.services import link_context

AT_ONCE = 1000


class Sealed(NamedTuple):
    """A table with sealed texts: their column, and what each text is bound to."""

    rows: QuerySet[Any]
    column: str
    context: Callable[[Any], str]

    def stale(self) -> QuerySet[Any]:
        """Rows under another key than the newest."""
        name = vault.newest().encode() + b":"
        head = Func(F(self.column), 1, len(name), function="SUBSTRING", output_field=BinaryField())
        stale: QuerySet[Any] = self.rows.annotate(head=head).exclude(head=name)
        return stale


def sealed_tables() -> list[Sealed]:
    """Every place where a key text or a link token is kept."""
    return [
        Sealed(KeyStock.objects.all(), "ciphertext", _of_stock),
        Sealed(EntitlementKey.objects.select_related("entitlement"), "ciphertext", _of_line),
        Sealed(DownloadLink.objects.all(), "token_ciphertext", link_context),
    ]


def rotate_keys(*, dry_run: bool = False) -> dict[str, int]:
    """How many texts of each table were (or would be) sealed anew; a second run finds none.

    A thousand at a time, each lot in a transaction of its own, so that nobody waits long. Once it
    is done, the older keys can leave ``KEY_ENCRYPTION_KEYS``.
    """
    counts = {}
    with tenancy.everyone():
        for table in sealed_tables():
            name = table.rows.model._meta.verbose_name_plural
            counts[str(name)] = table.stale().count() if dry_run else _rotate(table)
    return counts


def _rotate(table: Sealed) -> int:
    total = 0
    while done := _rotate_some(table):
        total += done
    return total


def _rotate_some(table: Sealed) -> int:
    with transaction.atomic():
        rows = list(table.stale().select_for_update(of=("self",)).order_by("pk")[:AT_ONCE])
        for row in rows:
            context = table.context(row)
            text = vault.unseal(getattr(row, table.column), context=context)
            setattr(row, table.column, vault.seal(text, context=context))
        table.rows.bulk_update(rows, [table.column])
    return len(rows)


def _of_stock(key: KeyStock) -> str:
    return stock_context(key.product_id, key.sku_id)


def _of_line(key: EntitlementKey) -> str:
    return line_context(key.entitlement)
