"""A number that changes with every change of the organisation, so that processes may keep actors they have built."""

from django.db import migrations

# Not a model: nobody reads or writes it but these triggers and the account's query. A row, not a sequence: the new
# number must not be seen before the change it stands for.
MAKE = """
CREATE TABLE identity_stamp (value bigint NOT NULL);
INSERT INTO identity_stamp VALUES (1);
CREATE FUNCTION identity_has_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE identity_stamp SET value = value + 1;
    RETURN NULL;
END $$;
CREATE TRIGGER unit_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_unit
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
CREATE TRIGGER person_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_person
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
CREATE TRIGGER appointment_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_appointment
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
CREATE TRIGGER grant_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_grant
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
"""

UNMAKE = """
DROP TRIGGER unit_stamps ON identity_unit;
DROP TRIGGER person_stamps ON identity_person;
DROP TRIGGER appointment_stamps ON identity_appointment;
DROP TRIGGER grant_stamps ON identity_grant;
DROP FUNCTION identity_has_changed();
DROP TABLE identity_stamp;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
