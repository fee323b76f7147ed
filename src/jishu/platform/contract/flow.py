"""How a case travels: a tree of steps, as values. Drawn, stored and exchanged as JSON."""

from dataclasses import dataclass
from enum import StrEnum


class Mode(StrEnum):
    """How several people decide at one step."""

    ALL = "all"  # 会签
    ANY = "any"  # 或签
    SEQUENCE = "seq"  # 依次


class WhoKind(StrEnum):
    """Where approvers are found. Resolved from organisation facts when the case arrives at the step."""

    APPLICANT = "applicant"  # 申请人
    DEPARTMENT_HEAD = "department_head"  # 本处室负责人
    UNIT_HEAD = "unit_head"  # 单位主要负责人
    ROLE = "role"  # 本单位担任某角色的人
    PEOPLE = "people"  # 指定人员


@dataclass(frozen=True, kw_only=True)
class Who:
    """The people of a step. ``role`` goes with ROLE, ``people`` (uids) with PEOPLE."""

    kind: WhoKind
    role: str = ""
    people: tuple[str, ...] = ()


class Empty(StrEnum):
    """What happens when nobody is found for a step. The trace always says so."""

    CLIMB = "climb"  # 上溯到上级单位的同类人员
    REFUSE = "refuse"  # 不予提交
    PASS = "pass"  # noqa: S105  # 自动通过


class Op(StrEnum):
    """Comparisons a condition may make."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"


@dataclass(frozen=True, kw_only=True)
class Compare:
    """A form value against a constant. Numbers compare as decimals; a missing value makes it false."""

    field: str
    op: Op
    value: str | tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AllOf:
    """Every part holds (且)."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, kw_only=True)
class AnyOf:
    """At least one part holds (或)."""

    parts: tuple["Condition", ...]


Condition = Compare | AllOf | AnyOf


@dataclass(frozen=True, kw_only=True)
class Approve:
    """审批: people say yes, no, or send it back."""

    key: str
    title: str
    who: Who
    mode: Mode = Mode.ALL
    empty: Empty = Empty.CLIMB


@dataclass(frozen=True, kw_only=True)
class Handle:
    """办理: someone does the work and records it with the item's ``handlers[key]``; any one of them may."""

    key: str
    title: str
    who: Who
    done: str = "完成"
    """The word on the button, such as 出库 or 确认签收."""
    empty: Empty = Empty.CLIMB


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One way of a fork; taken when ``when`` is the first that holds."""

    title: str
    when: Condition
    steps: tuple["Step", ...]


@dataclass(frozen=True, kw_only=True)
class Fork:
    """条件: exactly one branch is taken, ``otherwise`` when none holds."""

    key: str
    title: str
    branches: tuple[Branch, ...]
    otherwise: tuple["Step", ...] = ()


Step = Approve | Handle | Fork


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The whole way of one item, in order."""

    steps: tuple[Step, ...]
