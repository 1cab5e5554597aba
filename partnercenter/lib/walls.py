"""SQL of the tenant walls, derived from the models so that no table can be forgotten.

For every model with a ``partner``: row-level security with FORCE, one policy, and composite
foreign keys ``(partner_id, x_id)`` to every parent that has a partner too, so that a row cannot
point at another partner's row. Grants for the run-time role, which owns nothing.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.models import ForeignKey, Model

# Read before the partner is known: who signs in, with which application.
BEFORE_SIGN_IN = frozenset({"accounts.Partner", "accounts.User", "accounts.AppRegistration"})
VISIBLE = """
CREATE OR REPLACE FUNCTION visible_partner() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT nullif(current_setting('app.partner', true), '')::uuid $$
"""
EVERYONE = "00000000-0000-0000-0000-000000000000"


def tenant_models() -> list[type[Model]]:
    """Every model whose rows belong to one partner."""
    return [
        m for m in apps.get_models() if _partner_field(m) and m._meta.label not in BEFORE_SIGN_IN
    ]


def statements(app_role: str) -> Iterator[str]:
    """All statements, safe to run again; run as the owner of the tables."""
    yield VISIBLE
    for model in tenant_models():
        yield from _row_security(model._meta.db_table)
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and _is_tenant_parent(field):
                yield from _composite_key(model, field)
    yield from _grants(app_role)


def _partner_field(model: type[Model]) -> bool:
    return any(f.name == "partner" and isinstance(f, ForeignKey) for f in model._meta.fields)


def _is_tenant_parent(field: ForeignKey[Model, Model]) -> bool:
    return field.name != "partner" and _partner_field(field.related_model)


def _row_security(table: str) -> Iterator[str]:
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS own_partner ON "{table}"'
    yield (
        f'CREATE POLICY own_partner ON "{table}" USING ('
        f"partner_id = (SELECT visible_partner()) OR (SELECT visible_partner()) = '{EVERYONE}')"
    )


def _composite_key(model: type[Model], field: ForeignKey[Model, Model]) -> Iterator[str]:
    table, parent = model._meta.db_table, field.related_model._meta
    name = f"{table}_{field.column}_same_partner"[:63]
    on_delete = "CASCADE" if field.remote_field.on_delete is models.CASCADE else "NO ACTION"
    key = (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (partner_id, "{field.column}") '
        f'REFERENCES "{parent.db_table}" (partner_id, "{parent.pk.column}") ON DELETE {on_delete}'
    )
    yield (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{name}' "  # noqa: S608 - names of our own tables
        f"AND conrelid = '\"{table}\"'::regclass) THEN {key}; END IF; END $$"
    )


def _grants(role: str) -> Iterator[str]:
    yield f'GRANT USAGE ON SCHEMA public TO "{role}"'
    # Price sheets are staged in a temporary table.
    yield (
        "DO $$ BEGIN EXECUTE format("
        f"'GRANT TEMPORARY ON DATABASE %I TO \"{role}\"', current_database()); END $$"
    )
    yield f'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"'
    yield f'GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO "{role}"'
    for model in apps.get_models():
        if forbidden := getattr(model, "REVOKED_FROM_APP", ""):
            yield f'REVOKE {forbidden} ON "{model._meta.db_table}" FROM "{role}"'
