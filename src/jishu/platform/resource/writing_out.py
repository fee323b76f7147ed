"""What the worker does with an export too large to wait for, and how long the file stays."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

from django.core.files.storage import FileSystemStorage, default_storage
from django.db import transaction
from django.http import QueryDict

from jishu.platform.contract import resource
from jishu.platform.identity.api import Actor, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.notify.api import tell

from .addresses import address
from .choosing import taken_cells
from .exporting import new_export, record_export, rows_to_export, size_of, write
from .models import ExportJob

KEPT_DAYS = 7


class Stopped(Exception):
    """Another worker has taken the job up, or its person has stopped it."""


def path_of(job: ExportJob) -> Path:
    """Named by the random key of the job alone."""
    home = Path(cast(FileSystemStorage, default_storage).location)
    return home / "exports" / f"{job.uid.hex}.{job.form}"


def write_out(job_id: int) -> None:
    """Begun again from the start after a kill: a half-written file is no file."""
    job = _take_up(job_id)
    if job is None:
        return
    try:
        _write(job, actor_for(job.person))
    except DomainError as refusal:
        _end(job, ExportJob.State.FAILED, note=refusal.message[:300])


def give_up(job_id: int) -> None:
    note = "系统出了问题，文件没有生成。请稍后再试；仍有问题请告知管理员。"
    ExportJob.objects.filter(pk=job_id, state=ExportJob.State.WRITING).update(
        state=ExportJob.State.FAILED, note=note, ended_at=now()
    )


def sweep() -> int:
    """Remove files past their day, and what killed workers left half-written; how many."""
    yesterday = (now() - timedelta(days=1)).timestamp()
    for draft in path_of(ExportJob()).parent.glob("*.part"):
        if draft.stat().st_mtime < yesterday:
            draft.unlink(missing_ok=True)
    due = ExportJob.objects.filter(state=ExportJob.State.DONE, ended_at__lt=now() - timedelta(days=KEPT_DAYS))
    gone = 0
    for job in due:
        path_of(job).unlink(missing_ok=True)
        gone += ExportJob.objects.filter(pk=job.pk).update(state=ExportJob.State.GONE)
    return gone


def _take_up(job_id: int) -> ExportJob | None:
    with transaction.atomic():
        job = ExportJob.objects.select_for_update(of=("self",)).select_related("person").filter(pk=job_id).first()
        if job is None or job.state != ExportJob.State.WRITING:
            return None
        job.attempts, job.began_at = job.attempts + 1, now()
        job.save(update_fields=("attempts", "began_at"))
        return job


def _write(job: ExportJob, actor: Actor) -> None:
    """The file appears under its name in the moment the record of it does."""
    declared = resource(job.resource)
    given = QueryDict(job.query)
    shown = rows_to_export(actor, declared, given)
    _hold(job, expected=size_of(shown), written=0)
    export, cells = new_export(actor, shown, job.form), taken_cells(declared, given)
    with _drafted(path_of(job)) as (file, draft):
        export.count = write(actor, shown, cells, export, file, lambda written: _hold(job, written=written))
        file.flush()
        with transaction.atomic():
            record_export(actor, export=export)
            os.replace(draft, path_of(job))
            _end(job, ExportJob.State.DONE, written=export.count, export=export)


@contextmanager
def _drafted(path: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """A file beside its place; removed unless it was moved there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        with draft.open("w+b") as file:
            yield file, draft
    finally:
        draft.unlink(missing_ok=True)


def _hold(job: ExportJob, **changes: object) -> None:
    """Note progress, as long as the job is still ours."""
    ours = ExportJob.objects.filter(pk=job.pk, state=ExportJob.State.WRITING, attempts=job.attempts)
    if not ours.update(**changes):
        raise Stopped


def _end(job: ExportJob, state: ExportJob.State, **changes: object) -> None:
    with transaction.atomic():
        _hold(job, state=state, ended_at=now(), **changes)
        job.refresh_from_db()
        declared = resource(job.resource)
        title = TOLD[state].format(resource=declared.title)
        body = job.note or f"共 {job.written} 条，{KEPT_DAYS} 天内有效。"
        tell([job.person], title=title, body=body, link=address(declared, "export-job", uid=job.uid))


TOLD = {
    ExportJob.State.DONE: "{resource}：导出的文件已生成",
    ExportJob.State.FAILED: "{resource}：导出没有完成",
}
