"""The way of a case as people read it: what was done, who has it now, and who would come next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from jishu.platform.contract import Flow, Handle, WhoKind
from jishu.platform.identity.api import Person
from jishu.platform.lib.clock import ZONE

from . import engine
from .durations import usual
from .engine import Asking, Found
from .grounds import grounded
from .models import PENDING, Action, Case, Pause, Task
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
    shown: list[dict[str, Any]] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    usual: str = ""
    seal: str = ""


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
    tasks = list(Task.objects.filter(case=case, turn__in=PENDING).select_related("person").order_by("number"))
    waits = _waits(case, flow)
    finder = finder_for(case)
    ahead = _ahead(case, flow, finder)
    names = _names(actions, tasks, finder)
    return Way(
        done=tuple(_done(flow, action, names) for action in actions),
        now=(*(_now(task, names) for task in tasks), *waits),
        ahead=tuple(_forecast(node, found, names, usual(case.item)) for node, found in ahead),
    )


def sent_back(case: Case) -> Stop | None:
    """By whom a case was last returned, and what they want put right."""
    action = Action.objects.filter(case=case, kind=Action.Kind.SEND_BACK).select_related("person").last()
    if action is None or action.person is None or case.definition is None:
        return None
    return _done(flow_of(case.definition), action, _names([action], [], finder_for(case)))


def forecast(item: str, flow: Flow, values: Mapping[str, Any], finder: Finder) -> tuple[Stop, ...]:
    """Who would have a case filled in like this, by the organisation of today. A dry run: nothing is written."""
    found = [(node, finder.found(node)) for node in engine.way(flow, grounded(flow, values, finder))]
    names = described(finder.known.values())
    return tuple(_forecast(node, people, names, usual(item)) for node, people in found)


def next_sentence(case: Case) -> str:
    """What comes now, for the message after an action: 下一步由 李建国（办公室 主任）办理“处室负责人审批”。"""
    tasks = list(Task.objects.filter(case=case, turn=Task.Turn.OPEN).select_related("person").order_by("number"))
    if not tasks:
        return f"该办件{case.get_state_display()}。"
    names = described(task.person for task in tasks)
    who = "、".join(names[task.person_id] for task in tasks[:3]) + ("等" if len(tasks) > 3 else "")
    soon = usual(case.item).get(tasks[0].node)
    return f"下一步由 {who}办理“{tasks[0].title}”{f'，{soon}' if soon else ''}。"


def _ahead(case: Case, flow: Flow, finder: Finder) -> list[tuple[Asking, Found]]:
    """The steps after the present ones, on the way as the form stands now."""
    state = state_of(case)
    here = {run.node for run in state.open_runs}
    steps = engine.way(flow, state.facts)
    first = next((at for at, node in enumerate(steps) if node.key in here), None)
    if first is None:
        return []
    ahead = [node for node in steps[first:] if node.key not in here and node.key not in state.path]
    return [(node, finder.found(node, state.picks.get(node.key, ()))) for node in ahead]


def _names(actions: Iterable[Action], tasks: Iterable[Task], finder: Finder) -> dict[int, str]:
    people: dict[int, Person] = {action.person.pk: action.person for action in actions if action.person}
    people |= {task.person_id: task.person for task in tasks}
    named = {one for action in actions for one in _named(action)} - people.keys()
    people |= Person.objects.in_bulk(named) if named else {}
    return described((people | finder.known).values())


def _named(action: Action) -> list[int]:
    """The people an action speaks of, other than whoever did it."""
    to = action.data.get("to", ())
    listed = list(to) if isinstance(to, list) else [to] if isinstance(to, int) else []
    return [one for one in (*listed, action.data.get("of", 0), action.data.get("stands_for", 0)) if one]


def _done(flow: Flow, action: Action, names: Mapping[int, str]) -> Stop:
    title = engine.titles(flow).get(action.node, "申请人" if action.kind in _OF_APPLICANT else "办件")
    who = names[action.person.pk] if action.person else "平台"
    if deputised := action.data.get("stands_for"):
        who = f"{who} 代 {names[deputised]}"
    return Stop(
        title=title,
        who=who,
        word=_word(flow, action, names),
        at=action.at,
        opinion=action.opinion,
        shown=action.shown if action.kind in (Action.Kind.PERFORM, Action.Kind.AGREE) else [],
        notes=tuple(_notes(flow, action.data.get("people", {}))),
        seal=action.seal,
    )


_OF_APPLICANT = (Action.Kind.SUBMIT, Action.Kind.WITHDRAW, Action.Kind.URGE)
_PLACES = {"before": "前加签", "after": "后加签", "beside": "并加签"}
_TO = {Action.Kind.TRANSFER: "转办给", Action.Kind.DELEGATE: "委派给", Action.Kind.COPY: "抄送给",
       Action.Kind.REASSIGN: "移交给", Action.Kind.REMOVE_SIGNER: "减签"}  # fmt: skip


def _word(flow: Flow, action: Action, names: Mapping[int, str]) -> str:
    told = "、".join(names[one] for one in _named(action) if one != action.data.get("stands_for"))
    match action.kind:
        case Action.Kind.PERFORM:
            return _work(flow, action.node)
        case Action.Kind.ADD_SIGNERS:
            return f"{_PLACES[action.data.get('place', 'before')]} {told}"
        case Action.Kind.SEND_BACK:
            return f"退回{_target(flow, action.data['to'])}，{RESUME[action.data.get('resume', 'restart')]}"
        case Action.Kind.SUBMIT if action.seq > 1:
            return "重新提交"
        case kind if kind in _TO:
            return f"{_TO[Action.Kind(kind)]} {told}"
        case _:
            return action.get_kind_display()


def _work(flow: Flow, key: str) -> str:
    node = engine.nodes(flow)[key]
    return node.done if isinstance(node, Handle) and node.done != node.title else "已完成"


def _target(flow: Flow, to: str) -> str:
    if to == engine.PREVIOUS:
        return "上一步"
    title = engine.titles(flow).get(to)
    return f"“{title}”" if title else "申请人"


def _notes(flow: Flow, people: Mapping[str, Any]) -> Iterable[str]:
    for key, found in people.items():
        title = engine.titles(flow)[key]
        if found.get("trace"):
            yield f"{title}：{'；'.join(found['trace'])}"
        if not found.get("people"):
            yield f"{title}：没有找到办理人，按流程设定处理"


def _now(task: Task, names: Mapping[int, str]) -> Stop:
    word = "正在办理" if task.turn == Task.Turn.OPEN else task.get_turn_display()
    part = f"（{task.get_part_display()}）" if task.part != Task.Part.OWN else ""
    return Stop(title=task.title, who=names[task.person_id], word=f"{word}{part}", at=task.opened_at)


def _waits(case: Case, flow: Flow) -> tuple[Stop, ...]:
    """Asked of the database only where the case stands at a 等待."""
    if not any(run.is_wait for run in state_of(case).open_runs):
        return ()
    titles = engine.titles(flow)
    return tuple(
        Stop(title=titles[one.node], who="", word=_waiting(one), at=one.began_at)
        for one in Pause.objects.filter(case=case).order_by("began_at")
    )


def _waiting(one: Pause) -> str:
    if one.due_at is None:
        return "等待中"
    return f"等待至 {one.due_at.astimezone(ZONE):%-m月%-d日 %H:%M}"


def _forecast(node: Asking, found: Found, names: Mapping[int, str], known: Mapping[str, str]) -> Stop:
    who = "、".join(names[person] for person in found.people)
    who = who or _not_yet(node)
    return Stop(title=node.title, who=who, word="预计", notes=found.trace, usual=known.get(node.key, ""))


def _not_yet(node: Asking) -> str:
    if node.who.kind is WhoKind.CHOSEN:
        return "由您选定"
    return "按表单填写" if node.who.field else "暂未找到办理人"
