"""What cases tell of themselves: which, of what item, where they stand. What was filled in stays in the case."""

from collections.abc import Iterable

from jishu.platform.contract import KEY, TEXT, EventType, data_of
from jishu.platform.outbox.api import Fact, publish_all

from . import engine
from .engine import Completed, Effect, Stopped, Submitted
from .models import Case

_CASE = data_of(case=KEY, number=TEXT, item=TEXT, state=TEXT, applicant=KEY)

TYPES = (
    EventType(type="workflow.case_submitted", title="办件已提交", schema=_CASE),
    EventType(
        type="workflow.case_decided",
        title="办件已审批",
        schema=data_of(case=KEY, number=TEXT, item=TEXT, state=TEXT, applicant=KEY, decision=TEXT),
    ),
    EventType(type="workflow.case_completed", title="办件已办结", schema=_CASE),
    EventType(type="workflow.case_stopped", title="办件已退回、不予通过或终止", schema=_CASE),
    EventType(type="workflow.case_withdrawn", title="办件已撤回", schema=_CASE),
)

_DECISIONS: dict[type[engine.Action], str] = {engine.Agree: "agree", engine.Disagree: "disagree"}


def publish_move(case: Case, action: engine.Action, effects: Iterable[Effect]) -> None:
    """What this step of the case means to others; one statement, none when it means nothing to them."""
    told = {
        "case": str(case.uid), "number": case.number or "", "item": case.item, "state": case.state,
        "applicant": str(case.applicant.uid),
    }  # fmt: skip
    facts = []
    if decision := _DECISIONS.get(type(action)):
        facts.append(_fact("workflow.case_decided", case, told | {"decision": decision}))
    facts += [_fact(name, case, told) for name in _names(case, list(effects))]
    if facts:
        publish_all(facts)


def _names(case: Case, effects: list[Effect]) -> list[str]:
    names = []
    if any(isinstance(one, Submitted) for one in effects):
        names.append("workflow.case_submitted")
    if any(isinstance(one, Completed) for one in effects):
        names.append("workflow.case_completed")
    elif any(isinstance(one, Stopped) for one in effects):
        withdrawn = case.state == Case.State.WITHDRAWN
        names.append("workflow.case_withdrawn" if withdrawn else "workflow.case_stopped")
    return names


def _fact(name: str, case: Case, data: dict[str, str]) -> Fact:
    return Fact(type=name, subject=case.uid, unit=case.department.uid, data=data)
