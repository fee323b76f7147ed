"""What an item without code is: a value that is drawn, checked, published, and made into a business item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jishu.platform.contract import (
    Approve,
    BusinessItem,
    Check,
    Field,
    Flow,
    Handle,
    Kind,
    Source,
    Who,
    WhoKind,
    base_of,
    fields_of,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError

from .engine import asked_fields, check, decode, encode

MOST_FIELDS, MOST_COLUMNS = 60, 12


class NotReady(DomainError):
    """该事项还不能发布。"""


@dataclass(frozen=True, kw_only=True)
class Design:
    """Everything about an item that can be said without code."""

    name: str
    short: str
    category: str
    summary: str
    audience: str = "本单位工作人员"
    promised_days: Decimal = Decimal(3)
    basis: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    checks: tuple[Check, ...] = ()
    flow: Flow

    @property
    def next_name(self) -> str:
        return next_name("f", self.fields)


def next_name(head: str, fields: tuple[Field, ...]) -> str:
    """A key never used by these fields; titles may change, keys do not."""
    taken = [int(one.name[len(head) :]) for one in fields if one.name[len(head) :].isdecimal()]
    return f"{head}{max(taken, default=0) + 1}"


_HEAD = Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD))
_LEADER = Approve(key="leader", title="单位主要负责人审批", who=Who(kind=WhoKind.UNIT_HEAD))
_WORK = Handle(key="work", title="经办", who=Who(kind=WhoKind.ROLE, role="workflow.manager"), done="办结")

# What an administrator begins with; other ways are drawn in the flow designer.
FLOWS: Mapping[str, tuple[str, Flow]] = {
    "head": ("处室负责人审批", Flow(steps=(_HEAD,))),
    "leader": ("处室负责人 → 单位主要负责人", Flow(steps=(_HEAD, _LEADER))),
    "work": ("处室负责人审批 → 流程管理员经办", Flow(steps=(_HEAD, _WORK))),
    "all": ("处室负责人 → 单位主要负责人 → 流程管理员经办", Flow(steps=(_HEAD, _LEADER, _WORK))),
    "only": ("只由流程管理员经办", Flow(steps=(_WORK,))),
}


def to_stored(design: Design) -> Any:
    return encode(design)


def from_stored(data: Any) -> Design:
    return decode(Design, data)


def flaws_of(design: Design) -> Iterator[str]:
    """What keeps it from being published, each as something to do."""
    if not design.fields:
        yield "请至少添加一个填写项。"
    seen: set[str] = set()
    for one in design.fields:
        yield from _flaws_of_field(one, seen)
        seen.add(one.name)
    for each in design.checks:
        if {each.field, each.other} - seen:
            yield f"比较“{each.message}”所用的填写项已删除，请删除这条比较。"
    if gone := _asked(design.flow) - seen:
        yield f"流程条件用到的填写项（{'、'.join(sorted(gone))}）不存在，请修改流程。"
    try:
        check(design.flow)
    except ValueError as error:
        yield f"流程不完整：{error}"


def _asked(flow: Flow) -> set[str]:
    """The form fields the conditions of the flow ask about."""
    return {name for fact in asked_fields(flow) if not (name := base_of(fact)).startswith("@")}


def _flaws_of_field(one: Field, above: set[str]) -> Iterator[str]:
    if one.kind in (Kind.CHOICE, Kind.CHOICES) and len(one.choices) < 2:
        yield f"“{one.title}”至少要有两个选项。"
    if one.kind is Kind.TABLE and not one.columns:
        yield f"子表“{one.title}”还没有列，请添加。"
    if one.minimum is not None and one.maximum is not None and one.minimum > one.maximum:
        yield f"“{one.title}”的最小值大于最大值。"
    if one.visible_when is not None and set(fields_of(one.visible_when)) - above:
        yield f"“{one.title}”的显示条件只能用排在它前面的填写项。"
    columns: set[str] = set()
    for column in one.columns:
        yield from _flaws_of_field(column, columns)


def item_from(design: Design, *, code: str, reach: str) -> BusinessItem:
    """As if somebody had written it as code."""

    def prefill(actor: Actor) -> dict[str, Any]:
        return {one.name: _SOURCES[one.source](actor) for one in design.fields if one.source}

    def subject(actor: Actor, values: Mapping[str, Any]) -> str:
        first = next((values.get(one.name) for one in design.fields if one.kind is Kind.TEXT and not one.source), "")
        return f"{design.name}：{first}" if first else design.name

    return BusinessItem(
        code=code, name=design.name, short=design.short, category=design.category, summary=design.summary,
        audience=design.audience, fields=design.fields, checks=design.checks, flow=design.flow,
        promised_days=design.promised_days, permission="workflow.open_case", basis=design.basis,
        materials=design.materials, outputs=design.outputs, words=design.words, reach=reach, prefill=prefill,
        subject=subject,
    )  # fmt: skip


_SOURCES: Mapping[Source, Any] = {
    Source.NAME: lambda actor: actor.name,
    Source.CODE: lambda actor: actor.person.code if actor.person else "",
    Source.POST: lambda actor: actor.post,
    Source.DEPARTMENT: lambda actor: actor.department.name if actor.department else "",
    Source.AGENCY: lambda actor: actor.agency.name if actor.agency else "",
    Source.TODAY: lambda actor: today().isoformat(),
}
