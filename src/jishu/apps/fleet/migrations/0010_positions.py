"""Where cars are and were: one table a day for what arrives, one row a car and day for what is sealed."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

import jishu.platform.lib.clock

POSITIONS = """
CREATE TABLE fleet_position (
    time timestamptz NOT NULL,
    vehicle_id integer NOT NULL,
    latitude integer NOT NULL CHECK (latitude BETWEEN -90000000 AND 90000000),
    longitude integer NOT NULL CHECK (longitude BETWEEN -180000000 AND 180000000),
    status integer NOT NULL,
    alarm integer NOT NULL,
    mileage integer,
    altitude smallint NOT NULL,
    speed smallint NOT NULL,
    direction smallint NOT NULL,
    fuel smallint,
    flags smallint NOT NULL,
    PRIMARY KEY (vehicle_id, time)
) PARTITION BY RANGE (time);
-- Late reports of days that are sealed already, and whatever else has no day of its own.
CREATE TABLE fleet_position_rest PARTITION OF fleet_position DEFAULT;

CREATE FUNCTION fleet_open_day(named text, first timestamptz, after timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('fleet_open_day'));
    IF to_regclass(named) IS NULL AND NOT EXISTS (
        SELECT FROM fleet_sealedday WHERE day = (first AT TIME ZONE 'Asia/Shanghai')::date
    ) THEN
        EXECUTE format('CREATE TABLE %I PARTITION OF fleet_position FOR VALUES FROM (%L) TO (%L)', named, first, after);
    END IF;
END $$;

-- Room for the next position beside the present one: no index entry changes.
ALTER TABLE fleet_latestposition SET (fillfactor = 70);

CREATE FUNCTION fleet_downlink_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('jishu_downlink', NEW.terminal_id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER fleet_downlink_waits AFTER INSERT ON fleet_downlink
    FOR EACH ROW EXECUTE FUNCTION fleet_downlink_waits();
"""
NO_POSITIONS = """
DROP TRIGGER fleet_downlink_waits ON fleet_downlink;
DROP FUNCTION fleet_downlink_waits();
DROP FUNCTION fleet_open_day(text, timestamptz, timestamptz);
DROP TABLE fleet_position;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("fleet", "0004_disposal"),
    ]

    operations = [
        migrations.CreateModel(
            name="LatestPosition",
            fields=[
                ("time", models.DateTimeField(verbose_name="定位时间")),
                ("latitude", models.IntegerField(verbose_name="纬度")),
                ("longitude", models.IntegerField(verbose_name="经度")),
                ("status", models.IntegerField(verbose_name="状态位")),
                ("alarm", models.IntegerField(verbose_name="报警位")),
                ("mileage", models.IntegerField(null=True, verbose_name="终端里程")),
                ("altitude", models.SmallIntegerField(verbose_name="海拔")),
                ("speed", models.SmallIntegerField(verbose_name="速度")),
                ("direction", models.SmallIntegerField(verbose_name="方向")),
                ("fuel", models.SmallIntegerField(null=True, verbose_name="油量")),
                ("flags", models.SmallIntegerField(default=0, verbose_name="标记")),
                (
                    "vehicle",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="latest_position",
                        serialize=False,
                        to="fleet.vehicle",
                        verbose_name="车辆",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="最近接收时间")),
            ],
            options={
                "verbose_name": "最新位置",
                "verbose_name_plural": "最新位置",
            },
        ),
        migrations.CreateModel(
            name="SealedDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="日期")),
                ("sealed_at", models.DateTimeField(default=jishu.platform.lib.clock.now, verbose_name="封存时间")),
            ],
            options={
                "verbose_name": "已封存日",
                "verbose_name_plural": "已封存日",
            },
        ),
        migrations.CreateModel(
            name="TerminalLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("registered_at", models.DateTimeField(null=True, verbose_name="注册时间")),
                ("authenticated_at", models.DateTimeField(null=True, verbose_name="鉴权时间")),
                ("connected_at", models.DateTimeField(null=True, verbose_name="最近接入时间")),
                ("address", models.CharField(blank=True, db_default="", max_length=45, verbose_name="接入地址")),
                (
                    "terminal",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="link",
                        to="fleet.terminal",
                        verbose_name="终端",
                    ),
                ),
            ],
            options={
                "verbose_name": "终端接入",
                "verbose_name_plural": "终端接入",
            },
        ),
        migrations.CreateModel(
            name="Downlink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="标识")),
                (
                    "created_at",
                    models.DateTimeField(default=jishu.platform.lib.clock.now, editable=False, verbose_name="登记时间"),
                ),
                ("message_id", models.IntegerField(verbose_name="消息 ID")),
                (
                    "values",
                    models.JSONField(help_text="按消息的字段；终端是哪一版，网关下发时才知道。", verbose_name="字段"),
                ),
                ("said", models.CharField(max_length=200, verbose_name="内容")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="下发时间")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="应答时间")),
                ("result", models.SmallIntegerField(null=True, verbose_name="应答结果")),
                (
                    "terminal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="downlinks",
                        to="fleet.terminal",
                        verbose_name="终端",
                    ),
                ),
            ],
            options={
                "verbose_name": "下行指令",
                "verbose_name_plural": "下行指令",
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True)), fields=["terminal", "id"], name="downlink_waits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackSegment",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "vehicle_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField(verbose_name="日期")),
                ("count", models.IntegerField(verbose_name="定位数")),
                ("packed", models.BinaryField(verbose_name="数据")),
                (
                    "vehicle",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="fleet.vehicle",
                        verbose_name="车辆",
                    ),
                ),
            ],
            options={
                "verbose_name": "轨迹段",
                "verbose_name_plural": "轨迹段",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("count__gt", 0)), name="track_segment_holds_something")
                ],
            },
        ),
        migrations.RunSQL(POSITIONS, NO_POSITIONS),
    ]
