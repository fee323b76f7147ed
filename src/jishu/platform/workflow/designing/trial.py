"""试运行: who would decide if somebody applied with these values. The real engine; nobody told, nothing written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jishu.platform.contract import Approve, Branch, Flow, Fork, Inclusive, Notice, WhoKind, fields_of, holds
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow import engine
from jishu.platform.workflow.engine import SYSTEM, Found, NeedPeople, State, Status, Turn
from jishu.platform.workflow.engine.condition import taken
from jishu.platform.workflow.engine.plan import every
from jishu.platform.workflow.grounds import grounded
from jishu.platform.workflow.people import Finder, described

from . import words
from .terms import Terms

MOST = 300


@dataclass(frozen=True)
class Stop:
    """One step passed: who would act, and why they."""

    key: str
    kind: str
    title: str
    who: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    stops: tuple[Stop, ...]
    end: str


def tried(flow: Flow, terms: Terms, applicant: Actor, values: Mapping[str, Any]) -> Trial:
    """Everybody agrees and performs, times come, child cases end well; what cannot go on says why."""
    assert applicant.person is not None
    agency = applicant.own_agency
    finder = Finder(applicant.person, applicant.department or agency, agency, values)
    run = _Run(flow, terms, finder, applicant.person.id)
    try:
        run.play(values)
    except DomainError as error:
        return Trial(run.told(), error.message)
    return Trial(run.told(), _ENDS.get(run.state.status, "流程没有走完，请检查是否有绕回的环节。"))


_ENDS = {Status.COMPLETED: "全部环节完成，办结。", Status.REJECTED: "办件不予通过，流程结束。"}


class _Run:
    def __init__(self, flow: Flow, terms: Terms, finder: Finder, applicant: int) -> None:
        self.flow, self.terms, self.finder = flow, terms, finder
        self.state = State(applicant=applicant)
        self.notices: dict[str, Found] = {}
        self.order: list[str] = []
        self.values: Mapping[str, Any] = {}

    def play(self, values: Mapping[str, Any]) -> None:
        chosen = [key for key, node in engine.nodes(self.flow).items() if node.who.kind is WhoKind.CHOSEN]
        picks = {key: (self.stand_in(),) for key in chosen}
        self.values = values = grounded(self.flow, values, self.finder)
        self.take(engine.Submit(person=self.state.applicant, values=values, picks=picks))
        for _ in range(MOST):
            if self.state.status is not Status.RUNNING:
                return
            self.take(self.next_action())

    def stand_in(self) -> int:
        """Somebody to stand for whoever the applicant would choose."""
        above = self.finder.superior_of(self.finder.known[self.state.applicant])
        return above.id if above else self.state.applicant

    def take(self, action: engine.Action) -> None:
        while True:
            try:
                self.state = engine.step(self.flow, self.state, action).state
                return
            except NeedPeople as asked:
                found = self.finder.found(asked.node, asked.picked)
                if isinstance(asked.node, Notice):
                    self.notices[asked.node.key] = found
                self.order.append(asked.node.key)
                action = replace(action, people={**action.people, asked.node.key: found})

    def next_action(self) -> engine.Action:
        for run in self.state.open_runs:
            if run.is_wait:
                return engine.Waited(person=SYSTEM, node=run.node)
            if run.is_auto:
                return engine.Ran(person=SYSTEM, node=run.node)
            if run.is_child:
                return engine.ChildEnded(person=SYSTEM, node=run.node, well=True)
        run, task = next((run, task) for run, task in self.state.pending() if task.turn is Turn.OPEN)
        approves = isinstance(engine.plan_of(self.flow).steps[run.node], Approve)
        deed = engine.Agree if approves else engine.Perform
        return deed(person=task.person, task=task.id)

    def told(self) -> tuple[Stop, ...]:
        """In the order of the drawing: what was passed, and at forks why."""
        names = described(self.finder.known.values())
        passed = {run.node: run for run in self.state.runs}
        found = []
        for step in every(self.flow.steps):
            key = step.key
            if isinstance(step, (Fork, Inclusive)):
                found += self.fork(step)
            elif key in self.notices:
                people = self.notices[key]
                found.append(self.stop(key, "、".join(names[one] for one in people.people), people.trace))
            elif key in passed:
                found.append(self.stop(key, self.who(passed[key], names), passed[key].trace))
        return tuple(found)

    def who(self, run: engine.Run, names: Mapping[int, str]) -> str:
        step = engine.plan_of(self.flow).steps[run.node]
        if isinstance(step, Approve) and step.who.kind is WhoKind.CHOSEN:
            return "由申请人提交时选定"
        told = [
            f"{names[task.person]}{'（此前已同意，自动通过）' if task.turn is Turn.AUTO else ''}" for task in run.tasks
        ]
        return "、".join(told) or ("" if run.tasks else words.brief(step, self.terms) if _by_itself(run) else "无人")

    def stop(self, key: str, who: str, notes: tuple[str, ...]) -> Stop:
        step = engine.plan_of(self.flow).steps[key]
        return Stop(key, words.kind_of(step), step.title, who, tuple(notes))

    def fork(self, step: Fork | Inclusive) -> list[Stop]:
        """Which conditions hold, where the case came by."""
        if not self.came_by(step.key):
            return []
        notes = [self.judged(branch) for branch in step.branches]
        titles = [*(one.title for one in step.branches), "其他情况"]
        way = "、".join(f"“{titles[at]}”" for at in _ways(step, self.state.facts))
        return [Stop(step.key, words.kind_of(step), step.title, f"走{way}", tuple(notes))]

    def came_by(self, key: str) -> bool:
        """Whether every fork around this one took the branch it lies in."""
        plan = engine.plan_of(self.flow)
        for holder, at in plan.around(key):
            step = plan.steps[holder]
            if isinstance(step, (Fork, Inclusive)) and at not in _ways(step, self.state.facts):
                return False
        return bool(self.state.runs or self.notices) or self.state.status is not Status.NEW

    def judged(self, branch: Branch) -> str:
        asked = dict.fromkeys(fields_of(branch.when))
        known = self.terms.comparable
        have = "、".join(
            f"{known[name].title if name in known else name} 为 {self.value(name)}" for name in asked if name
        )
        word = "成立" if holds(branch.when, self.state.facts) else "不成立"
        return f"“{branch.title}”{words.branch(branch, self.terms)}：{word}（{have or '没有条件'}）"

    def value(self, name: str) -> str:
        value = self.state.facts.get(name, self.values.get(name))
        if isinstance(value, bool):
            return "是" if value else "否"
        if value in (None, "", []):
            return "空"
        about = self.terms.comparable.get(name)
        told = value if isinstance(value, list) else [value]
        return "、".join(words.constant(str(one), about) for one in told)


def _ways(step: Fork | Inclusive, facts: Mapping[str, Any]) -> list[int]:
    true = taken(step.branches, facts) or [len(step.branches)]
    return true[:1] if isinstance(step, Fork) else true


def _by_itself(run: engine.Run) -> bool:
    return run.is_wait or run.is_auto or run.is_child
