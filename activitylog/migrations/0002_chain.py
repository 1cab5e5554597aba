"""The log's chain and its protection, in the database, so that no code can go round them.

A row is numbered from the head row of one of the partner's strands and not from "the last row":
two writers of a strand then wait for each other, until the commit is on disk, and it neither forks
nor has gaps. Each connection has a strand, so that those of one partner rarely meet. The function
runs with the owner's rights, because the run-time role may not write the head.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION activity_digest(r activitylog_activityrecord) RETURNS bytea
LANGUAGE sql STABLE AS $$
  SELECT sha256(coalesce(r.previous, ''::bytea) || convert_to(jsonb_build_array(
    r.id, r.partner_id, r.number, extract(epoch FROM r.at)::text, r.action, r.resource_type,
    r.status, r.actor_name, r.actor_user_id, r.application_id, r.source, r.customer_id,
    r.customer_name, r.subject, r.details, r.ip, r.correlation_id,
    extract(epoch FROM r.recorded_at)::text)::text, 'UTF8'))
$$;

CREATE FUNCTION activity_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  own CONSTANT smallint := pg_backend_pid() % 16;
BEGIN
  NEW.recorded_at := clock_timestamp();
  SELECT number + 16, digest INTO NEW.number, NEW.previous FROM activitylog_chainhead
    WHERE partner_id = NEW.partner_id AND strand = own FOR UPDATE;
  IF NOT FOUND THEN
    INSERT INTO activitylog_chainhead (partner_id, strand, number, digest)
      VALUES (NEW.partner_id, own, own, ''::bytea) ON CONFLICT (partner_id, strand) DO NOTHING;
    SELECT number + 16, digest INTO NEW.number, NEW.previous FROM activitylog_chainhead
      WHERE partner_id = NEW.partner_id AND strand = own FOR UPDATE;
  END IF;
  NEW.digest := activity_digest(NEW);
  UPDATE activitylog_chainhead SET number = NEW.number, digest = NEW.digest
    WHERE partner_id = NEW.partner_id AND strand = own;
  RETURN NEW;
END $$;

CREATE TRIGGER activity_chain BEFORE INSERT ON activitylog_activityrecord
  FOR EACH ROW EXECUTE FUNCTION activity_chain();

CREATE FUNCTION activity_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the activity log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER activity_append_only BEFORE UPDATE OR DELETE ON activitylog_activityrecord
  FOR EACH ROW EXECUTE FUNCTION activity_is_append_only();
CREATE TRIGGER activity_no_truncate BEFORE TRUNCATE ON activitylog_activityrecord
  FOR EACH STATEMENT EXECUTE FUNCTION activity_is_append_only();
"""

BACKWARD = """
DROP TRIGGER activity_no_truncate ON activitylog_activityrecord;
DROP TRIGGER activity_append_only ON activitylog_activityrecord;
DROP TRIGGER activity_chain ON activitylog_activityrecord;
DROP FUNCTION activity_is_append_only();
DROP FUNCTION activity_chain();
DROP FUNCTION activity_digest(activitylog_activityrecord);
"""


class Migration(migrations.Migration):
    dependencies = [("activitylog", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
