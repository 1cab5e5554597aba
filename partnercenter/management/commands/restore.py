"""Restore what ``backup`` has made, and prove that it is in order."""

from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partnercenter.backup import restoring
from partnercenter.local.trouble import Trouble

PROOFS = ("verify_activity_log", "check_ledger")


class Command(BaseCommand):
    help = "Verifies a backup, then restores it in one transaction; see docs/operating.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="verify, and write nothing")
        parser.add_argument("--force", action="store_true", help="replace what is there")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder, force = options["folder"], options["force"]
        try:
            found = restoring.examine(folder, force=force)
            what = (
                f"{sum(found['rows'].values())} rows of {len(found['rows'])} tables and "
                f"{len(found['files'])} files of {found['madeAt']}"
            )
            if options["dry_run"]:
                self.stdout.write(f"Would restore {what}. The backup is whole.")
                return
            written = restoring.restore(folder, found, force=force)
        except (Trouble, OSError) as trouble:
            raise CommandError(str(trouble)) from None
        self.stdout.write(f"Restored {what}; {written} files were missing.")
        self._prove()

    def _prove(self) -> None:
        failed = []
        for proof in PROOFS:
            try:
                call_command(proof, stdout=self.stdout, stderr=self.stderr)
            except CommandError as error:
                failed.append(str(error))
        if failed:
            raise CommandError(" ".join(["Restored, but:", *failed]))
