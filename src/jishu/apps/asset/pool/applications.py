"""公物仓入仓 (ZC-08) and 公物仓申领 (ZC-09)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.asset.linking import cards_given
from jishu.platform.contract import (
    Approve,
    BusinessItem,
    Choice,
    Field,
    Flow,
    Handle,
    Handler,
    Kind,
    Mode,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.money import format_money

from . import selectors, services
from .models import PoolListing

OFFICE = Who(kind=WhoKind.ROLE, role="asset.office")
BASIS = (
    "《行政事业性国有资产管理条例》（国务院令第738号）第十一条：优先通过调剂方式配置资产",
    "GB/T 44127-2024《行政事业单位公物仓建设与运行指南》",
)


def listing_prefill(actor: Actor) -> dict[str, Any]:
    return {"days": 15, "form": PoolListing.Form.VIRTUAL.value}


def listing_opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    cards = cards_given(actor, given)
    return {"card": cards[0]} if cards else {}


def listing_subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"公物仓入仓：{values['card']}"


def listed(actor: Actor, case: Any) -> None:
    told = case.values
    services.list_card(
        card=UUID(told["card"]), unit=case.agency, days=int(told["days"]), worth=Decimal(str(told["worth"])),
        source=told["source"], form=told["form"], condition=told["condition"], place=told["place"],
    )  # fmt: skip


LISTING = BusinessItem(
    code="ZC-08",
    name="公物仓入仓",
    short="公仓入",
    category="资产",
    summary="把闲置或待处置但还能用的资产挂到公物仓，供各单位调剂。",
    audience="各单位资产管理员",
    permission=selectors.CHANGE,
    fields=(
        Field(
            name="card", title="资产", kind=Kind.RECORD, record="asset.card", rows=selectors.cards_to_list,
            hint="本单位在库或待处置、没有被占用的资产。",
        ),
        Field(
            name="source", title="来源", kind=Kind.CHOICE,
            choices=tuple(Choice(code=code, title=title) for code, title in PoolListing.Source.choices),
        ),
        Field(
            name="form", title="仓储形式", kind=Kind.CHOICE,
            choices=tuple(Choice(code=code, title=title) for code, title in PoolListing.Form.choices),
        ),
        Field(name="condition", title="成色与使用情况", max_length=200),
        Field(name="place", title="看货地点", max_length=80),
        Field(
            name="worth", title="重置价", kind=Kind.MONEY, minimum=0,
            hint="现在新购同类资产的价格，调剂成功后计为节约资金。",
        ),
        Field(
            name="days", title="挂牌天数", kind=Kind.INTEGER, minimum=services.SHORTEST_DAYS,
            maximum=services.LONGEST_DAYS,
        ),
        Field(name="photos", title="照片", kind=Kind.FILE, required=False, hint="正面、铭牌和瑕疵处。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Approve(key="office", title="机关事务资产科审核", who=OFFICE, mode=Mode.ANY),
        )
    ),
    promised_days=Decimal(3),
    basis=BASIS,
    outputs=("公物仓挂牌信息",),
    words=("公物仓", "闲置", "挂牌", "调剂"),
    prefill=listing_prefill,
    opened_with=listing_opened_with,
    subject=listing_subject,
    completed=listed,
)  # fmt: skip


def asking_findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    listing = values.get("listing")
    if listing is None:
        return []
    return [
        f"由{listing.unit.short_name}提供，{listing.condition}；看货地点 {listing.place}。",
        f"重置价 {format_money(listing.worth)}，调剂成功即节约这笔购置支出。先申请的单位先得。",
    ]


def asking_subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"公物仓申领：{values['listing'].name}"


def asked(actor: Actor, case: Any) -> None:
    services.give_up(case=case.uid)
    services.ask(listing=UUID(case.values["listing"]), case=case.uid, unit=case.agency)


def stopped(actor: Actor, case: Any) -> None:
    services.give_up(case=case.uid)


def hand_over(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    """The thing leaves the pool; the books follow with the receiver's signature."""


def receive(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.allocate(case=case.uid, unit=case.agency, place=case.values["place"])


ASKING = BusinessItem(
    code="ZC-09",
    name="公物仓申领",
    short="公仓领",
    category="资产",
    summary="从公物仓调剂别的单位不用的资产，省去新购；签收后资产转入本单位。",
    audience="各单位资产管理员",
    permission="asset.apply_pool",
    fields=(
        Field(
            name="listing", title="公物仓资产", kind=Kind.RECORD, record="asset.poollisting",
            rows=selectors.listings_on_offer, hint="只列出挂牌期内的其他单位资产。",
        ),
        Field(name="place", title="存放地点", max_length=80, hint="调剂来以后放在哪里。"),
        Field(name="reason", title="用途", kind=Kind.LONG_TEXT, max_length=500),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Approve(key="office", title="机关事务资产科审批", who=OFFICE, mode=Mode.ANY),
            Handle(key="out", title="出仓", who=OFFICE, done="出仓"),
            Handle(key="receive", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收"),
        )
    ),
    promised_days=Decimal(5),
    basis=BASIS,
    outputs=("调剂记录", "资产卡片转入本单位", "节约资金统计"),
    words=("公物仓", "调剂", "借用", "省钱"),
    findings=asking_findings,
    subject=asking_subject,
    submitted=asked,
    stopped=stopped,
    handlers={"out": Handler(perform=hand_over), "receive": Handler(perform=receive)},
)  # fmt: skip
