"""The chains, and the triggers that keep record, stretches and heads append-only and let tiles only grow."""

from django.db import migrations

GUARD = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only (%)', TG_TABLE_NAME, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION audit_tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.level, NEW.index) IS DISTINCT FROM (OLD.level, OLD.index)
       OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'hashes of the tree are never changed' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audit_tile_grows BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_tile_only_grows();
CREATE TRIGGER audit_tile_stays BEFORE DELETE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
"""

NEVER_CHANGED = ("audit_entry", "audit_stretch", "audit_head")
NEVER_EMPTIED = (*NEVER_CHANGED, "audit_tile")


def _rows(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();"
    )


def _whole(table: str) -> str:
    return (
        f"CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();"
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunSQL(
            # Sixteen: as many commands may be in the middle of committing at once before one waits for another.
            "INSERT INTO audit_chain (id, length, head)"
            " SELECT n, 0, decode(repeat('00', 32), 'hex') FROM generate_series(1, 16) n",
            "DELETE FROM audit_chain",
        ),
        migrations.RunSQL(
            "\n".join((GUARD, *map(_rows, NEVER_CHANGED), *map(_whole, NEVER_EMPTIED))),
            "DROP FUNCTION audit_is_append_only() CASCADE; DROP FUNCTION audit_tile_only_grows() CASCADE;",
        ),
    ]
