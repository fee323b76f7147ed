"""工作日历: which days are worked, years brought in by an administrator, and their agreement by another."""

from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jishu.platform.identity.api import Actor
from jishu.platform.lib import calendar
from jishu.platform.lib.clock import today
from jishu.platform.lib.errors import DomainError, Missing
from jishu.platform.lib.tabular.limits import Limits
from jishu.platform.lib.tabular.reading import read_grid
from jishu.platform.web.api import page
from jishu.platform.workflow import selectors
from jishu.platform.workflow.models import HolidayYear
from jishu.platform.workflow.years import changing
from jishu.platform.workflow.years.notice import MOST_TEXT, Day, Notice, as_lines, read_notice
from jishu.platform.workflow.years.terms import UNDER_WAY, Moves, cases_that_move

LARGEST = 1 << 20
_SMALL = Limits(file_bytes=LARGEST, rows=500, columns=20, cells=10_000, text_bytes=LARGEST, cpu_seconds=10, wall_seconds=20)  # fmt: skip  # noqa: E501
_LISTED = 100
_SHOWN = 20


class YearForm(forms.Form):
    """A file becomes text at once, so that nothing is lost when the form comes back."""

    year = forms.IntegerField(label="年度", min_value=2020, max_value=2099)
    source = forms.CharField(
        label="依据文件",
        max_length=120,
        help_text="通知的名称和文号，如《关于2027年部分节假日安排的通知》国办发明电〔2026〕×号。",
    )
    text = forms.CharField(
        label="放假安排", required=False, max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="粘贴通知全文，或者每行写一天，如“2027-01-01 元旦 放假”“2027-02-20 上班”。平常的周末不用写。",
    )  # fmt: skip
    file = forms.FileField(
        label="或者上传文件", required=False,
        help_text="XLSX、CSV（列：日期、名称、放假或上班），或与平台自带日历相同格式的 JSON，不超过 1 MB。",
    )  # fmt: skip
    reason = forms.CharField(label="说明", required=False, max_length=300)

    def clean_file(self) -> str:
        file = self.cleaned_data["file"]
        return _text_of(file) if file else ""

    def clean(self) -> None:
        if self.errors:
            return
        text = self.cleaned_data["file"] or self.cleaned_data["text"]
        if not text.strip():
            raise forms.ValidationError("请粘贴放假安排，或者上传文件。")
        self.notice: Notice = read_notice(text, self.cleaned_data["year"])
        for sentence in self.notice.problems[:10]:
            self.add_error("text", sentence)

    def again(self) -> "YearForm":
        """The same, with what stood in the file as text."""
        data = QueryDict(mutable=True)
        data.update({name: self.data.get(name, "") for name in self.fields})
        data["text"] = self.cleaned_data.get("file") or data.get("text", "")
        form = YearForm(data)
        form.full_clean()
        return form


def _text_of(file: UploadedFile) -> str:
    if file.size is None or file.size > LARGEST:
        raise forms.ValidationError("文件超过 1 MB，放假安排不会这么大，请核对是否选错了文件。")
    content, ending = file.read(), Path(file.name or "").suffix.lower()
    try:
        if ending == ".json":
            return as_lines(content.decode("utf-8-sig"))
        with NamedTemporaryFile(suffix=ending if ending in (".xlsx", ".xls", ".csv") else ".csv") as kept:
            kept.write(content)
            kept.flush()
            rows = read_grid(kept.name, limits=_SMALL).rows
    except DomainError as error:
        raise forms.ValidationError(error.message) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise forms.ValidationError("文件不是放假安排的 JSON 格式，请核对后重新选择。") from error
    return "\n".join(_line(row.cells) for row in rows)[:MOST_TEXT]


def _line(cells: tuple[Any, ...]) -> str:
    """Two dates in one row are the first and the last day."""
    words = [str(cell)[:40].removesuffix(" 00:00:00") for cell in cells if cell not in (None, "")]
    dates = [word for word in words if word[:4].isdigit() and word.count("-") == 2]
    if len(dates) == 2:
        words = ["至".join(dates), *(word for word in words if word not in dates)]
    return " ".join(words)


@page(changing.VIEW)
def calendar_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What is known of this year and the next, and everything that was brought in."""
    this = today().year
    known = calendar.calendar()
    years = [(year, known.knows(year), _days_of(known, year)) for year in (this, this + 1)]
    brought = changing.years_visible_to(actor).order_by("-year", "-id")[:_LISTED]
    context = {"years": years, "brought": brought, "may_propose": actor.may(changing.PROPOSE)}
    return render(request, "workflow/calendar.html", context)


@page(changing.PROPOSE)
def bring_in(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Fill in, look at what it changes, send to the other person."""
    if request.method != "POST":
        return render(request, "workflow/bring_in_year.html", {"form": YearForm(initial={"year": today().year + 1})})
    form = YearForm(request.POST, request.FILES)
    context: dict[str, Any] = {}
    if form.is_valid():
        form, notice = form.again(), form.notice
        told = form.cleaned_data
        if request.POST.get("do") == "send" and notice.seal == request.POST.get("seen"):
            try:
                made = changing.propose(
                    actor, year=told["year"], days=notice.days, source=told["source"], reason=told["reason"]
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已提交复核。")
                return redirect("workflow:holidays", made.uid)
        else:
            context = {"notice": notice} | _changes(actor, changing.moves_with(told["year"], notice.days), notice.days)
    elif form.cleaned_data.get("file"):
        form = form.again()
    context["form"] = form
    return render(request, "workflow/bring_in_year.html", context, status=422 if form.errors else 200)


@page(changing.VIEW)
def holidays(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    held = changing.years_visible_to(actor).filter(uid=uid).first()
    if held is None:
        raise Missing
    days = [Day(date.fromisoformat(one["date"]), one["off"], one["name"]) for one in held.days]
    waiting, is_own = held.state == HolidayYear.State.WAITING, held.proposed_by_id == actor.person_id
    context = {
        "held": held,
        "days": days,
        "waiting": waiting,
        "may_decide": waiting and not is_own and actor.may(changing.CONFIRM),
        "may_withdraw": waiting and is_own,
    } | (_changes(actor, changing.moves_with(held.year, days), days) if waiting else {})
    return render(request, "workflow/holidays.html", context)


@require_POST
@page(changing.VIEW)
def decide(request: HttpRequest, actor: Actor, uid: UUID) -> HttpResponse:
    opinion = request.POST.get("opinion", "")[:300]
    try:
        match request.POST.get("do"):
            case "confirm":
                held = changing.confirm(actor, year=uid, opinion=opinion)
                messages.success(request, f"{held}已启用，{held.moved} 件在办办件的期限随之调整。")
            case "refuse":
                changing.refuse(actor, year=uid, opinion=opinion)
                messages.success(request, "已办理为不通过，日历不变。")
            case "withdraw":
                changing.withdraw(actor, year=uid)
                messages.success(request, "已撤回，日历不变。")
            case _:
                raise Missing("没有这个操作。")
    except Missing:
        raise
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("workflow:holidays", uid)


def _changes(actor: Actor, moves: Moves, days: Any) -> dict[str, Any]:
    """Days that count otherwise than now, and the cases whose time runs out on another day."""
    count, moved = cases_that_move(moves)
    names = {one.on: one.name for one in days}
    seen = selectors.cases_visible_to(actor).filter(state__in=UNDER_WAY, deadline_at__in=list(moved)[:1000])
    return {
        "changed": [(day, moves.before.is_working_day(day), names.get(day, "")) for day in moves.changed()],
        "count": count,
        "examples": [(one, moved[one.deadline_at]) for one in seen.order_by("deadline_at")[:_SHOWN] if one.deadline_at],
    }


def _days_of(known: calendar.Calendar, year: int) -> list[tuple[Any, bool]]:
    return sorted(known.years.get(year, {}).items())
