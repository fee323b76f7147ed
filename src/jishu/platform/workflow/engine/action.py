"""What people do to a case. An action carries everything the world had to supply, so that replaying needs no world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jishu.platform.contract import Approve, Handle, Mode, Notice

from .state import Part

Node = Approve | Handle
Asking = Approve | Handle | Notice

APPLICANT = "@applicant"
PREVIOUS = "@previous"
SYSTEM = 0  # the person of an action nobody did: a time that ran out, a child case that ended


class Resume(StrEnum):
    """How a case sent back goes on once it was dealt with."""

    RESTART = "restart"  # 逐级重走
    DIRECT = "direct"  # 直达退回环节


@dataclass(frozen=True, kw_only=True)
class Found:
    """The people of a step as of its arrival, how they were found, and their votes where these are weighed."""

    people: tuple[int, ...]
    trace: tuple[str, ...] = ()
    votes: tuple[int, ...] = ()


class NeedPeople(Exception):
    """The case arrives at ``node`` and the action does not say who is there. Answer by adding it, then step again.

    ``picked`` are the people the applicant chose for it.
    """

    def __init__(self, node: Asking, picked: tuple[int, ...] = ()) -> None:
        self.node, self.picked = node, picked
        super().__init__(node.key)


@dataclass(frozen=True, kw_only=True)
class _Action:
    person: int
    people: Mapping[str, Found] = field(default_factory=dict)
    """Step key -> the people found for it when the case arrived."""


@dataclass(frozen=True, kw_only=True)
class AtTask(_Action):
    """Done at a task: one's own, or that of ``stands_for`` (代理); ``task`` says which when there are several."""

    stands_for: int = 0
    task: int = 0


@dataclass(frozen=True, kw_only=True)
class Submit(_Action):
    """提交, and 重新提交 after 退回 or 撤回. ``picks``: step key -> the people chosen for it."""

    values: Mapping[str, Any]
    picks: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Agree(AtTask):
    """同意. ``values`` are the form fields changed with it."""

    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Disagree(AtTask):
    """不同意."""


@dataclass(frozen=True, kw_only=True)
class Perform(AtTask):
    """办理."""

    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SendBack(AtTask):
    """退回. ``to`` is APPLICANT, PREVIOUS or the key of a step already passed."""

    to: str
    resume: Resume = Resume.RESTART


@dataclass(frozen=True, kw_only=True)
class Transfer(AtTask):
    """转办."""

    to: int


@dataclass(frozen=True, kw_only=True)
class Delegate(AtTask):
    """委派: the other gives an opinion, then the case comes back."""

    to: int


@dataclass(frozen=True, kw_only=True)
class AddSigners(AtTask):
    """加签: before oneself, after oneself, or beside as one more voice."""

    to: tuple[int, ...]
    place: Part = Part.BEFORE
    method: Mode = Mode.ALL


@dataclass(frozen=True, kw_only=True)
class RemoveSigner(_Action):
    """减签: by whoever added them."""

    of: int
    stands_for: int = 0


@dataclass(frozen=True, kw_only=True)
class Claim(AtTask):
    """认领."""


@dataclass(frozen=True, kw_only=True)
class Unclaim(AtTask):
    """取消认领."""


@dataclass(frozen=True, kw_only=True)
class TakeBack(_Action):
    """拿回: one's own decision, while nothing was decided after it."""


@dataclass(frozen=True, kw_only=True)
class Withdraw(_Action):
    """撤回."""


@dataclass(frozen=True, kw_only=True)
class Urge(_Action):
    """催办. Changes nothing but the log."""


@dataclass(frozen=True, kw_only=True)
class Copy(_Action):
    """抄送 by hand."""

    to: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Suspend(_Action):
    """挂起."""


@dataclass(frozen=True, kw_only=True)
class Continue(_Action):
    """恢复."""


@dataclass(frozen=True, kw_only=True)
class Terminate(_Action):
    """终止."""


@dataclass(frozen=True, kw_only=True)
class Reassign(_Action):
    """A task given to someone else by an administrator: 离职交接."""

    task: int
    to: int


@dataclass(frozen=True, kw_only=True)
class TimeOut(_Action):
    """超时. ``stage`` counts the timeouts of the step; ``to`` is the superior a task goes to."""

    task: int
    stage: int = 0
    to: int = 0


@dataclass(frozen=True, kw_only=True)
class ChildEnded(_Action):
    """A child case this one waits for has ended."""

    node: str
    well: bool


@dataclass(frozen=True, kw_only=True)
class Waited(_Action):
    """等待: its time has come."""

    node: str


@dataclass(frozen=True, kw_only=True)
class Happened(_Action):
    """The item's code tells of an event; a 等待 for it goes on, now or when the case gets there."""

    event: str


@dataclass(frozen=True, kw_only=True)
class Ran(_Action):
    """自动: the item's code has run, and this is what it found."""

    node: str
    values: Mapping[str, Any] = field(default_factory=dict)


Action = (
    Submit | Agree | Disagree | Perform | SendBack | Transfer | Delegate | AddSigners | RemoveSigner | Claim | Unclaim
    | TakeBack | Withdraw | Urge | Copy | Suspend | Continue | Terminate | Reassign | TimeOut | ChildEnded
    | Waited | Happened | Ran
)  # fmt: skip
