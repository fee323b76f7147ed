"""A stage for the engine's tests: flows written short, people by small numbers, every action logged."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from jishu.platform.contract import Approve, Branch, Compare, Empty, Flow, Fork, Handle, Mode, Op, Step, Who, WhoKind
from jishu.platform.workflow.engine import (
    APPLICANT,
    Action,
    Agree,
    Disagree,
    Effect,
    Found,
    NeedPeople,
    Perform,
    Resume,
    SendBack,
    State,
    Status,
    Submit,
    Transfer,
    Turn,
    Withdraw,
    step,
)  # fmt: skip

S = 100  # the applicant
SOMEONE = Who(kind=WhoKind.DEPARTMENT_HEAD)


def approve(key: str, mode: Mode = Mode.ALL, empty: Empty = Empty.REFUSE) -> Approve:
    return Approve(key=key, title=f"{key}审批", who=SOMEONE, mode=mode, empty=empty)


def handle(key: str, who: Who = SOMEONE) -> Handle:
    return Handle(key=key, title=f"{key}办理", who=who)


def line(*steps: Step) -> Flow:
    return Flow(steps=steps)


def by_amount(field: str, op: Op, value: str, *then: Step, otherwise: Iterable[Step] = ()) -> Fork:
    branch = Branch(title="大额", when=Compare(field=field, op=op, value=value), steps=then)
    return Fork(key="fork", title="金额", branches=(branch,), otherwise=tuple(otherwise))


class Play:
    """Plays actions on one case. ``people`` may change between actions: steps are filled when the case arrives."""

    def __init__(self, flow: Flow, **people: Iterable[int]) -> None:
        self.flow = flow
        self.people = {key: tuple(found) for key, found in people.items()}
        self.state = State(applicant=S)
        self.log: list[Action] = []
        self.effects: list[Effect] = []

    def take(self, action: Action) -> "Play":
        while True:
            try:
                stepped = step(self.flow, self.state, action)
            except NeedPeople as asked:
                found = Found(people=self.people.get(asked.node.key, ()))
                action = replace(action, people={**action.people, asked.node.key: found})
            else:
                break
        self.state = stepped.state
        self.effects.extend(stepped.effects)
        self.log.append(action)
        return self

    def submit(self, person: int = S, **values: Any) -> "Play":
        return self.take(Submit(person=person, values=values))

    def ok(self, *people: int) -> "Play":
        for person in people:
            self.take(Agree(person=person))
        return self

    def no(self, person: int) -> "Play":
        return self.take(Disagree(person=person))

    def back(self, person: int, to: str = APPLICANT, resume: Resume = Resume.RESTART) -> "Play":
        return self.take(SendBack(person=person, to=to, resume=resume))

    def withdraw(self, person: int = S) -> "Play":
        return self.take(Withdraw(person=person))

    def transfer(self, person: int, to: int) -> "Play":
        return self.take(Transfer(person=person, to=to))

    def perform(self, person: int) -> "Play":
        return self.take(Perform(person=person))

    @property
    def status(self) -> Status:
        return self.state.status

    def todo(self, key: str) -> list[int]:
        """t(key) of the scenarios: who has an open to-do at this step."""
        return [task.person for run, task in self.state.tasks() if run.node == key and task.turn is Turn.OPEN]

    def turns(self, key: str) -> list[tuple[int, str]]:
        """Everyone's task in the latest activation of this step."""
        run = next(run for run in reversed(self.state.runs) if run.node == key)
        return [(task.person, task.turn.value) for task in run.tasks]
