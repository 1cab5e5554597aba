"""A dated row changes in nothing but its end, which only comes nearer; none is taken out."""

from django.db import migrations

COLUMNS = {
    "catalog_cancellationpolicy": "name, kind, days",
    "catalog_downloadlinkpolicy": "life_days, max_downloads",
    "catalog_marketavailability": "kind, market_id, available, position",
    "catalog_taxtreatment": "market_id, price_includes_tax, rate",
}
FUNCTION = """
CREATE FUNCTION catalog_policy_is_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are history: end one and add another', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
"""
TRIGGERS = """
CREATE TRIGGER policy_stays_as_it_is BEFORE DELETE OR UPDATE OF id, valid_from, source, added_by,
    {columns} ON {table}
  FOR EACH ROW EXECUTE FUNCTION catalog_policy_is_history();
CREATE TRIGGER policy_end_comes_nearer BEFORE UPDATE OF valid_to ON {table}
  FOR EACH ROW WHEN (OLD.valid_to IS NOT NULL AND (NEW.valid_to > OLD.valid_to) IS NOT FALSE)
  EXECUTE FUNCTION catalog_policy_is_history();
CREATE TRIGGER policy_no_truncate BEFORE TRUNCATE ON {table}
  FOR EACH STATEMENT EXECUTE FUNCTION catalog_policy_is_history()
"""
BACKWARD = """
DROP TRIGGER policy_stays_as_it_is ON {table};
DROP TRIGGER policy_end_comes_nearer ON {table};
DROP TRIGGER policy_no_truncate ON {table}
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_reference_data")]
    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION catalog_policy_is_history()"),
        *(
            migrations.RunSQL(
                TRIGGERS.format(table=table, columns=columns), BACKWARD.format(table=table)
            )
            for table, columns in COLUMNS.items()
        ),
    ]
