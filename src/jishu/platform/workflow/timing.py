"""超时: what happens when the time of a step is over. Due timers are rows; workers share them by SKIP LOCKED."""

from uuid import uuid4

from django.db import transaction

from jishu.platform.command import command, touched
from jishu.platform.contract import Then
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from . import clocks, selectors
from .acting import lock_above, platform, taken
from .engine import SYSTEM, TimeOut, nodes
from .models import Case, Task
from .moving import Deed, finder_for
from .publishing import flow_of
from .telling import tell_holders


def expire_due(limit: int = 200) -> int:
    """Deal with timers that are due, one case at a time; how many cases were dealt with."""
    done, failed = 0, set[int]()
    while done < limit and _expire_one(failed):
        done += 1
    return done


def _expire_one(failed: set[int]) -> bool:
    """The next case with a due timer that no other worker has in hand; False when there is none."""
    with transaction.atomic():
        due = Task.objects.filter(timer_at__lte=now()).exclude(case__in=failed).order_by("timer_at")
        candidates = list(due.values_list("case_id", "case__parent_id")[:20])
        for pk, parent in dict(candidates).items():
            lock_above(parent)
            free = selectors.with_organisation().select_for_update(of=("self",), skip_locked=True)
            case = free.filter(pk=pk).first()
            if case is not None:
                _expire_case(case, failed)
                return True
    return False


def _expire_case(case: Case, failed: set[int]) -> None:
    """Tasks that are no longer due when their turn comes were settled by the one before."""
    for pk in list(Task.objects.filter(case=case, timer_at__lte=now()).values_list("pk", flat=True)):
        row = Task.objects.filter(pk=pk, timer_at__lte=now()).first()
        if row is None:
            continue
        try:
            time_out(platform(), case=case, row=row)
        except DomainError:
            failed.add(case.pk)  # it stays due and is tried again in the next round


@command("workflow.act_case", audited_as="case.timed_out", titled="办件超时处理")
def time_out(actor: Actor, *, case: Case, row: Task) -> Case:
    """One timer of one task, under the lock of its case. A superior nobody can find leaves a reminder."""
    touched(case)
    assert case.definition is not None
    node = nodes(flow_of(case.definition))[row.node]
    stage, then = row.stage, clocks.timeouts(node)[row.stage].then
    clocks.next_stage(row, node, now())
    row.save(update_fields=("stage", "timer_at"))
    to = finder_for(case).superior_of(row.person) if then is Then.TRANSFER else None
    if then is Then.REMIND or (then is Then.TRANSFER and to is None):
        tell_holders(case, [row], title="超时提醒", body=f"“{row.title}”已超过办理时限，请尽快办理。")
        return case
    action = TimeOut(person=SYSTEM, task=row.number, stage=stage, to=to.pk if to else 0)
    return taken(actor, case, Deed(action=action, key=uuid4(), opinion="超过办理时限，按流程设定处理。"))
