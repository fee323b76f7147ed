"""The way of a case as people read it: what was done, who has it now, and who would come next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jishu.platform.contract import Flow, Handle
from jishu.platform.identity.api import Person

from . import engine
from .engine import Found, Node
from .models import Action, Case, Task
from .moving import finder_for
from .people import Finder, described
from .publishing import flow_of
from .standing import state_of

RESUME = {"direct": "改后直接回到本环节", "restart": "改后逐级重走"}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One thing on the way. ``notes`` tell how people were found and what passed by itself."""

    title: str
    who: str
    word: str
    at: datetime | None = None
    opinion: str = ""
    shown: list[dict[str, str]] = field(default_factory=list)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Way:
    done: tuple[Stop, ...]
    now: tuple[Stop, ...]
    ahead: tuple[Stop, ...]


def way_of(case: Case) -> Way:
    """Everything in a handful of queries, however many people decided."""
    if case.definition is None:
        return Way(done=(), now=(), ahead=())
    flow = flow_of(case.definition)
    actions = list(Action.objects.filter(case=case).select_related("person").order_by("seq"))
    tasks = list(
        Task.objects.filter(case=case, turn__in=("open", "waiting")).select_related("person").order_by("number")
    )
    finder = finder_for(case)
    ahead = _ahead(case, flow, finder)
    names = _names(actions, tasks, finder)
    return Way(
        done=tuple(_done(flow, action, names) for action in actions),
        now=tuple(_now(task, names) for task in tasks),
        ahead=tuple(_forecast(node, found, names) for node, found in ahead),
    )


def forecast(flow: Flow, values: Mapping[str, Any], finder: Finder) -> tuple[Stop, ...]:
    """Who would have a case filled in like this, by the organisation of today. A dry run: nothing is written."""
    found = [(node, finder.found(node)) for node in engine.way(flow, values)]
    names = described(finder.known.values())
    return tuple(_forecast(node, people, names) for node, people in found)


def next_sentence(case: Case) -> str:
    """What comes now, for the message after an action: 下一步由 李建国(办公室 主任)办理“处室负责人审批”。"""
    tasks = list(Task.objects.filter(case=case, turn=Task.Turn.OPEN).select_related("person").order_by("number"))
    if not tasks:
        return f"该办件{case.get_state_display()}。"
    names = described(task.person for task in tasks)
    who = "、".join(names[task.person_id] for task in tasks[:3]) + ("等" if len(tasks) > 3 else "")
    return f"下一步由 {who}办理“{tasks[0].title}”。"


def _ahead(case: Case, flow: Flow, finder: Finder) -> list[tuple[Node, Found]]:
    """The steps after the present one, on the way as the form stands now."""
    state = state_of(case)
    if not state.open_runs:
        return []
    steps = engine.way(flow, state.facts)
    here = next(at for at, node in enumerate(steps) if node.key == state.open_runs[0].node)
    return [(node, finder.found(node)) for node in steps[here + 1 :]]


def _names(actions: Iterable[Action], tasks: Iterable[Task], finder: Finder) -> dict[int, str]:
    people: dict[int, Person] = {action.person_id: action.person for action in actions}
    people |= {task.person_id: task.person for task in tasks}
    heirs = {action.data["to"] for action in actions if action.kind == Action.Kind.TRANSFER} - people.keys()
    people |= Person.objects.in_bulk(heirs) if heirs else {}
    return described((people | finder.known).values())


def _done(flow: Flow, action: Action, names: Mapping[int, str]) -> Stop:
    node = engine.nodes(flow).get(action.node)
    return Stop(
        title=node.title if node else "申请人",
        who=names[action.person_id],
        word=_word(flow, action, node, names),
        at=action.at,
        opinion=action.opinion,
        shown=action.shown if action.kind == Action.Kind.PERFORM else [],
        notes=tuple(_notes(flow, action.data.get("people", {}))),
    )


def _word(flow: Flow, action: Action, node: Node | None, names: Mapping[int, str]) -> str:
    match action.kind:
        case Action.Kind.PERFORM if isinstance(node, Handle):
            return node.done if node.done != node.title else "已完成"
        case Action.Kind.TRANSFER:
            return f"转办给 {names[action.data['to']]}"
        case Action.Kind.SEND_BACK:
            return f"退回{_target(flow, action.data['to'])},{RESUME[action.data.get('resume', 'restart')]}"
        case Action.Kind.SUBMIT if action.seq > 1:
            return "重新提交"
        case _:
            return action.get_kind_display()


def _target(flow: Flow, to: str) -> str:
    if to == engine.PREVIOUS:
        return "上一步"
    node = engine.nodes(flow).get(to)
    return f"“{node.title}”" if node else "申请人"


def _notes(flow: Flow, people: Mapping[str, Any]) -> Iterable[str]:
    for key, found in people.items():
        title = engine.nodes(flow)[key].title
        if found.get("trace"):
            yield f"{title}:{';'.join(found['trace'])}"
        if not found["people"]:
            yield f"{title}:无人办理,按流程设定自动通过"


def _now(task: Task, names: Mapping[int, str]) -> Stop:
    waiting = task.turn == Task.Turn.WAITING
    return Stop(
        title=task.title, who=names[task.person_id], word="尚未轮到" if waiting else "正在办理", at=task.opened_at
    )


def _forecast(node: Node, found: Found, names: Mapping[int, str]) -> Stop:
    who = "、".join(names[person] for person in found.people)
    return Stop(title=node.title, who=who or "暂未找到办理人", word="预计", notes=found.trace)
