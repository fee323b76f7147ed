"""Closing the yearly report of a unit, and opening it again — by two people."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jishu.apps.asset.models import AnnualReport, Book
from jishu.apps.asset.reports.table import Cell, Column, Kind, Line, Table
from jishu.platform.command import claim, command
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import now, today
from jishu.platform.lib.db import explained
from jishu.platform.lib.errors import Conflict, DomainError, Missing

from .figures import tables_of

VIEW, CLOSE, REOPEN = "asset.view_annualreport", "asset.close_annualreport", "asset.reopen_annualreport"


class AlreadyReported(Conflict):
    """该单位该年度的年报已经结报。"""


def annuals_visible_to(actor: Actor, permission: str = VIEW) -> QuerySet[AnnualReport]:
    found = AnnualReport.objects.filter(actor.scope(permission).within_agencies("unit"))
    return found.select_related("unit", "closed_by", "reopened_by")


@command(CLOSE, audited_as="annual.closed", titled="结报资产年报")
def close(actor: Actor, /, *, unit: Unit, year: int) -> AnnualReport:
    """The figures as they are now become the report; the year must be over and its depreciation posted."""
    if not actor.scope(CLOSE).covers(unit):
        raise Missing("您不负责该单位的资产。", field="unit")
    if year >= today().year:
        raise DomainError(f"{year} 年还没有结束，{year + 1} 年 1 月 1 日起可以结报。", field="year")
    book = Book.objects.filter(unit=unit).first()
    if book is not None and (book.closed_through is None or book.closed_through < date(year, 12, 1)):
        raise DomainError(f"{year} 年 12 月的折旧还没有结账，请先在折旧页结账，再结报年报。", field="year")
    with explained({"annual_holds_once_a_year": AlreadyReported(field="year")}):
        return AnnualReport.objects.create(
            unit=unit, year=year, tables=[_frozen(table) for table in tables_of(unit, year)], closed_by=actor.person
        )


@command(REOPEN, audited_as="annual.reopened", titled="撤销年报结报")
def reopen(actor: Actor, /, *, report: UUID, reason: str) -> AnnualReport:
    """What was reported stays on record; the year can be reported anew."""
    held = claim(annuals_visible_to(actor, REOPEN), report)
    if held.state != AnnualReport.State.CLOSED:
        raise Conflict("这份年报已经撤销结报。")
    if held.closed_by_id is not None and held.closed_by_id == actor.person_id:
        raise DomainError("撤销结报须由结报人以外的人办理。")
    if not reason:
        raise DomainError("请填写撤销结报的理由。", field="reason")
    held.state, held.reason = AnnualReport.State.REOPENED, reason
    held.reopened_by, held.reopened_at = actor.person, now()
    held.save()
    return held


def thawed(report: AnnualReport) -> tuple[Table, ...]:
    """The tables as they were; what they opened may have changed since, so they open nothing."""
    return tuple(_thawed(kept) for kept in report.tables)


def _frozen(table: Table) -> dict[str, Any]:
    return {
        "title": table.title, "first": table.first, "note": table.note, "question": table.question,
        "chart": table.chart,
        "columns": [[column.title, column.kind, column.is_summed] for column in table.columns],
        "lines": [[line.name, *(str(cell.value) for cell in line.cells)] for line in table.lines],
    }  # fmt: skip


def _thawed(kept: dict[str, Any]) -> Table:
    columns = tuple(Column(title, Kind(kind), is_summed) for title, kind, is_summed in kept["columns"])
    lines = [Line(name, tuple(_cells(columns, texts))) for name, *texts in kept["lines"]]
    return Table(kept["title"], kept["first"], columns, lines, kept["question"], kept["chart"], kept["note"])


def _cells(columns: Iterable[Column], texts: Iterable[str]) -> Iterable[Cell]:
    read: dict[Kind, Any] = {Kind.COUNT: int, Kind.MONEY: Decimal, Kind.TEXT: str}
    for column, text in zip(columns, texts, strict=True):
        yield Cell(read[column.kind](text))
