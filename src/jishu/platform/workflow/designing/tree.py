"""Changing a flow as a tree. Every change gives a new flow; steps are known by their key, rows by who holds them."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from jishu.platform.contract import Branch, Compare, Flow, Fork, Inclusive, Lane, Op, Parallel, Step
from jishu.platform.lib.errors import DomainError
from jishu.platform.workflow.engine.plan import ROOT, Line, every, plan_of

Change = Callable[[Line, tuple[Step, ...]], tuple[Step, ...]]

EMPTY = Compare(field="", op=Op.EQ, value="")
MOST_BRANCHES = 20


class NoSuchPlace(DomainError):
    """流程里已经没有这个环节或位置，它可能刚被删除。请刷新后再试。"""


class IntoItself(DomainError):
    """不能把环节移到它自己的分支里。"""


class TooManyBranches(DomainError):
    """一个环节最多 20 个分支。"""


def step_of(flow: Flow, key: str) -> Step:
    try:
        return plan_of(flow).steps[key]
    except KeyError as error:
        raise NoSuchPlace from error


def inserted(flow: Flow, line: Line, at: int, *steps: Step) -> Flow:
    if line not in plan_of(flow).lines:
        raise NoSuchPlace
    return _changed(flow, lambda here, row: (*row[:at], *steps, *row[at:]) if here == line else row)


def removed(flow: Flow, key: str) -> Flow:
    step_of(flow, key)
    return _changed(flow, lambda _, row: tuple(step for step in row if step.key != key))


def exchanged(flow: Flow, key: str, new: Step) -> Flow:
    """``new`` in place of the step; its key may not change."""
    step_of(flow, key)
    return _changed(flow, lambda _, row: tuple(new if step.key == key else step for step in row))


def shifted(flow: Flow, key: str, by: int) -> Flow:
    """Up or down within its row; at the end of the row it stays."""
    line, at = _spot(flow, key)
    row = plan_of(flow).lines[line]
    to = min(max(at + by, 0), len(row) - 1)
    return flow if to == at else inserted(removed(flow, key), line, to, row[at])


def moved(flow: Flow, key: str, line: Line, at: int) -> Flow:
    """To another place, counted in the row as it is now."""
    step = step_of(flow, key)
    if line[0] in {one.key for one in every((step,))}:
        raise IntoItself
    here, was = _spot(flow, key)
    if line not in plan_of(flow).lines:
        raise NoSuchPlace
    return inserted(removed(flow, key), line, at - 1 if here == line and was < at else at, step)


def copied(flow: Flow, key: str, line: Line | None = None, at: int = 0) -> tuple[Flow, str]:
    """A copy, right behind the step or at a place, with keys of its own; the key of the copy."""
    step = step_of(flow, key)
    copy = renamed(step, {one.key for one in every(flow.steps)})
    if line is None:
        line, was = _spot(flow, key)
        at = was + 1
    return inserted(flow, line, at, copy), copy.key


def renamed(step: Step, taken: set[str]) -> Step:
    """The same step with keys nobody has; everything inside it, too."""
    key = free_key(step.key, taken)
    taken.add(key)
    return replace(_with_rows(step, lambda _, row: tuple(renamed(one, taken) for one in row)), key=key)


def free_key(wanted: str, taken: Iterable[str]) -> str:
    base = wanted.rstrip("0123456789").rstrip("_")[:30] or "step"
    known, number = set(taken), 2
    if wanted not in known:
        return wanted
    while f"{base}_{number}" in known:
        number += 1
    return f"{base}_{number}"


def with_branch(flow: Flow, key: str) -> Flow:
    step = step_of(flow, key)
    if isinstance(step, Parallel):
        lane = Lane(title=f"第{len(step.lanes) + 1}路", steps=())
        new: Step = replace(step, lanes=(*step.lanes, lane))
    elif isinstance(step, (Fork, Inclusive)):
        branch = Branch(title=f"条件{len(step.branches) + 1}", when=EMPTY, steps=())
        new = replace(step, branches=(*step.branches, branch))
    else:
        raise NoSuchPlace
    if len(rows_of(new)) > MOST_BRANCHES:
        raise TooManyBranches
    return exchanged(flow, key, new)


def without_branch(flow: Flow, key: str, at: int) -> Flow:
    step = step_of(flow, key)
    _named(step, at)
    return exchanged(flow, key, _with_named(step, [one for place, one in enumerate(rows_of(step)) if place != at]))


def shifted_branch(flow: Flow, key: str, at: int, by: int) -> Flow:
    step = step_of(flow, key)
    rows = list(rows_of(step))
    moving = _named(step, at)
    rows.insert(min(max(at + by, 0), len(rows) - 1), rows.pop(at))
    return flow if rows[at] is moving else exchanged(flow, key, _with_named(step, rows))


def with_branch_as(flow: Flow, key: str, at: int, new: Branch | Lane) -> Flow:
    step = step_of(flow, key)
    _named(step, at)
    return exchanged(
        flow, key, _with_named(step, [new if place == at else one for place, one in enumerate(rows_of(step))])
    )


def branch_of(flow: Flow, key: str, at: int) -> Branch | Lane:
    return _named(step_of(flow, key), at)


def rows_of(step: Step) -> tuple[Branch | Lane, ...]:
    """The rows that have a name; ``otherwise`` is not among them."""
    match step:
        case Parallel():
            return step.lanes
        case Fork() | Inclusive():
            return step.branches
        case _:
            return ()


def _named(step: Step, at: int) -> Branch | Lane:
    rows = rows_of(step)
    if not 0 <= at < len(rows):
        raise NoSuchPlace
    return rows[at]


def _with_named(step: Step, rows: list[Branch | Lane]) -> Step:
    match step:
        case Parallel():
            return replace(step, lanes=tuple(one for one in rows if isinstance(one, Lane)))
        case Fork() | Inclusive():
            return replace(step, branches=tuple(one for one in rows if isinstance(one, Branch)))
        case _:
            raise NoSuchPlace


def _spot(flow: Flow, key: str) -> tuple[Line, int]:
    step_of(flow, key)
    return plan_of(flow).spots[key]


def _changed(flow: Flow, change: Change) -> Flow:
    return replace(flow, steps=_row(ROOT, flow.steps, change))


def _row(line: Line, steps: tuple[Step, ...], change: Change) -> tuple[Step, ...]:
    """What lies inside first, then the row itself."""
    inside = tuple(_with_rows(step, lambda here, row: _row(here, row, change)) for step in steps)
    return change(line, inside)


def _with_rows(step: Step, change: Change) -> Step:
    match step:
        case Fork() | Inclusive():
            last = len(step.branches)
            return replace(
                step,
                branches=tuple(
                    replace(one, steps=change((step.key, at), one.steps)) for at, one in enumerate(step.branches)
                ),
                otherwise=change((step.key, last), step.otherwise),
            )
        case Parallel():
            lanes = tuple(replace(one, steps=change((step.key, at), one.steps)) for at, one in enumerate(step.lanes))
            return replace(step, lanes=lanes)
        case _:
            return step
