"""Brings markets, tax, market availability and policies to what this release ships."""

from typing import Any

from django.core.management.base import BaseCommand

from catalog import services


class Command(BaseCommand):
    help = "Load markets, tax treatments and policies. Rows an operator has added stay."

    def handle(self, *_args: Any, **_options: Any) -> None:
        for name, count in services.load_reference_data().items():
            self.stdout.write(f"{name}: {count} rows")
