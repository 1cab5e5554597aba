"""Back up database, files and the heads of the activity log into one folder."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from partnercenter.backup import making
from partnercenter.local.trouble import Trouble


class Command(BaseCommand):
    help = "Makes one folder, named by the instant; see docs/operating.md."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", type=Path, help="folder of the backups (STATE_DIR/backups)")
        parser.add_argument("--dry-run", action="store_true", help="say what there is, no more")

    def handle(self, *_args: Any, **options: Any) -> None:
        into = options["to"] or Path(settings.STATE_DIR) / "backups"
        try:
            if options["dry_run"]:
                there = making.extent()
                self.stdout.write(
                    f"Would back up {there.rows} rows of {there.tables} tables and {there.files} "
                    f"files ({there.size_bytes} bytes) into {into}."
                )
                return
            folder, made = making.make(into)
        except (Trouble, OSError) as trouble:
            raise CommandError(f"No backup was made: {trouble}") from None
        self.stdout.write(
            f"{folder}: {sum(made['rows'].values())} rows of {len(made['rows'])} tables, "
            f"{len(made['files'])} files."
        )
