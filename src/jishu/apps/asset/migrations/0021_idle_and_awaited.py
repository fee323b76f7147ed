"""Since when a card lies in stock, kept by the database so that no release can forget it; what is still to come."""

from django.db import migrations, models

KEPT = """
CREATE FUNCTION asset_card_idle_since() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'idle' THEN
        NEW.idle_since := NULL;
    ELSIF TG_OP = 'INSERT' THEN
        NEW.idle_since := COALESCE(
            NEW.idle_since, GREATEST(NEW.acquired_on, (NEW.created_at AT TIME ZONE 'Asia/Shanghai')::date));
    ELSIF OLD.state <> 'idle' OR OLD.unit_id <> NEW.unit_id THEN
        NEW.idle_since := (now() AT TIME ZONE 'Asia/Shanghai')::date;
    ELSE
        -- Whoever read the card before this column was filled writes nothing into it, and means nothing by it.
        NEW.idle_since := COALESCE(NEW.idle_since, OLD.idle_since);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER asset_card_idle_from_the_start BEFORE INSERT ON asset_card
    FOR EACH ROW WHEN (NEW.state = 'idle' OR NEW.idle_since IS NOT NULL) EXECUTE FUNCTION asset_card_idle_since();
CREATE TRIGGER asset_card_idle_from_now BEFORE UPDATE ON asset_card
    FOR EACH ROW WHEN (
        OLD.state <> NEW.state OR OLD.unit_id <> NEW.unit_id OR OLD.idle_since IS DISTINCT FROM NEW.idle_since
    ) EXECUTE FUNCTION asset_card_idle_since();
"""
UNKEPT = """
DROP TRIGGER asset_card_idle_from_the_start ON asset_card;
DROP TRIGGER asset_card_idle_from_now ON asset_card;
DROP FUNCTION asset_card_idle_since();
"""
# Before the column nobody wrote it down. No longer than since it was acquired or entered, came back from a loan, or
# came over from the pool.
EARLIER = """
UPDATE asset_card c SET idle_since = GREATEST(
    c.acquired_on, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date,
    (SELECT max(l.returned_on) FROM asset_loan l WHERE l.card_id = c.id),
    (SELECT max(p.allocated_on) FROM asset_poollisting p WHERE p.card_id = c.id)
) WHERE c.state = 'idle'
"""


class Migration(migrations.Migration):
    dependencies = [("asset", "0020_card_depth")]

    operations = [
        migrations.AddField(
            model_name="card",
            name="idle_since",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="闲置起始日"),
        ),
        migrations.RunSQL(KEPT, UNKEPT),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="card",
            index=models.Index(condition=models.Q(("state", "idle")), fields=["unit", "idle_since"], name="card_idle"),
        ),
        migrations.AddConstraint(
            model_name="card",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("idle_since__isnull", False), ("state", "idle")),
                    models.Q(models.Q(("state", "idle"), _negated=True), ("idle_since", None)),
                    _connector="OR",
                ),
                name="card_says_since_when_it_is_idle",
            ),
        ),
        migrations.AddField(
            model_name="purchaseline",
            name="is_open",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Q(("received__lt", models.F("quantity")), ("state", "approved")),
                output_field=models.BooleanField(verbose_name="待到货"),
                verbose_name="待到货",
            ),
        ),
    ]
