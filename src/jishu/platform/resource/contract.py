"""What every serving person may do with what they see: take it with them, bring a ledger in, keep views of it."""

from collections.abc import Mapping
from typing import Any

from jishu.platform.contract import INTERNAL, BulkAction, Catalogued, Column, Contract, Filter, Resource, Role

from . import habits, keeping
from .models import SavedView


def _is_private(view: SavedView, values: Mapping[str, Any]) -> str:
    return "" if view.unit_id else "没有共享给任何单位。"


VIEWS = Resource(
    model=SavedView,
    title="我的视图",
    purpose="您在各个列表保存的视图，以及所在单位共享给您的视图。",
    rows=habits.all_views_visible_to,
    columns=(
        Column(path="title", sort=False),
        Column(path="resource", sort=False),
        Column(path="unit__short_name", title="共享给", sort=False),
        Column(path="person__name", title="保存人", sort=False),
        Column(path="created_at", title="保存时间", sort=False),
    ),
    filters=(Filter(path="resource"), Filter(path="unit", title="共享给")),
    bulk=(
        BulkAction(
            name="unshare",
            title="停止共享",
            run=keeping.share_views,
            rows=habits.all_views_of,
            check=_is_private,
            can_undo=True,
        ),
        BulkAction(name="delete", title="删除", run=keeping.delete_views, rows=habits.all_views_of),
    ),
    catalogue=Catalogued(code="PT20", condition=INTERNAL, published="2026-11-23"),
    sensitivity={"person__name": 2},
    personal=("person__name",),
)

CONTRACT = Contract(
    code="resource",
    title="数据资源",
    group="系统管理",
    owner="机关事务中心",
    version="0.1.0",
    roles=(
        Role(
            code="resource.staff",
            title="数据使用人",
            # Only the door: which rows go out, and which ledgers come in, the permissions of each resource decide.
            permissions=(
                "resource.export_rows",
                "resource.import_rows",
                "resource.keep_views",
                "resource.run_bulk",
                "resource.view_savedview",
                "resource.change_savedview",
            ),
            everyone=True,
        ),
        Role(code="resource.sharer", title="视图共享人", permissions=("resource.share_view",)),
    ),
    resources=(VIEWS,),
)
