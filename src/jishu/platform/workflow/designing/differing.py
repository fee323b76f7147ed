"""What changed between two versions of a flow, in sentences."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from difflib import SequenceMatcher
from typing import Any

from jishu.platform.contract import (
    Branch,
    Flow,
    Fork,
    Inclusive,
    Lane,
    Parallel,
    Share,
    Step,
)
from jishu.platform.workflow.engine.plan import every, plan_of

from . import words
from .terms import Terms


@dataclass(frozen=True)
class Difference:
    """``mark`` is one word: 新增，删除，移动，修改."""

    mark: str
    where: str
    what: str


LABELS = {
    "title": "名称", "who": "办理人", "mode": "多人审批方式", "empty": "无人办理时", "own": "申请人是审批人时",
    "share": "通过比例", "votes": "各人票数", "waits_for_all": "全部表态后再计算", "veto": "一票否决",
    "refusal": "或签的不同意", "delegates": "委派后返回", "rejected_to": "不同意时", "keeps_added": "退回后保留加签人",
    "edits": "可修改的内容", "hidden": "不可见的内容", "timeouts": "超时处理", "done": "按钮", "item": "子流程事项",
    "waits": "等子流程办结", "refused": "子流程不予通过时", "carries": "带入子流程的内容", "days": "等待工作日",
    "until": "等到日期", "event": "等待业务事件", "action": "自动处理", "final": "办过不能退回到它之前",
    "dedupe": "自动去重", "asks_again_on_change": "内容有变时再次审批", "withdrawal": "申请人撤回",
    "auto_is_transparent": "可越过自动环节拿回", "priority": "优先级", "when": "条件",
}  # fmt: skip
INSIDE = ("steps", "branches", "otherwise", "lanes", "key")


def differences(old: Flow, new: Flow, terms: Terms) -> list[Difference]:
    before, after = ({step.key: step for step in every(flow.steps)} for flow in (old, new))
    found = [Difference("修改", "流程", what) for what in _settings(old, new, terms)]
    for key, step in before.items():
        if key not in after:
            found.append(Difference("删除", _called(step), f"删除{words.kind_of(step)}环节"))
    for key, step in after.items():
        if key not in before:
            found.append(Difference("新增", _called(step), f"{_place(new, key)}，{words.brief(step, terms)}"))
            found += [Difference("新增", _called(step), what) for what in _rows_told(step, terms)]
        else:
            found += _of_step(before[key], step, terms)
    found += [Difference("移动", _called(after[key]), _place(new, key)) for key in _relocated(old, new)]
    return found


def _of_step(old: Step, new: Step, terms: Terms) -> Iterator[Difference]:
    if type(old) is not type(new):
        yield Difference("修改", _called(new), f"由{words.kind_of(old)}改为{words.kind_of(new)}")
        return
    for what in _settings(old, new, terms):
        yield Difference("修改", _called(new), what)
    for what in _of_rows(_rows(old), _rows(new), terms):
        yield Difference("修改", _called(new), what)


def _settings(old: Any, new: Any, terms: Terms) -> Iterator[str]:
    for each in fields(new):
        before, after = getattr(old, each.name), getattr(new, each.name)
        if each.name not in INSIDE and before != after:
            label = LABELS.get(each.name, each.name)
            yield f"{label}：{_told(each.name, before, terms)} → {_told(each.name, after, terms)}"


def _of_rows(old: tuple[Branch | Lane, ...], new: tuple[Branch | Lane, ...], terms: Terms) -> Iterator[str]:
    for at in range(max(len(old), len(new))):
        if at >= len(new):
            yield f"删除分支“{old[at].title}”"
        elif at >= len(old):
            yield f"新增分支“{new[at].title}”{_when(new[at], terms)}"
        else:
            yield from (f"分支“{new[at].title}”的{what}" for what in _settings(old[at], new[at], terms))


def _rows(step: Step) -> tuple[Branch | Lane, ...]:
    match step:
        case Fork() | Inclusive():
            return step.branches
        case Parallel():
            return step.lanes
        case _:
            return ()


def _rows_told(step: Step, terms: Terms) -> list[str]:
    return [f"分支“{row.title}”{_when(row, terms)}" for row in _rows(step)]


def _when(row: Branch | Lane, terms: Terms) -> str:
    return f"：{words.branch(row, terms)}" if isinstance(row, Branch) else ""


def _told(name: str, value: Any, terms: Terms) -> str:
    say = _SAID.get(name)
    return say(value, terms) if say else words.told(value)


def _fields_told(value: Any, terms: Terms) -> str:
    return "、".join(terms.fields[one].title if one in terms.fields else one for one in value) or "（无）"


def _share_told(value: Share, terms: Terms) -> str:
    return f"{'超过' if value.more else ''}{value.whole} 分之 {value.parts}"


_SAID: dict[str, Callable[[Any, Terms], str]] = {
    "who": words.who,
    "when": words.condition,
    "share": _share_told,
    "timeouts": lambda value, terms: "".join(words.timeouts(value)) or "（无）",
    "rejected_to": lambda value, terms: words.rejected(value),
    "edits": _fields_told,
    "hidden": _fields_told,
    "votes": lambda value, terms: f"{len(value)} 人另定票数",
    "carries": lambda value, terms: f"{len(value)} 项",
    "item": lambda value, terms: terms.items.get(value, value),
}


def _place(flow: Flow, key: str) -> str:
    plan = plan_of(flow)
    line, at = plan.spots[key]
    row = plan.lines[line]
    after = f"在“{row[at - 1].title}”之后" if at else "在最前"
    if not line[0]:
        return after
    holder = plan.steps[line[0]]
    rows = _rows(holder)
    inside = rows[line[1]].title if line[1] < len(rows) else "其他情况"
    return f"{holder.title} · {inside}：{after}"


def _relocated(old: Flow, new: Flow) -> Iterator[str]:
    """Steps that stand in another row than before, or out of the order the others kept."""
    common = {step.key for step in every(old.steps)} & {step.key for step in every(new.steps)}
    named = _well_named(old) & _well_named(new)
    before, after = _rows_of(old, common, named), _rows_of(new, common, named)
    was = {key: name for name, row in before.items() for key in row}
    for name, row in after.items():
        stayed = [key for key in row if was[key] == name]
        kept = SequenceMatcher(a=[key for key in before.get(name, []) if key in stayed], b=stayed, autojunk=False)
        in_order = {stayed[at] for block in kept.get_matching_blocks() for at in range(block.b, block.b + block.size)}
        yield from (key for key in row if key not in in_order)


def _well_named(flow: Flow) -> set[str]:
    """Steps whose branches all have titles of their own: these are known by title, others by number."""
    steps = {key: [row.title for row in _rows(step)] for key, step in plan_of(flow).steps.items()}
    return {key for key, titles in steps.items() if len(set(titles)) == len(titles)}


def _rows_of(flow: Flow, common: set[str], named: set[str]) -> dict[tuple[str, str], list[str]]:
    """The common steps of each row, known so that a new row beside it does not make it another."""
    plan, found = plan_of(flow), {}
    for (key, at), row in plan.lines.items():
        rows = _rows(plan.steps[key]) if key else ()
        name = (rows[at].title if key in named else str(at)) if at < len(rows) else OTHERWISE
        found[key, name] = [one.key for one in row if one.key in common]
    return found


OTHERWISE = "@otherwise"


def _called(step: Step) -> str:
    return f"{words.kind_of(step)}“{step.title}”"
