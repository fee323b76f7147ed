"""A stage for the engine's tests: flows written short, people by small numbers, every action logged."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from jishu.platform.contract import (
    Approve,
    Auto,
    Branch,
    Child,
    Compare,
    Empty,
    Flow,
    Fork,
    Handle,
    Inclusive,
    Lane,
    Mode,
    Notice,
    Op,
    Parallel,
    Step,
    Wait,
    Who,
    WhoKind,
)
from jishu.platform.workflow import engine
from jishu.platform.workflow.engine import (
    APPLICANT,
    SYSTEM,
    Action,
    Effect,
    Found,
    NeedPeople,
    Part,
    Resume,
    State,
    Status,
    Turn,
    step,
)

S = 100  # the applicant
SOMEONE = Who(kind=WhoKind.DEPARTMENT_HEAD)


def approve(key: str, mode: Mode = Mode.ALL, empty: Empty = Empty.REFUSE, **told: Any) -> Approve:
    return Approve(key=key, title=f"{key}审批", who=told.pop("who", SOMEONE), mode=mode, empty=empty, **told)


def handle(key: str, who: Who = SOMEONE) -> Handle:
    return Handle(key=key, title=f"{key}办理", who=who)


def notice(key: str, **told: Any) -> Notice:
    return Notice(key=key, title=f"{key}抄送", who=SOMEONE, **told)


def child(key: str, **told: Any) -> Child:
    return Child(key=key, title=f"{key}子流程", item="SUB", **told)


def wait(key: str, **told: Any) -> Wait:
    return Wait(key=key, title=f"{key}等待", **(told or {"event": key}))


def auto(key: str, **told: Any) -> Auto:
    return Auto(key=key, title=f"{key}自动", action=key, **told)


def line(*steps: Step, **told: Any) -> Flow:
    return Flow(steps=steps, **told)


def side_by_side(*lanes: Iterable[Step], key: str = "split") -> Parallel:
    return Parallel(
        key=key, title=key, lanes=tuple(Lane(title=str(at), steps=tuple(row)) for at, row in enumerate(lanes))
    )


def whichever(*steps: Step, otherwise: Iterable[Step] = ()) -> Inclusive:
    """包容: each step when the form field of its name is above zero."""
    branches = tuple(
        Branch(title=one.key, when=Compare(field=one.key, op=Op.GT, value="0"), steps=(one,)) for one in steps
    )
    return Inclusive(key="some", title="some", branches=branches, otherwise=tuple(otherwise))


def by_amount(field: str, op: Op, value: str, *then: Step, otherwise: Iterable[Step] = ()) -> Fork:
    branch = Branch(title="大额", when=Compare(field=field, op=op, value=value), steps=then)
    return Fork(key="fork", title="金额", branches=(branch,), otherwise=tuple(otherwise))


class Play:
    """Plays actions on one case. ``people`` may change between actions: steps are filled when the case arrives."""

    def __init__(self, flow: Flow, **people: Iterable[int]) -> None:
        self.flow = flow
        self.people = {key: tuple(found) for key, found in people.items()}
        self.state = State(applicant=S)
        self.votes: dict[int, int] = {}
        self.log: list[Action] = []
        self.effects: list[Effect] = []

    def take(self, action: Action) -> "Play":
        while True:
            try:
                stepped = step(self.flow, self.state, action)
            except NeedPeople as asked:
                people = asked.picked or self.people.get(asked.node.key, ())
                found = Found(people=people, votes=tuple(self.votes.get(one, 1) for one in people))
                action = replace(action, people={**action.people, asked.node.key: found})
            else:
                break
        self.state = stepped.state
        self.effects.extend(stepped.effects)
        self.log.append(action)
        return self

    def submit(self, person: int = S, picks: Any = None, **values: Any) -> "Play":
        return self.take(engine.Submit(person=person, values=values, picks=picks or {}))

    def ok(self, *people: int, **told: Any) -> "Play":
        for person in people:
            self.take(engine.Agree(person=person, **told))
        return self

    def no(self, person: int, **told: Any) -> "Play":
        return self.take(engine.Disagree(person=person, **told))

    def back(self, person: int, to: str = APPLICANT, resume: Resume = Resume.RESTART) -> "Play":
        return self.take(engine.SendBack(person=person, to=to, resume=resume))

    def withdraw(self, person: int = S) -> "Play":
        return self.take(engine.Withdraw(person=person))

    def transfer(self, person: int, to: int) -> "Play":
        return self.take(engine.Transfer(person=person, to=to))

    def delegate(self, person: int, to: int) -> "Play":
        return self.take(engine.Delegate(person=person, to=to))

    def add(self, person: int, *to: int, place: Part = Part.BEFORE, method: Mode = Mode.ALL) -> "Play":
        return self.take(engine.AddSigners(person=person, to=to, place=place, method=method))

    def remove(self, person: int, of: int) -> "Play":
        return self.take(engine.RemoveSigner(person=person, of=of))

    def claim(self, person: int) -> "Play":
        return self.take(engine.Claim(person=person))

    def unclaim(self, person: int) -> "Play":
        return self.take(engine.Unclaim(person=person))

    def take_back(self, person: int) -> "Play":
        return self.take(engine.TakeBack(person=person))

    def suspend(self) -> "Play":
        return self.take(engine.Suspend(person=99))

    def resume(self) -> "Play":
        return self.take(engine.Continue(person=99))

    def terminate(self) -> "Play":
        return self.take(engine.Terminate(person=99))

    def time_out(self, person: int, to: int = 0) -> "Play":
        number = next(task.id for _, task in self.state.pending() if task.person == person)
        return self.take(engine.TimeOut(person=SYSTEM, task=number, to=to))

    def child_ended(self, node: str, *, well: bool) -> "Play":
        return self.take(engine.ChildEnded(person=SYSTEM, node=node, well=well))

    def waited(self, node: str) -> "Play":
        return self.take(engine.Waited(person=SYSTEM, node=node))

    def happened(self, event: str) -> "Play":
        return self.take(engine.Happened(person=SYSTEM, event=event))

    def ran(self, node: str, **values: Any) -> "Play":
        return self.take(engine.Ran(person=SYSTEM, node=node, values=values))

    def perform(self, person: int) -> "Play":
        return self.take(engine.Perform(person=person))

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
