"""Where a virus scanner reports what it found in a file of a support request."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partnercenter.lib.errors import NotFound
from support.services import record_scan


class Command(BaseCommand):
    help = "Marks a file of a support request as clean or infected; infected ones stay locked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file_id", type=UUID)
        parser.add_argument("result", choices=["clean", "infected"])
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            file = record_scan(
                options["file_id"],
                is_clean=options["result"] == "clean",
                dry_run=options["dry_run"],
            )
        except NotFound as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{file.file_name}: {file.scan_state}")
