"""资产维修 (ZC-12)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.apps.asset.linking import cards_given
from jishu.apps.asset.models import Card
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
    Op,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.clock import today
from jishu.platform.lib.money import format_money
from jishu.platform.standards.api import ruling

from . import services
from .models import Repair
from .reading import past_of

LIMIT = "asset.repair.approval"
SMALL, LARGE = "small", "large"
LEVEL = Field(
    name="level", title="审批权限", kind=Kind.CHOICE,
    choices=(Choice(code=SMALL, title="资产管理员"), Choice(code=LARGE, title="单位负责人")),
)  # fmt: skip
KEEPER = Who(kind=WhoKind.ROLE, role="asset.keeper")


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    cards = cards_given(actor, given)
    return {"card": cards[0]} if cards else {}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """Warranty first; then how often and for how much it was mended before."""
    card = values.get("card")
    if not isinstance(card, Card):
        return []
    said = [_warranty(card)]
    times, cost = past_of(card)
    if times:
        share = f"，为原值的 {cost / card.value:.0%}" if card.value else ""
        said.append(f"此前维修 {times} 次，费用共 {format_money(cost)}{share}；没有修理价值的，请办理处置。")
    return said


def _warranty(card: Card) -> str:
    if card.warranty_until is None:
        return "卡片上没有登记保修期，请先核对购置合同。"
    until = f"{card.warranty_until:%Y年%-m月%-d日}"
    if services.is_in_warranty(card, today()):
        return f"在保修期内（至 {until}），应先联系供应商免费维修。"
    return f"保修期已于 {until} 届满。"


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"维修{values['card']}"


def submitted(actor: Actor, case: Any) -> None:
    services.ask(case=case.uid, unit=case.agency, card=UUID(case.values["card"]), fault=case.values["fault"])


def stopped(actor: Actor, case: Any) -> None:
    services.drop(case.uid)


def take_on(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.take_on(case=case.uid, told=values)


def level(actor: Actor, case: Any) -> dict[str, str]:
    """Below the limit in force the keeper's quote is enough; without a limit the head decides."""
    quote = Repair.objects.filter(case=case.uid).values_list("quote", flat=True).first() or Decimal(0)
    held = ruling(LIMIT, on=today(), unit=case.agency)
    is_small = quote == 0 or (held is not None and quote < held.parameters["threshold"])
    return {"level": SMALL if is_small else LARGE}


def accept(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.accept(case=case.uid, told=values)


def accept_initial(actor: Actor, case: Any) -> dict[str, Any]:
    quote = Repair.objects.filter(case=case.uid).values_list("quote", flat=True).first()
    booking = Repair.Booking.EXPENSE if quote else Repair.Booking.NONE
    return {
        "outcome": Repair.State.DONE.value, "done_on": today(), "cost": str(quote or 0), "booking": booking.value,
        "added_months": 0,
    }  # fmt: skip


_IS_CAPITAL = Compare(field="booking", op=Op.EQ, value=Repair.Booking.CAPITAL.value)

ITEM = BusinessItem(
    code="ZC-12",
    name="资产维修",
    short="资修",
    category="资产",
    summary="设备、家具坏了报修：先看保修，再报价审批，验收后费用记入这件资产的维修记录。",
    audience="本单位在职工作人员",
    permission=services.APPLY,
    fields=(
        Field(
            name="card",
            title="资产",
            kind=Kind.RECORD,
            record="asset.card",
            rows=services.cards_to_mend,
            hint="您名下的资产；资产管理员可选本单位的。也可以扫描标签后点“资产维修”。",
        ),
        Field(name="fault", title="故障现象", kind=Kind.LONG_TEXT, max_length=500, hint="什么时候、怎样坏的。"),
        Field(name="photos", title="照片", kind=Kind.FILE, required=False),
    ),
    flow=Flow(
        steps=(
            Handle(key="quote", title="受理和报价", who=KEEPER, done="受理"),
            Auto(key="measure", title="按报价确定审批权限", action="level"),
            Fork(
                key="limit",
                title="是否超过审批限额",
                branches=(
                    Branch(
                        title="超过限额",
                        when=Compare(field="level", op=Op.EQ, value=LARGE),
                        steps=(Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),),
                    ),
                ),
            ),
            Handle(key="accept", title="维修验收", who=KEEPER, done="验收"),
        )
    ),
    promised_days=Decimal(5),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第三十三条：明确资产的维护、保养、维修责任",
        "《政府会计准则第3号——固定资产》：增加使用效能或延长使用年限的改建、修缮支出计入成本，日常维修计入当期费用",
    ),
    outputs=("维修单", "资产卡片维修记录"),
    words=("报修", "电脑坏了", "打印机坏了", "修设备", "修椅子", "维修", "大修"),
    opened_with=opened_with,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    automatics={"level": Automatic(run=level, title="按报价确定审批权限", results=(LEVEL,))},
    handlers={
        "quote": Handler(
            perform=take_on,
            fields=(
                Field(name="repairer", title="维修单位", max_length=80, hint="保修期内填供应商；自行修理写“自行”。"),
                Field(name="quote", title="报价", kind=Kind.MONEY, minimum=0, hint="含配件；免费维修填 0。"),
                Field(
                    name="why_paid",
                    title="保修期内付费的原因",
                    required=False,
                    max_length=200,
                    hint="如人为损坏，不在保修范围。",
                ),
            ),
        ),
        "accept": Handler(
            perform=accept,
            initial=accept_initial,
            fields=(
                Field(
                    name="outcome",
                    title="结果",
                    kind=Kind.CHOICE,
                    choices=(
                        Choice(code=Repair.State.DONE.value, title="已修好"),
                        Choice(code=Repair.State.BEYOND.value, title="无法修复，转待处置"),
                    ),
                ),
                Field(name="done_on", title="验收日期", kind=Kind.DATE),
                Field(name="cost", title="维修费用", kind=Kind.MONEY, minimum=0),
                Field(name="why_more", title="超过报价的原因", required=False, max_length=200),
                Field(
                    name="booking",
                    title="入账方式",
                    kind=Kind.CHOICE,
                    choices=tuple(Choice(code=code, title=title) for code, title in Repair.Booking.choices),
                    hint="日常维修费用化；增加使用效能或延长使用年限的大修、改造资本化。",
                ),
                Field(
                    name="added_months",
                    title="延长使用年限（月）",
                    kind=Kind.INTEGER,
                    minimum=0,
                    maximum=600,
                    required=False,
                    visible_when=_IS_CAPITAL,
                    hint="资本化后原值增加维修费用，从下一个未结账的月份起按新的原值和剩余年限折旧。",
                ),
                Field(name="result", title="维修情况", max_length=300, hint="换了什么，现在怎样。"),
                Field(name="voucher_number", title="记账凭证号", required=False, max_length=40),
            ),
        ),
    },
)
