"""What managers of cases do (流程管理员), within the units their permission reaches."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from jishu.platform.command import command
from jishu.platform.identity.api import Actor, Person, people_visible_to, serving
from jishu.platform.lib.errors import Conflict, DomainError

from . import engine, selectors
from .acting import claim_case, said, taken
from .models import PENDING, Case, Definition, Task
from .moving import Deed
from .once import once

MANAGE = "workflow.manage_case"


class NotServing(DomainError):
    """接收人须为您可以看到的在岗人员。"""


class DefinitionInUse(Conflict):
    """该流程版本已有办件使用，不能删除。"""


@dataclass(frozen=True)
class HandedOver:
    """How many tasks went over, and what could not, with the reason."""

    count: int
    left: tuple[str, ...]


@once
@command(MANAGE, audited_as="case.suspended", titled="挂起办件")
def suspend(actor: Actor, *, case: UUID, key: UUID, opinion: str) -> Case:
    """Child cases this one waits for stand still with it."""
    mine = claim_case(selectors.cases_managed_by(actor), case)
    done = taken(actor, mine, Deed(action=engine.Suspend(person=actor.person_id), key=key, opinion=said(opinion)))
    for child in _children(mine, Case.State.SUSPENDED, suspended=False):
        taken(actor, child, Deed(action=engine.Suspend(person=actor.person_id), key=uuid4(), opinion=opinion))
    return done


@once
@command(MANAGE, audited_as="case.continued", titled="恢复办件")
def resume_case(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    mine = claim_case(selectors.cases_managed_by(actor), case)
    done = taken(actor, mine, Deed(action=engine.Continue(person=actor.person_id), key=key, opinion=opinion))
    for child in _children(mine, Case.State.SUSPENDED, suspended=True):
        taken(actor, child, Deed(action=engine.Continue(person=actor.person_id), key=uuid4(), opinion=opinion))
    return done


@once
@command(MANAGE, audited_as="case.terminated", titled="终止办件")
def terminate(actor: Actor, *, case: UUID, key: UUID, opinion: str) -> Case:
    """Child cases it waits for end with it."""
    mine = claim_case(selectors.cases_managed_by(actor), case)
    return taken(actor, mine, Deed(action=engine.Terminate(person=actor.person_id), key=key, opinion=said(opinion)))


@command(MANAGE, audited_as="case.handed_over", titled="离职交接")
def hand_over(actor: Actor, *, of: Person, to: Person, reason: str) -> HandedOver:
    """Everything one person still has to do, in the units the actor manages, to another; all of it or nothing.

    What the receiver may not decide, such as their own case, stays and is told.
    """
    if not serving(people_visible_to(actor)).filter(pk=to.pk).exclude(pk=of.pk).exists():
        raise NotServing(field="to")
    held = Task.objects.filter(person=of, turn__in=PENDING, case__in=selectors.cases_managed_by(actor))
    wanted = list(held.order_by("case_id", "number").values_list("case__uid", "number", "case__number"))
    left: list[str] = []
    for case, number, name in wanted:
        try:
            reassign(actor, case=case, task=number, to=to, reason=said(reason))
        except engine.CannotTakeOver as error:
            left.append(f"{name}：{error.message}")
    return HandedOver(len(wanted) - len(left), tuple(left))


@command(MANAGE, audited_as="case.reassigned", titled="移交办件任务")
def reassign(actor: Actor, *, case: UUID, task: int, to: Person, reason: str) -> Case:
    mine = claim_case(selectors.cases_managed_by(actor), case)
    action = engine.Reassign(person=actor.person_id, task=task, to=to.pk)
    return taken(actor, mine, Deed(action=action, key=uuid4(), opinion=reason))


@command("workflow.manage_flow", audited_as="definition.discarded", titled="删除流程版本")
def discard_definition(actor: Actor, *, definition: Definition) -> None:
    """Only a version no case was ever begun on; the others are part of the record."""
    found = Definition.objects.select_for_update().get(pk=definition.pk)
    if Case.objects.filter(definition=found).exists():
        raise DefinitionInUse
    found.delete()


def _children(case: Case, state: str, *, suspended: bool) -> list[Case]:
    rows = selectors.with_organisation().filter(parent=case, closed_at=None)
    waited_for = {run.node for run in engine.decode(engine.State, case.engine).open_runs}
    rows = rows.filter(parent_node__in=waited_for)
    wanted = rows.filter(state=state) if suspended else rows.exclude(state__in=(state, Case.State.RETURNED))
    return list(wanted.select_for_update(of=("self",)))
