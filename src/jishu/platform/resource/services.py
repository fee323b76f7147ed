"""What a person does with files: bring a ledger in, correct the mapping, confirm, stop, undo; take rows away."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from jishu.platform.command import claim, command
from jishu.platform.contract import Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError, Refused
from jishu.platform.lib.text import normalise

from . import tasks, undoing, uploads
from .bringing import imports_for, permission_for
from .models import ExportJob, ImportJob
from .remembering import remember

EXPORTS_AT_ONCE = 2
LONGEST_QUERY = 4000


class MovedOn(Conflict):
    """这次导入的状态已经变化，请刷新后再操作。"""


class NothingMapped(Conflict):
    """列还没有对应齐全，请先调整列的对应。"""


def imports_of(actor: Actor, declared: Resource) -> QuerySet[ImportJob]:
    """One's own; a ledger being brought in concerns nobody else."""
    return ImportJob.objects.filter(person=actor.person_id, resource=declared.key).order_by("-id")


class StillExporting(Conflict):
    """您已有两个导出正在生成，请等其中一个完成，或先停止它。"""


class TooManyConditions(DomainError):
    """筛选条件过多，请减少后再导出。"""


class CannotUndo(Conflict):
    """这次导入不能撤销。"""


@command("resource.import_rows", audited_as="import.started", titled="上传台账")
def start_import(actor: Actor, *, declared: Resource, file: UploadedFile, mode: str = ImportJob.Mode.ADD) -> ImportJob:
    """Keeps the file and has the worker read it; nothing is stored before the person confirms."""
    _may_store(actor, declared, mode)
    job = ImportJob.objects.create(
        resource=declared.key,
        mode=mode,
        file_name=normalise(file.name or "台账")[-200:],
        file=uploads.keep(file),
        person_id=actor.person_id,
    )
    tasks.read_ledger.defer(job=job.pk)
    return job


@command("resource.import_rows", audited_as="import.remapped", titled="调整列的对应")
def remap_import(actor: Actor, *, declared: Resource, job: UUID, mapping: dict[str, int]) -> ImportJob:
    """Read the file again with field name -> column number as the person says."""
    held = _claimed(actor, declared, job, ImportJob.State.PREVIEW)
    known = {field.name for field in imports_for(declared, actor, held.mode).fields}
    held.mapping = {name: at for name, at in mapping.items() if name in known and 0 <= at < len(held.headers)}
    held.state = ImportJob.State.READING
    held.save(update_fields=("mapping", "state"))
    tasks.read_ledger.defer(job=held.pk)
    return held


@command("resource.import_rows", audited_as="import.confirmed", titled="确认导入台账")
def confirm_import(actor: Actor, *, declared: Resource, job: UUID) -> ImportJob:
    held = _claimed(actor, declared, job, ImportJob.State.PREVIEW)
    if not held.is_usable:
        raise NothingMapped
    held.state = ImportJob.State.STORING
    held.save(update_fields=("state",))
    remember(actor, held)
    tasks.store_ledger.defer(job=held.pk)
    return held


@command("resource.import_rows", audited_as="import.stopped", titled="停止导入台账")
def stop_import(actor: Actor, *, declared: Resource, job: UUID) -> ImportJob:
    """Rows already stored stay; the worker notices before its next batch."""
    held = _claimed(actor, declared, job, ImportJob.State.READING, ImportJob.State.PREVIEW, ImportJob.State.STORING)
    held.state, held.ended_at = ImportJob.State.STOPPED, now()
    held.save(update_fields=("state", "ended_at"))
    return held


@command("resource.import_rows", audited_as="import.undone", titled="撤销导入")
def undo_import(actor: Actor, *, declared: Resource, job: UUID) -> ImportJob:
    """The worker takes back what is untouched since; the rest is told row by row."""
    held = _claimed(actor, declared, job, *undoing.UNDOABLE)
    if reason := undoing.why_not(declared, held):
        raise CannotUndo(reason)
    held.state = ImportJob.State.UNDOING
    held.save(update_fields=("state",))
    tasks.undo_ledger.defer(job=held.pk)
    return held


def exports_of(actor: Actor, declared: Resource) -> QuerySet[ExportJob]:
    """One's own; what somebody took away concerns nobody else."""
    return ExportJob.objects.filter(person=actor.person_id, resource=declared.key).order_by("-id")


@command("resource.export_rows", audited_as="export.started", titled="后台导出数据")
def start_export(actor: Actor, *, declared: Resource, query: str, form: str) -> ExportJob:
    """Only so many at once: each is a file of up to a million rows."""
    if not actor.may(declared.permission("view")):
        raise Refused
    if len(query) > LONGEST_QUERY:
        raise TooManyConditions
    working = ExportJob.objects.filter(person=actor.person_id, state=ExportJob.State.WRITING)
    if working.count() >= EXPORTS_AT_ONCE:
        raise StillExporting
    job = ExportJob.objects.create(resource=declared.key, query=query, form=form, person_id=actor.person_id)
    tasks.write_out.defer(job=job.pk)
    return job


@command("resource.export_rows", audited_as="export.stopped", titled="停止后台导出")
def stop_export(actor: Actor, *, declared: Resource, job: UUID) -> ExportJob:
    held = claim(exports_of(actor, declared), job)
    if held.state != ExportJob.State.WRITING:
        raise MovedOn("这次导出的状态已经变化，请刷新后再操作。")
    held.state, held.ended_at = ExportJob.State.STOPPED, now()
    held.save(update_fields=("state", "ended_at"))
    return held


@command("resource.export_rows", audited_as="export.fetched", titled="下载导出的文件")
def fetch_export(actor: Actor, *, declared: Resource, job: UUID) -> ExportJob:
    """Every fetching is on record; who may no longer see the rows fetches nothing."""
    if not actor.may(declared.permission("view")):
        raise Refused
    return claim(exports_of(actor, declared), job)


def _claimed(actor: Actor, declared: Resource, job: UUID, *states: ImportJob.State) -> ImportJob:
    held = claim(imports_of(actor, declared), job)
    _may_store(actor, declared, held.mode)
    if held.state not in states:
        raise MovedOn
    return held


def _may_store(actor: Actor, declared: Resource, mode: str) -> None:
    needed = permission_for(declared, mode)
    if needed is None:
        raise Refused(f"{declared.title}不能由台账导入。")
    if not actor.may(needed):
        raise Refused
