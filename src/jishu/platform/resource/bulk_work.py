"""How a bulk change is checked and made: by batches, each its own transaction, in the request or in the worker."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model
from django.http import QueryDict

from jishu.platform.contract import BulkAction, Resource, resource
from jishu.platform.identity.api import Actor, actor_for
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.tracing import request_id
from jishu.platform.notify.api import tell

from .addresses import address
from .amending import Values, value_in, values_of
from .listing import listing
from .models import BulkJob, BulkRow

BATCH = 500
OUT_OF_REACH = "不在您的办理范围内，或已不存在。"
CHANGED_SINCE = "之后又被修改过，撤销会丢掉那次修改。"


class Superseded(Exception):
    """Another worker has taken the job up, or its person has stopped it: leave everything as it is."""


@dataclass(frozen=True)
class _Work:
    """A job with all it needs; ``values`` are the form's cleaned ones, empty when undoing."""

    job: BulkJob
    resource: Resource
    action: BulkAction
    actor: Actor
    values: Mapping[str, Any]

    def misfit(self, row: Model, wanted: BulkRow | None) -> str:
        """Why a row does not qualify."""
        if wanted is not None and self.job.undoes_id:
            return "" if values_of(row, wanted.after) == wanted.after else CHANGED_SINCE
        return self.action.check(row, self.values)[:200] if self.action.check else ""


def action_of(declared: Resource, name: str) -> BulkAction:
    """LookupError when the resource declares none of this name."""
    found = next((action for action in declared.bulk if action.name == name), None)
    if found is None:
        raise LookupError(name)
    return found


def check(job_id: int) -> None:
    """Judge every chosen row anew; what an earlier attempt left is thrown away."""
    work = _take_up(job_id, BulkJob.State.CHECKING)
    if work is None:
        return
    with transaction.atomic():
        _hold(work.job)
        work.job.rows.all().delete()
    chosen = _chosen(work)
    while batch := list(islice(chosen, BATCH)):
        with transaction.atomic():
            _hold(work.job)
            BulkRow.objects.bulk_create(_judged(work, batch))
    total = work.job.rows.count()
    _end(work, BulkJob.State.PREVIEW, total=total)


def run(job_id: int) -> None:
    """Change the rows that qualify; each batch and its marks are one transaction."""
    work = _take_up(job_id, BulkJob.State.RUNNING)
    if work is None:
        return
    with _as_one_batch(work.job):
        while _run_batch(work):
            pass
    _end(work, BulkJob.State.DONE)


def give_up(job_id: int) -> None:
    """After an error of ours: say so rather than stand still."""
    BulkJob.objects.filter(pk=job_id, state__in=(BulkJob.State.CHECKING, BulkJob.State.RUNNING)).update(
        state=BulkJob.State.FAILED
    )


@contextmanager
def _as_one_batch(job: BulkJob) -> Iterator[None]:
    """Every audit entry of the job bears one number."""
    token = request_id.set(job.batch)
    try:
        yield
    finally:
        request_id.reset(token)


def _chosen(work: _Work) -> Iterator[BulkRow]:
    """The rows meant, not judged yet; when undoing, with what the first run changed."""
    job = work.job
    if job.undoes_id:
        done = BulkRow.objects.filter(job=job.undoes_id, status=BulkRow.Status.CHANGED).order_by("id")
        for row in done.iterator(chunk_size=BATCH):
            yield BulkRow(job=job, row=row.row, before=row.before, after=row.after)
    elif "rows" in job.chosen:
        for uid in dict.fromkeys(job.chosen["rows"]):
            yield BulkRow(job=job, row=UUID(uid))
    else:
        shown = listing(work.resource, work.actor, QueryDict(job.chosen["query"]))
        shown.narrowed.or_refuse()
        for uid in shown.rows.order_by(*shown.order.terms()).values_list("uid", flat=True).iterator(chunk_size=BATCH):
            yield BulkRow(job=job, row=uid)


def _judged(work: _Work, batch: Sequence[BulkRow]) -> list[BulkRow]:
    """Rows the actor may not even see are not named: nobody learns that they exist."""
    uids = [one.row for one in batch]
    seen = {row.uid: row for row in work.resource.rows(work.actor).filter(uid__in=uids)}
    within = set(work.action.rows(work.actor).filter(uid__in=uids).values_list("uid", flat=True))
    known = [one for one in batch if one.row in seen]
    for one in known:
        row = seen[one.row]
        one.label = str(row)[:120]
        one.reason = work.misfit(row, one) if one.row in within else OUT_OF_REACH
        one.status = BulkRow.Status.UNFIT if one.reason else BulkRow.Status.WAITING
    return known


def _run_batch(work: _Work) -> bool:
    """False when nothing is left."""
    with transaction.atomic():
        _hold(work.job)
        waiting = list(work.job.rows.filter(status=BulkRow.Status.WAITING).order_by("id")[:BATCH])
        if not waiting:
            return False
        locked = work.action.rows(work.actor).select_for_update(of=("self",)).order_by("pk")
        rows = {row.uid: row for row in locked.filter(uid__in=[one.row for one in waiting])}
        for values, group in _groups(work, waiting, rows):
            _change(work, group, rows, values)
        marks = ("status", "reason", "before", "after")
        BulkRow.objects.bulk_update(waiting, marks)
        changed = sum(one.status == BulkRow.Status.CHANGED for one in waiting)
        _hold(work.job, changed=F("changed") + changed)
    return True


def _groups(
    work: _Work, waiting: Sequence[BulkRow], rows: Mapping[UUID, Any]
) -> Iterator[tuple[Mapping[str, Any], list[BulkRow]]]:
    """Rows that still qualify, together with the values they are to get: one group, or one for each earlier state."""
    groups: dict[str, tuple[Mapping[str, Any], list[BulkRow]]] = {}
    for one in waiting:
        row = rows.get(one.row)
        one.reason = work.misfit(row, one) if row is not None else OUT_OF_REACH
        if row is None or one.reason:
            one.status = BulkRow.Status.UNFIT
            continue
        undone = {name: value_in(row, name, text) for name, text in one.before.items()} if work.job.undoes_id else None
        values = work.values if undone is None else undone
        groups.setdefault(repr(one.before) if undone is not None else "", (values, []))[1].append(one)
    yield from groups.values()


def _change(work: _Work, group: list[BulkRow], rows: Mapping[UUID, Any], values: Mapping[str, Any]) -> None:
    """All at once, or, where that is refused, one by one to find the rows to blame."""
    before = {one.row: values_of(rows[one.row]) for one in group}
    try:
        saved = work.action.run(work.actor, rows=[rows[one.row] for one in group], **values)
    except DomainError as refusal:
        if len(group) > 1:
            for one in group:
                _change(work, [one], rows, values)
            return
        group[0].status, group[0].reason = BulkRow.Status.REFUSED, refusal.message[:200]
        return
    after = {row.uid: values_of(row) for row in saved}
    for one in group:
        one.status = BulkRow.Status.CHANGED
        one.before, one.after = _difference(before[one.row], after[one.row])


def _difference(before: Values, after: Values) -> tuple[Values, Values]:
    names = [name for name, text in after.items() if before.get(name) != text]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


def _take_up(job_id: int, state: BulkJob.State) -> _Work | None:
    """The job, now ours; None when it has moved on."""
    with transaction.atomic():
        job = BulkJob.objects.select_for_update(of=("self",)).select_related("person").filter(pk=job_id).first()
        if job is None or job.state != state:
            return None
        job.attempts += 1
        job.began_at = job.began_at or now()
        job.save(update_fields=("attempts", "began_at"))
    declared, actor = resource(job.resource), actor_for(job.person)
    action = action_of(declared, job.action)
    return _Work(job, declared, action, actor, {} if job.undoes_id else _cleaned(job, action, actor))


def _cleaned(job: BulkJob, action: BulkAction, actor: Actor) -> Mapping[str, Any]:
    if action.form is None:
        return {}
    data = QueryDict(mutable=True)
    for name, texts in job.values.items():
        data.setlist(name, texts)
    form = action.form(data, actor=actor)
    assert form.is_valid(), f"{job.action}: what was checked when the job began is no longer valid"
    return form.cleaned_data


def _hold(job: BulkJob, **changes: object) -> None:
    """Note progress under the job's lock, as long as it is still ours."""
    ours = BulkJob.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts)
    if not ours.update(**(changes or {"state": job.state})):
        raise Superseded


def _end(work: _Work, state: BulkJob.State, **changes: object) -> None:
    job = work.job
    with transaction.atomic():
        _hold(job, state=state, began_at=None, **changes)
        if job.total > TOLD_FROM:
            job.refresh_from_db()
            done = f"已修改 {job.changed} 条" if state == BulkJob.State.DONE else "已检查完，请核对后确认"
            link = address(work.resource, "bulk-job", uid=job.uid)
            tell(
                [job.person],
                title=f"{work.resource.title}：{job.title}",
                body=f"{done}，共 {job.total} 条。",
                link=link,
            )


# Below this the person has waited for the answer.
TOLD_FROM = 1000
