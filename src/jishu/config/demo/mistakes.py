"""What makes a row of a ledger unfit: each mistake once, as offices really make it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .clerk import Formula, Row


@dataclass(frozen=True)
class Mistake:
    """``cells`` replaces what a good row says; ``told`` is a word the verdict must contain."""

    told: str
    cells: dict[str, Any]


def mistakes(today: date, left: str, left_agency: str) -> tuple[Mistake, ...]:
    """``left`` is someone who has left ``left_agency``; 王伟 is a name two people of 区财政局 share."""
    return (
        Mistake("资产编号", {"number": None}),
        Mistake("资产名称", {"name": None}),
        Mistake("40", {"number": "ZC-" + "0123456789" * 4}),
        Mistake("分类", {"category": "电脑桌椅一批"}),
        Mistake("原值", {"value": None}),
        Mistake("金额", {"value": "待评估"}),
        Mistake("负", {"value": "-1200"}),
        Mistake("分", {"value": "1288.125"}),
        Mistake("#N/A", {"value": Formula("=NA()", "#N/A")}),
        Mistake("公式", {"value": Formula("=SUM(Z1:Z9)")}),
        Mistake("不存在", {"acquired_on": "2023.2.30"}),
        Mistake("年份", {"acquired_on": "2021年"}),
        Mistake("四位", {"acquired_on": "19.6.1"}),
        Mistake("今天之后", {"acquired_on": today + timedelta(days=400)}),
        Mistake("单位", {"unit": "区外事侨务办公室"}),
        Mistake("不止一人", {"unit": "区财政局", "department": None, "user": "王伟", "keeper": None}),
        Mistake("离岗", {"unit": left_agency, "department": None, "user": left, "keeper": None}),
        Mistake("没有", {"user": "钱多多", "keeper": None, "state": "在用"}),
        Mistake("使用人", {"user": None, "keeper": None, "state": "在用"}),
        Mistake("可选", {"state": "找不到了"}),
    )


def spoil(row: Row, mistake: Mistake, number: str) -> Row:
    return row | {"number": number} | mistake.cells
