"""Classes of things (GB/T 14885-2022), and what older codes have become."""

from django.db import models

from jishu.platform.lib.records import Record


class Category(Record):
    """A class of GB/T 14885-2022. ``path`` chains the keys from the root, so that a subtree is a prefix.

    Two rules of the library are named here and hold for every class below that names none of its own.
    """

    code = models.CharField("分类代码", max_length=12, unique=True, db_collation="C")
    name = models.CharField("分类名称", max_length=60)
    old_code = models.CharField(
        "2010版代码",
        max_length=12,
        blank=True,
        db_collation="C",
        help_text="GB/T 14885-2010 的代码，旧台账导入时对照。",
    )
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级分类"
    )
    path = models.CharField("路径", max_length=120, unique=True, db_collation="C", editable=False)
    measure = models.CharField("计量单位", max_length=8, default="件")
    is_verified = models.BooleanField("已核对标准原文", default=False)
    life_rule = models.CharField("折旧年限规则", max_length=60, blank=True, db_default="", db_collation="C")
    use_rule = models.CharField("最低使用年限规则", max_length=60, blank=True, db_default="", db_collation="C")

    class Meta:
        verbose_name = verbose_name_plural = "资产分类"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class OldCode(Record):
    """A code of GB/T 14885-2010 and the class its things belong to now; one old code may have been divided."""

    code = models.CharField("2010版代码", max_length=12, db_collation="C")
    name = models.CharField("2010版名称", max_length=60)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="+", verbose_name="2022版分类")
    note = models.CharField("对照说明", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "新旧代码对照"
        ordering = ("code", "id")
        constraints = (models.UniqueConstraint(name="old_code_leads_once_to_a_class", fields=("code", "category")),)

    def __str__(self) -> str:
        return f"{self.code} → {self.category.code}"
