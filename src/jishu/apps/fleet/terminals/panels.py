"""接入与指令 on the page of a terminal."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.apps.fleet.models import Terminal
from jishu.platform.identity.api import Actor

from .commanding import COMMAND, LONGEST_EVERY, LONGEST_TEXT, SHORTEST_EVERY
from .models import TerminalLink

_SHOWN = 20
_RESULTS = {0: "成功", 1: "失败", 2: "消息有误", 3: "终端不支持"}


def of_terminal(request: HttpRequest, actor: Actor, row: Terminal) -> str:
    told = [
        {"at": one, "result": "" if one.result is None else _RESULTS.get(one.result, f"代码 {one.result}")}
        for one in row.downlinks.all()[:_SHOWN]
    ]
    context = {
        "terminal": row, "link": TerminalLink.objects.filter(terminal=row).first(), "told": told,
        "may_tell": actor.scope(COMMAND).covers(row.unit) and row.status == Terminal.Status.ACTIVE,
        "longest": LONGEST_TEXT, "shortest_every": SHORTEST_EVERY, "longest_every": LONGEST_EVERY,
    }  # fmt: skip
    return render_to_string("fleet/terminals/_terminal.html", context, request)
