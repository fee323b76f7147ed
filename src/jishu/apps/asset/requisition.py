"""资产申领 (ZC-03): ask for something from stock, get it handed over, confirm it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jishu.platform.contract import (
    Approve,
    BusinessItem,
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
from jishu.platform.identity.api import Actor, Person, actor_for, people_called
from jishu.platform.lib.errors import DomainError

from . import selectors, services
from .linking import cards_given
from .models import Category

MOST = 50


def prefill(actor: Actor) -> dict[str, Any]:
    """Most people ask for themselves, for the place where their things already stand."""
    known = selectors.cards_used_by(actor).exclude(place="").order_by("-id").values_list("place", flat=True).first()
    return {"user": actor.person, "quantity": 1, "place": known or ""}


def opened_with(actor: Actor, given: Mapping[str, str]) -> dict[str, Any]:
    """From the label of something in stock: one of its kind."""
    cards = cards_given(actor, given)
    return {"category": cards[0].category} if cards else {}


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    """What a careful clerk would look up before signing: stock, and what the person already has."""
    category, user = values.get("category"), values.get("user")
    if category is None:
        return []
    said = [f"本单位现有“{category}”可领 {selectors.stock_of(actor.own_agency, category).count()} {category.measure}。"]
    if user is not None and (held := selectors.held_by(user, category)):
        said.append(f"{user} 名下已有同类资产 {held} {category.measure}，请说明仍需领用的原因。")
    return said


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    return f"申领{values['category']} {values['quantity']} {values['category'].measure}"


def submitted(actor: Actor, case: Any) -> None:
    """From now on nobody else can be promised the same things."""
    services.release(case=case.uid)
    services.reserve(case=case.uid, unit=case.agency, category=_category(case), quantity=int(case.values["quantity"]))


def stopped(actor: Actor, case: Any) -> None:
    services.release(case=case.uid)


def issue_form(actor: Actor, case: Any) -> dict[str, Any]:
    """The reserved things are proposed; the keeper may scan others of the same class instead."""
    numbers = selectors.cards_reserved_for(case.uid).values_list("number", flat=True)
    return {"numbers": "\n".join(numbers)}


def issue(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.issue(
        case=case.uid,
        unit=case.agency,
        category=_category(case),
        numbers=values["numbers"].split(),
        quantity=int(case.values["quantity"]),
    )


def confirm(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    user = _user(case)
    place = str(case.values.get("place") or "")
    services.hand_over(case=case.uid, user=user, department=actor_for(user).department, place=place)


def _category(case: Any) -> Category:
    return Category.objects.get(uid=case.values["category"])


def _user(case: Any) -> Person:
    found = people_called([case.values["user"]])
    if not found:
        raise DomainError("使用人已离岗，请退回申请人重新填写。")
    return found[0]


ITEM = BusinessItem(
    code="ZC-03",
    name="资产申领",
    short="资领",
    category="资产",
    summary="从本单位库存领用办公设备、家具等资产，签收后记入本人名下。",
    audience="本单位在职工作人员",
    permission="asset.apply_requisition",
    fields=(
        Field(
            name="category",
            title="申领资产",
            kind=Kind.RECORD,
            record="asset.category",
            rows=selectors.categories_in_stock,
            hint="只列出本单位有库存的分类。",
        ),
        Field(name="quantity", title="数量", kind=Kind.INTEGER, minimum=1, maximum=MOST),
        Field(
            name="user",
            title="使用人",
            kind=Kind.PERSON,
            prefilled_from="登录人",
            personal=True,
            hint="为他人代领时，填写实际使用人的姓名或人员编号。",
        ),
        Field(
            name="place",
            title="存放地点",
            max_length=80,
            prefilled_from="您名下资产的存放地点",
            hint="楼栋和房间号，如 1号楼 305。",
        ),
        Field(
            name="reason",
            title="申领事由",
            kind=Kind.LONG_TEXT,
            max_length=500,
            hint="新到岗、更换、增配等，写明用途。",
        ),
        Field(
            name="attachments",
            title="附件",
            kind=Kind.FILE,
            required=False,
            hint="如有说明材料、现场照片可以附上。",
        ),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
            Approve(
                key="keeper",
                title="资产管理员审核",
                who=Who(kind=WhoKind.ROLE, role="asset.keeper"),
                mode=Mode.ANY,
                own=Own.SKIP,  # the head has agreed; who keeps the stock knows whether it is there
            ),
            Handle(key="issue", title="出库", who=Who(kind=WhoKind.ROLE, role="asset.keeper"), done="出库"),
            Handle(key="confirm", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收"),
        )
    ),
    promised_days=Decimal(2),
    basis=("《行政事业性国有资产管理条例》（国务院令第738号）第十五条：资产使用应当明确使用人和管理人",),
    outputs=("出库记录", "资产卡片使用人变更"),
    words=("领电脑", "领办公桌", "领椅子", "领打印机", "领用", "领东西", "办公用品"),
    prefill=prefill,
    opened_with=opened_with,
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    handlers={
        "issue": Handler(
            perform=issue,
            initial=issue_form,
            fields=(
                Field(
                    name="numbers",
                    title="出库资产编号",
                    kind=Kind.LONG_TEXT,
                    max_length=4000,
                    hint="每行一个，可用扫码枪连续扫描；默认为已占用的资产，可换成同类的其他在库资产。",
                ),
            ),
        ),
        "confirm": Handler(perform=confirm),
    },
)
