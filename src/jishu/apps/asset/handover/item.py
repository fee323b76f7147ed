"""资产交接 (ZC-11): opened by whoever gives up their things, or by the keeper; signed by giver and receivers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.platform.contract import (
    Approve,
    BusinessItem,
    Empty,
    Field,
    Flow,
    Handle,
    Handler,
    Kind,
    Mode,
    Own,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor, Person

from . import services

APPLY = "asset.apply_handover"


def prefill(actor: Actor) -> dict[str, Any]:
    return {"person": actor.person}


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """``?person=UID``: the keeper comes from the message that somebody leaves."""
    try:
        found = services.people_to_hand_over(actor).filter(uid=UUID(given.get("person", ""))).first()
    except ValueError:
        return {}
    return {"person": found} if found is not None else {}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """Everything, used, kept and borrowed; what stands here when it is submitted is kept with the case."""
    person = values.get("person")
    if not isinstance(person, Person):
        return []
    held = services.in_hands_of(person, actor.own_agency)
    if not held.all:
        return [f"{person}名下没有本单位的资产，不需要交接。"]
    said = [f"{person}名下共 {len(held.all)} 件，办结时一次全部移交。", *held.sentences]
    if not values.get("receiver"):
        said.append("没有填写接收人的，使用的资产收回库存，保管的资产转给办结的资产管理员。")
    return said


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"{values['person']}名下资产交接"


def submitted(actor: Actor, case: Any) -> None:
    person = Person.objects.get(uid=case.values["person"])
    services.check(actor, unit=case.agency, person=person, lines=case.values.get("lines") or [])


def finish(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.carry_out(actor, case=case.uid, unit=case.agency, told=case.values)


def _signed(key: str, title: str, field: str) -> Approve:
    """Everyone named signs; whoever applies has signed by that, and where nobody is named nobody has to."""
    who = Who(kind=WhoKind.PEOPLE, field=field)
    return Approve(key=key, title=title, who=who, mode=Mode.ALL, empty=Empty.PASS, own=Own.SKIP)


ITEM = BusinessItem(
    code="ZC-11",
    name="资产交接",
    short="资交",
    category="资产",
    summary="离岗、调岗时把名下使用、保管、借用的资产一次交清；交接完才能办结离岗。",
    audience="本单位在职工作人员",
    permission=APPLY,
    fields=(
        Field(
            name="person", title="交出人", kind=Kind.PERSON, rows=services.people_to_hand_over, personal=True,
            prefilled_from="登录人",
            hint="本人办理不用改；资产管理员代办时，填写离岗人员的姓名或人员编号，已经离岗的也可以填。",
        ),
        Field(
            name="receiver", title="接收人", kind=Kind.PERSON, personal=True, required=False,
            hint="名下资产都交给谁；留空则收回库存，由资产管理员清点。",
        ),
        Field(
            name="lines", title="另行交接的资产", kind=Kind.TABLE, required=False, maximum=100,
            columns=(
                Field(name="number", title="资产编号", max_length=40),
                Field(name="receiver", title="接收人", kind=Kind.PERSON, personal=True, required=False),
            ),
            hint="交给别人的几件写在这里；接收人留空即收回库存。",
        ),
        Field(name="note", title="说明", kind=Kind.LONG_TEXT, required=False, max_length=500),
        Field(name="files", title="附件", kind=Kind.FILE, required=False),
    ),
    flow=Flow(
        steps=(
            _signed("giver", "交出人确认", "person"),
            _signed("receiver", "接收人确认", "receiver"),
            _signed("receivers", "其他接收人确认", "lines.receiver"),
            Handle(
                key="finish", title="资产管理员清点办结", who=Who(kind=WhoKind.ROLE, role="asset.keeper"),
                done="清点无误，办结",
            ),
        )
    ),
    promised_days=Decimal(3),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第十五条：资产使用人、管理人发生变化的，应当及时办理资产交接手续",
    ),
    outputs=("调拨单（人员交接）", "资产卡片使用人、管理人变更"),
    words=("离职交接", "交接资产", "退还电脑", "退库", "退休", "调离", "归还办公用品"),
    prefill=prefill,
    opened_with=opened_with,
    findings=findings,
    subject=subject,
    submitted=submitted,
    handlers={"finish": Handler(perform=finish)},
)  # fmt: skip
