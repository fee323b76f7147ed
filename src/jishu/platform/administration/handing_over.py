"""离职交接 (RS-01): a to-do for whoever takes over, opened with the leaving day, closed when nothing is left."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

from jishu.platform.contract import (
    BusinessItem,
    Field,
    Flow,
    Handle,
    Handler,
    Kind,
    Matter,
    Who,
    WhoKind,
    contracts,
)
from jishu.platform.identity.api import Actor, Person, actor_for, heads_of, holders_of
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow.api import Case, Filled, submit, withdraw

CODE, STEP, PERMISSION = "RS-01", "receive", "administration.hand_over"
LONGEST, TOLD = 4_000, 5


class StillInHand(DomainError):
    """还有事项没有交接完。"""


def left_with(person: Person) -> list[tuple[str, Matter]]:
    """By the systems that answer, what is still in somebody's hands now."""
    return [(one.title, matter) for one in contracts() if one.left_with for matter in one.left_with(person)]


def list_of(actor: Actor, case: Case) -> dict[str, Any]:
    """Looked up whenever the step is opened; what stands there at the end is kept with the case."""
    found = left_with(case.applicant)
    lines = [f"{at}. [{system}]{one.text}。{one.remedy}" for at, (system, one) in enumerate(found, 1)]
    return {"matters": "\n".join(lines)[:LONGEST] or "平台中已没有需要交接的事项。"}


def settle(actor: Actor, case: Case, values: Mapping[str, Any]) -> None:
    """Not before everything is in other hands."""
    found = left_with(case.applicant)
    if found:
        told = "；".join(one.text for _, one in found[:TOLD])
        more = f" 等 {len(found)} 项" if len(found) > TOLD else ""
        raise StillInHand(f"{case.applicant.name}名下还有：{told}{more}。交接完毕后再确认；清单在打开本页时更新。")


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"{actor.name}离职交接"


def prefill(actor: Actor) -> dict[str, Any]:
    return {"last_day": actor.person.left_on if actor.person else None}


ITEM = BusinessItem(
    code=CODE,
    name="离职交接",
    short="离交",
    category="人事",
    summary="离职、退休、调离前，把待办、代理、领用的资产等移交给接任者；登记离岗时由平台自动发起。",
    audience="在职工作人员",
    permission=PERMISSION,
    fields=(
        Field(name="last_day", title="离岗日期", kind=Kind.DATE, prefilled_from="已登记的离岗日期"),
        Field(name="note", title="需要说明的事项", kind=Kind.LONG_TEXT, required=False, max_length=1000),
    ),
    flow=Flow(
        steps=(Handle(key=STEP, title="接收交接", who=Who(kind=WhoKind.CHOSEN), done="交接完毕"),),
    ),
    promised_days=Decimal(5),
    basis=("《中华人民共和国公务员法》第九十一条：公务员辞职或者被辞退，离职前应当办理公务交接手续",),
    outputs=("交接清单",),
    words=("离职", "退休", "调离", "工作交接", "移交"),
    prefill=prefill,
    subject=subject,
    handlers={
        STEP: Handler(
            perform=settle,
            initial=list_of,
            fields=(
                Field(
                    name="matters", title="尚未交接的事项", kind=Kind.LONG_TEXT, required=False, max_length=LONGEST,
                    hint="由各系统即时列出；全部交接完毕后才能确认。可以补写平台之外的交接内容。",
                ),
            ),
        ),
    },
)  # fmt: skip


def begin(person: Person, day: date, entered_by: Actor) -> Case | None:
    """None where somebody has no post left, nobody could take over, or it has been begun already."""
    leaver = actor_for(person)
    receivers = _receivers(leaver, entered_by)
    if leaver.agency is None or not receivers or open_case_of(person) is not None:
        return None
    shown = [{"name": "last_day", "title": "离岗日期", "text": f"{day:%Y-%m-%d}"}]
    filled = Filled(cleaned={"last_day": day}, values={"last_day": f"{day:%Y-%m-%d}"}, shown=shown)
    return submit(leaver, item=ITEM, filled=filled, key=uuid4(), picks={STEP: receivers[:1]})


def drop(person: Person) -> None:
    """The departure does not take place."""
    case = open_case_of(person)
    if case is not None:
        withdraw(actor_for(person), case=case.uid, key=uuid4(), opinion="离岗已取消。")


def open_case_of(person: Person) -> Case | None:
    return Case.objects.filter(item=CODE, applicant=person, closed_at=None).exclude(state=Case.State.DRAFT).first()


def _receivers(leaver: Actor, entered_by: Actor) -> list[Person]:
    """The nearest head; else who manages cases there; else whoever entered the departure."""
    places = [one for one in (leaver.department, leaver.agency) if one is not None]
    found = [one for unit in places for one in heads_of(unit)]
    found += [one for unit in places for one in holders_of("workflow.manager", unit)]
    found += [entered_by.person] if entered_by.person else []
    return [one for one in dict.fromkeys(found) if one != leaver.person]
