"""低值易耗品领用 (ZC-10): ask for several things at once, have them promised, collect them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from jishu.platform.contract import Approve, BusinessItem, Field, Flow, Handle, Handler, Kind, Who, WhoKind
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError

from . import selectors, services

MOST_LINES, MOST_EACH = 20, 1000


def findings(actor: Actor, values: Mapping[str, Any]) -> list[str]:
    return [
        f"{row['item']}：可领 {row['item'].free} {row['item'].measure}。"
        for row in values.get("lines") or []
        if row.get("item") is not None
    ]


def subject(actor: Actor, values: Mapping[str, Any]) -> str:
    rows = values["lines"]
    first = rows[0]
    more = f"等 {len(rows)} 种" if len(rows) > 1 else ""
    return f"领用{first['item']} {first['quantity']} {first['item'].measure}{more}"


def submitted(actor: Actor, case: Any) -> None:
    services.release(case=case.uid)
    services.reserve(case=case.uid, unit=case.agency, wanted=_wanted(case))


def stopped(actor: Actor, case: Any) -> None:
    services.release(case=case.uid)


def hand_out(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    services.hand_out(case=case.uid, department=case.department, person=case.applicant)


def confirm(actor: Actor, case: Any, values: Mapping[str, Any]) -> None:
    """The stock was already issued; the signature closes the case."""


def _wanted(case: Any) -> dict[UUID, int]:
    wanted: dict[UUID, int] = {}
    for row in case.values["lines"]:
        key = UUID(row["item"])
        if key in wanted:
            raise DomainError("同一种物品请合并为一行。", field="lines")
        wanted[key] = int(row["quantity"])
    return wanted


ITEM = BusinessItem(
    code="ZC-10",
    name="低值易耗品领用",
    short="资耗",
    category="资产",
    summary="从本单位库房领用办公用品、耗材等低值易耗品，一次可领多种。",
    audience="本单位在职工作人员",
    permission="asset.apply_supply",
    fields=(
        Field(
            name="lines",
            title="领用物品",
            kind=Kind.TABLE,
            minimum=1,
            maximum=MOST_LINES,
            columns=(
                Field(
                    name="item",
                    title="物品",
                    kind=Kind.RECORD,
                    record="asset.supplyitem",
                    rows=selectors.items_on_offer,
                ),
                Field(name="quantity", title="数量", kind=Kind.INTEGER, minimum=1, maximum=MOST_EACH),
            ),
            hint="只列出本单位有库存的物品。",
        ),
        Field(name="reason", title="用途", max_length=200, hint="日常办公、会议、活动等。"),
    ),
    flow=Flow(
        steps=(
            Approve(key="head", title="处室负责人审批", who=Who(kind=WhoKind.DEPARTMENT_HEAD)),
            Handle(key="issue", title="出库", who=Who(kind=WhoKind.ROLE, role="asset.keeper"), done="出库"),
            Handle(key="confirm", title="签收", who=Who(kind=WhoKind.APPLICANT), done="确认签收"),
        )
    ),
    promised_days=Decimal(1),
    basis=("《党政机关厉行节约反对浪费条例》：从严控制、节约使用办公用品和耗材",),
    outputs=("出库记录",),
    words=("领办公用品", "领纸", "领笔", "领墨盒", "硒鼓", "耗材", "低值易耗品"),
    findings=findings,
    subject=subject,
    submitted=submitted,
    stopped=stopped,
    handlers={"issue": Handler(perform=hand_out), "confirm": Handler(perform=confirm)},
)
