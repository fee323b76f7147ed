"""The chains, and the triggers that keep the record append-only."""

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are append-only (%)', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
"""

UNGUARD = """
DROP TRIGGER audit_entry_no_truncate ON audit_entry;
DROP TRIGGER audit_entry_no_change ON audit_entry;
DROP FUNCTION audit_entry_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Sixteen: as many commands may be in the middle of committing at once before one waits for another.
            "INSERT INTO audit_chain (id, length, head)"
            " SELECT n, 0, decode(repeat('00', 32), 'hex') FROM generate_series(1, 16) n",
            "DELETE FROM audit_chain",
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
