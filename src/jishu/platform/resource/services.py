"""What a person does with a ledger: bring it, correct the mapping, confirm, stop."""

from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from jishu.platform.command import claim, command
from jishu.platform.contract import Import, Resource
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import Conflict, Refused

from . import tasks, uploads
from .models import ImportJob


class MovedOn(Conflict):
    """这次导入的状态已经变化,请刷新后再操作。"""


class NothingMapped(Conflict):
    """列还没有对应齐全,请先调整列的对应。"""


def imports_of(actor: Actor, declared: Resource) -> QuerySet[ImportJob]:
    """One's own; a ledger being brought in concerns nobody else."""
    return ImportJob.objects.filter(person=actor.person_id, resource=declared.key).order_by("-id")


@command("resource.import_rows", audited_as="import.started", titled="上传台账")
def start_import(actor: Actor, *, declared: Resource, file: UploadedFile) -> ImportJob:
    """Keeps the file and has the worker read it; nothing is stored before the person confirms."""
    _may_store(actor, declared)
    job = ImportJob.objects.create(
        resource=declared.key,
        file_name=(file.name or "台账")[-200:],
        file=uploads.keep(file),
        person_id=actor.person_id,
    )
    tasks.read_ledger.defer(job=job.pk)
    return job


@command("resource.import_rows", audited_as="import.remapped", titled="调整列的对应")
def remap_import(actor: Actor, *, declared: Resource, job: UUID, mapping: dict[str, int]) -> ImportJob:
    """Read the file again with field name -> column number as the person says."""
    held = _claimed(actor, declared, job, ImportJob.State.PREVIEW)
    known = {field.name for field in _imports(declared).fields}
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
    tasks.store_ledger.defer(job=held.pk)
    return held


@command("resource.import_rows", audited_as="import.stopped", titled="停止导入台账")
def stop_import(actor: Actor, *, declared: Resource, job: UUID) -> ImportJob:
    """Rows already stored stay; the worker notices before its next batch."""
    held = _claimed(actor, declared, job, ImportJob.State.READING, ImportJob.State.PREVIEW, ImportJob.State.STORING)
    held.state = ImportJob.State.STOPPED
    held.save(update_fields=("state",))
    return held


def _claimed(actor: Actor, declared: Resource, job: UUID, *states: ImportJob.State) -> ImportJob:
    _may_store(actor, declared)
    held = claim(imports_of(actor, declared), job)
    if held.state not in states:
        raise MovedOn
    return held


def _may_store(actor: Actor, declared: Resource) -> None:
    if not actor.may(_imports(declared).store.permission):  # type: ignore[attr-defined]
        raise Refused


def _imports(declared: Resource) -> Import:
    imports = declared.imports
    if imports is None:
        raise Refused(f"{declared.title}不能由台账导入。")
    return imports
