"""The stock of activation keys: filled from a file, all of it or nothing."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from django.db import connection, transaction

from catalog.models import Sku
from catalog.rules import pad_sku_id
from partnercenter.lib import clock, tenancy
from partnercenter.lib.errors import Invalid
from software import vault
from software.keys import stock_context
from software.models import KeyStock
from software.services import keys_came_in

COLUMNS = ("product_id", "sku_id", "key")
KEY = re.compile(r"[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}")
KEY_FORM = "five groups of five letters or digits, such as AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"
AT_ONCE = 10_000
REPORTED = 100

ADD = f"""
INSERT INTO {KeyStock._meta.db_table} (product_id, sku_id, ciphertext, fingerprint, added_at)
SELECT p, s, c, f, %s FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[]) new (p, s, c, f)
ON CONFLICT (fingerprint) DO NOTHING RETURNING id, product_id, sku_id
"""  # noqa: S608 - our own table's name


class NewKey(NamedTuple):
    """A key of a SKU; its text leaves this module only sealed."""

    product_id: str
    sku_id: str
    text: str
    line: int = 0


class Problem(NamedTuple):
    """One wrong row: where, and what was expected there. Never the key's text."""

    line: int
    column: str
    expected: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: expected {self.expected}"


class BrokenFile(Invalid):
    """The file changed nothing. ``problems`` holds the first hundred, ``count`` tells all."""

    def __init__(self, problems: Sequence[Problem], count: int) -> None:
        super().__init__(f"{count} problems in the key file. Nothing was changed.")
        self.problems, self.count = problems, count


@dataclass
class Imported:
    """What a key file did: rows read, keys that were new."""

    rows: int = 0
    added: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def refuse(self, problem: Problem) -> None:
        self.problem_count += 1
        if len(self.problems) < REPORTED:
            self.problems.append(problem)


def import_keys(path: Path, *, dry_run: bool = False) -> Imported:
    """Take the keys of a CSV file (product_id, sku_id, key) into stock, in one transaction.

    Streams; a repeated file adds nothing. Lines that wait for a key of these SKUs are served by
    a worker right after. Raises ``BrokenFile`` with line, column and what was expected.
    """
    done = Imported()
    with (
        tenancy.everyone(),
        transaction.atomic(),
        path.open(encoding="utf-8-sig", newline="", errors="replace") as file,
    ):
        rows = iter(_rows(csv.reader(file), done))
        last_ids: dict[tuple[str, str], int] = {}
        while some := list(islice(rows, AT_ONCE)):
            for pk, product_id, sku_id in _add_checked(some, done):
                last_ids[product_id, sku_id] = pk
        if done.problem_count:
            raise BrokenFile(done.problems, done.problem_count)
        for (product_id, sku_id), pk in sorted(last_ids.items()):
            keys_came_in(product_id, sku_id, last_stock_id=pk)
        transaction.set_rollback(dry_run)
    return done


def add(keys: Sequence[NewKey], *, at: datetime) -> list[tuple[int, str, str]]:
    """Put keys into stock by one statement; id, product and SKU of those that were new."""
    sealed = [vault.seal(k.text, context=stock_context(k.product_id, k.sku_id)) for k in keys]
    with connection.cursor() as cursor:
        cursor.execute(
            ADD,
            [
                at,
                [k.product_id for k in keys],
                [k.sku_id for k in keys],
                sealed,
                [vault.digest(k.text) for k in keys],
            ],
        )
        return list(cursor.fetchall())


def _add_checked(keys: Sequence[NewKey], done: Imported) -> list[tuple[int, str, str]]:
    """Add, and refuse a key that is in stock for another SKU."""
    added = add(keys, at=clock.now())
    done.rows += len(keys)
    done.added += len(added)
    if len(added) < len(keys):
        by_digest = {vault.digest(key.text): key for key in keys}
        known = KeyStock.objects.filter(fingerprint__in=list(by_digest))
        for digest, *sku in known.values_list("fingerprint", "product_id", "sku_id"):
            key = by_digest[bytes(digest)]
            if sku != [key.product_id, key.sku_id]:
                expected = f"a key that is not in stock for {sku[0]}:{sku[1]} already"
                done.refuse(Problem(key.line, "key", expected))
    return added


def _rows(reader: Iterable[list[str]], done: Imported) -> Iterator[NewKey]:
    numbered = enumerate(reader, 1)
    _line, head = next(numbered, (1, []))
    place = {name.strip().lower(): index for index, name in enumerate(head)}
    missing = [name for name in COLUMNS if name not in place]
    for name in missing:
        done.refuse(Problem(1, name, f"a header row with {', '.join(COLUMNS)}"))
    if missing:
        return
    known: dict[str, set[str]] = defaultdict(set)
    for product_id, sku_id in Sku.objects.values_list("product_id", "sku_id"):
        known[product_id].add(sku_id)
    for line, row in numbered:
        if not any(row):
            continue
        cells = {name: row[i].strip() if i < len(row) else "" for name, i in place.items()}
        key = NewKey(
            cells["product_id"].upper(), pad_sku_id(cells["sku_id"]), cells["key"].upper(), line
        )
        problem = _problem(key, known)
        if problem:
            done.refuse(problem)
        else:
            yield key


def _problem(key: NewKey, known: Mapping[str, set[str]]) -> Problem | None:
    if key.product_id not in known:
        return Problem(key.line, "product_id", "a product of the catalog, such as DG7GMGF0FKZV")
    if key.sku_id not in known[key.product_id]:
        return Problem(key.line, "sku_id", f"a SKU of {key.product_id}, such as 0004")
    if not KEY.fullmatch(key.text):
        return Problem(key.line, "key", KEY_FORM)
    return None


def free(product_id: str, sku_id: str) -> int:
    """How many keys of a SKU can still be sold."""
    return KeyStock.objects.filter(product_id=product_id, sku_id=sku_id, taken_at=None).count()
