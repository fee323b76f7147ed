"""资产调拨 (ZC-05): within a unit to another hand, or over to the books of another unit. Both sides confirm."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.apps.asset.depreciation.figures import with_figures
from jishu.apps.asset.disposal.services import cards_numbered
from jishu.apps.asset.holding import release
from jishu.apps.asset.linking import numbers_given
from jishu.apps.asset.models import Card
from jishu.platform.contract import (
    Approve,
    Branch,
    BusinessItem,
    Choice,
    Compare,
    Field,
    Flow,
    Fork,
    Handle,
    Handler,
    Kind,
    Mode,
    Op,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.money import format_money

from . import services
from .models import Transfer
from .selectors import APPLY, other_agencies

WITHIN, BETWEEN = Transfer.Mode.WITHIN.value, Transfer.Mode.BETWEEN.value
IS_WITHIN, IS_BETWEEN = (Compare(field="mode", op=Op.EQ, value=one) for one in (WITHIN, BETWEEN))
RECEIVING = Who(kind=WhoKind.ROLE, role="asset.keeper", field="to_unit")


def prefill(actor: Actor) -> dict[str, Any]:
    return {"mode": WITHIN, "as_what": services.AS_USER}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """What it comes to, who has it now, and which numbers the receiving unit already uses."""
    if not values.get("numbers"):
        return []
    try:
        cards = cards_numbered(actor.own_agency, values["numbers"])
    except DomainError as error:
        return [error.message]
    figures: Any = with_figures(Card.objects.filter(pk__in=[card.pk for card in cards]))
    net = sum((one.net for one in figures), Decimal(0))
    value = sum((card.value for card in cards), Decimal(0))
    said = [f"共 {len(cards)} 件，账面原值 {format_money(value)}，上月末净值 {format_money(net)}。"]
    if busy := [card.number for card in cards if card.reserved_for or card.state not in services.MOVABLE]:
        said.append(f"{busy[0]} 等 {len(busy)} 件正在借用、维修、处置或已被其他办件占用，不能调拨。")
    if used := [card for card in cards if card.user_id]:
        said.append(f"其中 {len(used)} 件有使用人，签收前仍由其使用和保管。")
    if values.get("mode") == BETWEEN and values.get("to_unit"):
        said += _collisions(cards, values["to_unit"])
    return said


def _collisions(cards: list[Card], to: Unit) -> list[str]:
    wanted = [card.number for card in cards]
    taken = sorted(Card.objects.filter(unit=to, number__in=wanted).values_list("number", flat=True))
    if not taken:
        return ["调入单位没有相同的资产编号，编号不变；折旧由调入单位从签收当月起接续计提。"]
    return [f"调入单位已有编号 {'、'.join(taken[:5])} 等 {len(taken)} 个，签收时另编新号，原编号留在调拨记录里。"]


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    whom = values.get("to_unit") if values["mode"] == BETWEEN else values.get("receiver")
    return f"调拨资产 {len(set(values['numbers'].split()))} 件给{whom}"


def submitted(actor: Actor, case: Any) -> None:
    services.set_aside(case=case.uid, unit=case.agency, numbers=case.values["numbers"])


def stopped(actor: Actor, case: Any) -> None:
    release(case.uid)


def hand_out(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    """The thing is given; the books follow with the receiver's signature."""


def take(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.give_within(case=case.uid, unit=case.agency, asked=case.values, place=values["place"] or "")


def receive(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.give_to(
        case=case.uid, unit=case.agency, to=Unit.objects.get(uid=case.values["to_unit"]),
        reason=case.values["reason"], place=values["place"], keeper=values["keeper"],
    )  # fmt: skip


ITEM = BusinessItem(
    code="ZC-05",
    name="资产调拨",
    short="资调",
    category="资产",
    summary="在本单位内更换使用人、管理人，或无偿调拨给其他单位；双方确认后卡片、编号和折旧一并转过去。",
    audience="各单位资产管理员",
    permission=APPLY,
    fields=(
        Field(
            name="mode",
            title="调拨方式",
            kind=Kind.CHOICE,
            choices=(Choice(code=WITHIN, title="单位内调整"), Choice(code=BETWEEN, title="调拨到其他单位")),
        ),
        Field(
            name="numbers",
            title="资产编号",
            kind=Kind.LONG_TEXT,
            max_length=9000,
            hint="每行一个，可用扫码枪连续扫描，最多 200 件；只能是本单位在库或在用、没有被占用的资产。",
        ),
        Field(
            name="to_unit",
            title="调入单位",
            kind=Kind.RECORD,
            record="identity.unit",
            rows=other_agencies,
            visible_when=IS_BETWEEN,
        ),
        Field(
            name="receiver",
            title="接收人",
            kind=Kind.PERSON,
            personal=True,
            visible_when=IS_WITHIN,
            hint="本单位人员的姓名或人员编号，由其签收。",
        ),
        Field(
            name="as_what",
            title="接收后作为",
            kind=Kind.CHOICE,
            visible_when=IS_WITHIN,
            choices=(
                Choice(code=services.AS_USER, title="使用人"),
                Choice(code=services.AS_KEEPER, title="管理人"),
            ),
        ),
        Field(name="reason", title="调拨原因", kind=Kind.LONG_TEXT, max_length=300),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="批准文件、资产照片。"),
    ),
    flow=Flow(
        steps=(
            Fork(
                key="which",
                title="调拨方式",
                branches=(
                    Branch(
                        title="单位内调整",
                        when=IS_WITHIN,
                        steps=(
                            Approve(key="department", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
                            Handle(
                                key="take",
                                title="接收人签收",
                                who=Who(kind=WhoKind.PEOPLE, field="receiver"),
                                done="确认签收",
                            ),
                        ),
                    ),
                ),
                otherwise=(
                    Approve(key="head", title="调出单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
                    Approve(key="receiving", title="调入单位资产管理员确认", who=RECEIVING, mode=Mode.ANY),
                    Approve(
                        key="receiving_head",
                        title="调入单位负责人审批",
                        who=Who(kind=WhoKind.UNIT_HEAD, field="to_unit"),
                    ),
                    Approve(
                        key="office",
                        title="机关事务资产科审批",
                        who=Who(kind=WhoKind.ROLE, role="asset.office"),
                        mode=Mode.ANY,
                    ),
                    Handle(key="out", title="调出", who=Who(kind=WhoKind.ROLE, role="asset.keeper"), done="确认调出"),
                    Handle(key="receive", title="调入单位签收", who=RECEIVING, done="确认签收"),
                ),
            ),
        )
    ),
    promised_days=Decimal(10),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第十一条：优先通过调剂方式配置资产",
        "《行政事业性国有资产管理条例》第十五条：资产使用应当明确使用人和管理人，发生变化及时办理交接",
    ),
    outputs=("调拨单", "资产卡片转移"),
    words=("调拨", "划转", "换使用人", "换保管人", "移交资产", "调给"),
    prefill=prefill,
    opened_with=numbers_given,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    handlers={
        "take": Handler(
            perform=take,
            fields=(Field(name="place", title="存放地点", required=False, max_length=80, hint="留空即不变。"),),
        ),
        "out": Handler(perform=hand_out),
        "receive": Handler(
            perform=receive,
            initial=lambda actor, case: {"keeper": actor.person},
            fields=(
                Field(name="place", title="存放地点", max_length=80, hint="楼栋和房间号，如 1号楼 库房。"),
                Field(name="keeper", title="管理人", kind=Kind.PERSON, personal=True, hint="签收后由谁保管。"),
            ),
        ),
    },
)
