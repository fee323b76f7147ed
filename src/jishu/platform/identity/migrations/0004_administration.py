"""What administrators keep: four eyes on grants, contacts, charges, the past of units. Expands only."""

import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

import jishu.platform.identity.roles
import jishu.platform.lib.clock
import jishu.platform.lib.db
import jishu.platform.lib.search
from jishu.platform.lib.pinyin import pinyin_initials

STAMP = """
CREATE TRIGGER succession_stamps AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON identity_succession
    FOR EACH STATEMENT EXECUTE FUNCTION identity_has_changed();
"""
UNSTAMP = "DROP TRIGGER succession_stamps ON identity_succession;"


def spell(apps, editor):
    """What is typed to find somebody: ljg lijianguo."""
    people = apps.get_model("identity", "Person")
    changed = []
    for person in people.objects.iterator(chunk_size=2000):
        syllables = person.name_key.split(" ")[:-1]
        plain = "".join(one.rstrip("12345") for one in syllables)
        person.spelled = f"{pinyin_initials(person.name, person=True)} {plain}"[:200]
        changed.append(person)
    people.objects.bulk_update(changed, ("spelled",), batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0003_account_security"),
        ("lib", "0001_bigrams"),  # jishu_search
    ]

    operations = [
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("masked", models.CharField(blank=True, max_length=20, verbose_name="手机号码（部分）")),
                ("sealed", models.BinaryField(null=True, verbose_name="手机号码")),
            ],
            options={
                "verbose_name": "联系方式",
                "verbose_name_plural": "联系方式",
            },
        ),
        migrations.CreateModel(
            name="LeaderScope",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="分管期间")),
            ],
            options={
                "verbose_name": "领导分管",
                "verbose_name_plural": "领导分管",
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("since", models.DateField(verbose_name="承接日期")),
            ],
            options={
                "verbose_name": "单位承接",
                "verbose_name_plural": "单位承接",
            },
        ),
        migrations.CreateModel(
            name="UnitPast",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("short_name", models.CharField(max_length=30, verbose_name="简称")),
                ("during", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
            ],
            options={
                "verbose_name": "单位沿革",
                "verbose_name_plural": "单位沿革",
                "ordering": ("unit", "during"),
            },
        ),
        migrations.AddField(
            model_name="grant",
            name="confirmed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.person",
                verbose_name="复核人",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="proposed_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.person",
                verbose_name="经办人",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="frozen_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="离岗办结时间"),
        ),
        migrations.AddField(
            model_name="person",
            name="spelled",
            field=models.CharField(
                db_collation="C", db_default="", editable=False, max_length=200, verbose_name="拼音检索"
            ),
        ),
        migrations.AlterField(
            model_name="grant",
            name="role",
            field=models.CharField(
                choices=jishu.platform.identity.roles.role_choices, max_length=60, verbose_name="角色"
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="left_on",
            field=models.DateField(
                blank=True, help_text="自该日零时起不再在岗，可以预先登记。", null=True, verbose_name="离岗日期"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("confirmed_by", None), ("proposed_by", None)),
                    models.Q(("confirmed_by__isnull", False), ("proposed_by__isnull", False)),
                    _connector="OR",
                ),
                name="grant_has_maker_and_checker",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(
                        models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                        models.Q(("confirmed_by", models.F("person")), _negated=True),
                        models.Q(("proposed_by", models.F("person")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="grant_is_confirmed_by_another",
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="person",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="contact",
                to="identity.person",
                verbose_name="人员",
            ),
        ),
        migrations.AddField(
            model_name="leaderscope",
            name="leader",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="leads",
                to="identity.person",
                verbose_name="分管领导",
            ),
        ),
        migrations.AddField(
            model_name="leaderscope",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="led_by",
                to="identity.unit",
                verbose_name="分管范围",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="predecessor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="successions",
                to="identity.unit",
                verbose_name="原单位",
            ),
        ),
        migrations.AddField(
            model_name="succession",
            name="successor",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="predecessions",
                to="identity.unit",
                verbose_name="承接单位",
            ),
        ),
        migrations.AddField(
            model_name="unitpast",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="identity.unit",
                verbose_name="上级",
            ),
        ),
        migrations.AddField(
            model_name="unitpast",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="past",
                to="identity.unit",
                verbose_name="单位",
            ),
        ),
        migrations.AddConstraint(
            model_name="leaderscope",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(jishu.platform.lib.db.SameKey("unit_id"), "&&"), ("during", "&&")],
                name="leader_scope_one_leader_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_is_not_doubled"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("successor")), _negated=True),
                name="succession_is_of_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitpast",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[(jishu.platform.lib.db.SameKey("unit_id"), "&&"), ("during", "&&")],
                name="unit_stood_one_way_at_a_time",
            ),
        ),
        migrations.RunPython(spell, migrations.RunPython.noop),
        migrations.AddField(
            model_name="unit",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=jishu.platform.lib.search._SearchVector(
                    jishu.platform.lib.search._OrEmpty("name"),
                    jishu.platform.lib.search._OrEmpty("short_name"),
                    jishu.platform.lib.search._OrEmpty("code"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
                verbose_name="检索",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=jishu.platform.lib.search._SearchVector(
                    jishu.platform.lib.search._OrEmpty("name"),
                    jishu.platform.lib.search._OrEmpty("code"),
                    jishu.platform.lib.search._OrEmpty("spelled"),
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
                verbose_name="检索",
            ),
        ),
        migrations.AddIndex(
            model_name="person",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="person_search"),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="unit_search"),
        ),
        migrations.RunSQL(STAMP, UNSTAMP),
    ]
