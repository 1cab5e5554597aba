"""Takes in the files of a media manifest (CSV), or says line by line why not."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import services
from catalog.problems import BrokenFile


class Command(BaseCommand):
    help = (
        "Import media files. The manifest has the columns product_id, version, language, "
        "file_type, file_name, path and, if wanted, sha256."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="check and count, change nothing"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            result = services.import_media(options["file"], dry_run=options["dry_run"])
        except BrokenFile as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"The files cannot be read or stored: {error}") from error
        self.stdout.write(f"{result.rows} files: {result.added} added, {result.changed} changed.")
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")
