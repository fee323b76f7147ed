"""The report of a stocktake, once as a value; the screen, the workbook and the paper all read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.money import format_money
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.lib.typesetting import typeset

from . import selectors
from .models import Campaign, CountLine, Reading, Surplus

_SHEET = Path(__file__).parent / "sheets/report.typ"
# What a reader of paper goes through; the workbook holds every line.
LISTED = 400
TITLES = (
    "资产编号", "资产名称", "盘点结果", "账面地点", "实际地点", "使用处室", "使用人", "原值", "原因", "须核对", "方式",
    "盘点人", "盘点时间",
)  # fmt: skip
Result = CountLine.Result


@dataclass(frozen=True)
class Report:
    campaign: Campaign
    progress: selectors.Progress
    departments: list[dict[str, Any]]
    missing: list[CountLine]
    moved: list[CountLine]
    conflicts: list[CountLine]
    surplus: list[Surplus]
    unknown: list[Reading]

    @property
    def scope(self) -> str:
        """全部资产, or what it was narrowed to."""
        campaign = self.campaign
        parts = (campaign.department, campaign.category, f"{campaign.place}开头的地点" if campaign.place else "")
        return "、".join(str(part) for part in parts if part) or "全部资产"

    @property
    def figures(self) -> list[tuple[str, str]]:
        counts = self.progress.counts
        return [
            ("应盘", f"{self.progress.expected} 件"),
            ("账实相符", f"{counts[Result.FOUND]} 件"),
            ("换了地方", f"{counts[Result.MOVED]} 件"),
            ("盘亏", f"{counts[Result.MISSING]} 件，原值 {format_money(self.progress.missing_value)}"),
            ("盘盈", f"{self.progress.surplus} 件"),
            ("未盘", f"{counts[Result.PENDING]} 件"),
            ("账实相符率", self.progress.agreement),
        ]


def report_of(campaign: Campaign) -> Report:
    lines = campaign.lines.select_related("user", "department", "counted_by").order_by("place", "number")
    return Report(
        campaign=campaign,
        progress=selectors.progress_of(campaign),
        departments=selectors.progress_by_department(campaign),
        missing=list(lines.filter(result=Result.MISSING)[:LISTED]),
        moved=list(lines.filter(result=Result.MOVED)[:LISTED]),
        conflicts=list(lines.exclude(conflict="")[:LISTED]),
        surplus=list(campaign.surplus.select_related("category", "card").order_by("pk")[:LISTED]),
        unknown=list(selectors.unknown_codes(campaign)[:LISTED]),
    )


def workbook(report: Report, into: BytesIO) -> None:
    """Every line, then what was too many, then codes nobody knows; never cut short."""
    write_xlsx(into, TITLES, _rows(report.campaign), title=report.campaign.title)


def _rows(campaign: Campaign) -> Iterator[tuple[Any, ...]]:
    lines = campaign.lines.select_related("user", "department", "counted_by").order_by("place", "number")
    for line in lines.iterator(2000):
        yield (
            line.number, line.name, line.get_result_display(), line.place, line.seen_place, _name(line.department),
            _name(line.user), line.value, line.reason, line.conflict, line.get_way_display() if line.way else "",
            _name(line.counted_by), line.counted_at,
        )  # fmt: skip
    for extra in campaign.surplus.select_related("card").order_by("pk"):
        number = extra.card.number if extra.card else extra.code
        yield (
            number,
            extra.name,
            "盘盈",
            "",
            extra.place,
            "",
            "",
            extra.value,
            extra.reason,
            "",
            "",
            "",
            extra.created_at,
        )
    for seen in selectors.unknown_codes(campaign).iterator(2000):
        yield (
            seen.code, "", seen.get_outcome_display(), "", seen.place, "", "", None, "", seen.said,
            seen.get_way_display(), str(seen.person), seen.seen_at,
        )  # fmt: skip


def paper(report: Report, into: BytesIO) -> None:
    campaign, at = report.campaign, report.campaign.closed_at or now()
    values = {
        "title": f"盘点报告：{campaign.title}",
        "unit": campaign.unit.name,
        "subtitle": f"{campaign.get_state_display()}　{at.astimezone(ZONE):%Y年%-m月%-d日}",
        "facts": [
            ("单位", campaign.unit.name),
            ("范围", report.scope),
            *report.figures,
            ("截止日期", str(campaign.due_on)),
        ],
        "departments": [
            [one["department__short_name"] or "未定处室", one["total"], one["pending"], one["moved"], one["missing"]]
            for one in report.departments
        ],
        "tables": [
            {
                "title": "盘亏",
                "columns": ["资产编号", "名称", "使用人", "原值", "原因"],
                "rows": [[one.number, one.name, _name(one.user), str(one.value), one.reason] for one in report.missing],
            },
            {
                "title": "盘盈",
                "columns": ["名称", "分类", "地点", "入账价值", "原因"],
                "rows": [
                    [one.name, str(one.category), one.place, str(one.value), one.reason] for one in report.surplus
                ],
            },
            {
                "title": "换了地方",
                "columns": ["资产编号", "名称", "账面地点", "实际地点", "盘点人"],
                "rows": [
                    [one.number, one.name, one.place, one.seen_place, _name(one.counted_by)] for one in report.moved
                ],
            },
            {
                "title": "须核对",
                "columns": ["资产编号", "名称", "情况"],
                "rows": [[one.number, one.name, one.conflict] for one in report.conflicts],
            },
        ],
        "listed": LISTED,
    }
    into.write(typeset(_SHEET, values, at=at, fonts=settings.HOME / "fonts"))


def _name(one: Any) -> str:
    return str(one) if one is not None else ""
