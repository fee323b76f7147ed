"""Low-value consumables (低值易耗品): counted by quantity, never one by one. Stock never goes below nothing."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.lib.records import Record

MOST = 1_000_000


class SupplyItem(Record):
    """One kind of thing a unit keeps in stock. ``on_hand`` is the sum over its places; ``reserved`` is promised."""

    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, related_name="+", verbose_name="单位", db_index=False
    )
    name = models.CharField("物品名称", max_length=60)
    spec = models.CharField("规格型号", max_length=80, blank=True)
    measure = models.CharField("计量单位", max_length=8, default="个")
    alert = models.PositiveIntegerField("库存下限", default=0, help_text="可领数量低于它时提醒资产管理员；0 为不提醒。")
    is_offered = models.BooleanField("可以申领", default=True, help_text="不再采购的物品可以停止申领。")
    on_hand = models.PositiveIntegerField("库存数量", default=0, editable=False)
    reserved = models.PositiveIntegerField("已占用", default=0, editable=False)
    is_low = models.GeneratedField(
        expression=Q(on_hand__lt=F("reserved") + F("alert")),  # type: ignore[arg-type]  # a Q resolves like an expression
        output_field=models.BooleanField("低于下限"), db_persist=True, verbose_name="低于下限",
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "易耗品"
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(name="supply_is_listed_once_in_its_unit", fields=("unit", "name", "spec")),
            models.CheckConstraint(name="supply_promises_only_what_is_there", condition=Q(reserved__lte=F("on_hand"))),
            models.CheckConstraint(name="supply_is_countable", condition=Q(on_hand__lte=MOST)),
        )
        indexes = (
            models.Index(name="supply_unit_newest", fields=("unit", "-id")),
            models.Index(name="supply_unit_low", fields=("unit", "-id"), condition=Q(is_low=True)),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.spec}".strip()

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


class SupplyPlace(models.Model):
    """How much of it lies where."""

    item = models.ForeignKey(SupplyItem, on_delete=models.PROTECT, related_name="places", verbose_name="易耗品")
    place = models.CharField("存放地点", max_length=80)
    on_hand = models.PositiveIntegerField("数量", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "易耗品库位"
        constraints = (models.UniqueConstraint(name="supply_place_is_named_once", fields=("item", "place")),)

    def __str__(self) -> str:
        return self.place


class SupplyBatch(models.Model):
    """What came in together, at one price. The oldest is used up first."""

    item = models.ForeignKey(SupplyItem, on_delete=models.PROTECT, related_name="batches", verbose_name="易耗品")
    received_on = models.DateField("入库日期")
    price = models.DecimalField("单价", max_digits=16, decimal_places=2)
    received = models.PositiveIntegerField("入库数量")
    left = models.PositiveIntegerField("剩余数量")

    class Meta:
        verbose_name = verbose_name_plural = "易耗品批次"
        constraints = (
            models.CheckConstraint(name="batch_gives_no_more_than_it_had", condition=Q(left__lte=F("received"))),
            models.CheckConstraint(name="batch_price_is_not_negative", condition=Q(price__gte=0)),
        )
        indexes = (
            models.Index(name="batch_oldest_left", fields=("item", "received_on", "id"), condition=Q(left__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.received_on}"


class SupplyMove(Record):
    """One movement of stock; the sum of all of them is what is on hand. Never changed."""

    class Kind(models.TextChoices):
        RECEIVE = "receive", "入库"
        ISSUE = "issue", "出库"
        RETURN = "return", "退库"
        COUNT = "count", "盘点调整"

    item = models.ForeignKey(
        SupplyItem, on_delete=models.PROTECT, related_name="moves", verbose_name="易耗品", db_index=False
    )
    kind = models.CharField("类别", max_length=8, choices=Kind)
    place = models.CharField("库位", max_length=80)
    quantity = models.IntegerField("数量", help_text="出库为负。")
    amount = models.DecimalField("金额", max_digits=16, decimal_places=2)
    department = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="领用处室", db_index=False
    )
    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="领用人", db_index=False
    )
    case = models.UUIDField("办件", null=True)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "易耗品出入库"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="move_goes_its_way",
                condition=Q(kind__in=("receive", "return"), quantity__gt=0, amount__gte=0)
                | Q(kind="issue", quantity__lt=0, amount__lte=0)
                | (Q(kind="count") & ~Q(quantity=0)),
            ),
        )
        indexes = (models.Index(name="move_item_newest", fields=("item", "-id")),)

    def __str__(self) -> str:
        return f"{self.item} {self.get_kind_display()} {abs(self.quantity)}"


class SupplyHold(models.Model):
    """What a case has been promised and not yet given."""

    case = models.UUIDField("办件")
    item = models.ForeignKey(SupplyItem, on_delete=models.PROTECT, related_name="holds", verbose_name="易耗品")
    quantity = models.PositiveIntegerField("数量")

    class Meta:
        verbose_name = verbose_name_plural = "易耗品占用"
        constraints = (
            models.UniqueConstraint(name="hold_is_one_per_case_and_item", fields=("case", "item")),
            models.CheckConstraint(name="hold_holds_something", condition=Q(quantity__gt=0)),
        )

    def __str__(self) -> str:
        return f"{self.item} {self.quantity}"
