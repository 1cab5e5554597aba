"""Who works at the support desk is decided by whoever runs the installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import set_operator
from partnercenter.lib.errors import NotFound


class Command(BaseCommand):
    help = "Lets a user work at the support desk, for every partner; --revoke takes it back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--revoke", action="store_true")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        is_operator = not options["revoke"]
        try:
            user = set_operator(
                email=options["email"], is_operator=is_operator, dry_run=options["dry_run"]
            )
        except NotFound as refusal:
            raise CommandError(str(refusal)) from refusal
        did = "may" if is_operator else "may not"
        self.stdout.write(f"{user.email} {did} work at the support desk.")
