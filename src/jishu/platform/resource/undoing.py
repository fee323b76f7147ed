"""Taking an import back: exactly what it stored, as far as nobody has touched it since."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import F, ProtectedError, RestrictedError
from django.db.models.deletion import Collector

from jishu.platform.command import command, touched
from jishu.platform.contract import Resource, resource
from jishu.platform.identity.api import Actor, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from .bringing import BEFORE, cleaned
from .filling import form_of
from .judging import BATCH
from .models import ImportJob, ImportRow
from .revision import amend, revision_of
from .storing import end, hold, in_one_batch, take_up

UNDO_DAYS = 30
UNDOABLE = (ImportJob.State.DONE, ImportJob.State.STOPPED)
CHANGED = "导入后有人修改过，没有撤销。"
GONE = "已不在您的管理范围内或已被删除，没有撤销。"
USED = "已有其他记录引用它，没有撤销。"


def why_not(declared: Resource, job: ImportJob) -> str:
    """Why this import cannot be taken back; empty when it can."""
    if job.state not in UNDOABLE or not job.stored:
        return "没有可以撤销的内容。"
    if reason := declared.exempt.get("undo"):
        return reason
    if job.ended_at is None or job.ended_at < now() - timedelta(days=UNDO_DAYS):
        return f"导入已超过 {UNDO_DAYS} 天，不能再撤销。"
    return "" if job.rows.exclude(record=None).exists() else "这项导入没有记下各行对应的记录，不能撤销。"


def undo(job_id: int) -> None:
    """Batch by batch, each with its marks in one transaction, as storing is."""
    job = take_up(job_id, ImportJob.State.UNDOING)
    if job is None:
        return
    declared, actor = resource(job.resource), actor_for(job.person)
    with in_one_batch(job):
        while _undo_batch(job, declared, actor):
            pass
    end(job, ImportJob.State.UNDONE)


def _undo_batch(job: ImportJob, declared: Resource, actor: Actor) -> bool:
    with transaction.atomic():
        hold(job)
        waiting = job.rows.filter(undone_at=None, kept="", stored_at__isnull=False)
        batch = list(waiting.order_by("-number")[:BATCH])
        if not batch:
            return False
        take_back(actor, declared=declared, mode=job.mode, batch=batch)
        ImportRow.objects.bulk_update(batch, ("undone_at", "kept"))
        hold(job, undone=F("undone") + sum(row.undone_at is not None for row in batch))
    return True


@command("resource.import_rows", audited_as="import.batch_undone", titled="撤销导入的一批记录")
def take_back(actor: Actor, *, declared: Resource, mode: str, batch: Sequence[ImportRow]) -> None:
    """Each row is marked: taken back, or kept and why."""
    keys = [row.record for row in batch if row.record]
    reach = declared.rows(actor).select_for_update(of=("self",)).filter(uid__in=keys)
    records = {one.uid: one for one in reach}
    withdraw = _remove if mode == ImportJob.Mode.ADD else _restore
    for row in batch:
        row.kept = _taken_back(withdraw, actor, declared, row, records.get(row.record))
        row.undone_at = None if row.kept else now()


def _taken_back(withdraw: Any, actor: Actor, declared: Resource, row: ImportRow, record: Any) -> str:
    """Why it stays; empty when it is gone."""
    if record is None:
        return GONE
    if revision_of(record) != row.revision:
        return CHANGED
    try:
        with transaction.atomic():
            return str(withdraw(actor, declared, row, record))
    except DomainError as refusal:
        return refusal.message[:200]


def _remove(actor: Actor, declared: Resource, row: ImportRow, record: Any) -> str:
    """A record that others have come to hang on is not taken from under them, not even where the database would."""
    if declared.imports and declared.imports.release:
        declared.imports.release(record)
    collector = Collector(using=DEFAULT_DB_ALIAS)
    try:
        collector.collect([record])
    except (ProtectedError, RestrictedError) as error:
        raise DomainError(USED) from error
    hanging = any(model is not type(record) for model in collector.data) or len(collector.data[type(record)]) > 1
    if hanging or collector.field_updates or any(rows.exists() for rows in collector.fast_deletes):
        raise DomainError(USED)
    touched(record)
    type(record)._default_manager.filter(pk=record.pk).delete()
    return ""


def _restore(actor: Actor, declared: Resource, row: ImportRow, record: Any) -> str:
    """The earlier values go back by the resource's own command, with its rules."""
    form = form_of(declared, actor, row.values[BEFORE])
    amend(actor, declared, record.uid, revision=row.revision, values=cleaned(form, {}))
    touched(record)
    return ""
