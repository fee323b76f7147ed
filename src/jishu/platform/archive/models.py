"""Documents, their versions, the contents those point to, and what happened to them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from jishu.platform.identity.api import Person, Unit
from jishu.platform.lib.records import Record
from jishu.platform.lib.search import search_column

from .inspection.formats import FORMATS
from .kinds import CHOICES, KINDS, OTHER

GIB = 1 << 30


class Blob(models.Model):
    """The same bytes once. Its row is the lock of its content: whoever keeps or removes the file holds it."""

    class State(models.TextChoices):
        WHOLE = "whole", "完好"
        MISSING = "missing", "缺失"
        CORRUPT = "corrupt", "损坏"

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField("SHA-256", max_length=64, unique=True, db_collation="C")
    size = models.BigIntegerField("字节数")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WHOLE)
    verified_at = models.DateTimeField("核验时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件内容"
        constraints = (
            models.CheckConstraint(name="blob_digest_is_a_hash", condition=Q(digest__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="blob_is_not_empty", condition=Q(size__gt=0)),
        )
        indexes = (models.Index(name="blob_by_verification", fields=("verified_at",)),)

    def __str__(self) -> str:
        return self.digest[:12]


class Document(Record):
    """One thing that is kept (档案文件), whatever its versions. Rights follow the subject it is about.

    ``subject_kind`` and ``subject_uid`` name the record it hangs on (``workflow.case``, ``asset.card``); both empty: a
    document of its own. ``place`` is the form field it came through. ``filed_at`` is empty for an upload that nothing
    was done with yet; only its uploader knows of it, and it goes after a while.
    """

    class State(models.TextChoices):
        CHECKING = "checking", "检查中"
        READY = "ready", "可用"
        QUARANTINED = "quarantined", "已拦截"
        REMOVED = "removed", "已移除"
        DESTROYED = "destroyed", "已销毁"

    title = models.CharField("名称", max_length=140)
    kind = models.CharField("门类", max_length=16, choices=CHOICES, default=OTHER, db_collation="C")
    state = models.CharField("状态", max_length=12, choices=State, default=State.CHECKING)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, db_index=False, related_name="+", verbose_name="所属单位")
    subject_kind = models.CharField("关联类别", max_length=60, blank=True, db_collation="C", editable=False)
    subject_uid = models.UUIDField("关联标识", null=True, editable=False)
    place = models.CharField("表单项", max_length=60, blank=True, editable=False)
    is_masked = models.BooleanField("部分环节不可见", default=False, editable=False)
    is_shared = models.BooleanField("本单位人员可查阅", default=False)
    uploaded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name="上传人"
    )
    filed_at = models.DateTimeField("归档时间", null=True, editable=False)
    keep_until = models.DateField("保管至", null=True, editable=False)
    hold_reason = models.CharField("暂停销毁原因", max_length=200, blank=True)
    latest = models.ForeignKey(
        "Version", on_delete=models.PROTECT, null=True, db_index=False, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = "文件"
        verbose_name_plural = "资料库"
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                name="document_subject_is_whole",
                condition=Q(subject_kind="", subject_uid=None) | ~Q(subject_kind="") & Q(subject_uid__isnull=False),
            ),
            models.CheckConstraint(
                name="document_state_is_known",
                condition=Q(state__in=("checking", "ready", "quarantined", "removed", "destroyed")),
            ),
            models.CheckConstraint(
                name="document_on_hold_is_not_destroyed", condition=Q(hold_reason="") | ~Q(state="destroyed")
            ),
        )
        indexes = (
            models.Index(name="document_of_subject", fields=("subject_kind", "subject_uid")),
            models.Index(name="document_of_unit", fields=("unit", "-id")),
            models.Index(name="document_of_uploader", fields=("uploaded_by", "-id")),
            models.Index(name="document_waiting", fields=("created_at",), condition=Q(filed_at=None)),
            models.Index(name="document_by_term", fields=("keep_until",), condition=Q(state="ready")),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("archive:document-detail", args=[self.uid])

    @property
    def is_watched(self) -> bool:
        """Whether looking into it is put on record as reading of personal data."""
        kind = KINDS[self.kind]
        return kind.personal or kind.level >= 3

    @property
    def is_gone(self) -> bool:
        return self.state in (self.State.QUARANTINED, self.State.REMOVED, self.State.DESTROYED)


class Version(Record):
    """What a document was at one time. ``blob`` is empty once its content has been destroyed; the hash stays."""

    class Text(models.TextChoices):
        WAITING = "waiting", "等待提取"
        DONE = "done", "已提取"
        NONE = "none", "没有文字"
        FAILED = "failed", "未能提取"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_index=False, related_name="versions")
    number = models.PositiveIntegerField("版本")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="versions")
    digest = models.CharField("SHA-256", max_length=64, db_collation="C")
    size = models.BigIntegerField("字节数")
    file_name = models.CharField("文件名", max_length=140)
    format = models.CharField("格式", max_length=8, choices=[(one.code, one.title) for one in FORMATS.values()])
    pages = models.PositiveIntegerField("可预览页数", default=0)
    note = models.CharField("说明", max_length=200, blank=True)
    uploaded_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    text_state = models.CharField("文字", max_length=8, choices=Text, default=Text.WAITING)
    text_note = models.CharField("文字说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文件版本"
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(name="version_number_once", fields=("document", "number")),)
        indexes = (models.Index(name="version_text_waiting", fields=("id",), condition=Q(text_state="waiting")),)

    def __str__(self) -> str:
        return f"{self.file_name} 第 {self.number} 版"


class Passage(models.Model):
    """Some text of the latest version of a document, with its title, for search. Number 0 is the title alone."""

    id = models.BigAutoField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.CASCADE, db_index=False, related_name="passages")
    number = models.PositiveIntegerField()
    page = models.PositiveIntegerField("页", default=0)
    title = models.CharField(max_length=140)
    text = models.TextField(blank=True)
    search = search_column("title", "text")

    class Meta:
        verbose_name = verbose_name_plural = "文件文字"
        constraints = (models.UniqueConstraint(name="passage_number_once", fields=("document", "number")),)
        indexes = (GinIndex(name="passage_search", fields=("search",), fastupdate=False),)

    def __str__(self) -> str:
        return f"{self.title} {self.page}"


class Usage(Record):
    """How much of its room a unit has taken; every version counts in full, also where the bytes are shared."""

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    used = models.BigIntegerField("已用字节", default=0, editable=False)
    quota_gib = models.BigIntegerField("限额（GB）", default=200)
    basis = models.CharField("调整依据", max_length=200, blank=True)

    class Meta:
        verbose_name = "存储限额"
        verbose_name_plural = "存储用量"
        constraints = (
            models.CheckConstraint(name="usage_is_not_negative", condition=Q(used__gte=0)),
            models.CheckConstraint(name="usage_is_within_quota", condition=Q(used__lte=F("quota_gib") * GIB)),
        )

    def __str__(self) -> str:
        return str(self.unit)


class Incident(Record):
    """A file that bore a 密级 mark: who brought it, when and where the mark stood. Never its name or content."""

    class Place(models.TextChoices):
        NAME = "name", "文件名"
        TEXT = "text", "正文"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="上传人")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    mark = models.CharField("标志", max_length=4)
    place = models.CharField("位置", max_length=8, choices=Place)
    digest = models.CharField("SHA-256", max_length=64, db_collation="C", blank=True)
    handling = models.CharField("处置情况", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "涉密标志拦截"
        ordering = ("-id",)
        indexes = (models.Index(name="incident_of_unit", fields=("unit", "-id")),)

    def __str__(self) -> str:
        return f"{self.mark}标志拦截 {str(self.uid)[:8]}"


class Reading(Record):
    """Somebody looked at a document, or took a copy of it. ``code`` is what the watermark of that copy says."""

    class Way(models.TextChoices):
        VIEW = "view", "查看"
        COPY = "copy", "下载带标记副本"
        ORIGINAL = "original", "下载原件"

    document = models.ForeignKey(Document, on_delete=models.PROTECT, db_index=False, related_name="readings")
    number = models.PositiveIntegerField("版本")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="查阅人")
    way = models.CharField("方式", max_length=8, choices=Way)
    code = models.CharField("追踪码", max_length=4, db_collation="C", db_index=True)
    search = search_column("code")

    class Meta:
        verbose_name = verbose_name_plural = "查阅记录"
        ordering = ("-id",)
        indexes = (
            models.Index(name="reading_of_document", fields=("document", "person", "-id")),
            GinIndex(name="reading_search", fields=("search",)),
        )

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.code}"


class Disposal(Record):
    """A list of documents whose term is over (销毁清册): one person proposes, another confirms, then they are gone."""

    class State(models.TextChoices):
        WAITING = "waiting", "待鉴定"
        PROPOSED = "proposed", "待确认"
        DONE = "done", "已销毁"
        REFUSED = "refused", "不予销毁"

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", verbose_name="单位")
    state = models.CharField("状态", max_length=8, choices=State, default=State.WAITING)
    count = models.PositiveIntegerField("件数", default=0)
    basis = models.CharField("销毁依据", max_length=300, blank=True)
    proposed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="鉴定人"
    )
    proposed_at = models.DateTimeField("鉴定时间", null=True)
    confirmed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)
    opinion = models.CharField("确认意见", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "销毁清册"
        ordering = ("-id",)
        indexes = (models.Index(name="disposal_of_unit", fields=("unit", "-id")),)
        constraints = (
            models.UniqueConstraint(
                name="disposal_one_open_per_unit", fields=("unit",), condition=Q(state__in=("waiting", "proposed"))
            ),
            models.CheckConstraint(
                name="disposal_is_confirmed_by_another",
                condition=Q(state__in=("waiting", "proposed"))
                | Q(proposed_by__isnull=False, confirmed_by__isnull=False) & ~Q(proposed_by=F("confirmed_by")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit}销毁清册 {self.created_at:%Y%m%d}"


class DisposalLine(models.Model):
    """One document on the list, as it was; stays readable after the document is gone."""

    id = models.BigAutoField(primary_key=True)
    disposal = models.ForeignKey(Disposal, on_delete=models.PROTECT, db_index=False, related_name="lines")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="disposal_lines")
    title = models.CharField("名称", max_length=140)
    kind = models.CharField("门类", max_length=16, choices=CHOICES)
    keep_until = models.DateField("保管至")
    digests = models.JSONField("各版本 SHA-256", default=list)
    is_kept = models.BooleanField("继续保管", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "销毁清册条目"
        constraints = (models.UniqueConstraint(name="disposal_line_once", fields=("disposal", "document")),)

    def __str__(self) -> str:
        return self.title
