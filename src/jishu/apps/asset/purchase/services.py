"""A request to buy on its way: asked, decided, received. Steps of the case and of the acceptance, under their locks."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F

from jishu.apps.asset.models import Category
from jishu.apps.asset.services import hold_papers, next_paper
from jishu.platform.command import touched
from jishu.platform.identity.api import Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import Conflict, DomainError
from jishu.platform.standards.api import Severity

from .judging import Judgement
from .models import PurchaseLine

State = PurchaseLine.State


class OverStandard(DomainError):
    """超过配置标准，不能申购。"""


class ExplainOver(DomainError):
    """超过配置标准，须写明超标准配置的理由，由机关事务资产科审批。"""


class ExplainIdle(DomainError):
    """本单位库存或公物仓有同类资产，请先申领或调剂；确实不能用的，写明原因（RA-02）。"""


class TooMuch(Conflict):
    """到货超过批准的申购。"""


def typed(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as a case keeps them, with what the keys and numbers stand for."""
    kept = list(rows)
    found = {str(one.uid): one for one in Category.objects.filter(uid__in=[row["category"] for row in kept])}
    return [
        {**row, "category": found[row["category"]], "quantity": int(row["quantity"]), "price": Decimal(row["price"])}
        for row in kept
    ]


def ask(*, case: UUID, unit: Unit, told: Mapping[str, Any]) -> list[PurchaseLine]:
    """Requests of one unit come one after the other (its number is the lock), so that the last place is given once."""
    earlier = list(PurchaseLine.objects.filter(case=case).order_by("position"))
    hold_papers(unit, "SG", today())
    number = earlier[0].number if earlier else next_paper(unit, "SG", today())
    touched(*earlier)
    PurchaseLine.objects.filter(case=case).delete()
    judged = Judgement(unit, typed(told["lines"]), told["why"], told.get("replaces") or "", case)
    _refuse(judged, told)
    lines = [
        PurchaseLine(
            case=case, position=at, number=number, unit=unit, category=one.row["category"], name=one.row["name"],
            spec=one.row.get("spec") or "", quantity=one.row["quantity"], price=one.row["price"], why=told["why"],
            asked_on=judged.on, is_over=bool(one.beyond), is_split=one.is_split, evidence=one.evidence(judged.heads),
        )
        for at, one in enumerate(judged.lines, 1)
    ]  # fmt: skip
    touched(*PurchaseLine.objects.bulk_create(lines))
    return lines


def settle(*, case: UUID, state: str) -> None:
    """Approved, or not."""
    lines = list(PurchaseLine.objects.select_for_update(of=("self",)).filter(case=case))
    touched(*lines)
    for line in lines:
        line.state = state
        line.approved_on = today() if state == State.APPROVED else None
    PurchaseLine.objects.bulk_update(lines, ("state", "approved_on"))


def receive(
    line: PurchaseLine, *, unit: Unit, category: Category, quantity: int, price: Decimal, is_said: bool
) -> None:
    """So much of it is here. ``is_said``: whoever accepts has explained what differs from the approval."""
    if line.unit_id != unit.pk or not category.path.startswith(line.category.path):
        raise TooMuch(f"{line.number} 申购的是{line.unit}的“{line.category}”，与这一行不符。", field="lines")
    if price > line.price and not is_said:
        said = f"{line.name}单价高于批准的 ¥{line.price:,.2f}（{line.number}），请在“说明”中写明价格偏差的原因。"
        raise TooMuch(said, field="remark")
    open_ones = PurchaseLine.objects.filter(pk=line.pk, state=State.APPROVED, received__lte=F("quantity") - quantity)
    touched(line)
    if not open_ones.update(received=F("received") + quantity):
        line.refresh_from_db()
        raise TooMuch(f"{line.number} {line.name}还可入库 {line.left}，这次填了 {quantity}。", field="lines")
    line.refresh_from_db()


def give_back(line: PurchaseLine, quantity: int) -> None:
    """The delivery was taken back."""
    touched(line)
    PurchaseLine.objects.filter(pk=line.pk).update(received=F("received") - quantity)
    line.refresh_from_db()


def _refuse(judged: Judgement, told: Mapping[str, Any]) -> None:
    for one in judged.beyond:
        if one.severity is Severity.BLOCK:
            raise OverStandard(one.text, field="lines")
        if one.severity is Severity.EXPLAIN and not told.get("exception"):
            raise ExplainOver(f"{one.text}请写明超标准配置的理由，由机关事务资产科审批。", field="exception")
    if judged.matches and not told.get("no_match"):
        raise ExplainIdle(field="no_match")
