"""Which charge a credit takes back, and how much that was, never changes either."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER billing_credit_final BEFORE UPDATE OF reverses_id, reverses_gross
  ON billing_billingline FOR EACH ROW EXECUTE FUNCTION billing_is_final();
"""
BACKWARD = "DROP TRIGGER billing_credit_final ON billing_billingline"


class Migration(migrations.Migration):
    dependencies = [("billing", "0003_frozen_invoices")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
