"""The catalogue's verbs: take in price sheets and media, and load what the product ships with."""

from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.apps import apps
from django.db import transaction

from catalog import demo, media_files, reference
from catalog.media_files import MediaSource
from catalog.models import Market, MediaFile, PriceSheetImport, Product
from catalog.pricesheets import load
from catalog.pricesheets.reader import Sheet, Unreadable, opened
from catalog.pricesheets.rows import Defaults, Rows
from catalog.problems import BrokenFile, Problem
from partnercenter.lib import clock


@dataclass(frozen=True)
class SheetResult:
    """What a price sheet did: rows read, rows without a price, catalogue rows written."""

    rows: int
    without_price: int
    added: int
    changed: int


@dataclass(frozen=True)
class MediaResult:
    """What a media manifest did."""

    rows: int
    added: int
    changed: int


def import_price_sheet(
    path: Path, *, defaults: Defaults | None = None, dry_run: bool = False
) -> SheetResult:
    """Take in a price sheet: all of it, in one transaction, or nothing.

    The file is streamed; a repeated sheet changes nothing. ``defaults`` holds for columns that the
    sheet lacks. Raises ``BrokenFile`` with line, column, what stands there and what was expected.
    """
    with transaction.atomic():
        try:
            with opened(path) as sheet:
                result = _take_in(sheet, defaults or Defaults())
        except Unreadable as error:
            raise BrokenFile([Problem(error.line, "", error.problem, error.expected)]) from error
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
        raise BrokenFile(rows.problems, rows.problem_count)


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


def import_media(manifest: Path, *, dry_run: bool = False) -> MediaResult:
    """Take in the files that a manifest names: all of them, or none.

    Columns product_id, version, language, file_type, file_name, path and, if wanted, sha256. Sizes
    and checksums are computed. A repeated manifest changes nothing; a file with new content
    replaces the old one. Raises ``BrokenFile``.
    """
    with transaction.atomic():
        products = frozenset(Product.objects.values_list("id", flat=True))
        lines = list(media_files.read_manifest(manifest, products))
        if problems := [line for line in lines if isinstance(line, Problem)]:
            raise BrokenFile(problems)
        sources = [line for line in lines if isinstance(line, MediaSource)]
        outcomes = [_take_in_file(source, dry_run=dry_run) for source in sources]
        transaction.set_rollback(dry_run)
    return MediaResult(len(sources), outcomes.count("added"), outcomes.count("changed"))


def _take_in_file(source: MediaSource, *, dry_run: bool) -> str:
    choice: dict[str, Any] = source.choice
    known = MediaFile.objects.filter(**choice).first()
    if known and known.sha256 == source.sha256:
        return "unchanged"
    if not dry_run:
        media_files.store(source)
    MediaFile.objects.update_or_create(
        **choice,
        defaults={
            "size_bytes": source.size_bytes,
            "sha256": source.sha256,
            "storage_name": source.storage_name,
        },
    )
    return "changed" if known else "added"


def load_reference_data() -> dict[str, int]:
    """Bring markets, tax, market availability and policies to what this release ships."""
    with transaction.atomic():
        return reference.load(lambda name: apps.get_model("catalog", name))


def load_demo_catalog() -> None:
    """The demo's price sheet and media, by the same verbs that take in real ones."""
    import_price_sheet(reference.DATA / "demo_price_sheet.csv")
    with TemporaryDirectory() as folder:
        import_media(demo.write_media(Path(folder)))
