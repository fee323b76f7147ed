"""What stands in the way of publishing a flow, said at the step it is about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from jishu.platform.contract import (
    Approve,
    Auto,
    Branch,
    Child,
    Compare,
    Condition,
    Field,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Kind,
    Mode,
    Notice,
    Op,
    Parallel,
    Step,
    Wait,
    Who,
    WhoKind,
)
from jishu.platform.workflow.engine import APPLICANT, PREVIOUS, check
from jishu.platform.workflow.engine.plan import branches_of, every

from .terms import ORDERED, Terms

TITLE_LENGTH, KEY_LENGTH = 60, 40
MOST, DEEPEST = 100, 8


@dataclass(frozen=True)
class Problem:
    """``key`` is the step, empty for the flow as a whole; ``branch`` which of its branches."""

    key: str
    what: str
    branch: int | None = None


def problems(flow: Flow, terms: Terms) -> list[Problem]:
    found = [*_of_whole(flow, terms)]
    for step in every(flow.steps):
        found += [Problem(step.key, what) for what in _of_step(step, flow, terms)]
        found += _of_branches(step, terms)
    if not found:
        try:
            check(flow)
        except ValueError as error:  # what none of the sentences above covers
            found.append(Problem("", f"流程不能流转：{error}"))
    return found


def _of_whole(flow: Flow, terms: Terms) -> Iterator[Problem]:
    steps = list(every(flow.steps))
    if not any(isinstance(one, (Approve, Handle)) for one in steps):
        yield Problem("", "流程至少要有一个审批或办理环节。")
    if len(steps) > MOST:
        yield Problem("", f"流程最多 {MOST} 个环节，现有 {len(steps)} 个，请用子流程拆分。")
    if _depth(flow.steps) > DEEPEST:
        yield Problem("", f"分支嵌套最多 {DEEPEST} 层，请用子流程拆分。")
    work = {one.key for one in steps if isinstance(one, Handle)}
    for key in terms.item.handlers:
        if key not in work:
            title = title_of_work(key, terms)
            yield Problem("", f"缺少办理环节“{title}”：该事项的业务处理在这一环节执行，请从“添加环节”中加回。")


def title_of_work(key: str, terms: Terms) -> str:
    return next((one.title for one in every(terms.item.flow.steps) if one.key == key), key)


def _depth(steps: tuple[Step, ...]) -> int:
    return 1 + max((_depth(row) for step in steps for row in branches_of(step)), default=0)


def _of_step(step: Step, flow: Flow, terms: Terms) -> Iterator[str]:
    if not step.title.strip():
        yield "请填写环节名称。"
    if len(step.title) > TITLE_LENGTH or any(ord(one) < 32 for one in step.title):
        yield f"环节名称最多 {TITLE_LENGTH} 字，不能换行。"
    if len(step.key) > KEY_LENGTH:
        yield "环节标识过长，请删除后重新添加。"
    match step:
        case Approve():
            yield from _of_approval(step, flow, terms)
        case Handle():
            yield from _of_who(step.who, terms)
            yield from _of_fields(step, terms)
            if not step.done.strip() or len(step.done) > 10:
                yield "请填写办理按钮上的字，最多 10 字。"
        case Notice():
            yield from _of_who(step.who, terms)
            yield from _of_fields(step, terms)
        case _:
            yield from _of_others(step, terms)


def _of_others(step: Step, terms: Terms) -> Iterator[str]:
    match step:
        case Child():
            if step.item not in terms.items:
                yield "请选择子流程的事项。"
            elif step.item == terms.item.code:
                yield "子流程不能是本事项自己。"
        case Wait():
            yield from _of_wait(step, terms)
        case Auto():
            if step.action not in terms.automatics:
                yield "请选择自动环节执行的处理。"


def _of_wait(step: Wait, terms: Terms) -> Iterator[str]:
    if not (step.days or step.until or step.event):
        yield "请设定等待的时间、日期或业务事件。"
    if step.until and step.until not in terms.dates:
        yield "等待的日期不在申请表里，请重新选择。"
    if step.event and step.event not in terms.item.events:
        yield "该事项没有登记这个业务事件，请重新选择。"


def _of_approval(step: Approve, flow: Flow, terms: Terms) -> Iterator[str]:
    yield from _of_who(step.who, terms)
    yield from _of_fields(step, terms)
    if step.who.kind is WhoKind.APPLICANT:
        yield "申请人不能审批自己的办件，请另选审批人。"
    if step.mode in (Mode.RATIO, Mode.VOTE) and not 0 < step.share.parts <= step.share.whole:
        yield "通过比例应大于零且不超过一。"
    if step.rejected_to not in ("", APPLICANT, PREVIOUS, *(one.key for one in every(flow.steps))):
        yield "不同意时退回的环节已不存在，请重新选择。"
    if step.rejected_to == step.key:
        yield "不同意时不能退回本环节自己。"


def _of_who(one: Who, terms: Terms) -> Iterator[str]:
    if one.kind is WhoKind.ROLE and one.role not in terms.roles:
        yield "请选择办理人的角色。"
    if one.field and one.field.partition(".")[0] not in terms.fields:
        yield "办理人所依据的表单内容已不在申请表里，请重新选择。"
    if one.kind is WhoKind.PEOPLE and not one.field:
        if not one.people:
            yield "请指定办理人员。"
        elif missing := [uid for uid in one.people if uid not in terms.people]:
            yield f"指定的人员中有 {len(missing)} 人已离岗或不存在，请重新指定。"


def _of_fields(step: Approve | Handle | Notice, terms: Terms) -> Iterator[str]:
    edits = step.edits if isinstance(step, Approve) else ()
    unknown = [name for name in (*edits, *step.hidden) if name not in terms.fields]
    if unknown:
        yield f"表单权限中有 {len(unknown)} 个内容已不在申请表里，请重新设置。"
    if set(edits) & set(step.hidden):
        yield "同一内容不能既可修改又隐藏。"
    if not isinstance(step, Notice):
        days = [one.days for one in step.timeouts]
        if any(one <= 0 for one in days) or days != sorted(set(days)):
            yield "超时天数应大于零，并且逐级增加。"


def _of_branches(step: Step, terms: Terms) -> Iterator[Problem]:
    if isinstance(step, Parallel) and len(step.lanes) < 2:
        yield Problem(step.key, "并行至少要有两路。")
    if isinstance(step, (Fork, Inclusive)):
        if not step.branches:
            yield Problem(step.key, "至少要有一个带条件的分支。")
        for at, branch in enumerate(step.branches):
            yield from (Problem(step.key, what, at) for what in _of_branch(branch, terms))


def _of_branch(branch: Branch, terms: Terms) -> Iterator[str]:
    if not branch.title.strip():
        yield "请填写分支名称。"
    yield from dict.fromkeys(of_condition(branch.when, terms))


def of_condition(one: Condition, terms: Terms) -> Iterator[str]:
    if not isinstance(one, Compare):
        if not one.parts:
            yield "条件组里还没有条件。"
        for part in one.parts:
            yield from of_condition(part, terms)
        return
    about, asked = terms.about(one.field, one.op), terms.comparable.get(one.field)
    if about is None or asked is None:
        yield "请为条件选择表单内容。" if not one.field else f"条件所用的“{one.field}”不在申请表里，请重新选择。"
        return
    if one.op not in ops_for(asked):
        yield f"“{about.title}”不能用这种比较，请重新选择。"
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    if not values or not all(fits(value, about) for value in values):
        yield f"请为“{about.title}”填写{_wanted(one, about)}。"


_WANTED = {
    Kind.PERSON: "一个在岗人员的姓名或编号（有同名的填编号）",
    Kind.UNIT: "一个单位或处室的名称、编号（有同名的填编号）",
    Kind.RECORD: "一条记录",
    Kind.CHOICES: "一个选项",
    Kind.INTEGER: "整数",
    Kind.MONEY: "金额（元）",
    Kind.DATE: "日期",
    Kind.CHOICE: "一个选项",
}


def _wanted(one: Compare, about: Field) -> str:
    kind = Kind.UNIT if one.op in (Op.UNDER, Op.OUTSIDE) else about.kind
    return _WANTED.get(kind, "比较的值")


def ops_for(about: Field) -> tuple[Op, ...]:
    if about.kind in ORDERED:
        return (Op.GT, Op.GE, Op.LT, Op.LE, Op.EQ, Op.NE)
    return _OPS.get(about.kind, (Op.EQ, Op.NE, Op.IN))


_OPS: dict[Kind, tuple[Op, ...]] = {
    Kind.BOOLEAN: (Op.EQ,),
    Kind.CHOICES: (Op.HAS, Op.LACKS),
    Kind.PERSON: (Op.EQ, Op.NE, Op.IN, Op.UNDER, Op.OUTSIDE),
    Kind.UNIT: (Op.UNDER, Op.OUTSIDE, Op.EQ, Op.NE, Op.IN),
}


def fits(value: str, about: Field) -> bool:
    """Whether a constant is of the kind of the field."""
    match about.kind:
        case Kind.INTEGER | Kind.MONEY:
            return _is_number(value, whole=about.kind is Kind.INTEGER)
        case Kind.DATE:
            return _is_date(value)
        case Kind.CHOICE | Kind.CHOICES | Kind.PERSON | Kind.UNIT | Kind.RECORD:
            return value in {one.code for one in about.choices}
        case Kind.BOOLEAN:
            return value in ("true", "false")
        case _:
            return bool(value)


def _is_number(text: str, *, whole: bool) -> bool:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and (not whole or number == number.to_integral_value())


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
