"""The catalogue's verbs: take in price sheets and media, and load what the product ships with."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path

from django.db import transaction

from catalog.models import Market, PriceSheetImport
from catalog.pricesheets import load
from catalog.pricesheets.reader import Sheet, Unreadable, opened
from catalog.pricesheets.rows import Defaults, Problem, Rows
from partnercenter.lib import clock
from partnercenter.lib.errors import Invalid


@dataclass(frozen=True)
class SheetResult:
    """What a price sheet did: rows read, rows without a price, catalogue rows written."""

    rows: int
    without_price: int
    added: int
    changed: int


class BrokenSheet(Invalid):
    """The sheet changed nothing. ``problems`` holds the first hundred, ``count`` tells all."""

    def __init__(self, problems: list[Problem], count: int) -> None:
        super().__init__(f"{count} problems in the price sheet. Nothing was changed.")
        self.problems, self.count = problems, count


def import_price_sheet(
    path: Path, *, defaults: Defaults | None = None, dry_run: bool = False
) -> SheetResult:
    """Take in a price sheet: all of it, in one transaction, or nothing.

    The file is streamed; a repeated sheet changes nothing. ``defaults`` holds for columns that the
    sheet lacks. Raises ``BrokenSheet`` with line, column, what stands there and what was expected.
    """
    with transaction.atomic():
        try:
            with opened(path) as sheet:
                result = _take_in(sheet, defaults or Defaults())
        except Unreadable as error:
            raise BrokenSheet(
                [Problem(error.line, "", error.problem, error.expected)], 1
            ) from error
        _note_import(path, result)
        transaction.set_rollback(dry_run)
    return result


def _take_in(sheet: Sheet, defaults: Defaults) -> SheetResult:
    rows = Rows(
        columns=sheet.columns,
        defaults=defaults,
        currencies=dict(Market.objects.values_list("code", "billing_currency")),
    )
    load.stage(rows.lines(sheet.records))
    _refuse(rows)
    described = load.write_skus_and_availabilities(
        kind_is_stated=not sheet.columns.place.keys().isdisjoint({"tags", "term"})
    )
    for line, first in load.contradictions():
        rows.add(
            Problem(line, "", f"another price than line {first}", "one price for the same key")
        )
    _refuse(rows)
    priced = load.write_prices()
    return SheetResult(
        rows=rows.read,
        without_price=rows.without_price,
        added=described.added + priced.added,
        changed=described.changed + priced.changed,
    )


def _refuse(rows: Rows) -> None:
    if rows.problem_count:
        raise BrokenSheet(rows.problems, rows.problem_count)


def _note_import(path: Path, result: SheetResult) -> None:
    """One row for each import that changed something."""
    if not result.added and not result.changed:
        return
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    PriceSheetImport.objects.create(
        file_name=path.name,
        sha256=digest,
        imported_at=clock.now(),
        rows=result.rows,
        without_price=result.without_price,
        added=result.added,
        changed=result.changed,
    )
