"""Everything that changes a case. Each is a command: permitted, locked, in one transaction, recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from jishu.platform.command import claim, command, touched
from jishu.platform.contract import BusinessItem
from jishu.platform.identity.api import Actor, Person, people_visible_to, serving
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError, Refused

from . import engine, selectors
from .engine import Completed, Resume, Stopped, Submitted
from .models import Case
from .moving import Deed, move
from .numbering import next_number
from .once import AlreadyDone, once
from .publishing import published
from .standing import item_of

DRAFT_LENGTH = 10_000
OPINION_LENGTH = 1_000


class OpinionRequired(DomainError):
    """请写明理由,申请人需要据此补正或了解原因。"""


class OpinionTooLong(DomainError):
    """意见不能超过 1000 字。"""


class CannotTakeOver(DomainError):
    """只能转办给您可以看到的在岗人员。"""


class NotADraft(Conflict):
    """该办件已经提交,不能删除。"""


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form that passed its checks: values as typed objects, as kept, and as people read them."""

    cleaned: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    shown: Sequence[dict[str, str]] = ()


@once
@command("workflow.open_case", audited_as="case.drafted", titled="保存办件草稿")
def save_draft(actor: Actor, *, item: BusinessItem, entries: Mapping[str, str], key: UUID) -> Case:
    """Keep what was typed, unchecked, under the key of its form. Nothing is written when nothing changed."""
    case = _opened(actor, item, key)
    known = {one.name for one in item.fields}
    kept = {name: text[:DRAFT_LENGTH] for name, text in entries.items() if name in known}
    if case.state != Case.State.DRAFT or case.values == kept:
        raise AlreadyDone(case)
    case.values = kept
    case.save(update_fields=("values",))
    return case


@command("workflow.open_case", audited_as="case.discarded", titled="删除办件草稿")
def discard_draft(actor: Actor, *, case: UUID) -> None:
    draft = claim(selectors.cases_held_by(actor), case)
    if draft.state != Case.State.DRAFT:
        raise NotADraft
    draft.delete()


@once
@command("workflow.open_case", audited_as="case.submitted", titled="提交办件")
def submit(actor: Actor, *, item: BusinessItem, filled: Filled, key: UUID) -> Case:
    """Turn the draft of this form, or nothing yet, into a case with a number."""
    case = _opened(actor, item, key)
    if case.state != Case.State.DRAFT:
        raise AlreadyDone(case)
    case.number, case.definition = next_number(item.short, today().year), published(item)
    return _submitted(actor, case, item, filled, key)


@once
@command("workflow.open_case", audited_as="case.resubmitted", titled="重新提交办件")
def resubmit(actor: Actor, *, case: UUID, filled: Filled, key: UUID) -> Case:
    """After 退回 or 撤回; the case keeps its number and the flow it began with."""
    held = _held(actor, case)
    return _submitted(actor, held, item_of(held), filled, key)


@once
@command("workflow.act_case", audited_as="case.approved", titled="同意办件")
def agree(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    return _taken(actor, case, Deed(action=engine.Agree(person=actor.person_id), key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.rejected", titled="不同意办件")
def disagree(actor: Actor, *, case: UUID, key: UUID, opinion: str) -> Case:
    return _taken(actor, case, Deed(action=engine.Disagree(person=actor.person_id), key=key, opinion=_said(opinion)))


@once
@command("workflow.act_case", audited_as="case.sent_back", titled="退回办件")
def send_back(actor: Actor, *, case: UUID, key: UUID, opinion: str, to: str, resume: Resume = Resume.RESTART) -> Case:
    """``to``: engine.APPLICANT, engine.PREVIOUS or the key of a step passed."""
    action = engine.SendBack(person=actor.person_id, to=to, resume=resume)
    return _taken(actor, case, Deed(action=action, key=key, opinion=_said(opinion)))


@once
@command("workflow.act_case", audited_as="case.withdrawn", titled="撤回办件")
def withdraw(actor: Actor, *, case: UUID, key: UUID, opinion: str = "") -> Case:
    return _taken(actor, case, Deed(action=engine.Withdraw(person=actor.person_id), key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.transferred", titled="转办办件")
def transfer(actor: Actor, *, case: UUID, key: UUID, to: Person, opinion: str = "") -> Case:
    if not serving(people_visible_to(actor)).filter(pk=to.pk).exists():
        raise CannotTakeOver(field="to")
    action = engine.Transfer(person=actor.person_id, to=to.id)
    return _taken(actor, case, Deed(action=action, key=key, opinion=opinion))


@once
@command("workflow.act_case", audited_as="case.handled", titled="办理办件")
def perform(actor: Actor, *, case: UUID, key: UUID, filled: Filled, opinion: str = "") -> Case:
    """Do the work of the step: the item's own code runs under the lock of the case and may refuse."""
    held = _held(actor, case)
    action = engine.Perform(person=actor.person_id, values=filled.values)
    node = selectors.open_node(held, actor)
    effects = move(actor, held, Deed(action=action, key=key, opinion=opinion, shown=filled.shown))
    handler = item_of(held).handlers.get(node)
    if handler is not None:
        handler.perform(actor, held, filled.cleaned)
    _answer(actor, held, effects)
    return held


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
        raise Conflict("该表单已用于另一事项,请重新打开办理页面。")
    touched(case)
    return case


def _submitted(actor: Actor, case: Case, item: BusinessItem, filled: Filled, key: UUID) -> Case:
    case.values, case.shown = dict(filled.values), list(filled.shown)
    case.subject = (item.subject(actor, filled.cleaned) if item.subject else item.name)[:200]
    action = engine.Submit(person=actor.person_id, values=filled.values)
    _answer(actor, case, move(actor, case, Deed(action=action, key=key, shown=filled.shown)))
    return case


def _held(actor: Actor, case: UUID) -> Case:
    return claim(selectors.cases_held_by(actor), case)


def _taken(actor: Actor, case: UUID, deed: Deed) -> Case:
    if len(deed.opinion) > OPINION_LENGTH:
        raise OpinionTooLong(field="opinion")
    held = _held(actor, case)
    _answer(actor, held, move(actor, held, deed))
    return held


def _answer(actor: Actor, case: Case, effects: Sequence[engine.Effect]) -> None:
    """The item's own code answers what happened, in this very transaction."""
    item = item_of(case)
    for effect, hook in ((Submitted, item.submitted), (Stopped, item.stopped), (Completed, item.completed)):
        if hook is not None and any(isinstance(one, effect) for one in effects):
            hook(actor, case)


def _said(opinion: str) -> str:
    if not opinion.strip():
        raise OpinionRequired(field="opinion")
    return opinion.strip()
