"""Invoices never change once issued, lines never change but for being claimed once.

The numbers come from a sequence: unique whatever runs at once, and a run that fails leaves a gap.
"""

from django.db import migrations

FORWARD = """
CREATE SEQUENCE billing_invoice_number MAXVALUE 999999999;

CREATE FUNCTION billing_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is final: book a line of its own instead', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER billing_invoice_frozen BEFORE UPDATE OR DELETE ON billing_invoice
  FOR EACH ROW EXECUTE FUNCTION billing_is_final();
CREATE TRIGGER billing_invoice_no_truncate BEFORE TRUNCATE ON billing_invoice
  FOR EACH STATEMENT EXECUTE FUNCTION billing_is_final();

CREATE TRIGGER billing_line_claimed_once BEFORE UPDATE OF invoice_id ON billing_billingline
  FOR EACH ROW WHEN (OLD.invoice_id IS NOT NULL) EXECUTE FUNCTION billing_is_final();
CREATE TRIGGER billing_line_final BEFORE UPDATE OF id, partner_id, customer_id, order_id,
    line_number, charge_type, product_id, sku_id, availability_id, title, term, billing_plan,
    quantity, unit_price, currency, price_includes_tax, tax_rate, net, tax, gross, period_start,
    period_end, booked_at, reverses_id, reverses_gross, product_title, publisher, alternate_id,
    subscription_id, reseller_mpn_id ON billing_billingline
  FOR EACH ROW EXECUTE FUNCTION billing_is_final();
CREATE TRIGGER billing_line_stays BEFORE DELETE ON billing_billingline
  FOR EACH ROW EXECUTE FUNCTION billing_is_final();
CREATE TRIGGER billing_line_no_truncate BEFORE TRUNCATE ON billing_billingline
  FOR EACH STATEMENT EXECUTE FUNCTION billing_is_final();
"""

BACKWARD = """
DROP TRIGGER billing_line_no_truncate ON billing_billingline;
DROP TRIGGER billing_line_stays ON billing_billingline;
DROP TRIGGER billing_line_final ON billing_billingline;
DROP TRIGGER billing_line_claimed_once ON billing_billingline;
DROP TRIGGER billing_invoice_no_truncate ON billing_invoice;
DROP TRIGGER billing_invoice_frozen ON billing_invoice;
DROP FUNCTION billing_is_final();
DROP SEQUENCE billing_invoice_number;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
