"""折旧表: one unit, one month — what every card loses, and the closing of the month."""

from collections.abc import Iterator
from datetime import date
from tempfile import TemporaryFile
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.apps.asset.models import Book, Card, Closing
from jishu.platform.command import command
from jishu.platform.identity.api import Actor, Unit
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.web.api import page, slice_of

from . import closing as closings
from .months import after, month_of, read_month
from .reading import VIEW, cards_of_month, closings_visible_to, reopenings_visible_to, totals, units_in_reach

MOST_ROWS = 50_000
OFFERED_UNITS = 500
TITLES = ("资产编号", "资产名称", "分类代码", "资产分类", "取得日期", "原值", "本月折旧", "累计折旧", "净值")


class TooManyCards(DomainError):
    """该月卡片超过 50 000 张，一个文件放不下，请在资产台账中按分类分次导出。"""


@require_http_methods(["GET", "HEAD", "POST"])
@page(VIEW)
def depreciation(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """?unit=UID&month=2026-11, &file=xlsx; POST closes the month, asks for its reopening, or decides."""
    units = list(units_in_reach(actor)[:OFFERED_UNITS])
    unit = _unit(request, actor, units)
    month = read_month(asked) if (asked := request.GET.get("month", "")) else _due(unit)
    if request.method == "POST":
        return _acted(request, actor, unit, month)
    if request.GET.get("file") == "xlsx":
        return _file(actor, unit=unit, month=month)
    return render(request, "asset/depreciation/month.html", _context(request, actor, units, unit, month))


def _context(request: HttpRequest, actor: Actor, units: list[Unit], unit: Unit, month: date) -> dict[str, Any]:
    book = Book.objects.filter(unit=unit).first()
    through = book.closed_through if book is not None else None
    closed = Closing.objects.filter(unit=unit, month=month, state=Closing.State.CLOSED).select_related("closed_by")
    closing = closed.prefetch_related("lines__category").first()
    waiting = reopenings_visible_to(actor).filter(closing=closing, state="confirming").first() if closing else None
    due = after(through) if through else month
    may_close = actor.scope(closings.CLOSE).covers(unit)
    return {
        "units": units, "unit": unit, "month": month, "previous": after(month, -1), "next": after(month),
        "totals": totals(unit, month), "closing": closing, "closed_through": through, "due": due,
        "may_close": may_close and closing is None and month == due and month <= month_of(today()),
        "may_ask": may_close and closing is not None and waiting is None and through == month,
        "waiting": waiting, "is_own": waiting is not None and waiting.asked_by_id == actor.person_id,
        "may_decide": actor.scope(closings.CONFIRM).covers(unit),
        "slice": slice_of(request, cards_of_month(unit, month), order=("-id",)),
        "history": closings_visible_to(actor).filter(unit=unit)[:12] if actor.may("asset.view_closing") else (),
    }  # fmt: skip


def _acted(request: HttpRequest, actor: Actor, unit: Unit, month: date) -> HttpResponse:
    given = {name: str(value).strip()[:300] for name, value in request.POST.items()}
    try:
        told = _do(actor, unit, month, given)
    except (Refused, Missing):
        raise
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told)
    return redirect(f"{request.path}?unit={unit.uid}&month={month:%Y-%m}")


def _do(actor: Actor, unit: Unit, month: date, given: dict[str, str]) -> str:
    if given.get("do") == "close":
        done = closings.close_month(actor, unit=unit, month=month)
        return f"{done}已结账，计提 {done.cards} 张卡片，共 ¥{done.amount:,.2f}。"
    if given.get("do") == "ask":
        if not given.get("reason"):
            raise DomainError("请填写反结账的理由。")
        closings.ask_reopening(actor, closing=_key(given.get("closing", "")), reason=given["reason"])
        return "反结账已申请，须由另一人复核后生效。"
    agrees = given.get("do") == "agree"
    key = _key(given.get("reopening", ""))
    closings.decide_reopening(actor, reopening=key, agrees=agrees, opinion=given.get("opinion", ""))
    return "已反结账，该月可以重新计提。" if agrees else "已驳回反结账申请。"


@command(VIEW, audited_as="depreciation.exported", titled="导出折旧表")
def _file(actor: Actor, /, *, unit: Unit, month: date) -> FileResponse:
    rows = cards_of_month(unit, month).order_by("id")
    if rows.values("pk")[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise TooManyCards
    title = f"{unit.short_name}{month:%Y年%-m月}折旧表"
    file = TemporaryFile()  # noqa: SIM115  # the answer closes it
    write_xlsx(file, TITLES, _lines(rows.iterator(chunk_size=2000)), title=title)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{title}.xlsx")


def _lines(rows: Iterator[Card]) -> Iterator[tuple[Any, ...]]:
    for row in cast("Iterator[Any]", rows):
        yield (
            row.number, row.name, row.category.code, row.category.name, row.acquired_on, row.cost, row.taken,
            row.accumulated, row.net,
        )  # fmt: skip


def _unit(request: HttpRequest, actor: Actor, units: list[Unit]) -> Unit:
    """The one asked for, else one's own, else the first; Missing beyond one's reach."""
    asked = request.GET.get("unit", "")
    if asked:
        found = units_in_reach(actor).filter(uid=_key(asked)).first()
    else:
        found = next((one for one in units if actor.agency and one.pk == actor.agency.pk), units[0] if units else None)
    if found is None:
        raise Missing
    return found


def _due(unit: Unit) -> date:
    """The month whose turn it is; for a book without closings the last full month."""
    book = Book.objects.filter(unit=unit).first()
    last = after(month_of(today()), -1)
    return min(after(book.closed_through), month_of(today())) if book is not None and book.closed_through else last


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
