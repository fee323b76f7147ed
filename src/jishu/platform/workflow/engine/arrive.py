"""A case arrives at a step: tasks for its people, or onward when the flow lets an empty step pass."""

from collections.abc import Iterable
from dataclasses import replace

from jishu.platform.contract import Approve, Empty, Flow, Mode

from . import route
from .action import Action, Found, NeedPeople, Node
from .errors import NobodyToAct
from .state import Bookmark, Outcome, Run, State, Status, Task, Turn


def enter(flow: Flow, state: State, node: Node | None, action: Action, then: Bookmark | None = None) -> State:
    """Activate ``node``, and those after it as long as they pass by themselves; None means the way is at its end."""
    while node is not None:
        run = _activated(state, node, _found(node, action), then)
        state = replace(state, runs=(*state.runs, run))
        if run.outcome is Outcome.OPEN:
            return state
        (state, node), then = onward(flow, state, run), None
    return replace(state, status=Status.COMPLETED)


def leave(flow: Flow, state: State, run: Run, action: Action) -> State:
    """The open ``run`` has passed: go where it leads."""
    state, node = onward(flow, state, run)
    return enter(flow, state, node, action)


def onward(flow: Flow, state: State, run: Run) -> tuple[State, Node | None]:
    """The step after a passed run, and the path up to it; a step nobody decided at is not part of the path."""
    if run.then is not None:
        return replace(state, path=run.then.path), route.nodes(flow)[run.then.node]
    path = (*state.path, run.node) if run.tasks else state.path
    return replace(state, path=path), route.following(flow, state.facts, run.node)


def _found(node: Node, action: Action) -> Found:
    if node.key not in action.people:
        raise NeedPeople(node)
    return action.people[node.key]


def _activated(state: State, node: Node, found: Found, then: Bookmark | None) -> Run:
    people, trace = _eligible(state, node, found)
    if not people and node.empty is not Empty.PASS:
        raise NobodyToAct(f"“{node.title}”没有可以办理的人员,暂时不能流转。请联系本单位管理员设置负责人。")
    first = max((task.id for _, task in state.tasks()), default=0) + 1
    return Run(
        node=node.key,
        round=state.round,
        tasks=tuple(_tasks(node, people, first)),
        outcome=Outcome.OPEN if people else Outcome.PASSED,
        trace=trace if people else (*trace, "无人办理,按流程设定自动通过"),
        then=then,
    )


def _eligible(state: State, node: Node, found: Found) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Each person once, and never the applicant at an approval, whoever did the finding."""
    people = tuple(dict.fromkeys(found.people))
    if isinstance(node, Approve) and state.applicant in people:
        kept = tuple(person for person in people if person != state.applicant)
        return kept, (*found.trace, "申请人不审批本人的办件,已略去")
    return people, found.trace


def _tasks(node: Node, people: Iterable[int], first: int) -> Iterable[Task]:
    in_turn = isinstance(node, Approve) and node.mode is Mode.SEQUENCE
    for at, person in enumerate(people):
        yield Task(id=first + at, person=person, turn=Turn.WAITING if in_turn and at else Turn.OPEN)
