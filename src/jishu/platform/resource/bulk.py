"""One change to many rows: what people do with it. Choose, look at the preview, confirm, stop, undo."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.forms import Form
from django.http import QueryDict
from django.urls import reverse

from jishu.platform.command import claim, command
from jishu.platform.contract import BulkAction, Resource, item
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused

from . import bulk_work, tasks
from .listing import listing
from .models import BulkJob, BulkRow

AT_ONCE = 1000
"""Up to so many rows are done while the person waits; more are the worker's."""
AT_MOST = 50_000
UNDO_WITHIN = timedelta(days=30)


class NothingChosen(DomainError):
    """还没有选择记录。请先在列表中勾选，或选择全部符合条件的记录。"""


class TooManyRows(DomainError):
    """一次最多处理 50 000 条。请先缩小筛选范围。"""


class MovedOn(Conflict):
    """这次批量办理的状态已经变化，请刷新后再操作。"""


class TooLateToUndo(Conflict):
    """这次批量办理已经撤销过，或者超过 30 天，不能再撤销。"""


def actions_for(actor: Actor, resource: Resource) -> list[BulkAction]:
    return [action for action in resource.bulk if actor.may(action.run.permission)]  # type: ignore[attr-defined]


def applications_for(actor: Actor, resource: Resource) -> list[tuple[str, str]]:
    """Forms that open with the rows ticked: what they are called, and where they are."""
    asked = [item(code) for code in resource.applies]
    return [(one.name, reverse("workflow:apply", args=[one.code])) for one in asked if actor.may(one.permission)]


def jobs_of(actor: Actor, resource: Resource) -> QuerySet[BulkJob]:
    """One's own."""
    return BulkJob.objects.filter(person=actor.person_id, resource=resource.key).order_by("-id")


def form_of(action: BulkAction, actor: Actor, data: Any = None) -> Form | None:
    return action.form(data, actor=actor) if action.form else None


def chosen_count(actor: Actor, resource: Resource, chosen: Mapping[str, Any]) -> tuple[int, str]:
    """How many rows are meant, and in words which. NothingChosen, TooManyRows, BadFilter."""
    if "rows" in chosen:
        count, words = len(set(chosen["rows"])), "勾选的记录"
    else:
        shown = listing(resource, actor, QueryDict(chosen["query"]))
        shown.narrowed.or_refuse()
        count = shown.rows.order_by().values("pk")[: AT_MOST + 1].count()
        words = shown.narrowed.in_words
    if not count:
        raise NothingChosen
    if count > AT_MOST:
        raise TooManyRows
    return count, words


def start(
    actor: Actor, *, resource: Resource, action: BulkAction, chosen: Mapping[str, Any], values: Mapping[str, list[str]]
) -> BulkJob:
    """Record what is wanted and check every row; nothing is changed before the person confirms."""
    count, words = chosen_count(actor, resource, chosen)
    job = _start(actor, declared=resource, action=action, chosen=chosen, values=values, words=words, count=count)
    if count <= AT_ONCE:
        _at_once(bulk_work.check, job)
    return job


@command("resource.run_bulk", audited_as="bulk.started", titled="发起批量办理")
def _start(
    actor: Actor,
    *,
    declared: Resource,
    action: BulkAction,
    chosen: Mapping[str, Any],
    values: Mapping[str, list[str]],
    words: str,
    count: int,
) -> BulkJob:
    _may_run(actor, action)
    job = BulkJob.objects.create(
        resource=declared.key,
        action=action.name,
        title=action.title,
        conditions=words[:300],
        person_id=actor.person_id,
        chosen=chosen,
        values=values,
        total=count,
    )
    if count > AT_ONCE:
        tasks.check_bulk.defer(job=job.pk)
    return job


def confirm(actor: Actor, *, resource: Resource, job: UUID) -> BulkJob:
    held = _confirm(actor, declared=resource, job=job)
    if held.total <= AT_ONCE:
        _at_once(bulk_work.run, held)
    return held


@command("resource.run_bulk", audited_as="bulk.confirmed", titled="确认批量办理")
def _confirm(actor: Actor, *, declared: Resource, job: UUID) -> BulkJob:
    held = _claimed(actor, declared, job, BulkJob.State.PREVIEW)
    if not held.rows.filter(status=BulkRow.Status.WAITING).exists():
        raise NothingChosen("所选的记录都不符合条件，没有可以修改的。")
    held.state = BulkJob.State.RUNNING
    held.save(update_fields=("state",))
    if held.total > AT_ONCE:
        tasks.run_bulk.defer(job=held.pk)
    return held


@command("resource.run_bulk", audited_as="bulk.stopped", titled="停止批量办理")
def stop(actor: Actor, *, resource: Resource, job: UUID) -> BulkJob:
    """Rows already changed stay changed; the worker notices before its next batch."""
    held = _claimed(actor, resource, job, BulkJob.State.CHECKING, BulkJob.State.PREVIEW, BulkJob.State.RUNNING)
    held.state = BulkJob.State.STOPPED
    held.save(update_fields=("state",))
    return held


def undo(actor: Actor, *, resource: Resource, job: UUID) -> BulkJob:
    """Give back the earlier values where nobody has changed the row since."""
    made = _undo(actor, declared=resource, job=job)
    if made.total <= AT_ONCE:
        _at_once(bulk_work.check, made)
    return made


@command("resource.run_bulk", audited_as="bulk.undone", titled="撤销批量办理")
def _undo(actor: Actor, *, declared: Resource, job: UUID) -> BulkJob:
    held = _claimed(actor, declared, job, BulkJob.State.DONE, BulkJob.State.STOPPED)
    if not can_undo(declared, held):
        raise TooLateToUndo
    made = BulkJob.objects.create(
        resource=held.resource,
        action=held.action,
        title=f"撤销：{held.title}"[:60],
        conditions=f"{held.created_at:%Y-%m-%d} 的批量办理",
        person=held.person,
        undoes=held,
        total=held.changed,
    )
    if made.total > AT_ONCE:
        tasks.check_bulk.defer(job=made.pk)
    return made


def can_undo(resource: Resource, job: BulkJob) -> bool:
    return (
        job.state in (BulkJob.State.DONE, BulkJob.State.STOPPED)
        and job.changed > 0
        and job.undoes_id is None
        and bulk_work.action_of(resource, job.action).can_undo
        and job.created_at > now() - UNDO_WITHIN
        and not BulkJob.objects.filter(undoes=job).exists()
    )


def _at_once(step: Callable[[int], None], job: BulkJob) -> None:
    """What the worker would do, while the person waits."""
    try:
        step(job.pk)
    except Exception:
        bulk_work.give_up(job.pk)
        raise
    job.refresh_from_db()


def _claimed(actor: Actor, declared: Resource, job: UUID, *states: BulkJob.State) -> BulkJob:
    held = claim(jobs_of(actor, declared), job)
    _may_run(actor, bulk_work.action_of(declared, held.action))
    if held.state not in states:
        raise MovedOn
    return held


def _may_run(actor: Actor, action: BulkAction) -> None:
    if not actor.may(action.run.permission):  # type: ignore[attr-defined]
        raise Refused


def named(resource: Resource, name: str) -> BulkAction:
    try:
        return bulk_work.action_of(resource, name)
    except LookupError:
        raise Missing from None
