"""What people do to a case. An action carries everything the world had to supply, so that replaying needs no world."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from jishu.platform.contract import Approve, Handle

Node = Approve | Handle

APPLICANT = "@applicant"
PREVIOUS = "@previous"


class Resume(StrEnum):
    """How a case sent back goes on once it was dealt with."""

    RESTART = "restart"  # 逐级重走
    DIRECT = "direct"  # 直达退回环节


@dataclass(frozen=True, kw_only=True)
class Found:
    """The people of a step as of its arrival, and how they were found."""

    people: tuple[int, ...]
    trace: tuple[str, ...] = ()


class NeedPeople(Exception):
    """The case arrives at ``node`` and the action does not say who is there. Answer by adding it, then step again."""

    def __init__(self, node: Node) -> None:
        self.node = node
        super().__init__(node.key)


@dataclass(frozen=True, kw_only=True)
class _Action:
    person: int
    people: Mapping[str, Found] = field(default_factory=dict)
    """Step key -> the people found for it when the case arrived."""


@dataclass(frozen=True, kw_only=True)
class Submit(_Action):
    """提交, and 重新提交 after 退回 or 撤回."""

    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Agree(_Action):
    """同意."""


@dataclass(frozen=True, kw_only=True)
class Disagree(_Action):
    """不同意."""


@dataclass(frozen=True, kw_only=True)
class SendBack(_Action):
    """退回. ``to`` is APPLICANT, PREVIOUS or the key of a step already passed."""

    to: str
    resume: Resume = Resume.RESTART


@dataclass(frozen=True, kw_only=True)
class Withdraw(_Action):
    """撤回."""


@dataclass(frozen=True, kw_only=True)
class Transfer(_Action):
    """转办."""

    to: int


@dataclass(frozen=True, kw_only=True)
class Perform(_Action):
    """办理."""

    values: Mapping[str, Any] = field(default_factory=dict)


Action = Submit | Agree | Disagree | SendBack | Withdraw | Transfer | Perform
