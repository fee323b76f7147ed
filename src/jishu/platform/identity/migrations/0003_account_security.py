"""What keeps accounts safe. Columns added to accounts have defaults in the database: older code still opens some."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import jishu.platform.lib.clock

# What was in force on a day must stay provable.
MAKE = """
CREATE FUNCTION policy_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a policy is never changed; lay down another';
END $$;
CREATE TRIGGER policy_stays BEFORE UPDATE OR DELETE ON identity_policy
    FOR EACH ROW EXECUTE FUNCTION policy_is_final();
"""
UNMAKE = "DROP TRIGGER policy_stays ON identity_policy; DROP FUNCTION policy_is_final();"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_stamp"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="factor_since",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="动态口令启用时间"),
        ),
        migrations.AddField(
            model_name="account",
            name="must_change",
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name="须修改密码"),
        ),
        migrations.AddField(
            model_name="account",
            name="one_time_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="一次性密码有效至"),
        ),
        migrations.AddField(
            model_name="account",
            name="password_set_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(),
                default=jishu.platform.lib.clock.now,
                editable=False,
                verbose_name="密码设定时间",
            ),
        ),
        migrations.CreateModel(
            name="Factor",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("secret", models.BinaryField(null=True, verbose_name="密钥")),
                ("pending", models.BinaryField(null=True, verbose_name="待确认的密钥")),
                ("last_step", models.BigIntegerField(default=0, editable=False, verbose_name="最后使用的时间步")),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="factor",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "动态口令",
                "verbose_name_plural": "动态口令",
            },
        ),
        migrations.CreateModel(
            name="PastPassword",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="密码哈希")),
                ("replaced_at", models.DateTimeField(default=jishu.platform.lib.clock.now, verbose_name="停用时间")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="past_passwords",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "历史密码",
                "verbose_name_plural": "历史密码",
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("uid", models.UUIDField(unique=True, verbose_name="标识")),
                ("began_at", models.DateTimeField(default=jishu.platform.lib.clock.now, verbose_name="登录时间")),
                ("seen_at", models.DateTimeField(default=jishu.platform.lib.clock.now, verbose_name="最近使用")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="地址")),
                ("device", models.CharField(blank=True, max_length=80, verbose_name="设备")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "登录",
                "verbose_name_plural": "登录",
                "ordering": ("-seen_at",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("hint", models.CharField(db_collation="C", editable=False, max_length=12, verbose_name="开头")),
                (
                    "digest",
                    models.CharField(db_collation="C", editable=False, max_length=64, unique=True, verbose_name="哈希"),
                ),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), size=None, verbose_name="权限"
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="有效期至")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="吊销时间")),
                ("last_used_at", models.DateTimeField(editable=False, null=True, verbose_name="最近使用")),
                (
                    "last_address",
                    models.GenericIPAddressField(editable=False, null=True, verbose_name="最近使用的地址"),
                ),
                ("minute", models.DateTimeField(editable=False, null=True, verbose_name="计数的分钟")),
                ("calls", models.PositiveIntegerField(default=0, editable=False, verbose_name="该分钟内的次数")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
                "verbose_name_plural": "接口令牌",
                "ordering": ("-id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"), "+", models.Value("366 days", models.DurationField())
                                ),
                            )
                        ),
                        name="token_lasts_a_year_at_most",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("since", models.DateField(unique=True, verbose_name="施行日期")),
                ("min_length", models.PositiveSmallIntegerField(default=10, verbose_name="密码最少位数")),
                (
                    "min_classes",
                    models.PositiveSmallIntegerField(
                        default=3, help_text="大写字母、小写字母、数字、符号中至少几种。", verbose_name="字符种类"
                    ),
                ),
                (
                    "phrase_length",
                    models.PositiveSmallIntegerField(
                        default=20, help_text="达到这个长度的口令不再要求字符种类。", verbose_name="长口令位数"
                    ),
                ),
                ("history", models.PositiveSmallIntegerField(default=5, verbose_name="不得重复最近几次的密码")),
                (
                    "max_age_days",
                    models.PositiveSmallIntegerField(
                        default=180, help_text="0 为长期有效。", verbose_name="密码有效天数"
                    ),
                ),
                ("admin_max_age_days", models.PositiveSmallIntegerField(default=90, verbose_name="管理员密码有效天数")),
                ("one_time_hours", models.PositiveSmallIntegerField(default=72, verbose_name="一次性密码有效小时数")),
                ("idle_minutes", models.PositiveSmallIntegerField(default=30, verbose_name="闲置退出分钟数")),
                ("session_hours", models.PositiveSmallIntegerField(default=12, verbose_name="登录最长小时数")),
                ("lock_after", models.PositiveSmallIntegerField(default=5, verbose_name="连续输错几次锁定账号")),
                ("lock_minutes", models.PositiveSmallIntegerField(default=15, verbose_name="锁定分钟数")),
                (
                    "address_failures",
                    models.PositiveSmallIntegerField(
                        default=60,
                        help_text="在锁定分钟数之内；一个单位常常共用一个出口地址，不宜过小。",
                        verbose_name="同一地址容许的失败次数",
                    ),
                ),
                (
                    "token_per_minute",
                    models.PositiveIntegerField(default=600, verbose_name="每个接口令牌每分钟最多调用次数"),
                ),
                ("reason", models.CharField(max_length=200, verbose_name="调整理由")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="identity.person",
                        verbose_name="制定人",
                    ),
                ),
            ],
            options={
                "verbose_name": "账号安全规定",
                "verbose_name_plural": "账号安全规定",
                "ordering": ("-since",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("min_length__gte", 8),
                            ("min_length__lte", 64),
                            ("min_classes__gte", 1),
                            ("min_classes__lte", 4),
                            ("phrase_length__gte", 16),
                            ("phrase_length__lte", 128),
                            ("history__gte", 0),
                            ("history__lte", 24),
                            ("admin_max_age_days__gte", 1),
                            ("admin_max_age_days__lte", 365),
                            ("one_time_hours__gte", 1),
                            ("one_time_hours__lte", 168),
                        ),
                        name="policy_passwords_are_strong",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("idle_minutes__gte", 5),
                            ("idle_minutes__lte", 240),
                            ("session_hours__gte", 1),
                            ("session_hours__lte", 24),
                        ),
                        name="policy_sessions_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("lock_after__gte", 3),
                            ("lock_after__lte", 10),
                            ("lock_minutes__gte", 5),
                            ("lock_minutes__lte", 1440),
                            ("address_failures__gte", 10),
                            ("address_failures__lte", 5000),
                            ("token_per_minute__gte", 1),
                            ("token_per_minute__lte", 100000),
                        ),
                        name="policy_guessing_is_slow",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(db_collation="C", max_length=64, verbose_name="哈希")),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                (
                    "factor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="identity.factor",
                        verbose_name="动态口令",
                    ),
                ),
            ],
            options={
                "verbose_name": "恢复码",
                "verbose_name_plural": "恢复码",
                "constraints": [
                    models.UniqueConstraint(fields=("factor", "digest"), name="recovery_code_is_given_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SecurityEvent",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("signed_in", "登录"),
                            ("signed_out", "退出登录"),
                            ("failed", "登录失败"),
                            ("locked", "登录失败，账号已锁定"),
                            ("password_changed", "修改密码"),
                            ("password_reset", "管理员重置密码"),
                            ("factor_added", "启用动态口令"),
                            ("factor_removed", "停用动态口令"),
                            ("recovery_used", "使用恢复码"),
                            ("codes_renewed", "重新生成恢复码"),
                            ("sessions_ended", "结束其他登录"),
                            ("token_made", "创建接口令牌"),
                            ("token_revoked", "吊销接口令牌"),
                            ("token_moved", "接口令牌换了地址"),
                        ],
                        max_length=20,
                        verbose_name="事件",
                    ),
                ),
                ("address", models.GenericIPAddressField(null=True, verbose_name="地址")),
                ("device", models.CharField(blank=True, max_length=80, verbose_name="设备")),
                ("detail", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="security_events",
                        to="identity.person",
                        verbose_name="人员",
                    ),
                ),
            ],
            options={
                "verbose_name": "安全事件",
                "verbose_name_plural": "安全事件",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(fields=["person", "-id"], name="security_event_by_person"),
                    models.Index(
                        condition=models.Q(("kind__in", ("failed", "locked"))),
                        fields=["address", "created_at"],
                        name="security_event_by_address",
                    ),
                ],
            },
        ),
        migrations.RunSQL(MAKE, UNMAKE),
    ]
