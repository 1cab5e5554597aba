"""Take activation keys into stock."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from software.stock import BrokenFile, import_keys


class Command(BaseCommand):
    help = "Takes in a CSV of keys (product_id, sku_id, key): all of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            done = import_keys(options["file"], dry_run=options["dry_run"])
        except BrokenFile as broken:
            for problem in broken.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(broken)) from broken
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        said = f"{done.rows} rows, {done.added} new keys."
        self.stdout.write(f"{said} Nothing was changed." if options["dry_run"] else said)
