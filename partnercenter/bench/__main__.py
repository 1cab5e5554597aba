"""``make bench``, or ``make bench CASES="orders downloads"``."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
django.setup()

from partnercenter.bench import cases, logpage, settlement, sheets  # noqa: E402 - needs the settings
from partnercenter.bench.ground import ground  # noqa: E402


def main(wanted: list[str]) -> None:
    """Run the cases and print one line for each figure."""
    with ground() as here:
        runs = {
            "orders": cases.orders,
            "lists": cases.lists,
            "single": cases.single,
            "downloads": cases.downloads,
            "log": logpage.log_page,
            "settlement": settlement.settled,
            "import": sheets.price_sheet,
        }
        for name in wanted or runs:
            for line in runs[name](here):
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or os.environ.get("CASES", "").split())
