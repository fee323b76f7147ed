"""The tree of a flow, indexed: every step by key, where it stands, and which steps run side by side."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from jishu.platform.contract import Approve, Auto, Flow, Fork, Handle, Inclusive, Parallel, Step

Line = tuple[str, int]
"""A row of steps: the key of the fork it belongs to, and which of its branches it is."""

ROOT: Line = ("", 0)


@dataclass(frozen=True)
class Plan:
    """``lines`` are all rows of steps, ``spots`` the line and place of each step."""

    steps: Mapping[str, Step]
    lines: Mapping[Line, tuple[Step, ...]]
    spots: Mapping[str, tuple[Line, int]]

    def node(self, key: str) -> Approve | Handle:
        """The step people decide or work at; only such steps have tasks."""
        step = self.steps[key]
        assert isinstance(step, (Approve, Handle))
        return step

    def is_work(self, key: str) -> bool:
        """Whether passing this step did something that sending the case back does not undo."""
        step = self.steps[key]
        return isinstance(step, Handle) or (isinstance(step, Auto) and step.final)

    def around(self, key: str) -> Iterator[Line]:
        """The branches a step lies in, the innermost first."""
        line = self.spots[key][0]
        while line != ROOT:
            yield line
            line = self.spots[line[0]][0]

    def beside(self, one: str, other: str) -> bool:
        """Whether two steps lie in different branches of one 并行 or 包容: neither comes before the other."""
        branches = dict(self.around(other))
        return any(
            key in branches and branches[key] != at and not isinstance(self.steps[key], Fork)
            for key, at in self.around(one)
        )

    def splits_around(self, key: str) -> dict[str, int]:
        """The 并行 and 包容 a step lies in, and in which branch of each."""
        return {fork: at for fork, at in self.around(key) if not isinstance(self.steps[fork], Fork)}


@cache
def plan_of(flow: Flow) -> Plan:
    lines = dict(_lines(ROOT, flow.steps))
    spots = {step.key: (line, at) for line, steps in lines.items() for at, step in enumerate(steps)}
    return Plan({step.key: step for steps in lines.values() for step in steps}, lines, spots)


def branches_of(step: Step) -> tuple[tuple[Step, ...], ...]:
    """The rows of steps inside a step; ``otherwise`` is the last of a fork."""
    match step:
        case Fork() | Inclusive():
            return (*(branch.steps for branch in step.branches), step.otherwise)
        case Parallel():
            return tuple(lane.steps for lane in step.lanes)
        case _:
            return ()


def every(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        for row in branches_of(step):
            yield from every(row)


def _lines(line: Line, steps: tuple[Step, ...]) -> Iterator[tuple[Line, tuple[Step, ...]]]:
    yield line, steps
    for step in steps:
        for at, row in enumerate(branches_of(step)):
            yield from _lines((step.key, at), row)
