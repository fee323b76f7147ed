"""Z01 and Z02: whatever people try, the log replays to the same state and nobody is left hanging."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from jishu.platform.contract import (
    Branch,
    ChildRefused,
    Compare,
    Dedupe,
    Empty,
    Flow,
    Fork,
    Inclusive,
    Mode,
    Op,
    Own,
    Refusal,
    Returning,
    Share,
    Step,
    Then,
    Timeout,
    Withdrawal,
)
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow.engine import (
    APPLICANT,
    PREVIOUS,
    SYSTEM,
    Action,
    AddSigners,
    Agree,
    ChildEnded,
    Claim,
    Continue,
    Copy,
    Delegate,
    Disagree,
    Happened,
    Part,
    Perform,
    Ran,
    Reassign,
    RemoveSigner,
    Resume,
    SendBack,
    State,
    Status,
    Submit,
    Suspend,
    TakeBack,
    Terminate,
    TimeOut,
    Transfer,
    Turn,
    Unclaim,
    Urge,
    Waited,
    Withdraw,
    decode,
    decode_any,
    encode,
    flow_from,
    fold,
    plan_of,
)
from jishu.platform.workflow.engine.plan import every

from .play import Play, S, approve, auto, child, handle, notice, side_by_side, wait

WALKS = 200
PEOPLE = (1, 2, 3, 4, 5, 6, S)
ABOVE = Compare(field="x", op=Op.GT, value="1")
SOME = Compare(field="y", op=Op.GT, value="1")


class Flows:
    """Flows of every kind of step, nested at random."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.count = chance, 0

    def flow(self) -> Flow:
        return Flow(
            steps=(self.decision(), *(self.step(2) for _ in range(self.chance.randint(0, 4)))),
            dedupe=self.chance.choice(list(Dedupe)),
            withdrawal=self.chance.choice(list(Withdrawal)),
            auto_is_transparent=self.maybe(),
        )

    def maybe(self) -> bool:
        return self.chance.random() < 0.5

    def key(self) -> str:
        self.count += 1
        return f"K{self.count}"

    def step(self, depth: int) -> Step:
        kinds = [self.decision] * 5 + [self.small] * 2 + [lambda: self.block(depth)] * 4 * bool(depth)
        return self.chance.choice(kinds)()

    def rows(self, depth: int) -> tuple[Step, ...]:
        return tuple(self.step(depth) for _ in range(self.chance.randint(0, 2)))

    def decision(self) -> Step:
        pick = self.chance.choice
        thens = [pick(list(Then)) for _ in range(self.chance.randint(0, 2))]
        return approve(
            self.key(), pick(list(Mode)), pick([Empty.PASS, Empty.PASS, Empty.REFUSE, Empty.REJECT]),
            own=pick(list(Own)), share=pick([Share(), Share(parts=1, whole=2), Share(parts=1, whole=2, more=True)]),
            waits_for_all=self.maybe(), veto=self.maybe(), refusal=pick(list(Refusal)), delegates=pick(list(Returning)),
            keeps_added=self.maybe(), timeouts=tuple(Timeout(days=Decimal(1), then=then) for then in thens),
            rejected_to=pick(["", "", APPLICANT, PREVIOUS, "K1"]), edits=("x",) if self.maybe() else (),
        )  # fmt: skip

    def small(self) -> Step:
        return self.chance.choice(
            [
                lambda: handle(self.key()),
                lambda: notice(self.key()),
                lambda: child(self.key(), waits=self.maybe(), refused=self.chance.choice(list(ChildRefused))),
                lambda: wait(self.key(), event=self.chance.choice(["", "e"]), days=Decimal(1)),
                lambda: auto(self.key(), final=self.maybe()),
            ]
        )()

    def block(self, depth: int) -> Step:
        if self.maybe():
            return side_by_side(self.rows(depth - 1), self.rows(depth - 1), key=self.key())
        branches = tuple(Branch(title="", when=when, steps=self.rows(depth - 1)) for when in (ABOVE, SOME))
        kind = self.chance.choice([Fork, Inclusive])
        return kind(key=self.key(), title="", branches=branches, otherwise=self.rows(depth - 1))


def some_action(chance: Random, play: Play) -> Action:
    """Mostly something sensible by someone whose turn it is; now and then anything by anyone."""
    state, pick = play.state, chance.choice
    to = pick(PEOPLE)
    holders = [task.person for _, task in state.pending() if task.turn is Turn.OPEN] or [S]
    who = pick(holders) if chance.random() < 0.85 else pick(PEOPLE)
    keys, tasks = list(play.people), [task.id for _, task in state.tasks()] or [1]
    others = tuple(pick(range(1, 10)) for _ in range(chance.randint(1, 3)))
    common = [
        Agree(person=who),
        Agree(person=who),
        Agree(person=who, values=pick([{}, {"x": pick(["0", "5"])}])),
        Agree(person=to, stands_for=who),
        Perform(person=who),
        Disagree(person=who),
        SendBack(person=who, to=pick([APPLICANT, PREVIOUS, *keys]), resume=pick(list(Resume))),
        Transfer(person=who, to=to),
        Delegate(person=who, to=to),
        AddSigners(
            person=who, to=others, place=pick([Part.BEFORE, Part.AFTER, Part.BESIDE]),
            method=pick([Mode.ALL, Mode.ANY, Mode.SEQUENCE]),
        ),
        RemoveSigner(person=pick(PEOPLE), of=who),
        Claim(person=who),
        Unclaim(person=who),
        TakeBack(person=to),
        TimeOut(person=SYSTEM, task=pick(tasks), stage=pick([0, 1]), to=to),
        ChildEnded(person=SYSTEM, node=pick(keys), well=pick([True, False])),
        Waited(person=SYSTEM, node=pick(keys)),
        Ran(person=SYSTEM, node=pick(keys), values={"x": pick(["0", "5"])}),
        Submit(person=S, values={"x": pick(["0", "5", None]), "y": pick(["0", "5"])}),
    ]  # fmt: skip
    rare = [
        Withdraw(person=S), Urge(person=S), Copy(person=to, to=others), Suspend(person=99), Continue(person=99),
        Happened(person=SYSTEM, event="e"), Continue(person=99), Reassign(person=99, task=pick(tasks), to=to),
    ]  # fmt: skip
    if chance.random() < 0.005:
        return Terminate(person=99)
    if state.status is Status.SUSPENDED and chance.random() < 0.5:
        return Continue(person=99)
    return pick(common) if chance.random() < 0.85 else pick(rare)


def check_invariants(flow: Flow, state: State) -> None:
    plan = plan_of(flow)
    open_tasks = [(run, task) for run, task in state.tasks() if task.turn is Turn.OPEN]
    by_itself = [run for run in state.open_runs if run.is_child or run.is_wait or run.is_auto]
    if state.status is Status.RUNNING:
        assert open_tasks or by_itself
        for run in state.open_runs:
            assert run in by_itself or any(task.turn is Turn.OPEN for task in run.tasks), "a step nobody can move"
    elif state.status is Status.SUSPENDED:
        assert not open_tasks
        assert state.open_runs
    else:
        assert not state.pending()
        assert not state.open_runs
        assert not state.splits
    for run, task in state.tasks():
        assert task.turn is not Turn.APPROVED or state.applicant not in (task.person, task.acted_by)
        assert run.node in plan.steps
    assert max(Counter(run.node for run in state.open_runs).values(), default=0) <= 1, "two activations of one step"
    held = [(run.node, task.person) for run, task in state.pending()]
    assert len(held) == len(set(held))
    ids = [task.id for _, task in state.tasks()]
    assert len(ids) == len(set(ids))
    check_branches(state, plan)


def check_branches(state: State, plan) -> None:
    """A branch that is not through has someone in it, and whoever is in one, that branch is not through."""
    left = {split.key: split.left for split in state.splits}
    assert len(left) == len(state.splits)
    for run in state.open_runs:
        for key, branch in plan.splits_around(run.node).items():
            assert branch in left[key]
    for key, branches in left.items():
        for branch in branches:
            assert any(plan.splits_around(run.node).get(key) == branch for run in state.open_runs)


@pytest.mark.parametrize("seed", range(10))
def test_z01_z02_any_walk_replays_and_keeps_the_invariants(seed):
    done = sum(walk(seed * WALKS + number) for number in range(WALKS))

    assert done > 5 * WALKS, "most of what was tried should have been possible somewhere"


def walk(seed: int) -> int:
    """One flow, one case, up to forty attempts; how many were accepted."""
    chance = Random(seed)  # noqa: S311 — a walk, not a key
    play = Play(Flows(chance).flow())
    keys = [step.key for step in every(play.flow.steps)]
    for at in range(40):
        play.people = {key: tuple(chance.choices(PEOPLE, k=chance.randint(0, 4))) for key in keys}
        first = Submit(person=S, values={"x": "5", "y": "5"})
        try:
            play.take(first if at == 0 else some_action(chance, play))
        except (DomainError, IndexError):  # IndexError: a timeout the step does not have
            continue
        check_invariants(play.flow, play.state)
    stored = [encode(action) for action in play.log]
    assert fold(play.flow, S, [decode_any(Action, one) for one in stored]) == play.state
    assert decode(State, encode(play.state)) == play.state
    assert flow_from(encode(play.flow)) == play.flow
    return len(play.log)
