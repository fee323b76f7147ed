"""资产处置 (ZC-07): asked with its papers, approved by value, carried out and written off."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.apps.asset.linking import numbers_given
from jishu.apps.asset.models import Disposal
from jishu.platform.contract import (
    Approve,
    Auto,
    Automatic,
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
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import ruling

from . import rules, services

THRESHOLD = "asset.disposal.threshold"
OWN, ABOVE = "unit", "office"
REASONS = (
    "技术淘汰，无法修复或没有修复价值",
    "盘亏、坏账及非正常损失",
    "超过使用年限且不能满足工作需要",
    "自然灾害等不可抗力",
    "闲置或超标准",
)
LEVEL = Field(
    name="level",
    title="审批权限",
    kind=Kind.CHOICE,
    choices=(Choice(code=OWN, title="本单位"), Choice(code=ABOVE, title="上级")),
)


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """What the papers will be judged by, said before they are handed in."""
    if not values.get("numbers"):
        return []
    unit = actor.own_agency
    try:
        cards = services.cards_numbered(unit, values["numbers"])
    except DomainError as error:
        return [error.message]
    said = [f"共 {len(cards)} 件，账面原值 {format_money(sum((card.value for card in cards), Decimal(0)))}。"]
    if early := services.not_yet_due(cards, unit):
        said.append(f"{early[0].number} 等 {len(early)} 件未达最低使用年限，须写明提前处置的原因。")
    held = ruling(THRESHOLD, on=today(), unit=unit)
    said.append(held.sentence if held else "没有已启用的处置权限标准，由机关事务资产科审批。")
    return said


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"{Disposal.Mode(values['mode']).label}资产 {len(set(values['numbers'].split()))} 件"


def submitted(actor: Actor, case: Any) -> None:
    rules.check_asked(case.values)
    services.set_aside(
        case=case.uid, unit=case.agency, numbers=case.values["numbers"], early_reason=case.values["early_reason"] or ""
    )


def stopped(actor: Actor, case: Any) -> None:
    services.put_back(case=case.uid)


def level(actor: Actor, case: Any) -> dict[str, str]:
    """Who approves: the unit itself below the limit in force, whoever is above it otherwise."""
    cards = services.cards_numbered(case.agency, case.values["numbers"])
    return {"level": _level(case.agency, sum((card.value for card in cards), Decimal(0)))}


def _level(unit: Unit, value: Decimal) -> str:
    held = ruling(THRESHOLD, on=today(), unit=unit)
    return OWN if held is not None and value < held.parameters["threshold"] else ABOVE


def dispose(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.write_off(case=case.uid, unit=case.agency, asked=case.values, done=values)


def _choices(titles: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, title=title) for code, title in titles.items())


def _when(field: str, *values: str) -> Compare:
    return Compare(field=field, op=Op.IN, value=values)


ITEM = BusinessItem(
    code="ZC-07",
    name="资产处置",
    short="资处",
    category="资产",
    summary="无偿划转、对外捐赠、出售、置换、报废和损失核销，批准后处置并核销卡片。",
    audience="本单位资产管理员",
    permission="asset.apply_disposal",
    fields=(
        Field(name="mode", title="处置方式", kind=Kind.CHOICE, choices=_choices(dict(Disposal.Mode.choices))),
        Field(
            name="numbers",
            title="资产编号",
            kind=Kind.LONG_TEXT,
            max_length=9000,
            hint="每行一个，可用扫码枪连续扫描，最多 200 件；只能是本单位没有被占用的资产。",
        ),
        Field(name="cause", title="处置原因", kind=Kind.CHOICE, choices=_choices({one: one for one in REASONS})),
        Field(name="reason", title="情况说明", kind=Kind.LONG_TEXT, max_length=1000, hint="现状、鉴定意见、去向。"),
        Field(
            name="early_reason",
            title="提前处置原因",
            kind=Kind.LONG_TEXT,
            required=False,
            max_length=500,
            hint="有资产未达最低使用年限时必须填写，如损毁且无法修复。",
        ),
        Field(
            name="assessed",
            title="评估价",
            kind=Kind.MONEY,
            minimum=0,
            required=False,
            visible_when=_when("mode", *rules.FOR_MONEY),
            hint="出售、置换应当评估。",
        ),
        Field(
            name="assessment_number",
            title="评估报告文号",
            required=False,
            max_length=60,
            visible_when=_when("mode", *rules.FOR_MONEY),
        ),
        Field(
            name="receiver",
            title="接收方",
            required=False,
            max_length=80,
            visible_when=_when("mode", *rules.TO_SOMEBODY),
            hint="接收单位或置换对方的全称。",
        ),
        Field(name="meeting", title="集体决策纪要", max_length=80, hint="会议名称、日期或纪要编号。"),
        Field(
            name="media",
            title="涉密和存储介质",
            kind=Kind.CHOICE,
            choices=_choices({"none": "不含存储介质", "wiped": "已按保密要求清除或拆除"}),
        ),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="鉴定或评估报告、会议纪要、照片。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Auto(key="measure", title="按金额确定审批权限", action="level"),
            Fork(
                key="authority",
                title="是否超出本单位权限",
                branches=(
                    Branch(
                        title="超出本单位权限",
                        when=Compare(field="level", op=Op.EQ, value=ABOVE),
                        steps=(
                            Approve(
                                key="office",
                                title="机关事务资产科审批",
                                who=Who(kind=WhoKind.ROLE, role="asset.office"),
                                mode=Mode.ANY,
                            ),
                        ),
                    ),
                ),
            ),
            Handle(
                key="dispose",
                title="处置并核销",
                who=Who(kind=WhoKind.ROLE, role="asset.keeper"),
                done="核销卡片",
            ),
        )
    ),
    promised_days=Decimal(15),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第十九条：资产处置应当经集体决策，按权限审批，依据批复及时处置",
        "《行政事业性国有资产管理条例》第二十一条：应予报废报损的情形",
        "《行政事业性国有资产管理条例》第三十五条：处置后及时核销台账并进行会计处理",
        "《行政事业性国有资产管理条例》第三十六条：转让、拍卖、置换等应当评估",
    ),
    materials=("集体决策纪要", "技术鉴定或评估报告", "资产照片"),
    outputs=("处置凭证", "资产卡片核销"),
    words=("报废", "处置资产", "资产捐赠", "卖旧设备", "核销", "无偿划转", "置换"),
    opened_with=numbers_given,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    automatics={
        "level": Automatic(
            run=level,
            title="按金额确定审批权限",
            results=(LEVEL,),
        )
    },
    handlers={
        "dispose": Handler(
            perform=dispose,
            initial=lambda actor, case: {"disposed_on": today(), "income": "0"},
            fields=(
                Field(name="approval_number", title="批复文号", max_length=60, hint="没有批复不得处置。"),
                Field(name="disposed_on", title="处置日期", kind=Kind.DATE, hint="当月起不再计提折旧。"),
                Field(name="income", title="处置收入", kind=Kind.MONEY, minimum=0, hint="残值或成交价；没有收入填 0。"),
            ),
        ),
    },
)
