"""What the gateway leaves behind. Positions themselves lie in fleet_position, a table without a model (ADR 0115)."""

from django.db import models
from django.db.models import Q

from jishu.apps.fleet.models import Terminal, Vehicle
from jishu.platform.lib.clock import now
from jishu.platform.lib.records import Record


class TerminalLink(models.Model):
    """How a terminal stands with the gateway."""

    terminal = models.OneToOneField(Terminal, on_delete=models.CASCADE, related_name="link", verbose_name="终端")
    registered_at = models.DateTimeField("注册时间", null=True)
    authenticated_at = models.DateTimeField("鉴权时间", null=True)
    connected_at = models.DateTimeField("最近接入时间", null=True)
    address = models.CharField("接入地址", max_length=45, blank=True, db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "终端接入"

    def __str__(self) -> str:
        return str(self.terminal)


class Measured(models.Model):
    """Whole numbers as terminals report them: millionths of a degree (WGS-84), tenths of km/h, km and litres."""

    time = models.DateTimeField("定位时间")
    latitude = models.IntegerField("纬度")
    longitude = models.IntegerField("经度")
    status = models.IntegerField("状态位")
    alarm = models.IntegerField("报警位")
    mileage = models.IntegerField("终端里程", null=True)
    altitude = models.SmallIntegerField("海拔")
    speed = models.SmallIntegerField("速度")
    direction = models.SmallIntegerField("方向")
    fuel = models.SmallIntegerField("油量", null=True)
    flags = models.SmallIntegerField("标记", default=0)

    class Meta:
        abstract = True


class LatestPosition(Measured):
    """Where a car was last; the live map reads nothing else."""

    vehicle = models.OneToOneField(
        Vehicle, on_delete=models.CASCADE, primary_key=True, related_name="latest_position", verbose_name="车辆"
    )
    received_at = models.DateTimeField("最近接收时间")

    class Meta:
        verbose_name = verbose_name_plural = "最新位置"

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.time}"


class TrackSegment(models.Model):
    """All positions of one car on one day, compressed; see `segments`."""

    pk = models.CompositePrimaryKey("vehicle_id", "day")
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, related_name="+", verbose_name="车辆", db_index=False
    )
    day = models.DateField("日期")
    count = models.IntegerField("定位数")
    packed = models.BinaryField("数据")

    class Meta:
        verbose_name = verbose_name_plural = "轨迹段"
        constraints = (models.CheckConstraint(name="track_segment_holds_something", condition=Q(count__gt=0)),)

    def __str__(self) -> str:
        return f"{self.vehicle_id} {self.day}"


class SealedDay(models.Model):
    """The day has no table of its own any more and gets none again."""

    day = models.DateField("日期", primary_key=True)
    sealed_at = models.DateTimeField("封存时间", default=now)

    class Meta:
        verbose_name = verbose_name_plural = "已封存日"

    def __str__(self) -> str:
        return str(self.day)


class Downlink(Record):
    """Something to tell a terminal (下行指令): waits until it is connected, is sent once, keeps its answer."""

    terminal = models.ForeignKey(Terminal, on_delete=models.CASCADE, related_name="downlinks", verbose_name="终端")
    message_id = models.IntegerField("消息 ID")
    values = models.JSONField("字段", help_text="按消息的字段；终端是哪一版，网关下发时才知道。")
    said = models.CharField("内容", max_length=200)
    sent_at = models.DateTimeField("下发时间", null=True)
    answered_at = models.DateTimeField("应答时间", null=True)
    result = models.SmallIntegerField("应答结果", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "下行指令"
        ordering = ("-id",)
        indexes = (models.Index(name="downlink_waits", fields=("terminal", "id"), condition=Q(sent_at__isnull=True)),)

    def __str__(self) -> str:
        return self.said
