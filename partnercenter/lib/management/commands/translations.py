"""The Chinese catalog: extract, check, compile."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from partnercenter.lib import catalogs

LOCALE = "zh_Hans"


class Command(BaseCommand):
    help = "Keep locale/zh_Hans in step with the sources; needs no gettext programs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        chosen = parser.add_mutually_exclusive_group(required=True)
        chosen.add_argument("--update", action="store_true", help="Extract the messages again.")
        chosen.add_argument("--check", action="store_true", help="Fail on what is not translated.")
        chosen.add_argument("--compile", action="store_true", help="Write the .mo file.")

    def handle(self, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        path = root / "locale" / LOCALE / "LC_MESSAGES" / "django.po"
        if options["update"]:
            catalog = catalogs.merged(catalogs.read(path, LOCALE), catalogs.extracted(root))
            catalogs.write(catalog, path)
            self.stdout.write(f"{len(catalog)} messages in {path.relative_to(root)}")
        elif options["compile"]:
            catalogs.compile_to(catalogs.read(path, LOCALE), path.with_suffix(".mo"))
        elif found := catalogs.findings(root, catalogs.read(path, LOCALE)):
            lines = "\n".join(str(finding) for finding in found)
            raise CommandError(f"{lines}\n{len(found)} to translate: see docs/ui.md, Words.")
