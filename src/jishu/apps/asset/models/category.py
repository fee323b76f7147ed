"""Classes of things (GB/T 14885-2022), and what older codes have become."""

from django.db import models

from jishu.platform.lib.records import Record


class Category(Record):
    """A class of GB/T 14885-2022. ``path`` chains the keys from the root, so that a subtree is a prefix."""

    code = models.CharField("分类代码", max_length=12, unique=True, db_collation="C")
    name = models.CharField("分类名称", max_length=60)
    old_code = models.CharField(
        "2010版代码", max_length=12, blank=True, db_collation="C", help_text="GB/T 14885-2010 的代码,旧台账导入时对照。"
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级分类"
    )
    path = models.CharField("路径", max_length=120, unique=True, db_collation="C", editable=False)
    measure = models.CharField("计量单位", max_length=8, default="件")
    is_verified = models.BooleanField("已核对标准原文", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "资产分类"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
