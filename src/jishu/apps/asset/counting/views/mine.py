"""使用人自盘: whoever uses a thing says whether it is there."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from jishu.apps.asset.counting import selectors
from jishu.apps.asset.counting.models import CountLine, Way
from jishu.apps.asset.counting.rules import LONGEST_PLACE
from jishu.apps.asset.counting.taking import MOST_AT_ONCE, Answer, confirm_own
from jishu.platform.identity.api import Actor
from jishu.platform.lib.errors import DomainError, Missing, Refused
from jishu.platform.lib.text import normalise
from jishu.platform.web.api import page

ANSWERS = ("here", "moved", "missing")
SAID = {CountLine.Result.FOUND: "here", CountLine.Result.MOVED: "moved", CountLine.Result.MISSING: "missing"}


@require_http_methods(["GET", "HEAD", "POST"])
@page(selectors.CONFIRM)
def count_mine(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything in one form; nothing typed is lost when one answer is incomplete."""
    lines = list(selectors.lines_of_user(actor)[:MOST_AT_ONCE])
    error, wrong = "", ""
    if request.method == "POST":
        try:
            done = confirm_own(actor, answers=_answers(request, lines))
        except (Refused, Missing):
            raise
        except DomainError as refused:
            error, wrong = refused.message, refused.field or ""
        else:
            messages.success(request, f"已确认 {len(done)} 件，谢谢。截止前可以修改。")
            return redirect(request.path)
    rows = [_row(request, line, wrong) for line in lines]
    context = {"rows": rows, "error": error, "left": sum(line.result == CountLine.Result.PENDING for line in lines)}
    return render(request, "asset/counting/mine.html", context, status=422 if error else 200)


def _answers(request: HttpRequest, lines: list[CountLine]) -> dict[UUID, Answer]:
    found = {}
    for line in lines:
        said = request.POST.get(f"is-{line.uid}", "")
        if said in ANSWERS:
            note = normalise(request.POST.get(f"note-{line.uid}", ""))
            found[line.uid] = Answer(said, place=note[:LONGEST_PLACE], reason=note[:200])
    if not found:
        raise DomainError("请至少确认一件。")
    return found


def _row(request: HttpRequest, line: CountLine, wrong: str) -> dict[str, object]:
    said = request.POST.get(f"is-{line.uid}", SAID.get(CountLine.Result(line.result), ""))
    note = request.POST.get(f"note-{line.uid}", line.seen_place or line.reason)
    is_open = line.way in ("", Way.SELF)
    return {"line": line, "said": said, "note": note, "is_open": is_open, "wrong": str(line.uid) == wrong}
