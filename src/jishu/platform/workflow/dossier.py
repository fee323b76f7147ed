"""One case as a sheet of A4: what stands on it, and the PDF."""

from collections.abc import Collection
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.urls import reverse

from jishu.platform.contract import item
from jishu.platform.lib.clock import ZONE, now
from jishu.platform.lib.typesetting import typeset

from .models import Action, Case
from .progress import Stop, way_of

_SHEET = Path(__file__).parent / "sheets/dossier.typ"
# A file of more pages than this helps nobody; the whole stays in the platform.
_LINES = 400
UNFINISHED = "本件尚未办结,内容以办结后归档的卷宗为准,因此不提供核验码。"
MASKED = "按流程设置,部分填写内容不在本件中显示,因此不提供核验码。"


def pdf_of(case: Case, *, code: str = "", note: str = UNFINISHED, hidden: Collection[str] = ()) -> bytes:
    """With ``code`` for the archive, else with a note that says why there is none. About a third of a second."""
    way, at = way_of(case), case.closed_at or now()
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
        "way": [_line(seq, stop, hidden) for seq, stop in enumerate(way.done, 1)][-_LINES:],
        "times": _times(case),
        "qr": _qr(address) if address else "",
        "verify": address,
        "code": code,
        "note": "" if code else note,
    }
    return typeset(_SHEET, values, at=at, fonts=settings.HOME / "fonts")


def _facts(case: Case) -> list[tuple[str, str]]:
    return [
        ("编号", case.number or ""),
        ("事项", case.item_name),
        ("标题", case.subject),
        ("状态", case.get_state_display()),
        ("申请人", f"{case.applicant.name}({case.department.short_name})"),
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


def _rulings(case: Case) -> list[str]:
    """What stood beside the form when it was submitted last."""
    last = Action.objects.filter(case=case, kind=Action.Kind.SUBMIT).order_by("-seq").first()
    return [one["text"] for one in last.shown if not one["name"]] if last else []


def _line(seq: int, stop: Stop, hidden: Collection[str]) -> dict[str, Any]:
    said = [f"{stop.word}:{stop.opinion}" if stop.opinion else stop.word]
    said += [f"{one['title']}:{one['text']}" for one in stop.shown if one["name"] not in hidden]
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
