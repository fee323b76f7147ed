"""The trigger that keeps the log of cases append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION workflow_action_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log of cases is append-only (%)', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER workflow_action_no_change BEFORE UPDATE OR DELETE ON workflow_action
    FOR EACH ROW EXECUTE FUNCTION workflow_action_is_append_only();
CREATE TRIGGER workflow_action_no_truncate BEFORE TRUNCATE ON workflow_action
    FOR EACH STATEMENT EXECUTE FUNCTION workflow_action_is_append_only();
"""

UNGUARD = """
DROP TRIGGER workflow_action_no_truncate ON workflow_action;
DROP TRIGGER workflow_action_no_change ON workflow_action;
DROP FUNCTION workflow_action_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("workflow", "0001_initial")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
