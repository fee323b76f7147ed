"""What left the platform as a file, what came in as one, and what programs asked for once."""

from django.db import models
from django.db.models import F, Q

from jishu.platform.contract import resources
from jishu.platform.lib.clock import ZONE
from jishu.platform.lib.records import Record


class Export(Record):
    """One file of rows that somebody took away (数据导出台账)."""

    class Form(models.TextChoices):
        CSV = "csv", "CSV"
        XLSX = "xlsx", "Excel"

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    title = models.CharField("名称", max_length=60)
    conditions = models.CharField("条件", max_length=300)
    form = models.CharField("格式", max_length=8, choices=Form)
    count = models.PositiveIntegerField("条数")
    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="导出人"
    )

    class Meta:
        verbose_name = verbose_name_plural = "数据导出"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.title} {self.count} 条（{self.conditions}）"

    @property
    def number(self) -> str:
        """What stands on the file: from it the export, its maker and its conditions are found again."""
        return f"DC-{self.created_at.astimezone(ZONE):%Y%m%d}-{self.uid.hex[:10].upper()}"


class ImportJob(Record):
    """A ledger on its way in: read and judged, looked at by a person, then stored batch by batch.

    ``mapping`` is field name -> column number in the file; ``headers`` are the titles of all its columns.
    ``attempts`` rises whenever a worker takes the job up: a worker that finds it risen was given up for dead and
    stops, so that two never write the same rows.
    """

    class State(models.TextChoices):
        READING = "reading", "读取中"
        PREVIEW = "preview", "待确认"
        STORING = "storing", "导入中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"
        FAILED = "failed", "未能完成"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"

    class Mode(models.TextChoices):
        ADD = "add", "新增"
        AMEND = "amend", "更新"

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    mode = models.CharField("方式", max_length=8, choices=Mode, default=Mode.ADD, db_default=Mode.ADD)
    file_name = models.CharField("文件名", max_length=200)
    file = models.CharField("文件", max_length=120, db_collation="C", editable=False)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="导入人")
    state = models.CharField("状态", max_length=12, choices=State, default=State.READING)
    headers = models.JSONField("表头", default=list)
    samples = models.JSONField("各列的例子", default=list, db_default=[])
    mapping = models.JSONField("列的对应", default=dict)
    is_usable = models.BooleanField("列已对应齐全", default=False)
    notes = models.JSONField("说明", default=list)
    lines = models.PositiveIntegerField("文件行数", default=0, db_default=0)
    total = models.PositiveIntegerField("行数", default=0)
    stored = models.PositiveIntegerField("已导入", default=0)
    undone = models.PositiveIntegerField("已撤销", default=0, db_default=0)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    began_at = models.DateTimeField("开始导入时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="import_stores_no_more_than_it_read", condition=Q(stored__lte=F("total"))),
        )
        indexes = (models.Index(name="import_of_person", fields=("person", "resource", "-id")),)

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.READING, self.State.STORING, self.State.UNDOING)

    @property
    def batch(self) -> str:
        """Stands in every audit entry that this import leaves, as the number of a request does."""
        return f"IMPORT-{self.uid.hex[:20].upper()}"


class ImportRow(models.Model):
    """One row of the ledger: what it was understood to say, the verdict, and whether it is in.

    ``record`` is what it made or amended, in the state ``revision``: undoing touches nothing that has changed since,
    and then says why in ``kept``.
    """

    class Status(models.TextChoices):
        OK = "ok", "正常"
        WARN = "warn", "需留意"
        SAME = "same", "无变化"
        ERROR = "error", "有误"

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField("行号")
    status = models.CharField("结论", max_length=8, choices=Status)
    messages = models.JSONField("说明", default=list)
    values = models.JSONField("内容", default=dict)
    stored_at = models.DateTimeField("导入时间", null=True)
    record = models.UUIDField("记录", null=True)
    revision = models.CharField("记录的版本", max_length=32, blank=True, db_default="", db_collation="C")
    undone_at = models.DateTimeField("撤销时间", null=True)
    kept = models.CharField("未撤销的原因", max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = verbose_name_plural = "导入行"
        ordering = ("number",)
        constraints = (models.UniqueConstraint(name="import_row_once_in_its_job", fields=("job", "number")),)
        indexes = (
            models.Index(name="import_row_by_status", fields=("job", "status", "number")),
            models.Index(
                name="import_row_waiting", fields=("job", "number"), condition=Q(stored_at=None) & ~Q(status="error")
            ),
        )

    def __str__(self) -> str:
        return f"第 {self.number} 行"


class Amendment(Record):
    """What one amendment changed, as values: the audit entry tells it in words, which cannot be put back."""

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    row = models.UUIDField("记录")
    entry = models.BigIntegerField("审计记录号", unique=True)
    person = models.ForeignKey(
        "identity.Person", on_delete=models.PROTECT, null=True, related_name="+", verbose_name="修改人"
    )
    before = models.JSONField("修改前")
    after = models.JSONField("修改后")

    class Meta:
        verbose_name = verbose_name_plural = "修改"
        ordering = ("-id",)
        indexes = (models.Index(name="amendment_of_row", fields=("row", "-entry")),)

    def __str__(self) -> str:
        return f"{self.resource} {self.created_at:%Y-%m-%d %H:%M}"


def list_titles() -> list[tuple[str, str]]:
    return [(one.key, one.title) for one in resources()]


class SavedView(Record):
    """A list as somebody likes to see it: the address under a name. Deleted ones are kept, so that they come back."""

    resource = models.CharField("列表", max_length=60, db_collation="C", choices=list_titles, editable=False)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="保存人")
    title = models.CharField("名称", max_length=20)
    query = models.CharField("条件", max_length=2000, blank=True, editable=False)
    unit = models.ForeignKey(
        "identity.Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="共享给",
        help_text="共享后，该单位（处室）的人员都能看到这个视图；看到哪些记录仍由各人的权限决定。",
    )  # fmt: skip
    position = models.PositiveSmallIntegerField("次序", default=0)
    deleted_at = models.DateTimeField("删除时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "视图"
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                name="view_title_is_unique_to_its_person",
                fields=("person", "resource", "title"),
                condition=Q(deleted_at=None),
            ),
        )
        indexes = (models.Index(name="view_shared", fields=("unit", "resource"), condition=Q(unit__isnull=False)),)

    def __str__(self) -> str:
        return self.title


class ListHabit(Record):
    """How one person's list of one resource opens: the columns last chosen, and the view shown first."""

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="人员")
    columns = models.CharField("列", max_length=1000, blank=True)
    opens = models.ForeignKey(
        SavedView, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="默认视图"
    )

    class Meta:
        verbose_name = verbose_name_plural = "列表习惯"
        constraints = (models.UniqueConstraint(name="habit_is_one_per_list", fields=("person", "resource")),)

    def __str__(self) -> str:
        return self.resource


class BulkJob(Record):
    """One change to many rows: chosen, checked, looked at by a person, then made batch by batch.

    ``chosen`` is {"rows": [uid, …]} or {"query": address of the list}; ``values`` what was filled in, as sent. The
    audit entries of all its batches bear ``batch`` as their request number. ``attempts``: see ImportJob.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        PREVIEW = "preview", "待确认"
        RUNNING = "running", "处理中"
        DONE = "done", "已完成"
        STOPPED = "stopped", "已停止"
        FAILED = "failed", "未能完成"

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    action = models.CharField("操作", max_length=40, db_collation="C")
    title = models.CharField("名称", max_length=60)
    conditions = models.CharField("范围", max_length=300)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="办理人")
    chosen = models.JSONField("所选", default=dict, editable=False)
    values = models.JSONField("内容", default=dict, editable=False)
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="undone_by", verbose_name="撤销"
    )
    state = models.CharField("状态", max_length=12, choices=State, default=State.CHECKING)
    total = models.PositiveIntegerField("条数", default=0)
    changed = models.PositiveIntegerField("已修改", default=0)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0, editable=False)
    began_at = models.DateTimeField("开始时间", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "批量办理"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(name="bulk_changes_no_more_than_chosen", condition=Q(changed__lte=F("total"))),
        )
        indexes = (models.Index(name="bulk_of_person", fields=("person", "resource", "-id")),)

    def __str__(self) -> str:
        return f"{self.title} {self.total} 条"

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.RUNNING)

    @property
    def batch(self) -> str:
        return self.uid.hex


class BulkRow(models.Model):
    """One row of a bulk change; ``before`` and ``after`` hold the values that changed."""

    class Status(models.TextChoices):
        WAITING = "waiting", "将修改"
        UNFIT = "unfit", "不符合条件"
        CHANGED = "changed", "已修改"
        REFUSED = "refused", "未能修改"

    id = models.BigAutoField(primary_key=True)
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="rows", db_index=False)
    row = models.UUIDField("记录")
    label = models.CharField("名称", max_length=120)
    status = models.CharField("结论", max_length=8, choices=Status)
    reason = models.CharField("说明", max_length=200, blank=True)
    before = models.JSONField("修改前", default=dict)
    after = models.JSONField("修改后", default=dict)

    class Meta:
        verbose_name = verbose_name_plural = "批量办理行"
        constraints = (models.UniqueConstraint(name="bulk_row_once_in_its_job", fields=("job", "row")),)
        indexes = (models.Index(name="bulk_row_by_status", fields=("job", "status", "id")),)

    def __str__(self) -> str:
        return self.label


class KeptMapping(Record):
    """How somebody said the columns of a ledger are to be understood, for the next one with the same headers."""

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    mode = models.CharField("方式", max_length=8, choices=ImportJob.Mode)
    headers = models.CharField("表头指纹", max_length=64, db_collation="C")
    mapping = models.JSONField("列的对应")
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+", verbose_name="确认人")
    agency = models.ForeignKey(
        "identity.Unit", on_delete=models.CASCADE, null=True, related_name="+", verbose_name="单位"
    )
    used_at = models.DateTimeField("最近使用时间")

    class Meta:
        verbose_name = verbose_name_plural = "列的对应"
        constraints = (
            models.UniqueConstraint(
                name="mapping_kept_once_per_person", fields=("resource", "mode", "headers", "person")
            ),
        )

    def __str__(self) -> str:
        return f"{self.resource} {self.headers[:8]}"


class ExportJob(Record):
    """A file too large to wait for: written by the worker, fetched by whoever asked for it, gone after some days."""

    class State(models.TextChoices):
        WRITING = "writing", "生成中"
        DONE = "done", "可下载"
        STOPPED = "stopped", "已停止"
        FAILED = "failed", "未能完成"
        GONE = "gone", "已过期"

    resource = models.CharField("数据资源", max_length=60, db_collation="C")
    query = models.TextField("条件", max_length=4000, blank=True)
    form = models.CharField("格式", max_length=8, choices=Export.Form)
    person = models.ForeignKey("identity.Person", on_delete=models.PROTECT, related_name="+", verbose_name="导出人")
    state = models.CharField("状态", max_length=12, choices=State, default=State.WRITING)
    expected = models.PositiveIntegerField("预计条数", default=0)
    written = models.PositiveIntegerField("已写入", default=0)
    attempts = models.PositiveSmallIntegerField("尝试次数", default=0)
    note = models.CharField("说明", max_length=300, blank=True)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="导出记录")
    began_at = models.DateTimeField("开始时间", null=True)
    ended_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "后台导出"
        ordering = ("-id",)
        indexes = (models.Index(name="export_job_of_person", fields=("person", "resource", "-id")),)

    def __str__(self) -> str:
        return f"{self.resource} {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        return self.state == self.State.WRITING


class Answered(models.Model):
    """What a program was answered under an idempotency key: asked again, it is told the same and nothing is done."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("identity.Person", on_delete=models.CASCADE, related_name="+", verbose_name="调用人")
    key = models.CharField("幂等键", max_length=64, db_collation="C")
    request = models.CharField("请求指纹", max_length=64, db_collation="C")
    status = models.PositiveSmallIntegerField("状态码", default=0)
    headers = models.JSONField("响应头", default=dict)
    body = models.TextField("响应", blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "接口应答"
        constraints = (models.UniqueConstraint(name="one_answer_per_key", fields=("person", "key")),)
        indexes = (models.Index(name="answered_at", fields=("at",)),)

    def __str__(self) -> str:
        return self.key
