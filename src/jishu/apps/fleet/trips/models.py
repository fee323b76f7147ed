"""What people ask for (用车申请) and the trips that serve it (派车单). No car and no driver is promised twice."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Greatest, Least

from jishu.apps.fleet.models import Driver, Place, Vehicle
from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record


def _taken() -> Func:
    """As planned; whoever is back early is free from then on. Half-open: one trip may leave when another is back."""
    until = Greatest(F("leaves_at"), Least(Coalesce(F("returned_at"), F("returns_at")), F("returns_at")))
    return Func(F("leaves_at"), until, function="tstzrange")


class Trip(Record):
    """One car and one driver for a time; several rides may share it. ``unit`` is whose car it is."""

    class State(models.TextChoices):
        PLANNED = "planned", "待接单"
        ACCEPTED = "accepted", "已接单"
        OUT = "out", "行驶中"
        ARRIVED = "arrived", "已到达"
        BACK = "back", "已返回"
        CANCELLED = "cancelled", "已取消"

    number = models.CharField("派车单号", max_length=40, db_collation="C", unique=True)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="派车单位", db_index=False
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="trips", verbose_name="车辆", db_index=False
    )
    driver = models.ForeignKey(
        Driver, on_delete=models.PROTECT, related_name="trips", verbose_name="驾驶员", db_index=False
    )
    leaves_at = models.DateTimeField("计划出发")
    returns_at = models.DateTimeField("计划返回")
    state = models.CharField("状态", max_length=10, choices=State, default=State.PLANNED)
    planned_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="派车人",
        db_index=False,
    )  # fmt: skip
    departed_at = models.DateTimeField("出车时间", null=True, blank=True)
    arrived_at = models.DateTimeField("到达时间", null=True, blank=True)
    returned_at = models.DateTimeField("返回时间", null=True, blank=True)
    start_km = models.PositiveIntegerField("出车里程表（公里）", null=True, blank=True)
    end_km = models.PositiveIntegerField("返回里程表（公里）", null=True, blank=True)
    tolls = models.DecimalField("过路过桥费", max_digits=16, decimal_places=2, default=0)
    parking = models.DecimalField("停车费", max_digits=16, decimal_places=2, default=0)
    cost = models.DecimalField("单车费用", max_digits=16, decimal_places=2, default=0)
    note = models.CharField("行车记录", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "派车单"
        ordering = ("-id",)
        constraints = (
            ExclusionConstraint(
                name="trip_vehicle_is_free",
                expressions=[(SameKey("vehicle"), RangeOperators.OVERLAPS), (_taken(), RangeOperators.OVERLAPS)],
                condition=~Q(state="cancelled"),
            ),
            ExclusionConstraint(
                name="trip_driver_is_free",
                expressions=[(SameKey("driver"), RangeOperators.OVERLAPS), (_taken(), RangeOperators.OVERLAPS)],
                condition=~Q(state="cancelled"),
            ),
            models.UniqueConstraint(
                name="car_is_out_once", fields=("vehicle",), condition=Q(state__in=("out", "arrived"))
            ),
            models.UniqueConstraint(
                name="driver_is_out_once", fields=("driver",), condition=Q(state__in=("out", "arrived"))
            ),
            models.CheckConstraint(name="trip_returns_after_it_leaves", condition=Q(returns_at__gt=F("leaves_at"))),
            models.CheckConstraint(
                name="trip_out_says_since_when",
                condition=~Q(state__in=("out", "arrived", "back"))
                | Q(departed_at__isnull=False, start_km__isnull=False),
            ),
            models.CheckConstraint(
                name="trip_back_says_how_far",
                condition=~Q(state="back") | Q(returned_at__gte=F("departed_at"), end_km__gte=F("start_km")),
            ),
            models.CheckConstraint(name="trip_costs_are_not_negative", condition=Q(tolls__gte=0, parking__gte=0)),
        )
        indexes = (
            models.Index(name="trip_unit_newest", fields=("unit", "-id")),
            models.Index(name="trip_vehicle", fields=("vehicle", "-id")),
            models.Index(name="trip_driver", fields=("driver", "-id")),
            models.Index(name="trip_state", fields=("state", "-id")),
            models.Index(name="trip_leaves", fields=("leaves_at", "id")),
            models.Index(name="trip_unit_leaves", fields=("unit", "leaves_at", "id")),
        )

    def __str__(self) -> str:
        return self.number


class Ride(Record):
    """What one case, or one urgent call, asks for: from when to when, how many people, along which stops."""

    class Kind(models.TextChoices):
        CONFIDENTIAL = "confidential", "机要通信"
        EMERGENCY = "emergency", "应急处置"
        RESEARCH = "research", "调研检查"
        ENFORCEMENT = "enforcement", "执法执勤"
        MEETING = "meeting", "会议活动"
        RECEPTION = "reception", "公务接待"
        OTHER = "other", "其他公务"

    class Range(models.TextChoices):
        DISTRICT = "district", "本区（县）内"
        CITY = "city", "本市内跨区（县）"
        BEYOND = "beyond", "跨市"

    class State(models.TextChoices):
        ASKED = "asked", "审批中"
        OPEN = "open", "待派车"
        PLANNED = "planned", "已派车"
        UNDER_WAY = "out", "行程中"
        BACK = "back", "待确认"
        DONE = "done", "已完成"
        NONE = "none", "无车可派"
        CANCELLED = "cancelled", "已取消"

    case = models.UUIDField("办件", null=True, blank=True, unique=True, editable=False)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="用车单位", db_index=False
    )
    pool = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="派车单位", db_index=False
    )
    applicant = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="用车人", db_index=False
    )
    kind = models.CharField("用车类型", max_length=12, choices=Kind)
    purpose = models.CharField("用车事由", max_length=300)
    leaves_at = models.DateTimeField("出发时间")
    returns_at = models.DateTimeField("返回时间")
    range = models.CharField("行程范围", max_length=8, choices=Range, default=Range.DISTRICT)
    km = models.PositiveIntegerField("预计里程（公里）", null=True, blank=True)
    passengers = models.PositiveSmallIntegerField("乘车人数", validators=(MinValueValidator(1), MaxValueValidator(50)))
    names = models.CharField("乘车人", max_length=200, blank=True)
    body = models.CharField("车型要求", max_length=10, choices=Vehicle.Body, blank=True)
    is_shared = models.BooleanField("愿意拼车", default=False)
    phone = models.CharField("联系电话", max_length=20, blank=True, db_collation="C")
    state = models.CharField("状态", max_length=10, choices=State, default=State.ASKED)
    trip = models.ForeignKey(
        Trip, on_delete=models.PROTECT, null=True, blank=True, related_name="rides", verbose_name="派车单"
    )
    no_car = models.JSONField("无车可派的证明", null=True, blank=True, editable=False)
    is_urgent = models.BooleanField("紧急用车", default=False)
    authorised_by = models.CharField("口头批准人", max_length=40, blank=True)
    papers_due_at = models.DateTimeField("补办期限", null=True, blank=True)
    papers_at = models.DateTimeField("补办时间", null=True, blank=True)
    share = models.DecimalField("分摊费用", max_digits=16, decimal_places=2, default=0)
    rating = models.PositiveSmallIntegerField("评分", null=True, blank=True)
    comment = models.CharField("评价", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "用车申请"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="ride_returns_after_it_leaves", condition=Q(returns_at__gt=F("leaves_at"))),
            models.CheckConstraint(name="ride_carries_somebody", condition=Q(passengers__gte=1)),
            models.CheckConstraint(
                name="ride_on_its_way_has_a_trip",
                condition=~Q(state__in=("planned", "out", "back")) | Q(trip__isnull=False),
            ),
            models.CheckConstraint(
                name="ride_is_rated_one_to_five", condition=Q(rating=None) | Q(rating__range=(1, 5))
            ),
            models.CheckConstraint(
                name="ride_without_papers_is_urgent", condition=Q(case__isnull=False) | Q(is_urgent=True)
            ),
        )
        indexes = (
            models.Index(name="ride_unit_newest", fields=("unit", "-id")),
            models.Index(name="ride_pool_newest", fields=("pool", "-id")),
            models.Index(name="ride_open", fields=("pool", "leaves_at"), condition=Q(state="open")),
            models.Index(name="ride_applicant", fields=("applicant", "-id")),
            models.Index(name="ride_state", fields=("state", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.purpose[:20]}"


class Stop(models.Model):
    """Where a ride goes, in order: a named place or an address as it was typed. The first is where people get in."""

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="stops", verbose_name="用车申请")
    position = models.PositiveSmallIntegerField("顺序")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="地点", db_index=False
    )
    address = models.CharField("地址", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "途经地点"
        ordering = ("ride", "position")
        constraints = (
            models.UniqueConstraint(name="stop_stands_once_at_its_position", fields=("ride", "position")),
            models.CheckConstraint(name="stop_is_somewhere", condition=Q(place__isnull=False) | ~Q(address="")),
        )

    def __str__(self) -> str:
        return str(self.place) if self.place_id else self.address


class Sealing(Record):
    """节假日封存: cars of a unit that stand still at their place for these days, but for those exempted by name."""

    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="sealings", verbose_name="车辆", db_index=False
    )
    title = models.CharField("假期", max_length=30)
    starts_on = models.DateField("封存起")
    ends_on = models.DateField("封存止", help_text="当天仍在封存。")
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="停放点"
    )
    is_exempt = models.BooleanField("值班保留", default=False, help_text="值班、应急等特殊需要，不封存。")
    reason = models.CharField("保留原因", max_length=120, blank=True)
    confirmed_at = models.DateTimeField("停放确认时间", null=True, blank=True, editable=False)
    confirmed_by = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False,
        verbose_name="停放确认人", db_index=False,
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "封存车辆"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="car_is_sealed_once_a_holiday", fields=("vehicle", "starts_on")),
            models.CheckConstraint(name="sealing_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(name="exemption_has_a_reason", condition=Q(is_exempt=False) | ~Q(reason="")),
        )
        indexes = (
            models.Index(name="sealing_unit_newest", fields=("unit", "-id")),
            models.Index(name="sealing_starts", fields=("starts_on", "-id")),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.vehicle}"


class NumberSeries(models.Model):
    """The last running number given out by a unit for a kind of paper and year."""

    unit = models.ForeignKey("identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    head = models.CharField("编号前段", max_length=30, db_collation="C")
    last = models.PositiveIntegerField("末号", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "公车编号序列"
        constraints = (models.UniqueConstraint(name="fleet_series_is_one_per_head", fields=("unit", "head")),)

    def __str__(self) -> str:
        return f"{self.head} {self.last}"
