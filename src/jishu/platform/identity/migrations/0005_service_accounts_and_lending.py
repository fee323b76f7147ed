"""Accounts of machines, and roles lent for some days. Both change who may do what, so both stamp."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models

import jishu.platform.lib.clock
import jishu.platform.lib.db

STAMP = """
CREATE TRIGGER service_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_serviceaccount
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
CREATE TRIGGER delegation_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_delegation
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
"""
UNSTAMP = """
DROP TRIGGER service_stamps ON identity_serviceaccount;
DROP TRIGGER delegation_stamps ON identity_delegation;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0004_administration"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                ("reason", models.CharField(max_length=200, verbose_name="事由")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="终止时间")),
            ],
            options={
                "verbose_name": "角色委托",
                "verbose_name_plural": "角色委托",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="ServiceAccount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="写明哪个系统，例如：财政一体化系统。", max_length=30, verbose_name="名称"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(help_text="取什么数据、做什么用、多久一次。", max_length=200, verbose_name="用途"),
                ),
            ],
            options={
                "verbose_name": "系统对接账号",
                "verbose_name_plural": "系统对接账号",
                "ordering": ("-id",),
            },
        ),
        migrations.AddField(
            model_name="policy",
            name="delegation_days",
            field=models.PositiveSmallIntegerField(db_default=60, default=60, verbose_name="角色委托一次最长天数"),
        ),
        migrations.AddConstraint(
            model_name="policy",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegation_days__gte", 1), ("delegation_days__lte", 366)),
                name="policy_delegations_end",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="delegate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="borrows",
                to="identity.person",
                verbose_name="受托人",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="grant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delegations",
                to="identity.grant",
                verbose_name="角色",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lends",
                to="identity.person",
                verbose_name="委托人",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="revoked_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.person",
                verbose_name="终止人",
            ),
        ),
        migrations.AddField(
            model_name="serviceaccount",
            name="opened_by",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.person",
                verbose_name="开立人",
            ),
        ),
        migrations.AddField(
            model_name="serviceaccount",
            name="person",
            field=models.OneToOneField(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service",
                to="identity.person",
                verbose_name="登记",
            ),
        ),
        migrations.AddField(
            model_name="serviceaccount",
            name="responsible",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers_for",
                to="identity.person",
                verbose_name="责任人",
            ),
        ),
        migrations.AddField(
            model_name="serviceaccount",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.unit",
                verbose_name="归属单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegate", models.F("person")), _negated=True), name="delegation_is_to_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("during__isempty", False), ("during__lower_inf", False), ("during__upper_inf", False)
                ),
                name="delegation_begins_and_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("revoked_at", None)),
                expressions=[
                    (jishu.platform.lib.db.SameKey("grant_id"), "&&"),
                    (jishu.platform.lib.db.SameKey("delegate_id"), "&&"),
                    ("during", "&&"),
                ],
                name="delegation_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="serviceaccount",
            constraint=models.UniqueConstraint(fields=("unit", "name"), name="service_name_is_unique_in_its_unit"),
        ),
        migrations.AddConstraint(
            model_name="serviceaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("responsible", models.F("person")), _negated=True),
                name="service_does_not_answer_for_itself",
            ),
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
