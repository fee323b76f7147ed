"""Papers of a car (证照), each with its term. The latest of a kind counts."""

from django.db import models
from django.db.models import F, Q

from jishu.apps.fleet.models import Vehicle
from jishu.platform.lib.records import Record


class Paper(Record):
    """One paper and its term, the last day included."""

    class Kind(models.TextChoices):
        LICENCE = "licence", "行驶证"
        TITLE = "title", "机动车登记证书"
        COMPULSORY = "compulsory", "交强险保单"
        COMMERCIAL = "commercial", "商业险保单"
        INSPECTION = "inspection", "检验合格标志"

    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.PROTECT, related_name="papers", verbose_name="车辆", db_index=False
    )
    kind = models.CharField("证照", max_length=12, choices=Kind)
    number = models.CharField("证号或保单号", max_length=60, db_collation="C")
    issuer = models.CharField("发证机关或保险公司", max_length=60, blank=True)
    starts_on = models.DateField("生效日期")
    expires_on = models.DateField("有效期至", null=True, blank=True, help_text="当天仍有效；长期有效的留空。")
    cost = models.DecimalField("费用", max_digits=16, decimal_places=2, default=0)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "车辆证照"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="paper_expires_after_it_starts", condition=Q(expires_on=None) | Q(expires_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="paper_cost_is_not_negative", condition=Q(cost__gte=0)),
            models.UniqueConstraint(name="paper_is_filed_once", fields=("vehicle", "kind", "number")),
        )
        indexes = (
            models.Index(name="paper_vehicle", fields=("vehicle", "kind", "-expires_on")),
            models.Index(name="paper_expiry", fields=("expires_on", "id")),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
