"""What can be downloaded of a product: version x language x file type -> files (S25-S27)."""

from typing import NamedTuple

from catalog.models import MediaFile


class Choice(NamedTuple):
    """One existing build; the three values of the Select product field."""

    version: str
    language: str
    file_type: str


def options(product_id: str) -> list[Choice]:
    """Every combination that leads to at least one file, in one query."""
    rows = MediaFile.objects.filter(product=product_id).values_list(
        "version", "language", "file_type"
    )
    return [Choice(*row) for row in rows.distinct().order_by("version", "language", "file_type")]


def selectors(product_id: str) -> dict[str, list[str]]:
    """What each of the three drop-downs offers, newest version first."""
    choices = options(product_id)
    return {
        "version": sorted({choice.version for choice in choices}, reverse=True),
        "language": sorted({choice.language for choice in choices}),
        "fileType": sorted({choice.file_type for choice in choices}),
    }


def files(product_id: str, choice: Choice) -> list[MediaFile]:
    """The files of exactly this combination; none when it does not exist."""
    return list(
        MediaFile.objects.filter(product=product_id, **choice._asdict()).order_by("file_name")
    )
