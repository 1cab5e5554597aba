"""Prove that charges, credits, invoices and accounts agree to the cent."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from billing.ledger import faults


class Command(BaseCommand):
    help = "Checks every partner's ledger per currency; names what is off and exits non-zero."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = faults()
        for fault in found:
            self.stderr.write(f"partner {fault.partner_id}: {fault.check}: {fault.what}")
        if found:
            raise CommandError(f"The ledger does not add up: {len(found)} faults.")
        self.stdout.write("The ledger adds up.")
