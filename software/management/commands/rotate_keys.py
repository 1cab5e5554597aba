"""Seal key texts and link tokens anew with the newest encryption key."""

from argparse import ArgumentParser
from typing import Any

from cryptography.exceptions import InvalidTag
from django.core.management.base import BaseCommand, CommandError

from software.rotation import rotate_keys


class Command(BaseCommand):
    help = "Re-encrypts with the first key of KEY_ENCRYPTION_KEYS; older keys can go after it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            counts = rotate_keys(dry_run=options["dry_run"])
        except (InvalidTag, KeyError) as error:
            raise CommandError(
                "A text is under a key that KEY_ENCRYPTION_KEYS does not list (any more). "
                "What was sealed anew before stays; add the key and run this again."
            ) from error
        for name, count in counts.items():
            self.stdout.write(f"{name}: {count}")
