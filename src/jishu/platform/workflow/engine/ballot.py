"""How a step is decided: the tasks in it, brought on until nothing changes any more, and what they add up to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from jishu.platform.contract import Approve, Handle, Mode, Refusal, Share

from .state import GONE, PENDING, VOTERS, Outcome, Part, Run, Task, Turn

_YES = (Turn.APPROVED, Turn.HANDLED, Turn.AUTO)
_NO = (Turn.REJECTED, Turn.EXPIRED, Turn.OVERRULED)
_FIRST = (Part.BEFORE, Part.DELEGATE)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How several voices become one."""

    mode: Mode
    share: Share = Share()
    waits_for_all: bool = False
    veto: bool = False
    refusal: Refusal = Refusal.ONE


def rule_of(node: Approve | Handle) -> Rule:
    if isinstance(node, Handle):
        return Rule(mode=Mode.ANY)
    return Rule(
        mode=node.mode, share=node.share, waits_for_all=node.waits_for_all, veto=node.veto, refusal=node.refusal
    )


def settled(node: Approve | Handle, run: Run, tick: int) -> Run:
    """The activation after everything that follows from its tasks by itself; closed when that decides it."""
    rule = rule_of(node)
    while (stirred := _stirred(rule, run, tick)) is not run:
        run = stirred
    decided = _verdict(rule, run, _voters(run))
    if decided is None:
        return run
    return closed(run, Outcome.PASSED if decided else Outcome.REJECTED, tick)


def closed(run: Run, outcome: Outcome, tick: int) -> Run:
    """Nobody has anything left to do here."""
    return replace(_all_turned(run, (one for one in run.tasks), Turn.CANCELLED, tick), outcome=outcome, ended=tick)


def turned(run: Run, task: Task, turn: Turn, **told: int | None) -> Run:
    """The run with one task changed."""
    new = replace(task, turn=turn, **told)  # type: ignore[arg-type]
    return replace(run, tasks=tuple(new if one.id == task.id else one for one in run.tasks))


def without(run: Run, task: Task, turn: Turn, tick: int) -> Run:
    """A task taken out, and with it what others were to do for it."""
    run = _all_turned(run, _below(run, task), Turn.CANCELLED, tick)
    return turned(run, task, turn, acted=tick)


def task_of(run: Run, number: int) -> Task:
    return next(one for one in run.tasks if one.id == number)


def depth_of(run: Run, task: Task) -> int:
    return 0 if task.parent == 0 else 1 + depth_of(run, task_of(run, task.parent))


def _stirred(rule: Rule, run: Run, tick: int) -> Run:
    """The run after the first thing that follows by itself, or the same run."""
    if run.claimed and task_of(run, run.claimed).turn not in PENDING:
        return replace(run, claimed=0)
    for task in run.tasks:
        for follow in _FOLLOWS:
            after = follow(run, task, tick)
            if after is not run:
                return after
    return _next_voice(run, _voters(run)) if rule.mode is Mode.SEQUENCE else run


def _group_decides(run: Run, task: Task, tick: int) -> Run:
    """The first of a group speaks for it: bring the next one on, or cancel the rest once it is certain."""
    if task.group != task.id or task.part in VOTERS:
        return run
    group = _group(run, task)
    if not any(one.turn in PENDING for one in group):
        return run
    if _verdict(Rule(mode=task.method), run, group) is not None:
        left = [each for one in group if one.turn in PENDING for each in (one, *_below(run, one))]
        return _all_turned(run, left, Turn.CANCELLED, tick)
    if task.part is Part.AFTER and task_of(run, task.parent).turn not in _YES:
        return run  # 后加签 begins when the one who added has agreed
    if task.method is Mode.SEQUENCE:
        return _next_voice(run, group)
    waiting = [one for one in group if one.turn is Turn.WAITING]
    return _all_turned(run, waiting, Turn.OPEN, 0)


def _parked_goes_on(run: Run, task: Task, tick: int) -> Run:
    if task.turn is not Turn.PARKED or (task.part is Part.OWN and run.claimed not in (0, task.id)):
        return run
    groups = [group for group in _groups(run, task) if group[0].part in _FIRST]
    if any(one.turn in PENDING for group in groups for one in group):
        return run
    if _any_refused(run, groups):
        return without(run, task, Turn.OVERRULED, tick)
    return turned(run, task, Turn.OPEN)


def _agreed_is_overruled(run: Run, task: Task, tick: int) -> Run:
    if task.turn not in _YES:
        return run
    groups = [group for group in _groups(run, task) if group[0].part is Part.AFTER]
    return turned(run, task, Turn.OVERRULED) if _any_refused(run, groups) else run


_FOLLOWS: tuple[Callable[[Run, Task, int], Run], ...] = (_group_decides, _parked_goes_on, _agreed_is_overruled)


def _any_refused(run: Run, groups: Iterable[Sequence[Task]]) -> bool:
    """What a delegate says is advice and refuses nothing."""
    asked = (group for group in groups if group[0].part is not Part.DELEGATE)
    return any(_verdict(Rule(mode=group[0].method), run, group) is False for group in asked)


def _next_voice(run: Run, voices: Sequence[Task]) -> Run:
    """依次: the next one waiting, once everyone before has said yes."""
    waiting = next((one for one in voices if one.turn is Turn.WAITING), None)
    before = (one for one in voices if one.turn not in (Turn.WAITING, *GONE))
    if waiting is None or any(_says(run, one) is None for one in before):
        return run
    return turned(run, waiting, Turn.OPEN)


def _verdict(rule: Rule, run: Run, voices: Sequence[Task]) -> bool | None:
    """Yes, no, or not certain yet. Whole numbers only. Nobody left to ask is no obstacle."""
    said = [(_says(run, one), one.votes) for one in voices if one.turn not in GONE]
    total = sum(votes for _, votes in said)
    yes = sum(votes for word, votes in said if word is True)
    no = sum(votes for word, votes in said if word is False)
    if not total:
        return True
    if rule.waits_for_all and yes + no < total:
        return None
    return _JUDGES[rule.mode](rule, yes, no, total)


def _judge_all(rule: Rule, yes: int, no: int, total: int) -> bool | None:
    return False if no else True if yes == total else None


def _judge_any(rule: Rule, yes: int, no: int, total: int) -> bool | None:
    if yes:
        return True
    return False if no and (rule.refusal is Refusal.ONE or no == total) else None


def _judge_share(rule: Rule, yes: int, no: int, total: int) -> bool | None:
    if no and rule.veto:
        return False
    if _reaches(rule.share, yes, total):
        return True
    return None if _reaches(rule.share, total - no, total) else False


_JUDGES: dict[Mode, Callable[[Rule, int, int, int], bool | None]] = {
    Mode.ALL: _judge_all,
    Mode.SEQUENCE: _judge_all,
    Mode.ANY: _judge_any,
    Mode.CLAIM: _judge_any,
    Mode.RATIO: _judge_share,
    Mode.VOTE: _judge_share,
}


def _reaches(share: Share, yes: int, total: int) -> bool:
    have, need = yes * share.whole, share.parts * total
    return have > need if share.more else have >= need


def _says(run: Run, task: Task) -> bool | None:
    """What a task says once those who speak after it (后加签) have spoken too."""
    if task.turn in _NO:
        return False
    if task.turn not in _YES:
        return None
    after = [group for group in _groups(run, task) if group[0].part is Part.AFTER]
    words = [_verdict(Rule(mode=group[0].method), run, group) for group in after]
    return False if False in words else None if None in words else True


def _voters(run: Run) -> list[Task]:
    return [one for one in run.tasks if one.part in VOTERS]


def _group(run: Run, task: Task) -> list[Task]:
    return [one for one in run.tasks if one.group == task.group and one.part not in VOTERS]


def _groups(run: Run, task: Task) -> list[list[Task]]:
    """Those asked for the sake of this task, as they were asked together."""
    if task.id not in run.parents:
        return []
    first = [one for one in run.tasks if one.parent == task.id and one.group == one.id and one.part not in VOTERS]
    return [_group(run, one) for one in first]


def _below(run: Run, task: Task) -> list[Task]:
    served = [one for one in run.tasks if one.parent == task.id and one.part not in VOTERS]
    return [each for one in served for each in (one, *_below(run, one))]


def _all_turned(run: Run, tasks: Iterable[Task], turn: Turn, tick: int) -> Run:
    """Those of the tasks that are still pending."""
    gone = {one.id for one in tasks if one.turn in PENDING}
    if not gone:
        return run
    return replace(
        run, tasks=tuple(replace(one, turn=turn, acted=tick) if one.id in gone else one for one in run.tasks)
    )
