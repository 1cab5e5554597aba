"""A bearer token of the demo, for curl."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.services import issue_token
from partnercenter import demo
from partnercenter.lib.errors import NotFound


class Command(BaseCommand):
    help = "Prints a bearer token of the demo, and nothing else; it lasts an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--partner", default="fabrikam", help="a key of demo.json")
        parser.add_argument("--user", default="aa", help="whose role: aa, ga, sa, ha, ba, …")
        parser.add_argument(
            "--app-only", action="store_true", help="act as the application, in nobody's name"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            partner = json.loads(demo.file().read_text())["partners"][options["partner"]]
            app, user = (partner[kind][options["user"]] for kind in ("apps", "users"))
        except FileNotFoundError as error:
            raise CommandError(f"There is no demo: {demo.file()} is missing.") from error
        except KeyError as error:
            raise CommandError(f"The demo knows no {error}.") from error
        email = "" if options["app_only"] else user["email"]
        try:
            self.stdout.write(issue_token(client_id=app["client_id"], email=email))
        except NotFound as refusal:
            raise CommandError(str(refusal)) from refusal
