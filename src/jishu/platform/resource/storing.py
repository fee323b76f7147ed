"""What the worker does with a ledger: read and judge it, later store it, each time in batches that survive a kill."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import F

from jishu.platform.contract import Import, Resource, resource
from jishu.platform.identity.api import Actor, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tracing import request_id
from jishu.platform.notify.api import tell

from .addresses import address
from .bringing import imports_for
from .judging import BATCH, Ledger, judged, kept, open_ledger, restored
from .listing import is_named
from .models import ImportJob, ImportRow
from .remembering import recall
from .revision import revision_of
from .uploads import path_of

NOTES_KEPT = 50


class Superseded(Exception):
    """Another worker has taken the job up, or its person has stopped it: leave everything as it is."""


def read(job_id: int) -> None:
    """Judge every row anew; what an earlier attempt left is thrown away."""
    job = take_up(job_id, ImportJob.State.READING)
    if job is None:
        return
    actor = actor_for(job.person)
    chosen = job.mapping or None
    try:
        imports = imports_for(resource(job.resource), actor, job.mode)
        ledger = open_ledger(
            imports, path_of(job.file), chosen=chosen, recalled=lambda headers: recall(actor, job, headers)
        )
    except DomainError as refusal:
        end(job, ImportJob.State.FAILED, notes=[refusal.message])
        return
    with transaction.atomic():
        hold(job, total=0, **_understood(ledger))
        job.rows.all().delete()
    total = _judge_all(job, imports, actor, ledger) if not ledger.problems else 0
    end(job, ImportJob.State.PREVIEW, total=total)


def store(job_id: int) -> None:
    """Take the good rows in, batch by batch; each batch and its marks are one transaction."""
    job = take_up(job_id, ImportJob.State.STORING)
    if job is None:
        return
    declared, actor = resource(job.resource), actor_for(job.person)
    imports = imports_for(declared, actor, job.mode)
    with in_one_batch(job):
        while _store_batch(job, declared, imports, actor):
            pass
    end(job, ImportJob.State.DONE)


def give_up(job_id: int) -> None:
    """After an error of ours: say so rather than stand still."""
    note = "系统出了问题，处理中断。已导入的行保持有效，其余的行没有导入；请将此文件告知管理员。"
    working = (ImportJob.State.READING, ImportJob.State.STORING, ImportJob.State.UNDOING)
    ImportJob.objects.filter(pk=job_id, state__in=working).update(
        state=ImportJob.State.FAILED, notes=[note], ended_at=now()
    )


@contextmanager
def in_one_batch(job: ImportJob) -> Iterator[None]:
    """Every audit entry left meanwhile names the import, as those of a request name the request."""
    token = request_id.set(job.batch)
    try:
        yield
    finally:
        request_id.reset(token)


def _judge_all(job: ImportJob, imports: Import, actor: Actor, ledger: Ledger) -> int:
    total = 0
    for batch in judged(imports, actor, ledger):
        total += len(batch)
        with transaction.atomic():
            hold(job, total=total)
            ImportRow.objects.bulk_create(
                ImportRow(job=job, number=one.row, status=one.status, messages=one.messages, values=kept(one.values))
                for one in batch
            )
    return total


def _store_batch(job: ImportJob, declared: Resource, imports: Import, actor: Actor) -> bool:
    """False when nothing is left."""
    with transaction.atomic():
        hold(job)
        waiting = job.rows.filter(stored_at=None).exclude(status=ImportRow.Status.ERROR)
        batch = list(waiting.exclude(status=ImportRow.Status.SAME).order_by("number")[:BATCH])
        if not batch:
            return False
        taken = _taken(imports, actor, batch)
        _mark(declared, taken)
        refused = [row for row in batch if row.status == ImportRow.Status.ERROR]
        ImportRow.objects.bulk_update(refused, ("status", "messages"))
        hold(job, stored=F("stored") + len(taken))
    return True


def _mark(declared: Resource, taken: Sequence[ImportRow]) -> None:
    """What is in, and in which state: read back, for only the stored value is the one to compare with later."""
    known = {} if not is_named(declared) else {
        row.uid: revision_of(row)  # type: ignore[attr-defined]  # named records have one
        for row in declared.model._default_manager.filter(uid__in=[one.record for one in taken if one.record])
    }  # fmt: skip
    for one in taken:
        one.stored_at, one.revision = now(), known.get(one.record, "")
    ImportRow.objects.bulk_update(taken, ("stored_at", "record", "revision"))


def _taken(imports: Import, actor: Actor, batch: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows that went in: all at once, or, where the batch is refused, one by one to find who is to blame."""
    try:
        made = imports.store(actor, rows=[restored(imports, row.values) for row in batch])
    except DomainError:
        return [row for row in batch if _goes_in(imports, actor, row)]
    _name(batch, made)
    return list(batch)


def _goes_in(imports: Import, actor: Actor, row: ImportRow) -> bool:
    try:
        made = imports.store(actor, rows=[restored(imports, row.values)])
    except DomainError as refusal:
        row.status = ImportRow.Status.ERROR
        row.messages = [*row.messages, refusal.message]
        return False
    _name([row], made)
    return True


def _name(batch: Sequence[ImportRow], made: Any) -> None:
    """Which record each row made, where the command tells them in the order of the rows."""
    if isinstance(made, list) and len(made) == len(batch):
        for row, record in zip(batch, made, strict=True):
            row.record = getattr(record, "uid", None)


def take_up(job_id: int, state: ImportJob.State) -> ImportJob | None:
    """The job, now ours; None when it has moved on."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("person").filter(pk=job_id).first()
        if job is None or job.state != state:
            return None
        job.attempts += 1
        job.began_at = job.began_at or now()
        job.save(update_fields=("attempts", "began_at"))
        return job


def hold(job: ImportJob, **changes: object) -> None:
    """Note progress under the job's lock, as long as it is still ours."""
    ours = ImportJob.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
    if not ours.update(**(changes or {"state": job.state})):
        raise Superseded


def end(job: ImportJob, state: ImportJob.State, **changes: object) -> None:
    with transaction.atomic():
        hold(job, state=state, began_at=None, ended_at=now(), **changes)
        job.refresh_from_db()
        declared = resource(job.resource)
        bad = job.rows.filter(status=ImportRow.Status.ERROR).count()
        title, body = TOLD[state].format(resource=declared.title), f"{job.file_name}：{_summary(job, bad)}"
        tell([job.person], title=title, body=body, link=address(declared, "import-job", uid=job.uid))


TOLD = {
    ImportJob.State.PREVIEW: "{resource}：台账已读完，请核对后确认导入",
    ImportJob.State.DONE: "{resource}：导入完成",
    ImportJob.State.FAILED: "{resource}：台账未能读取",
    ImportJob.State.UNDONE: "{resource}：导入已撤销",
}


def _summary(job: ImportJob, bad: int) -> str:
    if job.state == ImportJob.State.FAILED:
        return "".join(job.notes)
    if job.state == ImportJob.State.UNDONE:
        left = job.stored - job.undone
        return f"已撤销 {job.undone} 行" + (f"，{left} 行导入后有变化，没有撤销。" if left else "。")
    done = f"已导入 {job.stored} 行" if job.state == ImportJob.State.DONE else f"共 {job.total} 行"
    return f"{done}，{bad} 行有误。" if bad else f"{done}。"


def _understood(ledger: Ledger) -> dict[str, object]:
    return {
        "headers": list(ledger.sheet.headers),
        "samples": ledger.samples,
        "lines": len(ledger.sheet.rows),
        "mapping": {found.column.name: found.index for found in ledger.mapping.matches},
        "is_usable": not ledger.problems,
        "notes": [*ledger.problems, *ledger.remarks][:NOTES_KEPT],
    }
