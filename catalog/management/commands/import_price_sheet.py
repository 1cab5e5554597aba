"""Takes in a price sheet (CSV), or says line by line why not."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import services
from catalog.pricesheets.rows import Defaults
from catalog.problems import BrokenFile


class Command(BaseCommand):
    help = (
        "Import a price sheet. All of it is taken in, or nothing; a repeated sheet changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--dry-run", action="store_true", help="check and count, change nothing"
        )
        parser.add_argument(
            "--market", default="", help="for a sheet without this column, such as US"
        )
        parser.add_argument("--currency", default="", help="the market's currency when left out")
        parser.add_argument("--segment", default="", help="Commercial when left out")
        parser.add_argument("--valid-from", default="", help="for a sheet without start dates")

    def handle(self, *_args: Any, **options: Any) -> None:
        defaults = Defaults(
            market=options["market"],
            currency=options["currency"],
            segment=options["segment"],
            start=options["valid_from"],
        )
        try:
            result = services.import_price_sheet(
                options["file"], defaults=defaults, dry_run=options["dry_run"]
            )
        except BrokenFile as error:
            for problem in error.problems:
                self.stderr.write(str(problem))
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        self.stdout.write(
            f"{result.rows} rows, {result.without_price} without a price: "
            f"{result.added} added, {result.changed} changed."
        )
        if options["dry_run"]:
            self.stdout.write("Dry run: nothing was changed.")
