"""What hangs on the pages of a template and of a dispatch."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from jishu.platform.identity.api import Actor

from . import wording
from .models import Dispatch, Template

_SAMPLE = {
    "title": "待您审批：申领笔记本电脑 1 台",
    "body": "张三（办公室）的“资产申领”已到“处室负责人审批”环节。",
    "link": "https://jishu.example.gov.cn/cases/…",
    "person": "李四",
    "time": "2026-11-23 09:30",
}


def preview(request: HttpRequest, actor: Actor, row: Template) -> str:
    values = _SAMPLE | {"kind": row.get_kind_display()}
    context = {"title": wording.filled(row.title, values), "body": wording.filled(row.body, values)}
    return render_to_string("notify/_preview.html", context, request)


def again(request: HttpRequest, actor: Actor, row: Dispatch) -> str:
    may = row.state == Dispatch.State.FAILED and actor.may("notify.change_dispatch")
    return render_to_string("notify/_again.html", {"dispatch": row, "may_send": may}, request)
