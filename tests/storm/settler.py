"""Settles the months that it is told, each in a child of its own, as a worker's pool does.

A line "YYYY-MM LOT" on its input; the child's id on its output, and how it ended.
"""

import os
import sys

import django


def main() -> None:
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - needs the settings

    from billing import settlement  # noqa: PLC0415
    from billing.management.commands import settle_invoices  # noqa: PLC0415

    for line in sys.stdin:
        month, lot = line.split()
        child = os.fork()
        if child == 0:
            settlement.LOT = int(lot)
            call_command(settle_invoices.Command(), "--month", month, stdout=sys.stderr)
            os._exit(0)
        print(child, flush=True)  # noqa: T201 - it is how it answers
        print(os.waitpid(child, 0)[1], flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
