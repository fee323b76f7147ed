"""A flow in words, as the office would say it."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from jishu.platform.contract import (
    AllOf,
    AnyOf,
    Approve,
    Auto,
    Branch,
    Child,
    ChildRefused,
    Compare,
    Condition,
    Dedupe,
    Empty,
    Field,
    Fork,
    Handle,
    Inclusive,
    Kind,
    Mode,
    Notice,
    Op,
    Own,
    Parallel,
    Refusal,
    Returning,
    Step,
    Then,
    Timeout,
    Wait,
    Who,
    WhoKind,
    Withdrawal,
)
from jishu.platform.workflow.engine import APPLICANT, PREVIOUS

from .terms import CHOSEN, Terms

KINDS: dict[type[Step], str] = {
    Approve: "审批", Handle: "办理", Notice: "抄送", Fork: "条件分支", Parallel: "并行", Inclusive: "包容分支",
    Child: "子流程", Wait: "等待", Auto: "自动",
}  # fmt: skip
WHO = {
    WhoKind.DEPARTMENT_HEAD: "申请人所在处室负责人",
    WhoKind.LEADER: "分管领导",
    WhoKind.UNIT_HEAD: "单位主要负责人",
    WhoKind.ROLE: "担任某角色的人",
    WhoKind.PEOPLE: "指定人员",
    WhoKind.CHOSEN: "申请人提交时选定",
    WhoKind.APPLICANT: "申请人本人",
}
MODE = {
    Mode.ALL: "会签：全部同意才通过",
    Mode.ANY: "或签：一人同意即通过",
    Mode.SEQUENCE: "依次：按顺序逐人审批",
    Mode.RATIO: "比例会签：达到人数比例即通过",
    Mode.VOTE: "票签：达到票数比例即通过",
    Mode.CLAIM: "认领：由认领的一人决定",
}
EMPTY = {
    Empty.CLIMB: "由上级单位的同类人员办理",
    Empty.REFUSE: "不予提交",
    Empty.PASS: "自动通过",
    Empty.REJECT: "自动不予通过",
    Empty.MANAGER: "转流程管理员",
}
OWN = {Own.CLIMB: "由上一级负责人审批", Own.SKIP: "略去本人；只有本人时自动通过"}
REFUSAL = {Refusal.ONE: "一人不同意即不通过", Refusal.EVERY: "全部不同意才不通过"}
RETURNING = {Returning.OWNER: "直接回到委派的本人", Returning.PREVIOUS: "逐级返回"}
THEN = {Then.REMIND: "提醒办理人", Then.TRANSFER: "转办理人的上级", Then.PASS: "自动通过", Then.REFUSE: "自动不予通过"}
DEDUPE = {
    Dedupe.NONE: "不去重",
    Dedupe.CONSECUTIVE: "与上一环节相同时不再审批",
    Dedupe.ALL: "此前已同意的不再审批",
}
WITHDRAWAL = {
    Withdrawal.BEFORE_DECISION: "有人审批之前可以撤回",
    Withdrawal.BEFORE_END: "办结之前可以撤回",
    Withdrawal.NEVER: "不能撤回",
}
CHILD_REFUSED = {
    ChildRefused.REJECT: "主办件一并不予通过",
    ChildRefused.RETURN: "退回上一步",
    ChildRefused.IGNORE: "不影响，继续",
}
OPS = {
    Op.EQ: "等于", Op.NE: "不等于", Op.LT: "小于", Op.LE: "不大于", Op.GT: "大于", Op.GE: "不小于", Op.IN: "是其中之一",
    Op.UNDER: "属于", Op.OUTSIDE: "不属于", Op.HAS: "含", Op.LACKS: "不含",
}  # fmt: skip


def kind_of(step: Step) -> str:
    return KINDS[type(step)]


def who(one: Who, terms: Terms) -> str:
    """Who is asked, in a few words."""
    if one.field:
        return _named_in_form(one, terms)
    match one.kind:
        case WhoKind.ROLE:
            return f"本单位的{terms.roles.get(one.role, one.role or '（未选角色）')}"
        case WhoKind.PEOPLE:
            return "、".join(terms.people.get(uid, "（已离岗或不存在）") for uid in one.people) or "（未指定人员）"
        case _:
            return WHO[one.kind]


def _named_in_form(one: Who, terms: Terms) -> str:
    name, _, column = one.field.partition(".")
    said = f"表单“{terms.fields[name].title if name in terms.fields else name}”"
    if one.kind is WhoKind.PEOPLE:
        return f"{said}中填写的{'各位' if column else ''}人员"
    return f"{said}的{terms.roles.get(one.role, '单位主要负责人') if one.kind is WhoKind.ROLE else '单位主要负责人'}"


def brief(step: Step, terms: Terms) -> str:
    """One line under the title of a step in the drawing."""
    match step:
        case Approve() | Handle() | Notice():
            return who(step.who, terms)
        case Child():
            return f"{terms.items.get(step.item, '（未选事项）')}{'，等它办结' if step.waits else '，不等它办结'}"
        case Wait():
            return "或".join(_awaited(step, terms)) or "（未设定等待什么）"
        case Auto():
            return terms.automatics.get(step.action, "（未选处理）")
        case _:
            return _BRANCHING[type(step)]


_BRANCHING: dict[type[Step], str] = {
    Fork: "从上到下，走第一个成立的分支",
    Inclusive: "凡是成立的分支都走，全部办完再继续",
    Parallel: "各路同时进行，全部办完再继续",
}


def explained(step: Step, terms: Terms) -> list[str]:
    """What a step does, in whole sentences: shown beside its settings while they are changed."""
    match step:
        case Approve():
            return list(_approval(step, terms))
        case Handle():
            told = [f"由{who(step.who, terms)}办理，任何一人办完即可，按钮上写“{step.done}”。"]
            return [*told, _nobody(step.empty), *timeouts(step.timeouts)]
        case Notice():
            return [f"抄送{who(step.who, terms)}阅知，不影响流程继续。"]
        case _:
            return [f"{brief(step, terms)}。"]


def _approval(step: Approve, terms: Terms) -> Iterator[str]:
    yield f"由{who(step.who, terms)}审批。"
    yield f"两人以上时：{decided(step)}。"
    if step.own is Own.CLIMB:
        yield "申请人本人是审批人时，由上一级负责人审批，任何时候都不能审批自己的办件。"
    else:
        yield "申请人本人是审批人时略去本人；只有本人时自动通过。"
    yield _nobody(step.empty)
    yield f"不同意时：{rejected(step.rejected_to)}。"
    yield from timeouts(step.timeouts)


def decided(step: Approve) -> str:
    told = MODE[step.mode].partition("：")[2]
    if step.mode in (Mode.RATIO, Mode.VOTE):
        unit = "票" if step.mode is Mode.VOTE else "人"
        told = (
            f"同意{'超过' if step.share.more else '达到'} {step.share.whole} 分之 {step.share.parts} 的{unit}数即通过"
        )
        told += "，一人不同意即否决" if step.veto else ""
        told += "，全部表态后再计算" if step.waits_for_all else ""
    if step.mode is Mode.ANY:
        told += f"，{REFUSAL[step.refusal]}"
    return told


def rejected(to: str, titles: dict[str, str] | None = None) -> str:
    if not to:
        return "办件不予通过，流程结束"
    return {APPLICANT: "退回申请人", PREVIOUS: "退回上一步"}.get(to) or f"退回“{(titles or {}).get(to, to)}”"


def timeouts(rows: tuple[Timeout, ...]) -> list[str]:
    return [f"送达满 {plain(one.days)} 个工作日未办：{THEN[one.then]}。" for one in rows]


def _nobody(empty: Empty) -> str:
    return f"没有人可以办理时：{EMPTY[empty]}。"


def _awaited(step: Wait, terms: Terms) -> Iterator[str]:
    if step.days:
        yield f"满 {plain(step.days)} 个工作日"
    if step.until:
        yield f"到“{terms.dates.get(step.until, step.until)}”当天"
    if step.event:
        yield f"收到“{terms.item.events.get(step.event, step.event)}”"


def condition(one: Condition, terms: Terms) -> str:
    """数量 大于 5 且（类别 等于 家具 或 …）."""
    match one:
        case AllOf(parts=parts):
            return " 且 ".join(_grouped(part, terms) for part in parts) or "（没有条件）"
        case AnyOf(parts=parts):
            return " 或 ".join(_grouped(part, terms) for part in parts) or "（没有条件）"
        case Compare():
            about = terms.about(one.field, one.op)
            title = about.title if about else one.field or "（未选内容）"
            below = "及其下级" if one.op in (Op.UNDER, Op.OUTSIDE) else ""
            return f"{title} {OPS[one.op]} {_constants(one, about)}{below}"


def _grouped(part: Condition, terms: Terms) -> str:
    return condition(part, terms) if isinstance(part, Compare) else f"({condition(part, terms)})"


def _constants(one: Compare, about: Field | None) -> str:
    values = one.value if isinstance(one.value, tuple) else (one.value,)
    return "、".join(constant(value, about) for value in values) or "（未填）"


def constant(value: str, about: Field | None) -> str:
    """A constant as people read it: the title of a choice, 是 or 否, an amount."""
    if value == "":
        return "（未填）"
    if about is None:
        return value
    if about.kind in CHOSEN:
        return next((one.title for one in about.choices if one.code == value), value)
    if about.kind is Kind.BOOLEAN:
        return {"true": "是", "false": "否"}.get(value, value)
    return f"{value} 元" if about.kind is Kind.MONEY else value


def branch(one: Branch, terms: Terms) -> str:
    return f"当 {condition(one.when, terms)}"


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def told(value: Any) -> str:
    """Any setting, for a comparison of versions."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    known = _SETTINGS.get(type(value))
    return known[value] if known else str(value) if value not in ("", ()) else "（无）"


_SETTINGS: dict[type, dict[Any, str]] = {
    type(next(iter(words))): {**words}
    for words in (WHO, MODE, EMPTY, OWN, REFUSAL, RETURNING, DEDUPE, WITHDRAWAL, CHILD_REFUSED)
}
