"""Issue the invoices of one month. Safe to repeat: what is billed stays as it is."""

from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import months
from billing.queries import parked_runs, parked_text
from billing.settlement import settle
from partnercenter.lib import tenancy


def _month(text: str) -> date:
    try:
        return months.parse(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is not a month. Write YYYY-MM, such as 2020-01.") from None


class Command(BaseCommand):
    help = "Claims every partner's unbilled lines up to the month's end, by the partner's clock."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--month", type=_month, required=True, help="YYYY-MM")
        parser.add_argument("--dry-run", action="store_true", help="say what would be billed")

    def handle(self, *_args: Any, **options: Any) -> None:
        month, dry_run = options["month"], options["dry_run"]
        done = settle(month=month, dry_run=dry_run)
        verb = "would be issued" if dry_run else "issued"
        self.stdout.write(f"{month:%Y-%m}: {done.invoices} invoices {verb}, {done.lines} lines.")
        with tenancy.everyone():
            for run in parked_runs():
                self.stderr.write(f"{run.partner.name}: {parked_text(run)}")
        if done.parked:
            raise CommandError(f"{done.parked} partners are parked and were not billed.")
