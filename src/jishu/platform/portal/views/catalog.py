"""The two lists an office must be able to show and hand over: what can be asked for, and what data is kept."""

from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from jishu.platform.catalog import api as catalog
from jishu.platform.identity.api import Actor
from jishu.platform.lib.tabular.export import write_xlsx
from jishu.platform.web.api import page
from jishu.platform.workflow.api import designed_items_open_to

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ITEM_TITLES = {
    "code": "事项编码", "name": "事项名称", "category": "类别", "audience": "服务对象", "steps": "办理环节",
    "promised_days": "承诺时限（工作日）", "materials": "申请材料", "outputs": "办理结果", "basis": "办理依据",
    "fee": "收费", "system": "业务系统", "owner": "主管单位",
}  # fmt: skip
RESOURCE_TITLES = {
    "code": "信息资源代码", "title": "信息资源名称", "about": "信息资源摘要", "provider": "信息资源提供方",
    "provider_code": "信息资源提供方代码", "owner": "管理部门",
    "format": "信息资源格式", "items": "信息项", "share": "共享类型", "condition": "共享条件", "mode": "共享方式",
    "open": "是否向社会开放", "open_condition": "开放条件", "cycle": "更新周期", "published": "发布日期",
    "related": "关联资源代码", "retention": "保存期限", "system": "业务系统", "key": "平台内代码",
}  # fmt: skip


@page()
def item_catalog(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Those of the systems, and those designed for a unit one belongs to."""
    items = catalog.item_list(designed_items_open_to(actor))
    if "xlsx" in request.GET:
        return _as_sheet("业务事项清单", ITEM_TITLES, items)
    return render(request, "portal/item_catalog.html", {"items": items})


@page()
def resource_catalog(request: HttpRequest, actor: Actor) -> HttpResponse:
    resources = catalog.resource_list()
    if "xlsx" in request.GET:
        told = [one | {"items": [field["title"] for field in one["fields"]]} for one in resources]
        return _as_sheet("数据集成清单", RESOURCE_TITLES, told)
    context = {
        "resources": resources, "provider_name": settings.PROVIDER_NAME, "provider_code": settings.PROVIDER_CODE
    }  # fmt: skip
    return render(request, "portal/resource_catalog.html", context)


def _as_sheet(title: str, titles: dict[str, str], rows: list[dict[str, Any]]) -> HttpResponse:
    file = BytesIO()
    write_xlsx(file, list(titles.values()), [[_cell(row[key]) for key in titles] for row in rows], title=title)
    response = HttpResponse(file.getvalue(), content_type=SHEET)
    response.headers["Content-Disposition"] = str(content_disposition_header(True, f"{title}.xlsx"))
    return response


def _cell(value: Any) -> Any:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else value
