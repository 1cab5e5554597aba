"""Prove that no row of the activity log was changed, removed or put in."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from activitylog import chain


class Command(BaseCommand):
    help = "Walks every partner's chain; names the first faults and exits non-zero."

    def handle(self, *_args: Any, **_options: Any) -> None:
        faults = chain.verify()
        for fault in faults:
            self.stderr.write(f"partner {fault.partner_id}, number {fault.number}: {fault.what}")
        if faults:
            raise CommandError(f"The activity log is not intact: {len(faults)} faults.")
        self.stdout.write("The activity log is intact.")
