"""资产申购 (ZC-01): judged by the standards, matched with what stands idle, approved, then received."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.apps.asset.linking import cards_given
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
    Kind,
    Mode,
    Op,
    Own,
    Who,
    WhoKind,
)
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError
from jishu.platform.lib.money import format_money

from . import services
from .judging import Judgement
from .models import PurchaseLine
from .selectors import APPLY

WITHIN, OVER = "within", "over"
LEVEL = Field(
    name="level", title="配置标准", kind=Kind.CHOICE,
    choices=(Choice(code=WITHIN, title="不超标准"), Choice(code=OVER, title="超标准")),
)  # fmt: skip
METHODS = ("政府集中采购", "框架协议或电子卖场", "分散采购", "自行采购")


def prefill(actor: Actor) -> dict[str, Any]:
    return {"why": PurchaseLine.Why.NEW.value}


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """From a card: the thing is to be replaced by another of its kind."""
    cards = cards_given(actor, given)
    if not cards:
        return {}
    first = cards[0]
    row = {"category": first.category, "name": first.name, "spec": first.spec, "quantity": len(cards)}
    same = all(card.category_id == first.category_id for card in cards)
    return {
        "why": PurchaseLine.Why.RENEW.value,
        "replaces": "\n".join(card.number for card in cards),
        **({"lines": [row]} if same else {}),
    }


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """Looked up while one types, and kept with the case as it stood when it was submitted."""
    rows = [
        one for one in values.get("lines") or [] if one.get("category") and one.get("quantity") and one.get("price")
    ]
    if not rows:
        return ["填写明细后，这里会核对配置标准、在岗人数和现有数量，并查找本单位库存和公物仓。"]
    try:
        judged = Judgement(actor.own_agency, rows, values.get("why") or "new", values.get("replaces") or "")
    except DomainError as error:
        return [error.message]
    total = sum((one["price"] * one["quantity"] for one in rows), Decimal(0))
    return [f"共 {sum(one['quantity'] for one in rows)} 件，估算 {format_money(total)}。", *judged.sentences]


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    rows = values["lines"]
    more = f"等 {len(rows)} 种" if len(rows) > 1 else ""
    return f"申购{rows[0]['name']} {rows[0]['quantity']} {rows[0]['category'].measure}{more}"


def submitted(actor: Actor, case: Any) -> None:
    services.ask(case=case.uid, unit=case.agency, told=case.values)


def stopped(actor: Actor, case: Any) -> None:
    services.settle(case=case.uid, state=PurchaseLine.State.STOPPED)


def completed(actor: Actor, case: Any) -> None:
    services.settle(case=case.uid, state=PurchaseLine.State.APPROVED)


def level(actor: Actor, case: Any) -> dict[str, str]:
    is_over = PurchaseLine.objects.filter(case=case.uid, is_over=True).exists()
    return {"level": OVER if is_over else WITHIN}


ITEM = BusinessItem(
    code="ZC-01",
    name="资产申购",
    short="资购",
    category="资产",
    summary="配置标准以内、又不能调剂解决的资产，申请购置；批准后凭申购验收入库。",
    audience="本单位在职工作人员",
    permission=APPLY,
    fields=(
        Field(
            name="lines",
            title="申购明细",
            kind=Kind.TABLE,
            minimum=1,
            maximum=30,
            columns=(
                Field(name="category", title="资产分类", kind=Kind.RECORD, record="asset.category"),
                Field(name="name", title="资产名称", max_length=80),
                Field(name="spec", title="规格要求", required=False, max_length=120),
                Field(name="quantity", title="数量", kind=Kind.INTEGER, minimum=1, maximum=500, summed=True),
                Field(name="price", title="单价", kind=Kind.MONEY, minimum=0),
            ),
            hint="单价填市场估价，不得指定品牌；批准后以此为上限。",
        ),
        Field(
            name="why",
            title="申购原因",
            kind=Kind.CHOICE,
            choices=tuple(Choice(code=code, title=title) for code, title in PurchaseLine.Why.choices),
        ),
        Field(
            name="replaces",
            title="拟更新的资产编号",
            kind=Kind.LONG_TEXT,
            required=False,
            max_length=9000,
            visible_when=Compare(field="why", op=Op.EQ, value=PurchaseLine.Why.RENEW.value),
            hint="每行一个。未达最低使用年限的原则上不得更新；到货后请对旧资产办理处置或入公物仓。",
        ),
        Field(name="reason", title="配置理由", kind=Kind.LONG_TEXT, max_length=1000, hint="编制、岗位、任务和现状。"),
        Field(
            name="no_match",
            title="不能调剂的原因",
            kind=Kind.LONG_TEXT,
            required=False,
            max_length=500,
            hint="右侧查到本单位库存或公物仓有同类资产时必须填写。",
        ),
        Field(
            name="exception",
            title="超标准配置的理由",
            kind=Kind.LONG_TEXT,
            required=False,
            max_length=500,
            hint="数量、单价超过标准、未到更新年限或累计达到招标数额时必须填写，并由机关事务资产科审批。",
        ),
        Field(name="budget", title="资产配置预算", max_length=80, hint="预算项目名称和指标文号；没有预算不得购置。"),
        Field(
            name="method",
            title="采购方式",
            kind=Kind.CHOICE,
            choices=tuple(Choice(code=one, title=one) for one in METHODS),
        ),
        Field(name="files", title="附件", kind=Kind.FILE, required=False, hint="询价记录、技术方案、会议纪要。"),
    ),
    flow=Flow(
        steps=(
            Auto(key="match", title="核对配置标准和调剂可能", action="match"),
            Approve(key="department", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
            Approve(
                key="keeper",
                title="资产管理员核标准",
                who=Who(kind=WhoKind.ROLE, role="asset.keeper"),
                mode=Mode.ANY,
                own=Own.SKIP,  # a keeper who asks has worked it out already; the head decides
            ),
            Approve(key="head", title="单位负责人审批", who=Who(kind=WhoKind.UNIT_HEAD)),
            Fork(
                key="standard",
                title="是否超标准",
                branches=(
                    Branch(
                        title="超标准",
                        when=Compare(field="level", op=Op.EQ, value=OVER),
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
        )
    ),
    promised_days=Decimal(5),
    basis=(
        "《行政事业性国有资产管理条例》（国务院令第738号）第十条：配置资产应当符合配置标准",
        "《行政事业性国有资产管理条例》第十一条：优先通过调剂方式配置资产，不能调剂的方可购置",
        "《行政事业性国有资产管理条例》第二十四条：购置资产应当有资产配置预算",
        "《党政机关厉行节约反对浪费条例》（2025年修订）第四十八条：从严控制新增资产配置，优先调剂盘活存量",
        "《中华人民共和国政府采购法实施条例》第二十八条：不得化整为零规避公开招标",
    ),
    materials=("配置理由", "资产配置预算批复", "询价记录"),
    outputs=("配置批复", "申购明细"),
    words=("买电脑", "买家具", "采购", "购置", "添置", "申购", "更新设备"),
    prefill=prefill,
    opened_with=opened_with,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    completed=completed,
    automatics={"match": Automatic(run=level, title="核对配置标准和调剂可能", results=(LEVEL,))},
)
