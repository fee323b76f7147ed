"""What the worker does with a ledger: read and judge it, later store it, each time in batches that survive a kill."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from jishu.platform.contract import Import, resource
from jishu.platform.identity.api import Actor, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.notify.api import tell

from .addresses import address
from .judging import BATCH, Ledger, judged, kept, open_ledger, restored
from .models import ImportJob, ImportRow
from .uploads import path_of

NOTES_KEPT = 50


class Superseded(Exception):
    """Another worker has taken the job up, or its person has stopped it: leave everything as it is."""


def read(job_id: int) -> None:
    """Judge every row anew; what an earlier attempt left is thrown away."""
    job = _take_up(job_id, ImportJob.State.READING)
    if job is None:
        return
    imports = _imports(job)
    chosen = job.mapping or None
    try:
        ledger = open_ledger(imports, path_of(job.file), chosen=chosen)
    except DomainError as refusal:
        _end(job, ImportJob.State.FAILED, notes=[refusal.message])
        return
    with transaction.atomic():
        _hold(job, total=0, **_understood(ledger))
        job.rows.all().delete()
    total = _judge_all(job, imports, ledger) if not ledger.problems else 0
    _end(job, ImportJob.State.PREVIEW, total=total)


def store(job_id: int) -> None:
    """Take the good rows in, batch by batch; each batch and its marks are one transaction."""
    job = _take_up(job_id, ImportJob.State.STORING)
    if job is None:
        return
    imports, actor = _imports(job), actor_for(job.person)
    while _store_batch(job, imports, actor):
        pass
    _end(job, ImportJob.State.DONE)


def give_up(job_id: int) -> None:
    """After an error of ours: say so rather than stand still."""
    note = "系统出了问题,处理中断。已导入的行保持有效,其余的行没有导入;请将此文件告知管理员。"
    ImportJob.objects.filter(pk=job_id, state__in=(ImportJob.State.READING, ImportJob.State.STORING)).update(
        state=ImportJob.State.FAILED, notes=[note]
    )


def _judge_all(job: ImportJob, imports: Import, ledger: Ledger) -> int:
    actor = actor_for(job.person)
    total = 0
    for batch in judged(imports, actor, ledger):
        total += len(batch)
        with transaction.atomic():
            _hold(job, total=total)
            ImportRow.objects.bulk_create(
                ImportRow(job=job, number=one.row, status=one.status, messages=one.messages, values=kept(one.values))
                for one in batch
            )
    return total


def _store_batch(job: ImportJob, imports: Import, actor: Actor) -> bool:
    """False when nothing is left."""
    with transaction.atomic():
        _hold(job)
        waiting = job.rows.filter(stored_at=None).exclude(status=ImportRow.Status.ERROR).order_by("number")
        batch = list(waiting[:BATCH])
        if not batch:
            return False
        taken = _taken(imports, actor, batch)
        ImportRow.objects.filter(pk__in=[row.pk for row in taken]).update(stored_at=now())
        refused = [row for row in batch if row.status == ImportRow.Status.ERROR]
        ImportRow.objects.bulk_update(refused, ("status", "messages"))
        _hold(job, stored=F("stored") + len(taken))
    return True


def _taken(imports: Import, actor: Actor, batch: Sequence[ImportRow]) -> list[ImportRow]:
    """The rows that went in: all at once, or, where the batch is refused, one by one to find who is to blame."""
    try:
        imports.store(actor, rows=[restored(imports, row.values) for row in batch])
    except DomainError:
        return [row for row in batch if _goes_in(imports, actor, row)]
    return list(batch)


def _goes_in(imports: Import, actor: Actor, row: ImportRow) -> bool:
    try:
        imports.store(actor, rows=[restored(imports, row.values)])
    except DomainError as refusal:
        row.status = ImportRow.Status.ERROR
        row.messages = [*row.messages, refusal.message]
        return False
    return True


def _take_up(job_id: int, state: ImportJob.State) -> ImportJob | None:
    """The job, now ours; None when it has moved on."""
    with transaction.atomic():
        job = ImportJob.objects.select_for_update(of=("self",)).select_related("person").filter(pk=job_id).first()
        if job is None or job.state != state:
            return None
        job.attempts += 1
        job.began_at = job.began_at or now()
        job.save(update_fields=("attempts", "began_at"))
        return job


def _hold(job: ImportJob, **changes: object) -> None:
    """Note progress under the job's lock, as long as it is still ours."""
    ours = ImportJob.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
    if not ours.update(**(changes or {"state": job.state})):
        raise Superseded


def _end(job: ImportJob, state: ImportJob.State, **changes: object) -> None:
    with transaction.atomic():
        _hold(job, state=state, began_at=None, **changes)
        job.refresh_from_db()
        declared = resource(job.resource)
        bad = job.rows.filter(status=ImportRow.Status.ERROR).count()
        title, body = TOLD[state].format(resource=declared.title), f"{job.file_name}:{_summary(job, bad)}"
        tell([job.person], title=title, body=body, link=address(declared, "import-job", uid=job.uid))


TOLD = {
    ImportJob.State.PREVIEW: "{resource}:台账已读完,请核对后确认导入",
    ImportJob.State.DONE: "{resource}:导入完成",
    ImportJob.State.FAILED: "{resource}:台账未能读取",
}


def _summary(job: ImportJob, bad: int) -> str:
    if job.state == ImportJob.State.FAILED:
        return "".join(job.notes)
    done = f"已导入 {job.stored} 行" if job.state == ImportJob.State.DONE else f"共 {job.total} 行"
    return f"{done},{bad} 行有误。" if bad else f"{done}。"


def _imports(job: ImportJob) -> Import:
    imports = resource(job.resource).imports
    assert imports is not None, f"{job.resource} takes no ledgers"
    return imports


def _understood(ledger: Ledger) -> dict[str, object]:
    return {
        "headers": list(ledger.sheet.headers),
        "mapping": {found.column.name: found.index for found in ledger.mapping.matches},
        "is_usable": not ledger.problems,
        "notes": [*ledger.problems, *ledger.remarks][:NOTES_KEPT],
    }
