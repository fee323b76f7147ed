"""What an edition says is final; and whoever changes a rule, by whatever way, stamps the library anew."""

from django.db import migrations

FINAL = """
CREATE FUNCTION standards_edition_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an edition says is final (%)', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER standards_edition_no_rewriting BEFORE UPDATE ON standards_edition FOR EACH ROW
    WHEN ((OLD.rule_id, OLD.clause_id, OLD.region, OLD.unit_id, OLD.parameters, OLD.severity, lower(OLD.during))
          IS DISTINCT FROM
          (NEW.rule_id, NEW.clause_id, NEW.region, NEW.unit_id, NEW.parameters, NEW.severity, lower(NEW.during)))
    EXECUTE FUNCTION standards_edition_is_final();
CREATE TRIGGER standards_edition_no_deleting BEFORE DELETE ON standards_edition
    FOR EACH ROW EXECUTE FUNCTION standards_edition_is_final();
"""
NOT_FINAL = """
DROP TRIGGER standards_edition_no_deleting ON standards_edition;
DROP TRIGGER standards_edition_no_rewriting ON standards_edition;
DROP FUNCTION standards_edition_is_final();
"""

# A random stamp, not a counter: a number given out by a transaction that was rolled back would be given out again.
STAMP = """
CREATE FUNCTION standards_stamp() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO standards_revision (id, stamp) VALUES (1, gen_random_uuid())
        ON CONFLICT (id) DO UPDATE SET stamp = gen_random_uuid();
    RETURN NULL;
END $$;
CREATE TRIGGER standards_document_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON standards_document
    FOR EACH STATEMENT EXECUTE FUNCTION standards_stamp();
CREATE TRIGGER standards_clause_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON standards_clause
    FOR EACH STATEMENT EXECUTE FUNCTION standards_stamp();
CREATE TRIGGER standards_rule_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON standards_rule
    FOR EACH STATEMENT EXECUTE FUNCTION standards_stamp();
CREATE TRIGGER standards_edition_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON standards_edition
    FOR EACH STATEMENT EXECUTE FUNCTION standards_stamp();
"""
UNSTAMP = """
DROP TRIGGER standards_document_stamps ON standards_document;
DROP TRIGGER standards_clause_stamps ON standards_clause;
DROP TRIGGER standards_rule_stamps ON standards_rule;
DROP TRIGGER standards_edition_stamps ON standards_edition;
DROP FUNCTION standards_stamp();
"""


class Migration(migrations.Migration):
    dependencies = [("standards", "0001_initial")]

    operations = [migrations.RunSQL(FINAL, NOT_FINAL), migrations.RunSQL(STAMP, UNSTAMP)]
