"""Partners, users, applications, customers and a catalogue to try the product with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from partnercenter import demo


class Command(BaseCommand):
    help = "Makes the demo once; the sign-ins go to demo.json in the state folder."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="make it, then roll it back")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["dry_run"]:
            self.stdout.write(
                f"Would make {len(demo.PARTNERS)} partners: {', '.join(demo.PARTNERS)}"
            )
            return
        with transaction.atomic():
            made = demo.seed()
        self.stdout.write(
            f"The demo is ready: {demo.file()}" if made else f"The demo is there: {demo.file()}"
        )
