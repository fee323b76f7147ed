"""Going on after 等待: the worker's minute, and what the item's own code tells."""

from uuid import UUID, uuid4

from django.db import transaction

from jishu.platform.command import command, touched
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import now
from jishu.platform.lib.errors import DomainError

from . import selectors
from .acting import claim_case, lock_above, platform, taken
from .engine import SYSTEM, Happened, Waited
from .models import Case, Pause
from .moving import Deed
from .once import once
from .standing import item_of

MOVING = (Case.State.RUNNING, Case.State.HANDLING, Case.State.CONFIRMING)


class EventUnknown(DomainError):
    """该事项没有登记这个业务事件。"""


def end_due(limit: int = 200) -> int:
    """Let go of the waits whose time has come, one case at a time; how many."""
    done, failed = 0, set[int]()
    while done < limit and _end_one(failed):
        done += 1
    return done


def _end_one(failed: set[int]) -> bool:
    """The next one no other worker has in hand. What fails stays due and is tried again in the next round."""
    with transaction.atomic():
        due = Pause.objects.filter(due_at__lte=now(), case__state__in=MOVING).exclude(case__in=failed)
        for row in due.select_related("case").order_by("due_at")[:20]:
            lock_above(row.case.parent_id)
            free = selectors.with_organisation().select_for_update(of=("self",), skip_locked=True)
            case = free.filter(pk=row.case_id).first()
            if case is None:
                continue
            if Pause.objects.filter(pk=row.pk, due_at__lte=now()).exists():
                try:
                    let_go(platform(), case=case, node=row.node)
                except DomainError:
                    failed.add(case.pk)
            return True
    return False


@command("workflow.act_case", audited_as="case.waited", titled="办件等待期满")
def let_go(actor: Actor, *, case: Case, node: str) -> Case:
    touched(case)
    deed = Deed(action=Waited(person=SYSTEM, node=node), key=uuid4(), opinion="等待的时间已到，按流程设定继续。")
    return taken(actor, case, deed)


@once
@command("workflow.act_case", audited_as="case.told", titled="告知办件业务事件")
def happened(actor: Actor, *, case: UUID, event: str, key: UUID) -> Case:
    """For the item's own code: something a 等待 may wait for has happened. Told too early, it is remembered."""
    held = claim_case(selectors.with_organisation(), case)
    title = item_of(held).events.get(event)
    if title is None:
        raise EventUnknown
    return taken(actor, held, Deed(action=Happened(person=SYSTEM, event=event), key=key, opinion=title))
