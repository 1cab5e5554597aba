"""Put up the tenant walls and the grants of the run-time role. Run as the owner, after migrate."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction

from partnercenter.lib import walls


class Command(BaseCommand):
    help = "Row-level security, composite foreign keys and grants, derived from the models."

    def handle(self, *_args: Any, **_options: Any) -> None:
        role = settings.DATABASE_APP_ROLE
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute("SELECT current_user")
                role = cursor.fetchone()[0]
                self.stdout.write(
                    f"No role {settings.DATABASE_APP_ROLE}: the owner {role} runs the product too."
                )
            for statement in walls.statements(role):
                cursor.execute(statement)
        self.stdout.write(f"Walls are up for {len(walls.tenant_models())} tables.")
