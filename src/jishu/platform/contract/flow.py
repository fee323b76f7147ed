"""How a case travels: a tree of steps, as values. Drawn, stored and exchanged as JSON.

Every field added after the first release of a class has a default that means what was before, and values at their
defaults are left out of the stored JSON: old definitions still read, and keep their hash.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property


class Mode(StrEnum):
    """How several people decide at one step."""

    ALL = "all"  # 会签
    ANY = "any"  # 或签
    SEQUENCE = "seq"  # 依次
    RATIO = "ratio"  # 比例会签: as many of the people as ``share`` says
    VOTE = "vote"  # 票签: as many of the votes as ``share`` says
    CLAIM = "claim"  # 认领: whoever takes it decides


class WhoKind(StrEnum):
    """Where approvers are found. Resolved from organisation facts when the case arrives at the step."""

    APPLICANT = "applicant"  # 申请人
    DEPARTMENT_HEAD = "department_head"  # 本处室负责人
    LEADER = "leader"  # 分管领导
    UNIT_HEAD = "unit_head"  # 单位主要负责人
    ROLE = "role"  # 本单位担任某角色的人
    PEOPLE = "people"  # 指定人员
    CHOSEN = "chosen"  # 申请人提交时选定


@dataclass(frozen=True, kw_only=True)
class Who:
    """The people of a step. ``role`` goes with ROLE, ``people`` (uids) with PEOPLE.

    ``field`` names a form field: for ROLE and UNIT_HEAD the unit whose people are meant, in place of the applicant's;
    for PEOPLE those it names, instead of ``people`` (``lines.receiver`` for a column of a table).
    """

    kind: WhoKind
    role: str = ""
    people: tuple[str, ...] = ()
    field: str = ""


class Empty(StrEnum):
    """What happens when nobody is found for a step. The trace always says so."""

    CLIMB = "climb"  # 上溯到上级单位的同类人员
    REFUSE = "refuse"  # 不予提交
    PASS = "pass"  # noqa: S105  # 自动通过
    REJECT = "reject"  # 自动不予通过
    MANAGER = "manager"  # 转流程管理员


class Own(StrEnum):
    """What happens when the applicant is among the approvers. In no case do they approve their own case."""

    CLIMB = "climb"  # 由上一级负责人审批
    SKIP = "skip"  # 略去本人;只有本人时自动通过


class Refusal(StrEnum):
    """或签: whose 不同意 ends the step."""

    ONE = "one"  # 一人不同意即不通过
    EVERY = "every"  # 全部不同意才不通过


class Returning(StrEnum):
    """委派: to whom the case goes when a delegate who delegated further has an answer."""

    OWNER = "owner"  # 直接回到委派的本人
    PREVIOUS = "previous"  # 逐级返回


class Then(StrEnum):
    """What happens when the time of a step is over."""

    REMIND = "remind"  # 提醒办理人
    TRANSFER = "transfer"  # 转办理人的上级
    PASS = "pass"  # noqa: S105  # 自动通过
    REFUSE = "refuse"  # 自动不予通过


@dataclass(frozen=True, kw_only=True)
class Timeout:
    """超时: so many working days after the task was opened. Several in a row remind and then act."""

    days: Decimal
    then: Then = Then.REMIND


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of the whole in whole numbers: 2 of 3, 60 of 100. ``more`` wants more than that, not just as much."""

    parts: int = 1
    whole: int = 1
    more: bool = False


@dataclass(frozen=True, kw_only=True)
class Votes:
    """How many votes a person (uid) has in a 票签; one unless said."""

    person: str
    count: int


class Op(StrEnum):
    """Comparisons a condition may make."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    IN = "in"
    UNDER = "under"  # 属于某单位或其下级
    OUTSIDE = "outside"  # 不属于
    HAS = "has"  # 多选中含
    LACKS = "lacks"  # 多选中不含


# What conditions may ask beside the fields of the form.
WHO_APPLIES, FROM_DEPARTMENT, FROM_AGENCY = "@applicant", "@department", "@agency"


@dataclass(frozen=True, kw_only=True)
class Compare:
    """A form value against a constant. Numbers compare as decimals; a missing value makes it false.

    People, units and records are told by their uid; UNDER and OUTSIDE name a unit. ``field`` may also be one of
    ``@applicant``, ``@department``, ``@agency``: whoever applies, from which 处室, of which 单位.
    """

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
    """审批: people say yes, no, or send it back.

    * ``share`` — what RATIO and VOTE need; ``votes`` weighs them;
    * ``waits_for_all`` — judged when everyone has spoken, not as soon as it is certain;
    * ``veto`` — one 不同意 ends a RATIO or VOTE at once;
    * ``rejected_to`` — the step a refused case returns to; empty: the case ends;
    * ``keeps_added`` — people added (加签) take part again when the case comes back after 退回;
    * ``edits``, ``hidden`` — form fields its people may change, and those they do not see.
    """

    key: str
    title: str
    who: Who
    mode: Mode = Mode.ALL
    empty: Empty = Empty.CLIMB
    own: Own = Own.CLIMB
    share: Share = Share()
    votes: tuple[Votes, ...] = ()
    waits_for_all: bool = False
    veto: bool = False
    refusal: Refusal = Refusal.ONE
    delegates: Returning = Returning.OWNER
    rejected_to: str = ""
    keeps_added: bool = False
    edits: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    timeouts: tuple[Timeout, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Handle:
    """办理: someone does the work and records it with the item's ``handlers[key]``; any one of them may."""

    key: str
    title: str
    who: Who
    done: str = "完成"
    """The word on the button, such as 出库 or 确认签收."""
    empty: Empty = Empty.CLIMB
    hidden: tuple[str, ...] = ()
    timeouts: tuple[Timeout, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Notice:
    """抄送: people are told and may read this case, without the fields in ``hidden``. It holds nothing up."""

    key: str
    title: str
    who: Who
    hidden: tuple[str, ...] = ()


class ChildRefused(StrEnum):
    """What the parent does when a child case ends without success."""

    REJECT = "reject"  # 主办件一并不予通过
    RETURN = "return"  # 退回上一步
    IGNORE = "ignore"  # 不影响,继续


@dataclass(frozen=True, kw_only=True)
class Carried:
    """A value the child case takes from its parent."""

    field: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Child:
    """子流程: a case of another item for the same applicant. ``waits``: the parent goes on only when it has ended."""

    key: str
    title: str
    item: str
    waits: bool = True
    refused: ChildRefused = ChildRefused.REJECT
    carries: tuple[Carried, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Wait:
    """等待: goes on when one of these has come — so many working days, a date of the form, or an ``event`` it is told.

    ``until`` is the name of a form field with a date; ``event`` what the item's code tells, even if told too early.
    """

    key: str
    title: str
    days: Decimal = Decimal(0)
    until: str = ""
    event: str = ""


@dataclass(frozen=True, kw_only=True)
class Auto:
    """自动: the item's own ``automatics[action]`` runs in the transaction of whatever led here.

    ``final``: what it did is work done; the case cannot be sent back behind it. Otherwise it runs again.
    """

    key: str
    title: str
    action: str
    final: bool = False


@dataclass(frozen=True, kw_only=True)
class Branch:
    """One way of a fork, with its condition. Of several that hold, a 条件 takes the lowest ``priority`` first."""

    title: str
    when: Condition
    steps: tuple["Step", ...]
    priority: int = 0


@dataclass(frozen=True, kw_only=True)
class Fork:
    """条件: exactly one branch is taken, ``otherwise`` when none holds."""

    key: str
    title: str
    branches: tuple[Branch, ...]
    otherwise: tuple["Step", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Inclusive:
    """包容: every branch that holds is taken at once, ``otherwise`` when none does; it goes on when all are through."""

    key: str
    title: str
    branches: tuple[Branch, ...]
    otherwise: tuple["Step", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One way of a 并行."""

    title: str
    steps: tuple["Step", ...]


@dataclass(frozen=True, kw_only=True)
class Parallel:
    """并行: all lanes at once; it goes on when all are through."""

    key: str
    title: str
    lanes: tuple[Lane, ...]


Step = Approve | Handle | Notice | Child | Wait | Auto | Fork | Inclusive | Parallel


class Dedupe(StrEnum):
    """自动去重: whether someone who has approved this case is asked again."""

    NONE = "none"
    CONSECUTIVE = "consecutive"  # 与上一环节相同时不再审批
    ALL = "all"  # 此前已同意的不再审批


class Withdrawal(StrEnum):
    """Until when the applicant may take the case back (撤回)."""

    BEFORE_DECISION = "before_decision"
    BEFORE_END = "before_end"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The whole way of one item, in order.

    ``asks_again_on_change``: someone passed over by ``dedupe`` decides after all when what they see has changed since;
    ``auto_is_transparent``: a decision may be taken back (拿回) across steps that passed by themselves.
    """

    steps: tuple[Step, ...]
    dedupe: Dedupe = Dedupe.NONE
    asks_again_on_change: bool = True
    withdrawal: Withdrawal = Withdrawal.BEFORE_DECISION
    auto_is_transparent: bool = False

    @cached_property
    def _key(self) -> int:
        return hash((self.steps, self.dedupe, self.asks_again_on_change, self.withdrawal, self.auto_is_transparent))

    def __hash__(self) -> int:
        """Worked out once: the engine looks things up by flow many times per action, and a flow is a whole tree."""
        return self._key
