"""The car (一车一档): what it is, whose it is, where it stands and what it may be used for."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from jishu.platform.lib.db import SameKey
from jishu.platform.lib.records import Record

from .place import Place


class Category(models.TextChoices):
    """What the regulation of 2017 divides official cars into; quotas are given by it."""

    CONFIDENTIAL = "JY", "机要通信用车"
    EMERGENCY = "YJ", "应急保障用车"
    ENFORCEMENT = "ZF", "执法执勤用车"
    SPECIAL = "TZ", "特种专业技术用车"
    OTHER = "QT", "其他按规定配备的公务用车"
    POST = "SB", "实物保障岗位用车"
    BUSINESS = "YW", "事业单位业务用车"


class Vehicle(Record):
    """One car, one file. It keeps its key through every change of plate, unit and use."""

    class Body(models.TextChoices):
        """Kinds of GA 802."""

        SEDAN = "sedan", "轿车"
        SMALL = "small", "其他小型客车"
        MEDIUM = "medium", "中型客车"
        LARGE = "large", "大型客车"
        TRUCK = "truck", "载货汽车"
        WORK = "work", "专项作业车"

    class Energy(models.TextChoices):
        PETROL = "petrol", "汽油"
        DIESEL = "diesel", "柴油"
        GAS = "gas", "天然气"
        ELECTRIC = "electric", "纯电动"
        PLUG_IN = "plug_in", "插电式混合动力"
        EXTENDED = "extended", "增程式"
        HYDROGEN = "hydrogen", "氢燃料"

    class Marking(models.TextChoices):
        MARKED = "marked", "已喷涂"
        PENDING = "pending", "待喷涂"
        EXEMPT = "exempt", "经批准免喷涂"

    class Status(models.TextChoices):
        READY = "ready", "在用"
        REPAIR = "repair", "在修"
        SEALED = "sealed", "封存"
        SUSPENDED = "suspended", "停派"
        RETIRING = "retiring", "待处置"
        RETIRED = "retired", "已处置"

    plate = models.CharField("车牌号", max_length=10, db_collation="C")
    vin = models.CharField(
        "车辆识别代号", max_length=17, db_collation="C", unique=True, help_text="17 位，在行驶证和前挡风玻璃左下角。"
    )
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    category = models.CharField("车辆类别", max_length=2, choices=Category)
    brand = models.CharField("品牌型号", max_length=60)
    body = models.CharField("车型", max_length=10, choices=Body, default=Body.SEDAN, help_text="按 GA 802-2019 划分。")
    energy = models.CharField("动力类型", max_length=10, choices=Energy, default=Energy.PETROL)
    displacement_l = models.DecimalField(
        "排气量（升）", max_digits=3, decimal_places=1, null=True, blank=True, help_text="纯电动和氢燃料汽车留空。",
        validators=(MinValueValidator(0),),
    )  # fmt: skip
    seats = models.PositiveSmallIntegerField(
        "核定座位", help_text="含驾驶员。", validators=(MinValueValidator(1), MaxValueValidator(60))
    )
    engine_number = models.CharField("发动机号", max_length=40, blank=True)
    colour = models.CharField("车身颜色", max_length=20, blank=True)
    price = models.DecimalField("购置价格", max_digits=16, decimal_places=2, help_text="单位：元，不含车辆购置税。")
    bought_on = models.DateField("购置日期")
    registered_on = models.DateField("注册登记日期", null=True, blank=True)
    is_domestic = models.BooleanField("国产汽车", default=True)
    is_pooled = models.BooleanField(
        "纳入平台统一调度", default=True, help_text="不勾选的只由本单位自己使用，不参加派车。"
    )
    fixed_place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定点停放点",
        help_text="下班后、节假日停放的地方。",
    )  # fmt: skip
    marking = models.CharField("标识化", max_length=10, choices=Marking, default=Marking.PENDING)
    tank_l = models.PositiveSmallIntegerField(
        "油箱容积（升）", null=True, blank=True, validators=(MinValueValidator(1), MaxValueValidator(1000))
    )
    battery_kwh = models.PositiveSmallIntegerField(
        "电池容量（千瓦时）", null=True, blank=True, validators=(MinValueValidator(1), MaxValueValidator(1000))
    )
    range_km = models.PositiveSmallIntegerField(
        "续航里程（公里）", null=True, blank=True, help_text="纯电动汽车填写，派车时不超过它。",
        validators=(MinValueValidator(1), MaxValueValidator(2000)),
    )  # fmt: skip
    odometer_km = models.PositiveIntegerField(
        "里程表读数（公里）", default=0, validators=(MaxValueValidator(3_000_000),)
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.READY)
    remark = models.CharField("备注", max_length=200, blank=True)
    photo = models.UUIDField("主照片", null=True, blank=True, editable=False)
    held_for = models.UUIDField("占用办件", null=True, blank=True, editable=False)
    search = models.GeneratedField(
        expression=Func(
            Concat(F("plate"), Value(" "), F("vin"), Value(" "), F("brand"), Value(" "), F("engine_number")),
            function="jishu_search",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = verbose_name_plural = "车辆"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="plate_is_on_one_car", fields=("plate",), condition=~Q(status="retired")),
            models.CheckConstraint(name="car_price_is_not_negative", condition=Q(price__gte=0)),
            models.CheckConstraint(name="car_has_seats", condition=Q(seats__gte=1, seats__lte=60)),
            models.CheckConstraint(
                name="car_is_registered_after_it_is_bought",
                condition=Q(registered_on=None) | Q(registered_on__gte=F("bought_on")),
            ),
        )
        indexes = (
            models.Index(name="car_unit_newest", fields=("unit", "-id")),
            models.Index(name="car_unit_plate", fields=("unit", "plate", "id")),
            models.Index(name="car_plate", fields=("plate", "id")),
            models.Index(name="car_unit_bought", fields=("unit", "bought_on", "id")),
            models.Index(name="car_bought", fields=("bought_on", "id")),
            models.Index(name="car_status", fields=("status", "-id")),
            models.Index(name="car_category", fields=("category", "-id")),
            models.Index(name="car_held", fields=("held_for",), condition=Q(held_for__isnull=False)),
            GinIndex(name="car_search", fields=("search",)),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.plate} {self.brand}"


class Plating(models.Model):
    """Which plate a car bore when: a fine or a track of last year is still found by the plate of last year."""

    vehicle = models.ForeignKey(Vehicle, on_delete=models.CASCADE, related_name="platings", verbose_name="车辆")
    plate = models.CharField("车牌号", max_length=10, db_collation="C", db_index=True)
    during = DateRangeField("使用期间")

    class Meta:
        verbose_name = verbose_name_plural = "号牌记录"
        ordering = ("vehicle", "during")
        constraints = (
            ExclusionConstraint(
                name="car_bears_one_plate_at_a_time",
                expressions=[(SameKey("vehicle"), RangeOperators.OVERLAPS), ("during", RangeOperators.OVERLAPS)],
            ),
        )

    def __str__(self) -> str:
        return self.plate
