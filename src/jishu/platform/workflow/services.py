"""Applying and deciding. Each is a command: permitted, locked, in one transaction, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import BusinessItem
from jishu.platform.identity.api import Actor, Person, people_visible_to, serving
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError, Missing, Refused

from . import engine, selectors
from .acting import Filled, answer, checked, held, said, seat, taken
from .engine import Resume
from .filing import file_with
from .models import Case
from .moving import Deed, move
from .numbering import next_number
from .offering import edition_in_force
from .once import AlreadyDone, once
from .publishing import definition_for
from .signatures import merged
from .standing import item_of


class CannotTakeOver(DomainError):
    """只能转办给您可以看到的在岗人员。"""


class PartOfAnother(DomainError):
    """该办件是另一办件的子流程，不能单独撤回。"""


class NotReturned(Conflict):
    """该办件不在补正中，修改内容没有保存。请刷新页面查看它的现状。"""


class NotADraft(Conflict):
    """该办件已经提交，不能删除。"""


@once
@command("workflow.open_case", audited_as="case.drafted", titled="保存办件草稿")
def save_draft(actor: Actor, *, item: BusinessItem, entries: Mapping[str, Any], key: UUID) -> Case:
    """Keep what was typed, unchecked, under the key of its form. Nothing is written when nothing changed."""
    case = _opened(actor, item, key)
    known = {one.name for one in item.fields}
    kept = {name: typed for name, typed in entries.items() if name in known}
    if case.state != Case.State.DRAFT or case.values == kept:
        raise AlreadyDone(case)
    case.values = kept
    case.save(update_fields=("values",))
    return case


@command("workflow.open_case", audited_as="case.retyped", titled="保存补正内容")
def save_amendment(actor: Actor, *, case: UUID, entries: Mapping[str, Any]) -> Case:
    """Keep what was typed into a case that came back, unchecked, beside what it holds until it is handed in again."""
    mine = held(actor, case)
    if mine.applicant_id != actor.person_id:
        raise Missing
    if mine.state not in (Case.State.RETURNED, Case.State.WITHDRAWN):
        raise NotReturned
    known = {one.name for one in item_of(mine).fields}
    mine.typed = {name: typed for name, typed in entries.items() if name in known}
    mine.save(update_fields=("typed",))
    return mine


@command("workflow.open_case", audited_as="case.discarded", titled="删除办件草稿")
def discard_draft(actor: Actor, *, case: UUID) -> None:
    draft = claim(selectors.cases_held_by(actor), case)
    if draft.state != Case.State.DRAFT:
        raise NotADraft
    draft.delete()


@once
@command("workflow.open_case", audited_as="case.submitted", titled="提交办件")
def submit(
    actor: Actor, *, item: BusinessItem, filled: Filled, key: UUID, picks: Mapping[str, Sequence[Person]] | None = None
) -> Case:
    """Turn the draft of this form, or nothing yet, into a case with a number. ``picks``: step -> people chosen."""
    case = _opened(actor, item, key)
    if case.state != Case.State.DRAFT:
        raise AlreadyDone(case)
    case.number, case.definition = next_number(item.short, today().year), definition_for(item, case.agency)
    case.edition = edition_in_force(item.code) if item.reach else None
    return _submitted(actor, case, item, filled, Deed(action=_submission(actor, filled, picks), key=key))


@once
@command("workflow.open_case", audited_as="case.resubmitted", titled="重新提交办件")
def resubmit(
    actor: Actor, *, case: UUID, filled: Filled, key: UUID, picks: Mapping[str, Sequence[Person]] | None = None
) -> Case:
    """After 退回 or 撤回; the case keeps its number and the flow it began with."""
    mine = held(actor, case)
    return _submitted(actor, mine, item_of(mine), filled, Deed(action=_submission(actor, filled, picks), key=key))


@once
@command("workflow.act_case", audited_as="case.approved", titled="同意办件")
def agree(
    actor: Actor, *, case: UUID, key: UUID, opinion: str = "", task: int = 0, filled: Filled | None = None
) -> Case:
    """``filled`` are the form fields this step may change, changed."""
    checked(opinion)
    mine = held(actor, case)
    values = filled.values if filled else {}
    action = engine.Agree(**seat(actor, mine, task), values=values)
    if filled:
        mine.values = {**mine.values, **values}
        mine.shown = merged(mine.shown, filled.shown)
    shown = filled.shown if filled else ()
    file_with(actor, mine, filled.cleaned if filled else {})
    answer(actor, mine, move(actor, mine, Deed(action=action, key=key, opinion=opinion, shown=shown)))
    return mine


@once
@command("workflow.act_case", audited_as="case.rejected", titled="不同意办件")
def disagree(actor: Actor, *, case: UUID, key: UUID, opinion: str, task: int = 0) -> Case:
    mine = held(actor, case)
    return taken(actor, mine, Deed(action=engine.Disagree(**seat(actor, mine, task)), key=key, opinion=said(opinion)))


@once
@command("workflow.act_case", audited_as="case.sent_back", titled="退回办件")
def send_back(
    actor: Actor, *, case: UUID, key: UUID, opinion: str, to: str, resume: Resume = Resume.RESTART, task: int = 0
) -> Case:
    """``to``: engine.APPLICANT, engine.PREVIOUS or the key of a step passed."""
    mine = held(actor, case)
    action = engine.SendBack(**seat(actor, mine, task), to=to, resume=resume)
    return taken(actor, mine, Deed(action=action, key=key, opinion=said(opinion)))


@once
@command("workflow.act_case", audited_as="case.withdrawn", titled="撤回办件")
def withdraw(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    mine = held(actor, case)
    if mine.parent_id is not None:
        raise PartOfAnother
    return taken(actor, mine, Deed(action=engine.Withdraw(person=actor.person_id), key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.transferred", titled="转办办件")
def transfer(actor: Actor, *, case: UUID, key: UUID, to: Person, opinion: str = "", task: int = 0) -> Case:
    if not serving(people_visible_to(actor)).filter(pk=to.pk).exists():
        raise CannotTakeOver(field="to")
    mine = held(actor, case)
    action = engine.Transfer(**seat(actor, mine, task), to=to.pk)
    return taken(actor, mine, Deed(action=action, key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.handled", titled="办理办件")
def perform(actor: Actor, *, case: UUID, key: UUID, filled: Filled, opinion: str = "", task: int = 0) -> Case:
    """Do the work of the step: the item's own code runs under the lock of the case and may refuse."""
    mine = held(actor, case)
    place = seat(actor, mine, task)
    node = selectors.node_of_task(mine, place["stands_for"] or place["person"], task)
    action = engine.Perform(**place, values=filled.values)
    effects = move(actor, mine, Deed(action=action, key=key, opinion=opinion, shown=filled.shown))
    file_with(actor, mine, filled.cleaned)
    handler = item_of(mine).handlers.get(node)
    if handler is not None:
        handler.perform(actor, mine, filled.cleaned)
    answer(actor, mine, effects)
    return mine


def _opened(actor: Actor, item: BusinessItem, key: UUID) -> Case:
    """The case of this form, locked; made when it is the first time we hear of the form."""
    if not actor.may(item.permission):
        raise Refused
    agency = actor.own_agency
    new = Case(
        item=item.code, item_name=item.name, subject=item.name, applicant=actor.person, agency=agency,
        department=actor.department or agency, form_key=key,
    )  # fmt: skip
    Case.objects.bulk_create([new], ignore_conflicts=True)
    case = selectors.with_organisation().select_for_update(of=("self",)).get(applicant=actor.person_id, form_key=key)
    if case.item != item.code:
        raise Conflict("该表单已用于另一事项，请重新打开办理页面。")
    touched(case)
    return case


def _submission(actor: Actor, filled: Filled, picks: Mapping[str, Sequence[Person]] | None) -> engine.Submit:
    chosen = {node: tuple(one.pk for one in people) for node, people in (picks or {}).items()}
    return engine.Submit(person=actor.person_id, values=filled.values, picks=chosen)


def _submitted(actor: Actor, case: Case, item: BusinessItem, filled: Filled, deed: Deed) -> Case:
    case.values, case.shown, case.typed = dict(filled.values), list(filled.shown), None
    case.subject = (item.subject(actor, filled.cleaned) if item.subject else item.name)[:200]
    told = [{"name": "", "title": "审核提示", "text": one} for one in _findings(actor, item, filled)]
    answer(actor, case, move(actor, case, replace(deed, shown=[*filled.shown, *told])))
    file_with(actor, case, filled.cleaned)
    return case


def _findings(actor: Actor, item: BusinessItem, filled: Filled) -> list[str]:
    """What stood beside the form when it was submitted; the log keeps it."""
    return item.findings(actor, filled.cleaned) if item.findings else []
