"""One case as a sheet of A4: what stands on it, and the PDF."""

from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from jishu.platform.archive.api import Annexes, annexes_of, with_annexes
from jishu.platform.contract import item
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.typesetting import typeset

from .filing import CASE
from .models import Action, Case
from .progress import Stop, way_of

_SHEET = Path(__file__).parent / "sheets/dossier.typ"
# A file of more pages than this helps nobody; the whole stays in the platform.
_LINES = 400
UNFINISHED = "本件尚未办结，内容以办结后归档的卷宗为准，因此不提供核验码。"
MASKED = "按流程设置，部分填写内容不在本件中显示，因此不提供核验码。"


def pdf_of(case: Case, *, code: str = "", note: str = UNFINISHED, hidden: Collection[str] = ()) -> bytes:
    """With ``code`` for the archive, else with a note that says why there is none. About a third of a second, and
    another to add the pages of its files."""
    way, at = way_of(case), case.closed_at or now()
    annexes = annexes_of(CASE, case.uid, frozenset(hidden))
    shown = [one for one in case.shown if one["name"] not in hidden]
    address = f"{settings.PUBLIC_ADDRESS}{reverse('workflow:verify', args=[code])}" if code else ""
    values = {
        "title": f"{case.item_name}办件卷宗",
        "subtitle": f"{case.number}　{case.get_state_display()}",
        "unit": case.agency.name,
        "number": case.number,
        "facts": _facts(case),
        "shown": [{"title": one["title"], "text": one["text"]} for one in shown],
        "tables": [
            {"title": one["title"], "columns": one["columns"], "rows": one["rows"][:_LINES]}
            for one in shown
            if one.get("rows")
        ],
        "materials": _materials(case),
        "rulings": _rulings(case),
        "annexes": _annexes(case, annexes),
        "annexed": annexes.pages,
        "way": [_line(seq, stop, hidden) for seq, stop in enumerate(way.done, 1)][-_LINES:],
        "times": _times(case),
        "qr": _qr(address) if address else "",
        "verify": address,
        "code": code,
        "note": "" if code else note,
    }
    return with_annexes(typeset(_SHEET, values, at=at, fonts=settings.HOME / "fonts"), annexes)


def _facts(case: Case) -> list[tuple[str, str]]:
    return [
        ("编号", case.number or ""),
        ("事项", case.item_name),
        ("标题", case.subject),
        ("状态", case.get_state_display()),
        ("申请人", f"{case.applicant.name}（{case.department.short_name}）"),
        ("单位", case.agency.name),
    ]


def _times(case: Case) -> list[tuple[str, str]]:
    late = case.closed_at is not None and case.deadline_at is not None and case.closed_at > case.deadline_at
    told = "超过承诺时限" if late else "在承诺时限内" if case.closed_at else "办理中"
    return [
        ("提交", _moment(case.submitted_at)),
        ("承诺办结", _moment(case.deadline_at)),
        ("办结", _moment(case.closed_at)),
        ("时限", told),
    ]


def _materials(case: Case) -> list[str]:
    try:
        return list(item(case.item).materials)
    except KeyError:  # the system that offered it has left; its cases stay readable
        return []


def _annexes(case: Case, annexes: Annexes) -> list[dict[str, Any]]:
    """All of them, printed here or not: whoever holds the paper can tell by the hash whether a file is the one."""
    titles = {one["name"]: one["title"] for one in case.shown}
    return [
        {
            "name": one.document.title,
            "place": titles.get(one.document.place, "办理中添加"),
            "size": filesizeformat(one.version.size).replace("\xa0", " "),
            "who": one.version.uploaded_by.name if one.version.uploaded_by else "平台",
            "at": _moment(one.version.created_at),
            "digest": one.version.digest,
            "first": one.first, "pages": one.pages, "why": one.why,
        }
        for one in annexes.listed
    ]  # fmt: skip


def _rulings(case: Case) -> list[str]:
    """What stood beside the form when it was submitted last."""
    last = Action.objects.filter(case=case, kind=Action.Kind.SUBMIT).order_by("-seq").first()
    return [one["text"] for one in last.shown if not one["name"]] if last else []


def _line(seq: int, stop: Stop, hidden: Collection[str]) -> dict[str, Any]:
    said = [f"{stop.word}：{stop.opinion}" if stop.opinion else stop.word]
    said += [f"{one['title']}：{one['text']}" for one in stop.shown if one["name"] not in hidden]
    said += stop.notes
    return {
        "seq": seq, "title": stop.title, "who": stop.who, "said": "\n".join(said), "seal": stop.seal[:32],
        "at": _moment(stop.at),
    }  # fmt: skip


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def _qr(address: str) -> str:
    drawn = BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", border=0, xmldecl=False)
    return drawn.getvalue().decode()
