"""``make bench``, or ``make bench CASES="orders downloads"``."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "partnercenter.settings")
django.setup()

from partnercenter.bench import cases, logpage, sheets  # noqa: E402 - needs the settings
from partnercenter.bench.ground import ground  # noqa: E402


def main(wanted: list[str]) -> None:
    """Run the cases and print one line for each figure."""
    with ground() as here:
        one_row = cases.bare_view(here)
        print(
            f"S, a bare view with one look-up: {one_row.per_second:,.1f} /s  {one_row.statuses}",
            flush=True,
        )
        runs = {
            "orders": lambda: cases.orders(here, one_row),
            "lists": lambda: cases.lists(here, one_row),
            "downloads": lambda: cases.downloads(here, one_row),
            "log": lambda: logpage.log_page(here),
            "import": lambda: sheets.price_sheet(here),
        }
        for name in wanted or runs:
            for line in runs[name]():
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or os.environ.get("CASES", "").split())
