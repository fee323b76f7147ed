"""Corrections by two people, the account of what came and went, the yearly report, a photo, a number in the books."""

import uuid

import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models

import jishu.platform.lib.clock

# The account of the ledger is written here and nowhere else: whatever changes a card, in whatever release, is in it.
ACCOUNT = """
CREATE FUNCTION asset_account_for_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_movement
        (uid, created_at, card_id, unit_id, category_id, way, kind, happened_on, quantity, amount, is_origin)
    SELECT gen_random_uuid(), now(), id, unit_id, category_id, 'in', source, acquired_on, 1, value, true
    FROM new_rows WHERE state <> 'retired';
    RETURN NULL;
END $$;

CREATE FUNCTION asset_account_for_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE today date := (now() AT TIME ZONE 'Asia/Shanghai')::date;
BEGIN
    -- A day or a way of acquisition that was put right moves the first line, but never beyond the second.
    UPDATE asset_movement m SET kind = n.source, happened_on = LEAST(n.acquired_on, (
        SELECT min(l.happened_on) FROM asset_movement l WHERE l.card_id = m.card_id AND NOT l.is_origin))
    FROM new_rows n JOIN old_rows o ON o.id = n.id
    WHERE m.card_id = n.id AND m.is_origin
      AND (o.acquired_on, o.source) IS DISTINCT FROM (n.acquired_on, n.source);

    INSERT INTO asset_movement
        (uid, created_at, card_id, unit_id, category_id, way, kind, happened_on, quantity, amount, is_origin)
    SELECT gen_random_uuid(), now(), c.id, c.unit_id, c.category_id, c.way, c.kind,
           GREATEST(c.happened_on, (SELECT max(b.happened_on) FROM asset_movement b WHERE b.card_id = c.id)),
           c.quantity, c.amount, false
    FROM (
        SELECT o.id, o.unit_id, o.category_id, 'out' AS way,
               COALESCE('out_' || d.mode, 'retired') AS kind, COALESCE(d.disposed_on, today) AS happened_on,
               -1 AS quantity, -o.value AS amount
        FROM old_rows o JOIN new_rows n ON n.id = o.id
             LEFT JOIN asset_disposalline l ON l.card_id = o.id LEFT JOIN asset_disposal d ON d.id = l.disposal_id
        WHERE o.state <> 'retired' AND n.state = 'retired'
        UNION ALL
        SELECT n.id, n.unit_id, n.category_id, 'in', 'restored', today, 1, n.value
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE o.state = 'retired' AND n.state <> 'retired'
        UNION ALL
        SELECT o.id, o.unit_id, o.category_id, 'out',
               CASE WHEN o.unit_id <> n.unit_id THEN 'moved_out' ELSE 'class_out' END, today, -1, -o.value
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE o.state <> 'retired' AND n.state <> 'retired'
          AND (o.unit_id, o.category_id) IS DISTINCT FROM (n.unit_id, n.category_id)
        UNION ALL
        SELECT n.id, n.unit_id, n.category_id, 'in',
               CASE WHEN o.unit_id <> n.unit_id THEN 'moved_in' ELSE 'class_in' END, today, 1, o.value
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE o.state <> 'retired' AND n.state <> 'retired'
          AND (o.unit_id, o.category_id) IS DISTINCT FROM (n.unit_id, n.category_id)
        UNION ALL
        SELECT n.id, n.unit_id, n.category_id, CASE WHEN n.value > o.value THEN 'in' ELSE 'out' END,
               CASE WHEN n.value > o.value THEN 'raised' ELSE 'lowered' END, today, 0, n.value - o.value
        FROM old_rows o JOIN new_rows n ON n.id = o.id
        WHERE o.state <> 'retired' AND n.state <> 'retired' AND o.value <> n.value
    ) AS c;
    RETURN NULL;
END $$;

CREATE TRIGGER asset_card_comes AFTER INSERT ON asset_card
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION asset_account_for_new();
CREATE TRIGGER asset_card_changes AFTER UPDATE ON asset_card
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION asset_account_for_changed();
"""
UNACCOUNT = """
DROP TRIGGER asset_card_comes ON asset_card;
DROP TRIGGER asset_card_changes ON asset_card;
DROP FUNCTION asset_account_for_new();
DROP FUNCTION asset_account_for_changed();
"""
# After the rows: checks that wait for the end of the transaction would stand in the way of its last indexes.
HELD = """
ALTER TABLE asset_movement ADD CONSTRAINT movement_of_a_card FOREIGN KEY (card_id) REFERENCES asset_card
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""
# What happened before there was an account, from the papers that tell of it: the pool's allocations and the disposals.
EARLIER = """
WITH gone AS (
    SELECT l.card_id, l.value, d.mode, d.disposed_on
    FROM asset_disposalline l JOIN asset_disposal d ON d.id = l.disposal_id
), moved AS (
    SELECT DISTINCT ON (card_id) card_id, unit_id FROM asset_poollisting
    WHERE state = 'allocated' ORDER BY card_id, allocated_on, id
)
INSERT INTO asset_movement
    (uid, created_at, card_id, unit_id, category_id, way, kind, happened_on, quantity, amount, is_origin)
SELECT gen_random_uuid(), now(), c.id, COALESCE(moved.unit_id, c.unit_id), c.category_id, 'in', c.source,
       LEAST(c.acquired_on, gone.disposed_on), 1, COALESCE(gone.value, c.value), true
FROM asset_card c LEFT JOIN gone ON gone.card_id = c.id LEFT JOIN moved ON moved.card_id = c.id
WHERE c.state <> 'retired' OR gone.card_id IS NOT NULL
ORDER BY c.id;

INSERT INTO asset_movement
    (uid, created_at, card_id, unit_id, category_id, way, kind, happened_on, quantity, amount, is_origin)
SELECT gen_random_uuid(), now(), c.id, side.unit_id, c.category_id, side.way, side.kind, p.allocated_on, side.sign,
       side.sign * COALESCE(l.value, c.value), false
FROM asset_poollisting p JOIN asset_card c ON c.id = p.card_id LEFT JOIN asset_disposalline l ON l.card_id = c.id
     CROSS JOIN LATERAL (VALUES (p.unit_id, 'out', 'moved_out', -1), (p.allocated_to_id, 'in', 'moved_in', 1))
         AS side (unit_id, way, kind, sign)
WHERE p.state = 'allocated' AND (c.state <> 'retired' OR l.id IS NOT NULL)
ORDER BY p.allocated_on, p.id, side.sign;

INSERT INTO asset_movement
    (uid, created_at, card_id, unit_id, category_id, way, kind, happened_on, quantity, amount, is_origin)
SELECT gen_random_uuid(), now(), c.id, d.unit_id, c.category_id, 'out', 'out_' || d.mode, d.disposed_on, -1, -l.value,
       false
FROM asset_disposalline l JOIN asset_disposal d ON d.id = l.disposal_id JOIN asset_card c ON c.id = l.card_id
WHERE c.state = 'retired'
ORDER BY l.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("asset", "0018_repair"),
        ("identity", "0005_service_accounts_and_lending"),
    ]

    operations = [
        migrations.AddField(
            model_name="card",
            name="finance_number",
            field=models.CharField(
                blank=True,
                db_default="",
                help_text="财务系统中的资产编号，对账时使用。",
                max_length=40,
                verbose_name="财务编号",
            ),
        ),
        migrations.AddField(
            model_name="card",
            name="photo",
            field=models.UUIDField(blank=True, editable=False, null=True, verbose_name="主照片"),
        ),
        migrations.CreateModel(
            name="AnnualReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("year", models.PositiveSmallIntegerField(verbose_name="年度")),
                (
                    "state",
                    models.CharField(
                        choices=[("closed", "已结报"), ("reopened", "已撤销结报")],
                        default="closed",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                (
                    "tables",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, verbose_name="报表"),
                ),
                ("reopened_at", models.DateTimeField(null=True, verbose_name="撤销时间")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="撤销理由")),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="结报人",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="撤销人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "资产年报",
                "verbose_name_plural": "资产年报",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["unit", "-year", "-id"], name="annual_unit_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "closed")),
                        fields=("unit", "year"),
                        name="annual_holds_once_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "closed"),
                            models.Q(
                                ("reopened_at__isnull", False),
                                models.Q(("reason", ""), _negated=True),
                                models.Q(("reopened_by", models.F("closed_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="annual_reopening_needs_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("confirming", "待复核"),
                            ("completed", "已变更"),
                            ("rejected", "未同意"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="confirming",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("summary", models.CharField(max_length=400, verbose_name="变更内容")),
                ("before", models.JSONField(default=dict, verbose_name="变更前")),
                ("after", models.JSONField(default=dict, verbose_name="变更后")),
                (
                    "reason",
                    models.CharField(
                        help_text="写明依据，如入账凭证、发票或批复文号。", max_length=300, verbose_name="变更理由"
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True, verbose_name="复核时间")),
                ("opinion", models.CharField(blank=True, max_length=300, verbose_name="复核意见")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "card",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="asset.card",
                        verbose_name="资产卡片",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="复核人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "卡片变更申请",
                "verbose_name_plural": "卡片变更申请",
                "ordering": ("-id",),
                "indexes": [models.Index(fields=["unit", "-id"], name="correction_unit_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "confirming")),
                        fields=("card",),
                        name="correction_waits_once_a_card",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ("confirming", "withdrawn")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="correction_needs_two_people",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("way", models.CharField(choices=[("in", "增加"), ("out", "减少")], max_length=3, verbose_name="增减")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("purchase", "购置"),
                            ("transfer", "调剂"),
                            ("donation", "接受捐赠"),
                            ("surplus", "盘盈"),
                            ("built", "自建"),
                            ("allocated", "无偿划入"),
                            ("moved_in", "调入"),
                            ("raised", "原值调增"),
                            ("class_in", "分类调入"),
                            ("restored", "恢复入账"),
                            ("out_allocated", "无偿划转"),
                            ("out_donated", "对外捐赠"),
                            ("out_sold", "出售"),
                            ("out_swapped", "置换"),
                            ("out_scrapped", "报废"),
                            ("out_lost", "盘亏及损失核销"),
                            ("moved_out", "调出"),
                            ("lowered", "原值调减"),
                            ("class_out", "分类调出"),
                            ("retired", "其他减少"),
                        ],
                        max_length=14,
                        verbose_name="变动原因",
                    ),
                ),
                ("happened_on", models.DateField(verbose_name="变动日期")),
                (
                    "quantity",
                    models.SmallIntegerField(help_text="增加为正，减少为负；只调整原值的为 0。", verbose_name="件数"),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2, help_text="单位：元；减少为负。", max_digits=16, verbose_name="原值变动"
                    ),
                ),
                ("is_origin", models.BooleanField(default=False, verbose_name="首次入账")),
                (
                    "card",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="movements",
                        to="asset.card",
                        verbose_name="资产卡片",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="asset.category",
                        verbose_name="资产分类",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "资产变动",
                "verbose_name_plural": "资产变动",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["card", "id"], name="movement_card"),
                    models.Index(fields=["unit", "-id"], name="movement_unit_newest"),
                    models.Index(
                        fields=["unit", "happened_on"],
                        include=("category", "way", "kind", "quantity", "amount"),
                        name="movement_unit_day",
                    ),
                    models.Index(fields=["happened_on"], name="movement_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("amount__gte", 0), ("quantity__gte", 0), ("way", "in")),
                            models.Q(("amount__lte", 0), ("quantity__lte", 0), ("way", "out")),
                            _connector="OR",
                        ),
                        name="movement_goes_its_way",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_origin", True)), fields=("card",), name="movement_begins_once_a_card"
                    ),
                ],
            },
        ),
        # The triggers first: writers wait from here to the end, so that no card is missed or counted twice.
        migrations.RunSQL(ACCOUNT, UNACCOUNT),
        migrations.RunSQL(EARLIER, migrations.RunSQL.noop),
        migrations.RunSQL(HELD, "ALTER TABLE asset_movement DROP CONSTRAINT movement_of_a_card"),
    ]
